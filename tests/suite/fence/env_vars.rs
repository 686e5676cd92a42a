//! The table of environment variables has every one that the sources read or that the lab's shell file sets, and no
//! other.

use std::collections::BTreeSet;

use gitops_core::cli::ENV_VARS;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::files::{read, rust_files, tokens, workspace};

/// Words that only files have which deal with variables of the process. What in them is spelt like a variable is one.
const SIGNS: [&str; 6] = ["env_vars", "EnvVars", "var", "var_os", "from_variables", "env_remove"];

/// What is read by a program that the suite runs, and named only to be kept from it, and what a shell sets and the
/// suite passes over.
const OF_OTHER_PROGRAMS: [&str; 9] =
    ["GH_HOST", "OLDPWD", "SHLVL", "COLUMNS", "LINES", "COMP_", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY"];

/// The tokens of a text in their order, without those of its tests.
fn flat(stream: TokenStream, found: &mut Vec<TokenTree>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_mod = matches!(&token, TokenTree::Ident(word) if word == "mod");
        let is_tests = matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "tests");
        match token {
            _ if is_mod && is_tests => {
                tokens.next();
                tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
            }
            // A build's own variables, and what a child is given: `env!("…")`, `.env("…", …)`.
            TokenTree::Ident(word) if word == "env" || word == "option_env" => {
                let is_macro = tokens.next_if(is_exclamation_mark).is_some();
                found.push(TokenTree::Ident(word));
                let arguments = tokens.next_if(|token| {
                    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
                });
                if let (false, Some(TokenTree::Group(group))) = (is_macro, arguments) {
                    let mut inner = group.stream().into_iter().peekable();
                    inner.next_if(|token| matches!(token, TokenTree::Literal(_)));
                    flat(inner.collect(), found);
                }
            }
            TokenTree::Group(group) => flat(group.stream(), found),
            token => found.push(token),
        }
    }
}

fn is_exclamation_mark(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '!')
}

/// `PATH`, `NO_COLOR`, `https_proxy`.
fn is_variable(text: &str) -> bool {
    let is_upper = text.len() > 3
        && text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_upper || text.ends_with("_proxy") && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The variables that lines of a shell set in a text, `{…}` in a name being a number from 0.
fn exported(text: &str) -> impl Iterator<Item = String> {
    let behind = text.split("export ").skip(1).filter_map(|rest| rest.split_once('='));
    let names = behind.map(|(name, _)| match name.split_once('{') {
        Some((begin, _)) => format!("{begin}0"),
        None => name.to_owned(),
    });
    names.filter(|name| is_variable(name))
}

/// The variables that a text deals with.
fn variables(text: &str) -> BTreeSet<String> {
    let mut found = Vec::new();
    flat(tokens(text), &mut found);
    let literal = |token: &TokenTree| match token {
        TokenTree::Literal(literal) => Some(literal.to_string().trim_matches('"').to_owned()),
        _ => None,
    };
    let literals: Vec<String> = found.iter().filter_map(literal).collect();
    let mut variables: BTreeSet<String> = literals.iter().flat_map(|text| exported(text)).collect();
    let is_sign = |token: &TokenTree| SIGNS.iter().any(|sign| token.to_string() == *sign);
    // A flag that a variable may give: `#[arg(env = "…")]`.
    let is_flags = |pair: &[TokenTree]| pair[0].to_string() == "env" && pair[1].to_string() == "=";
    let has_sign = found.iter().any(is_sign) || found.windows(2).any(is_flags);
    if has_sign || !variables.is_empty() {
        // What a flag's value is called is spelt alike.
        let is_named = |place: usize| {
            let name = place.checked_sub(2).map(|place| found[place].to_string());
            name.as_deref() == Some("value_name")
        };
        let others = found.iter().enumerate().filter(|(place, _)| !is_named(*place));
        variables.extend(others.filter_map(|(_, token)| literal(token)).filter(|text| is_variable(text)));
    }
    variables
}

#[test]
fn the_table_has_every_variable_and_no_other() {
    let mut read_by_sources = BTreeSet::new();
    for folder in ["core/src", "plugins"] {
        for file in rust_files(&workspace().join(folder)) {
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !name.ends_with("tests.rs") && name != "build.rs" {
                read_by_sources.extend(variables(&read(&file)));
            }
        }
    }
    let other = OF_OTHER_PROGRAMS.map(str::to_owned);
    assert!(other.iter().all(|name| read_by_sources.remove(name)), "{other:?}");
    // The lab's shell file numbers two settings of git's; one of each is found.
    read_by_sources.extend(["GIT_CONFIG_KEY_1", "GIT_CONFIG_VALUE_1"].map(str::to_owned));
    let names = ENV_VARS.iter().flat_map(|row| row.names);
    let listed: BTreeSet<String> = names.map(|name| (*name).to_owned()).collect();
    assert_eq!(listed, read_by_sources, "core/src/cli/env_var_table.rs, then: cargo xtask generate");
}

#[test]
fn variables_are_found_however_they_are_read() {
    for (text, names) in [
        (r#"fn f() { session.env_vars.get("NO_COLOR") }"#, ["NO_COLOR"].as_slice()),
        (r#"fn f() { std::env::var_os("PATH") }"#, &["PATH"]),
        (r#"const A: &str = "SOME_NAME"; fn f(a: &EnvVars) { a.get(A) }"#, &["SOME_NAME"]),
        (r#"fn from_variables() { first(["HTTPS_PROXY", "https_proxy"]) }"#, &["HTTPS_PROXY", "https_proxy"]),
        (r#"#[arg(long, env = "SOME_NAME", value_name = "FILE")] struct A;"#, &["SOME_NAME"]),
        (
            r#"const A: &str = "export ONE_A={}\nexport TWO_B_{place}={}"; const B: &str = "MORE";"#,
            &["MORE", "ONE_A", "TWO_B_0"],
        ),
        (r#"fn f() { command.env("ONLY_SET", env_vars.get("READ_HERE")) }"#, &["READ_HERE"]),
        (
            r#"const A: &str = env!("CARGO_PKG_VERSION"); const B: Option<&str> = option_env!("A_COMMIT");"#,
            &[],
        ),
        (r#"const A: &str = "SOME_NAME";"#, &[]),
        (
            r#"use std::env::consts::OS; fn f() { table(["PROGRAM", "VERSION"], env!("CARGO_PKG_VERSION")) }"#,
            &[],
        ),
        (r#"mod tests { fn f() { std::env::var("IN_TESTS") } }"#, &[]),
    ] {
        let expected: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(variables(text), expected, "{text}");
    }
}
