//! The trace on a terminal: between the other lines, and without what would steer the terminal.

use std::io::{self, Write};
use std::sync::Arc;

use super::screen::Screen;

/// Collects a block and writes it when it is flushed.
#[derive(Debug)]
pub(super) struct Traced {
    screen: Arc<Screen>,
    block: Vec<u8>,
}

impl Traced {
    pub(super) fn new(screen: Arc<Screen>) -> Self {
        Self { screen, block: Vec::new() }
    }
}

impl Write for Traced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.block.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let block = std::mem::take(&mut self.block);
        let text = String::from_utf8_lossy(&block);
        let lines: Vec<_> = text.trim_end_matches('\n').split('\n').map(harmless).collect();
        self.screen.write(&self.screen.face().spelled(&lines.join("\n")));
        Ok(())
    }
}

/// One line as it came, but for what a peer could steer the terminal or reorder the line with.
fn harmless(line: &str) -> String {
    let indent = line.len().saturating_sub(line.trim_start_matches(' ').len());
    [" ".repeat(indent), aauth_types::plain_line(line, usize::MAX)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_indent_and_loses_what_steers() {
        assert_eq!(harmless("  \"a\": \"\u{1b}[2J\u{202e}b\""), "  \"a\": \" [2Jb\"");
    }
}
