//! The text below the flags is read whole.

use gitops_xtask::{Example, Section, help_sections};

#[test]
fn sections_are_told_apart() {
    let text = "\
One line
and its end.

Examples:
  # What it does,
  # in two lines
  type this
  and | that

  # Again
  type \\
    more <<END
  a: b
    - c
  END

Exit codes:
    0  fine
  130  stopped,
       by somebody

Words, the worst first:
  Bad        to be
             mended
  Good       as it is

In a shell:
  do this \\
    with that

The end.";
    let example = |about: &str, commands: &[&str]| Example {
        about: about.to_owned(),
        commands: commands.iter().map(|line| (*line).to_owned()).collect(),
    };
    let owned = |text: &str| text.to_owned();
    assert_eq!(
        help_sections(text),
        Ok(vec![
            Section::Paragraph(owned("One line and its end.")),
            Section::Examples(vec![
                example("What it does, in two lines", &["type this", "and | that"]),
                example("Again", &["type \\", "  more <<END", "a: b", "  - c", "END"]),
            ]),
            Section::ExitCodes(vec![(0, owned("fine")), (130, owned("stopped, by somebody"))]),
            Section::Terms {
                title: owned("Words, the worst first"),
                rows: vec![(owned("Bad"), owned("to be mended")), (owned("Good"), owned("as it is")),],
            },
            Section::Commands {
                title: owned("In a shell"),
                lines: vec![owned("do this \\"), owned("  with that")]
            },
            Section::Paragraph(owned("The end.")),
        ])
    );
    assert_eq!(help_sections(""), Ok(Vec::new()));
}

#[test]
fn what_belongs_to_no_section_is_refused() {
    for (text, message) in [
        ("  lost", "a line is indented below no title:   lost"),
        ("Title\n  lost", "a line is indented below no title:   lost"),
        ("Examples:\n  type this", "an example does not say what it does:   type this"),
        ("Examples:\n  # nothing", "an example has nothing to type:   # nothing"),
        ("Exit codes:\n  no  code", "no exit code: no"),
        ("Exit codes:\n  300  large", "no exit code: 300"),
        ("Words:\n  one\n  a  b", "a line has one column among lines of two:   one"),
    ] {
        let error = help_sections(text).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
    }
}
