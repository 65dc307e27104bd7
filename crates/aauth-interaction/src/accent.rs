//! The embedder's colour.

/// The colour of the main button and of the mark beside the server's name.
///
/// Text on it is black or white, whichever contrasts more: at least 4.5 to 1 on any colour (WCAG 2.2, 1.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    rgb: [u8; 3],
}

impl Default for Accent {
    /// A dark blue, `#0b57a4`.
    fn default() -> Self {
        Self::rgb(0x0b, 0x57, 0xa4)
    }
}

impl Accent {
    /// A colour of the sRGB space.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { rgb: [red, green, blue] }
    }

    pub(crate) fn style(self) -> String {
        let [red, green, blue] = self.rgb;
        let on = if self.luminance() > 0.179 { "#000" } else { "#fff" };
        format!(":root{{--accent:#{red:02x}{green:02x}{blue:02x};--on-accent:{on}}}")
    }

    /// Relative luminance, WCAG 2.2.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.rgb.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_any_grey_has_enough_contrast() {
        for level in 0..=255 {
            let accent = Accent::rgb(level, level, level);
            let white = accent.style().ends_with("#fff}");
            let contrast =
                if white { 1.05 / (accent.luminance() + 0.05) } else { (accent.luminance() + 0.05) / 0.05 };
            assert!(contrast >= 4.5, "{level}");
        }
    }
}
