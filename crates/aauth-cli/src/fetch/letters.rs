//! Codes in large letters.

use super::face::Face;

/// Columns of one letter, with the gap after it.
const PITCH: usize = 6;

/// A code in groups of four, as people read it aloud; one that has other characters than letters and digits stays whole.
pub(super) fn grouped(code: &str) -> String {
    if code.len() <= 4 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return code.to_owned();
    }
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// The groups of a code in large letters, one or two groups beside each other as they fit into `columns`; nothing where
/// they do not fit or a letter has no large form.
pub(super) fn large(code: &str, columns: usize, face: &Face) -> Vec<String> {
    let grouped = grouped(code);
    let groups: Vec<&str> = grouped.split('-').collect();
    let group = PITCH.saturating_mul(4);
    let drawable = code.len() <= 12 && groups.iter().all(|group| group.chars().all(|c| shape(c).is_some()));
    if !drawable || columns < group {
        return Vec::new();
    }
    let beside = if columns >= group.saturating_mul(2).saturating_add(3) { 2 } else { 1 };
    let mut lines = Vec::new();
    for (at, row) in groups.chunks(beside).enumerate() {
        if at > 0 {
            lines.push(String::new());
        }
        lines.extend(draw(&row.join(" "), face));
    }
    lines
}

fn draw(text: &str, face: &Face) -> Vec<String> {
    let piece = |c, row: usize| shape(c).and_then(|rows| rows.get(row).copied()).unwrap_or("  ");
    let pixels: Vec<String> =
        (0..5).map(|row| text.chars().flat_map(|c| [piece(c, row), "."]).collect()).collect();
    let lit = |row: Option<&String>, column| row.and_then(|row| row.as_bytes().get(column)) == Some(&b'#');
    let line = |rows: &[String]| -> String {
        let length = rows.first().map_or(0, String::len);
        let dots = (0..length).map(|x| (lit(rows.first(), x), lit(rows.get(1), x)));
        match face.utf8 {
            true => dots.map(half_block).collect(),
            false => dots.map(|(lit, _)| if lit { '#' } else { ' ' }).collect(),
        }
    };
    let lines = pixels.chunks(if face.utf8 { 2 } else { 1 }).map(line);
    lines.map(|line: String| line.trim_end().to_owned()).collect()
}

/// Two dots above each other in one character.
pub(super) const fn half_block((upper, lower): (bool, bool)) -> char {
    match (upper, lower) {
        (true, true) => '\u{2588}',
        (true, false) => '\u{2580}',
        (false, true) => '\u{2584}',
        (false, false) => ' ',
    }
}

fn shape(c: char) -> Option<[&'static str; 5]> {
    SHAPES.iter().find(|(letter, _)| *letter == c).map(|(_, rows)| *rows)
}

const SHAPES: [(char, [&str; 5]); 36] = [
    ('0', [".###.", "#..##", "#.#.#", "##..#", ".###."]),
    ('1', ["..#..", ".##..", "..#..", "..#..", ".###."]),
    ('2', ["####.", "....#", ".###.", "#....", "#####"]),
    ('3', ["####.", "....#", ".###.", "....#", "####."]),
    ('4', ["#..#.", "#..#.", "#####", "...#.", "...#."]),
    ('5', ["#####", "#....", "####.", "....#", "####."]),
    ('6', [".###.", "#....", "####.", "#...#", ".###."]),
    ('7', ["#####", "....#", "...#.", "..#..", "..#.."]),
    ('8', [".###.", "#...#", ".###.", "#...#", ".###."]),
    ('9', [".###.", "#...#", ".####", "....#", ".###."]),
    ('A', [".###.", "#...#", "#####", "#...#", "#...#"]),
    ('B', ["####.", "#...#", "####.", "#...#", "####."]),
    ('C', [".####", "#....", "#....", "#....", ".####"]),
    ('D', ["####.", "#...#", "#...#", "#...#", "####."]),
    ('E', ["#####", "#....", "###..", "#....", "#####"]),
    ('F', ["#####", "#....", "###..", "#....", "#...."]),
    ('G', [".####", "#....", "#..##", "#...#", ".####"]),
    ('H', ["#...#", "#...#", "#####", "#...#", "#...#"]),
    ('I', [".###.", "..#..", "..#..", "..#..", ".###."]),
    ('J', ["..###", "...#.", "...#.", "#..#.", ".##.."]),
    ('K', ["#..#.", "#.#..", "##...", "#.#..", "#..#."]),
    ('L', ["#....", "#....", "#....", "#....", "#####"]),
    ('M', ["#...#", "##.##", "#.#.#", "#...#", "#...#"]),
    ('N', ["#...#", "##..#", "#.#.#", "#..##", "#...#"]),
    ('O', [".###.", "#...#", "#...#", "#...#", ".###."]),
    ('P', ["####.", "#...#", "####.", "#....", "#...."]),
    ('Q', [".###.", "#...#", "#.#.#", "#..#.", ".##.#"]),
    ('R', ["####.", "#...#", "####.", "#..#.", "#...#"]),
    ('S', [".####", "#....", ".###.", "....#", "####."]),
    ('T', ["#####", "..#..", "..#..", "..#..", "..#.."]),
    ('U', ["#...#", "#...#", "#...#", "#...#", ".###."]),
    ('V', ["#...#", "#...#", "#...#", ".#.#.", "..#.."]),
    ('W', ["#...#", "#...#", "#.#.#", "##.##", "#...#"]),
    ('X', ["#...#", ".#.#.", "..#..", ".#.#.", "#...#"]),
    ('Y', ["#...#", ".#.#.", "..#..", "..#..", "..#.."]),
    ('Z', ["#####", "...#.", "..#..", ".#...", "#####"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    const UTF8: Face = Face { columns: 80, rows: 24, colour: false, utf8: true, rewrites: true };

    #[test]
    fn codes_are_read_in_groups_of_four() {
        let rows = [
            ("7R6XKPRP", "7R6X-KPRP"),
            ("ABCDEFGHJK", "ABCD-EFGH-JK"),
            ("ABCD", "ABCD"),
            ("a-b_c~d.e", "a-b_c~d.e"),
        ];
        for (code, expected) in rows {
            assert_eq!(grouped(code), expected);
        }
    }

    #[test]
    fn a_letter_is_drawn_in_blocks_or_in_number_signs() {
        assert_eq!(
            large("T", 80, &UTF8),
            ["\u{2580}\u{2580}\u{2588}\u{2580}\u{2580}", "  \u{2588}", "  \u{2580}"]
        );
        let ascii = Face { utf8: false, ..UTF8 };
        assert_eq!(large("T", 80, &ascii), ["#####", "  #", "  #", "  #", "  #"]);
    }

    #[test]
    fn groups_stand_beside_or_below_each_other_or_not_at_all() {
        let size = |columns| {
            let lines = large("MMMMWWWW", columns, &UTF8);
            (lines.len(), lines.iter().map(|line| line.chars().count()).max().unwrap_or(0))
        };
        assert_eq!(size(80), (3, 50));
        assert_eq!(size(40), (7, 23));
        assert_eq!(size(23), (0, 0));
        assert_eq!(large("abcd2345", 80, &UTF8), [""; 0]);
    }

    #[test]
    fn no_two_letters_look_the_same() {
        for (at, (_, shape)) in SHAPES.iter().enumerate() {
            assert_eq!(SHAPES.iter().position(|(_, other)| other == shape), Some(at));
        }
    }
}
