//! The link as a QR code.

use qrcode::{Color, EcLevel, QrCode};

use super::face::Face;
use super::letters::half_block;

/// Light modules around the code.
const QUIET: usize = 2;

/// The lines of the picture, and how many columns they take.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) lines: Vec<String>,
    pub(super) columns: usize,
}

/// The picture of a link; `None` for one that is too long.
///
/// With colours it is dark on light. Without, light modules are drawn and dark ones left out, which is right on a dark
/// terminal; most readers take the inverse too. Without UTF-8 a module is two characters wide and one high.
pub(super) fn of(link: &str, face: &Face) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(link, EcLevel::L).ok()?;
    let (side, colors) = (code.width(), code.to_colors());
    let size = side.saturating_add(QUIET.saturating_mul(2));
    let dark = |x: usize, y: usize| {
        let (x, y) = (x.checked_sub(QUIET)?, y.checked_sub(QUIET)?);
        let at = y.checked_mul(side)?.checked_add(x)?;
        colors.get(at).filter(|_| x < side).map(|color| *color == Color::Dark)
    };
    let light = |x, y| y < size && !dark(x, y).unwrap_or(false);
    let (step, wide) = if face.utf8 { (2, 1) } else { (1, 2) };
    let line = |y: usize| -> String {
        (0..size)
            .map(|x| match face.utf8 {
                true => half_block((light(x, y), light(x, y.saturating_add(1)))).to_string(),
                false => if light(x, y) { "##" } else { "  " }.to_owned(),
            })
            .collect()
    };
    // Drawn in bright white on black, so that the terminal's own colours do not matter.
    let coloured = |line: String| if face.colour { format!("\u{1b}[97;40m{line}\u{1b}[0m") } else { line };
    let lines = (0..size).step_by(step).map(|y| coloured(line(y))).collect();
    Some(Picture { lines, columns: size.saturating_mul(wide) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Face = Face { columns: 80, rows: 24, colour: false, utf8: true, rewrites: true };

    /// The modules of a picture, `true` where light.
    fn modules(face: &Face) -> Vec<Vec<bool>> {
        let picture = of("https://auth.example/interact?code=7R6XKPRP", face).unwrap();
        if !face.utf8 {
            let lit = |line: &String| line.as_bytes().chunks(2).map(|pair| pair == b"##").collect();
            return picture.lines.iter().map(lit).collect();
        }
        let half = |line: &String, blocks: [char; 2]| line.chars().map(|c| blocks.contains(&c)).collect();
        let rows = picture
            .lines
            .iter()
            .flat_map(|line| [half(line, ['\u{2588}', '\u{2580}']), half(line, ['\u{2588}', '\u{2584}'])]);
        rows.take(picture.columns).collect()
    }

    #[test]
    fn both_ways_of_drawing_show_the_same_modules() {
        let drawn = modules(&FACE);
        assert_eq!(drawn.len(), 33);
        assert_eq!(drawn, modules(&Face { utf8: false, ..FACE }));
    }

    #[test]
    fn the_modules_are_those_of_the_code() {
        let code =
            QrCode::with_error_correction_level("https://auth.example/interact?code=7R6XKPRP", EcLevel::L);
        let code = code.unwrap();
        let drawn = modules(&FACE);
        for y in 0..code.width() {
            for x in 0..code.width() {
                assert_eq!(!drawn[y + 2][x + 2], code[(x, y)] == Color::Dark, "{x} {y}");
            }
        }
        assert!(drawn[..2].iter().flatten().all(|light| *light));
    }
}
