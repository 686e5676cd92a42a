//! Text of help in roff. clap_mangen's own rendering was rejected beyond the title: it prints the backticks of help's
//! code as quotation marks, and examples as one filled paragraph.

use clap_mangen::roff::{Inline, Roff, bold, roman};

/// Text whose code (between backticks) is bold.
pub(super) fn inlines(text: &str) -> Vec<Inline> {
    let spans = text.split('`').enumerate().filter(|(_, span)| !span.is_empty());
    spans.map(|(place, span)| if place % 2 == 1 { bold(span) } else { roman(span) }).collect()
}

/// Lines that stay as they are.
pub(super) fn add_literal<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    roff.control("EX", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("EE", []);
}

/// The page's text. The `roff` crate leaves letters as they are that groff prints as quotation marks and accents.
pub(super) fn rendered(roff: &Roff) -> String {
    let text = roff.render();
    let (definition, page) = text.split_at(text.find(".TH").unwrap_or(0));
    let page = page.replace('`', r"\(ga").replace('^', r"\(ha").replace('~', r"\(ti");
    format!("{definition}{page}")
}
