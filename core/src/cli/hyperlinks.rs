//! Whether a terminal shows hyperlinks (OSC 8), and which addresses may become one.
//!
//! No terminal can be asked. Those that are known to show them are told by what they set; any other might print the
//! escape sequence itself.

use super::EnvVars;

/// The longest address that becomes a hyperlink: terminals take about so much.
const MOST_BYTES: usize = 2000;

/// Terminals that show hyperlinks, as `TERM_PROGRAM` names them.
const PROGRAMS: [&str; 7] = ["Hyper", "iTerm.app", "terminology", "WezTerm", "vscode", "ghostty", "Tabby"];
/// The same as `TERM` names them.
const TERMS: [&str; 6] = ["xterm-kitty", "alacritty", "alacritty-direct", "foot", "wezterm", "xterm-ghostty"];
/// What terminals set that show hyperlinks in each of their versions.
const SIGNS: [&str; 3] = ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"];
/// The first version of VTE that shows hyperlinks without a fault.
const VTE: u32 = 5000;

/// Whether the terminal that these variables are of shows hyperlinks. `FORCE_HYPERLINK` decides where it is set.
pub(super) fn shows_hyperlinks(env_vars: &EnvVars) -> bool {
    if let Some(forced) = env_vars.get("FORCE_HYPERLINK") {
        return forced.trim() != "0";
    }
    let is_one_of =
        |name: &str, known: &[&str]| env_vars.get(name).is_some_and(|value| known.contains(&value));
    let vte = env_vars.get("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    is_one_of("TERM_PROGRAM", &PROGRAMS)
        || is_one_of("TERM", &TERMS)
        || SIGNS.iter().any(|name| env_vars.get(name).is_some())
        || vte.is_some_and(|version| version >= VTE)
}

/// The text as a hyperlink; the text alone where the address may not become one: anything but plain characters would
/// end the sequence, and what follows would be the terminal's.
pub(super) fn hyperlink(text: &str, address: &str) -> String {
    let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    let is_plain = address.len() <= MOST_BYTES && address.bytes().all(|byte| byte.is_ascii_graphic());
    match is_web && is_plain {
        true => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_known_by_what_they_set() {
        for (variables, expected) in [
            (vec![], false),
            (vec![("TERM", "xterm-256color")], false),
            (vec![("TERM", "dumb")], false),
            (vec![("TERM", "linux")], false),
            (vec![("TERM", "xterm-256color"), ("VTE_VERSION", "6800")], true),
            (vec![("VTE_VERSION", "4999")], false),
            (vec![("VTE_VERSION", "new")], false),
            (vec![("TERM_PROGRAM", "WezTerm")], true),
            (vec![("TERM_PROGRAM", "Apple_Terminal")], false),
            (vec![("TERM_PROGRAM", "tmux")], false),
            (vec![("TERM", "xterm-kitty")], true),
            (vec![("WT_SESSION", "1")], true),
            (vec![("WT_SESSION", "1"), ("FORCE_HYPERLINK", "0")], false),
            (vec![("FORCE_HYPERLINK", "1")], true),
        ] {
            let env_vars: EnvVars = variables.iter().copied().collect();
            assert_eq!(shows_hyperlinks(&env_vars), expected, "{variables:?}");
        }
    }

    #[test]
    fn an_address_that_could_end_the_sequence_becomes_none() {
        let linked = "\u{1b}]8;;https://git.example/o/p\u{1b}\\v1\u{1b}]8;;\u{1b}\\";
        assert_eq!(hyperlink("v1", "https://git.example/o/p"), linked);
        for address in [
            "",
            "git.example/o/p",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://git.example/\u{1b}\\o",
            "https://git.example/\u{7}o",
            "https://git.example/o p",
            "https://git.example/\u{9d}o",
            "https://git.exämple/o",
            &format!("https://git.example/{}", "a".repeat(2000)),
        ] {
            assert_eq!(hyperlink("v1", address), "v1", "{address:?}");
        }
    }
}
