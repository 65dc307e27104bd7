//! What the user is shown when consent is needed.

use aauth_agent::Interaction;
use aauth_types::plain_line;

use super::face::{Face, width};
use super::letters::{grouped, large};
use super::picture::{self, Picture};

/// Between the picture and what stands beside it.
const GAP: usize = 3;
/// Lines that the live line and the prompt need.
const BELOW: usize = 2;

/// The whole text, lines that fit; the link alone stands on a line of its own and is never broken, so that it can be
/// copied.
pub(super) fn page(interaction: &Interaction, face: &Face) -> String {
    let link = plain_line(&interaction.url(), usize::MAX);
    let mut lines = face.wrapped("Your consent is needed. Open this link in a browser:");
    lines.extend([String::new(), bold(&link, face), String::new()]);
    let above = height(&lines, face);
    let picture = picture::of(&link, face);
    let fits = |picture: &&Picture, lines: usize| {
        picture.columns <= face.columns && above.saturating_add(lines).saturating_add(BELOW) <= face.rows
    };
    let beside = picture
        .as_ref()
        .map_or(0, |picture| face.columns.saturating_sub(picture.columns.saturating_add(GAP)));
    let panel = panel(interaction, (beside, face.rows), face);
    let side_by_side = panel.iter().all(|line| width(line) <= beside) && beside >= 24;
    if let Some(picture) =
        picture.as_ref().filter(|picture| side_by_side && fits(picture, picture.lines.len()))
    {
        lines.extend(joined(picture, &panel));
    } else {
        let room = face.rows.saturating_sub(above.saturating_add(BELOW));
        let panel = self::panel(interaction, (face.columns, room), face);
        let below = height(&panel, face).saturating_add(1);
        lines.extend(panel);
        let room = |picture: &&Picture| fits(picture, picture.lines.len().saturating_add(below));
        if let Some(picture) = picture.as_ref().filter(room) {
            lines.push(String::new());
            lines.extend(picture.lines.iter().cloned());
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The way for those who type, in so many columns and rows; the code is large where that leaves the rest on the screen.
fn panel(interaction: &Interaction, (columns, rows): (usize, usize), face: &Face) -> Vec<String> {
    let narrow = Face { columns, ..*face };
    let mut lines = narrow.wrapped("Or open this page and enter the code:");
    let endpoint = plain_line(&interaction.endpoint, usize::MAX);
    lines.extend([String::new(), endpoint, String::new()]);
    let letters = large(&interaction.code, columns, face);
    let needed = height(&lines, &narrow).saturating_add(letters.len()).saturating_add(2);
    if !letters.is_empty() && needed <= rows {
        lines.extend(letters);
        lines.push(String::new());
    }
    lines.push(bold(&grouped(&interaction.code), face));
    lines
}

fn joined(picture: &Picture, panel: &[String]) -> Vec<String> {
    let rows = picture.lines.len().max(panel.len());
    let blank = " ".repeat(picture.columns);
    let gap = " ".repeat(GAP);
    (0..rows)
        .map(|row| {
            let left = picture.lines.get(row).unwrap_or(&blank);
            match panel.get(row).filter(|line| !line.is_empty()) {
                Some(right) => [left, gap.as_str(), right].concat(),
                None => left.clone(),
            }
        })
        .collect()
}

/// Rows that lines take, those of the link included.
fn height(lines: &[String], face: &Face) -> usize {
    let rows = |line: &String| width(line).div_ceil(face.columns.max(1)).max(1);
    lines.iter().map(rows).fold(0, usize::saturating_add)
}

fn bold(text: &str, face: &Face) -> String {
    if face.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}
