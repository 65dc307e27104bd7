//! Text that somebody else wrote, made safe to lay out.

/// The text without what could reorder, hide or fake its surroundings, at most `limit` characters.
///
/// Removes bidirectional controls, zero-width and tag characters; turns other controls and line separators into
/// spaces; keeps at most 40 line feeds. Escaping is the work of whoever lays it out. A text that was cut ends in an ellipsis.
///
/// Source: Unicode Technical Report 36, sections 2.5 and 2.9.
#[must_use]
pub fn plain(text: &str, limit: usize) -> String {
    let mut kept = String::new();
    let (mut marks, mut lines) = (0_u8, 0_u8);
    for (count, c) in text.chars().filter(|c| !is_invisible(*c)).enumerate() {
        if count >= limit {
            kept.push('…');
            break;
        }
        marks = if is_mark(c) { marks.saturating_add(1) } else { 0 };
        match c {
            // A wall of empty lines would push the decision out of sight.
            '\n' if lines < MAX_LINES && !kept.ends_with("\n\n") => {
                lines = lines.saturating_add(1);
                kept.push('\n');
            }
            '\n' if kept.ends_with(char::is_whitespace) => {}
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => kept.push(' '),
            // Towers of marks paint over neighbouring lines; no language needs more than four.
            _ if marks > 4 => {}
            c => kept.push(c),
        }
    }
    kept.trim().to_owned()
}

const MAX_LINES: u8 = 40;

/// One line of it: line feeds are spaces.
#[must_use]
pub fn plain_line(text: &str, limit: usize) -> String {
    plain(text, limit).replace('\n', " ")
}

const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

const fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{06D6}'..='\u{06DC}' | '\u{0E31}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bidirectional_controls_disappear() {
        assert_eq!(plain_line("safe\u{202E}gnp.exe\u{2069}\u{200B}", 80), "safegnp.exe");
    }

    #[test]
    fn controls_become_spaces_and_line_feeds_stay() {
        assert_eq!(plain("a\r\tb\u{0}\nc", 80), "a  b \nc");
        assert_eq!(plain_line("a\nb", 80), "a b");
    }

    #[test]
    fn empty_lines_build_no_wall() {
        assert_eq!(plain(&format!("a{}b", "\n".repeat(500)), 1000).matches('\n').count(), 2);
        assert_eq!(plain(&"a\n".repeat(500), 1000).matches('\n').count(), 40);
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(plain("aaaaaa", 3), "aaa…");
        assert_eq!(plain("aaa", 3), "aaa");
    }

    #[test]
    fn towers_of_marks_are_cut() {
        let tower = format!("a{}b", "\u{0301}".repeat(50));
        assert_eq!(plain(&tower, 80), format!("a{}b", "\u{0301}".repeat(4)));
    }
}
