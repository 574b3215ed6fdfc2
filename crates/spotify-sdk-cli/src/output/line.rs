//! [`Line`]: what a line of output is made of. Texts of others come into it without what could drive a terminal, and colours come
//! to it when it is printed: so nothing but this program's own styling reaches a terminal.

use anstyle::Style;

use super::text::{cut, isolated, one_line, width};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tone {
    Plain,
    /// A heading.
    Strong,
    /// What matters less.
    Faint,
}

/// A line, of texts that look different.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Line(Vec<(Tone, String)>);

impl Line {
    pub(crate) fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self(vec![(tone, one_line(text.as_ref()))])
    }

    /// The same with a text more.
    pub(crate) fn with(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        self.0.push((tone, one_line(text.as_ref())));
        self
    }

    /// The same with another behind it.
    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// How many columns it takes.
    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| width(text)).sum()
    }

    /// As much of it as so many columns hold.
    pub(crate) fn cut(self, columns: usize) -> Self {
        if self.width() <= columns {
            return self;
        }
        let mut left = columns;
        let mut kept = Vec::new();
        for (tone, text) in self.0 {
            kept.push((tone, cut(&text, left).into_owned()));
            left = left.saturating_sub(width(&text));
        }
        Self(kept)
    }

    /// What is printed for it.
    pub(crate) fn paint(&self, colour: bool) -> String {
        let paint = |(tone, text): &(Tone, String)| {
            let style = match tone {
                Tone::Strong => Style::new().bold(),
                Tone::Faint => Style::new().dimmed(),
                Tone::Plain => Style::new(),
            };
            let text = isolated(text);
            if colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.into_owned() }
        };
        self.0.iter().map(paint).collect()
    }
}

impl<T: AsRef<str>> From<T> for Line {
    fn from(text: T) -> Self {
        Self::new(Tone::Plain, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_and_keep_their_looks() {
        let line = Line::new(Tone::Strong, "Title").with(Tone::Faint, " by somebody");
        assert_eq!(line.clone().cut(9).paint(false), "Title by…");
        assert_eq!(line.clone().cut(9).paint(true), "\u{1b}[1mTitle\u{1b}[0m\u{1b}[2m by…\u{1b}[0m");
        assert_eq!(line.clone().cut(5).paint(false), "Title");
        assert_eq!(line.clone().cut(17), line);
    }

    #[test]
    fn nothing_but_its_own_styling_is_in_a_line() {
        let line = Line::from("a\u{1b}[2J\u{202e}b").with(Tone::Strong, "\u{9b}31m\n");
        assert_eq!(line.paint(true), "a [2Jb\u{1b}[1m 31m \u{1b}[0m");
    }
}
