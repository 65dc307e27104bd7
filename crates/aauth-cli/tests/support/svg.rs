//! A screen as a picture for the README.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

const WIDE: u16 = 9;
const HIGH: u16 = 18;
const EDGE: u16 = 12;

/// Draws block characters as rectangles, so that no line gap goes through them, and the rest as text.
pub fn svg(screen: &Screen) -> String {
    let rows: Vec<String> = screen.rows(0, 80).collect();
    let used = u16::try_from(rows.iter().rposition(|row| !row.trim().is_empty()).unwrap_or(0) + 1).unwrap();
    let (width, height) = (80 * WIDE + 2 * EDGE, used * HIGH + 2 * EDGE);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"aauth fetch waits for consent\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n\
         <g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\" xml:space=\"preserve\">\n"
    );
    for row in 0..used {
        let (y, mut column) = (EDGE + row * HIGH, 0);
        while column < 80 {
            let cell = screen.cell(row, column).unwrap();
            let end = (column..80).find(|at| !alike(cell, screen.cell(row, *at).unwrap())).unwrap_or(80);
            draw(&mut out, screen, row, column..end, y);
            column = end;
        }
    }
    out + "</g>\n</svg>"
}

fn alike(cell: &Cell, other: &Cell) -> bool {
    let block = |cell: &Cell| rectangle(cell.contents());
    block(cell) == block(other)
        && colour(cell) == colour(other)
        && cell.bold() == other.bold()
        && (block(cell).is_some() || cell.has_contents() == other.has_contents())
}

fn draw(out: &mut String, screen: &Screen, row: u16, columns: std::ops::Range<u16>, y: u16) {
    let cell = screen.cell(row, columns.start).unwrap();
    let (x, fill) = (EDGE + columns.start * WIDE, colour(cell));
    let length = u16::try_from(columns.len()).unwrap() * WIDE;
    if let Some((top, height)) = rectangle(cell.contents()) {
        let top = y + top;
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{top}\" width=\"{length}\" height=\"{height}\" fill=\"{fill}\" shape-rendering=\"crispEdges\"/>"
        );
        return;
    }
    let text: String =
        columns.map(|column| screen.cell(row, column).unwrap().contents().to_owned()).collect();
    // A blank at the edge of a text element is not drawn.
    let words = text.trim();
    if words.is_empty() {
        return;
    }
    let blanks = u16::try_from(text.len() - text.trim_start().len()).unwrap();
    let x = x + blanks * WIDE;
    let length = u16::try_from(words.chars().count()).unwrap() * WIDE;
    let text = words;
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let weight = if cell.bold() { " font-weight=\"bold\"" } else { "" };
    let y = y + 14;
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" fill=\"{fill}\"{weight}>{text}</text>"
    );
}

/// Top and height of the part of a cell that a block character fills.
fn rectangle(character: &str) -> Option<(u16, u16)> {
    match character {
        "\u{2588}" => Some((0, HIGH)),
        "\u{2580}" => Some((0, HIGH / 2)),
        "\u{2584}" => Some((HIGH / 2, HIGH / 2)),
        _ => None,
    }
}

fn colour(cell: &Cell) -> &'static str {
    match cell.fgcolor() {
        Color::Idx(1) => "#e06c75",
        Color::Idx(2) => "#98c379",
        Color::Idx(3) => "#e5c07b",
        Color::Idx(6) => "#56b6c2",
        Color::Idx(15) => "#ffffff",
        _ => "#d7dae0",
    }
}
