//! Arguments of advised commands that a cluster named. What a person copies into a shell holds only what is a valid
//! name there: anything else becomes a placeholder, which says what belongs in its place. Quoting alone would not do:
//! a name with a leading dash is a flag however it is quoted. A placeholder is quoted, for to a shell `<` redirects.

use super::shell_word;

/// The longest name of an object.
const LONGEST_NAME: usize = 253;

/// A name of a Kubernetes object, a namespace or a container; `placeholder`, such as `'<pod>'`, where it is none.
pub fn valid_name<'a>(name: &'a str, placeholder: &'a str) -> &'a str {
    if is_name(name) { name } else { placeholder }
}

/// A kind, as objects write it, in small letters; `'<kind>'` where it is none.
pub fn valid_kind(kind: &str) -> String {
    let is_kind =
        !kind.is_empty() && kind.len() <= 63 && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_kind { kind.to_lowercase() } else { "'<kind>'".to_owned() }
}

/// A name of RBAC, which may hold colons (`system:serviceaccount:a:b`), or of Azure; quoted where a shell wants that.
pub fn valid_subject(name: &str, placeholder: &str) -> String {
    let is_subject = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:@()".contains(&byte));
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_subject && begins && name.len() <= LONGEST_NAME { shell_word(name) } else { placeholder.to_owned() }
}

/// A folder below a checkout, without the `./` before it; quoted where a shell wants that, `'<folder>'` where it is none.
pub fn valid_folder(path: &str) -> String {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let is_path = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./ @+=,".contains(&byte));
    match path {
        "" => String::new(),
        path if is_path && !path.starts_with('-') => shell_word(path),
        _ => "'<folder>'".to_owned(),
    }
}

/// Whether a text is a DNS subdomain, as names of objects are (RFC 1123).
pub fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= LONGEST_NAME && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no command may hold.
    const HOSTILE: [&str; 12] = [
        "",
        "; rm -rf ~",
        "$(reboot)",
        "`reboot`",
        "a\nb",
        "a'b",
        "a\"b",
        "--all",
        "-n",
        "a|b",
        "a\u{202e}b",
        "a\u{1b}[2Jb",
    ];

    #[test]
    fn what_is_no_name_is_a_placeholder() {
        for name in ["a", "hello-dev", "a.b-c", "0"] {
            assert_eq!(valid_name(name, "'<pod>'"), name);
        }
        let too_long = "a".repeat(254);
        for name in
            HOSTILE.into_iter().chain(["Upper", "a_b", "a..b", "a.-b", "a/b", "a-", too_long.as_str()])
        {
            assert_eq!(valid_name(name, "'<pod>'"), "'<pod>'", "{name}");
        }
    }

    #[test]
    fn kinds_subjects_and_folders_have_letters_of_their_own() {
        assert_eq!(valid_kind("HelmRelease"), "helmrelease");
        assert_eq!(valid_subject("system:serviceaccount:a:b", "'<account>'"), "'system:serviceaccount:a:b'");
        assert_eq!(valid_subject("rg-edge_1.a", "'<resource-group>'"), "rg-edge_1.a");
        assert_eq!(valid_folder("./apps/hello world"), "'apps/hello world'");
        assert_eq!(valid_folder("./"), "");
        for name in HOSTILE {
            assert_eq!(valid_kind(name), "'<kind>'", "{name}");
            assert_eq!(valid_subject(name, "'<account>'"), "'<account>'", "{name}");
        }
        for path in ["a; rm -rf ~", "$(reboot)", "a'b", "a\nb"] {
            assert_eq!(valid_folder(path), "'<folder>'");
        }
    }
}
