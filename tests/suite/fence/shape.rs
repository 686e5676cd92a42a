//! What a file may hold: every one says what it owns, and those that are named for what they gather
//! (`main.rs`, `mod.rs`) gather and do nothing else.

use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::files::{read, rust_files, tokens, workspace};

#[test]
fn every_file_says_what_it_owns_and_mains_and_mods_have_no_logic() {
    for folder in ["core/src", "plugins", "tests"] {
        for file in rust_files(&workspace().join(folder)) {
            let text = read(&file);
            assert!(text.starts_with("//!"), "{} does not say what it owns", file.display());
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if matches!(name, "main.rs" | "mod.rs") {
                let logic = logic(&text, name == "main.rs");
                assert_eq!(logic, None, "{} holds logic", file.display());
                assert!(text.lines().count() <= 80, "{} is long for a {name}", file.display());
            }
        }
    }
}

/// The first item of a file that is none of: attributes and docs, `use`, `mod name;` and, in a main, `fn main`
/// of one expression.
fn logic(text: &str, is_main: bool) -> Option<String> {
    let mut tokens = tokens(text).into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                tokens.next_if(|token| matches!(token, TokenTree::Punct(_)));
                tokens.next();
            }
            TokenTree::Ident(ident) if ident == "pub" => {
                tokens.next_if(|token| is_group(token, Delimiter::Parenthesis));
            }
            TokenTree::Ident(ident) if ident == "use" => {
                while tokens.next().is_some_and(|token| !is_semicolon(&token)) {}
            }
            TokenTree::Ident(ident) if ident == "mod" => {
                tokens.next();
                if !tokens.next().is_some_and(|token| is_semicolon(&token)) {
                    return Some("mod with a body".to_owned());
                }
            }
            TokenTree::Ident(ident) if ident == "fn" && is_main => {
                let name = tokens.next().map(|name| name.to_string()).unwrap_or_default();
                if name != "main" || !body(&mut tokens).is_some_and(is_one_expression) {
                    return Some(format!("fn {name}"));
                }
            }
            other => return Some(other.to_string()),
        }
    }
    None
}

/// The body of the function whose name was read.
fn body(tokens: &mut Peekable<IntoIter>) -> Option<TokenStream> {
    tokens.find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    })
}

/// Whether a body is one expression without statements, blocks or closures in it.
fn is_one_expression(body: TokenStream) -> bool {
    !body.is_empty()
        && body.into_iter().all(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => false,
            TokenTree::Group(group) => group.stream().is_empty() || is_one_expression(group.stream()),
            TokenTree::Punct(punct) => !matches!(punct.as_char(), ';' | '|'),
            _ => true,
        })
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

#[test]
fn a_main_gathers_and_calls_one_function() {
    for text in [
        "//! Doc.\nuse a::{b, c};\nfn main() -> std::process::ExitCode { b::start::<A, _>(c(), d) }",
        "//! Doc.\n#![expect(x, reason = \"y\")]\nmod a;\n#[cfg(test)] mod b;\nfn main() { a::run(std::env::args().skip(1)) }",
        "//! Doc.\nmod a;",
    ] {
        assert_eq!(logic(text, true), None, "{text}");
    }
    for text in [
        "fn main() { let a = 1; run(a) }",
        "fn main() { run(); }",
        "fn main() {}",
        "fn main() { if a() { b() } }",
        "fn main() { run(|a| a + 1) }",
        "fn main() { run({ 1 }) }",
        "fn main() { a() }\nfn b() {}",
        "const A: u8 = 1;\nfn main() { a(A) }",
        "static A: u8 = 1;",
        "struct A;",
        "impl A { }",
        "macro_rules! a { () => {} }",
        "mod a { fn b() {} }",
        "type A = u8;",
    ] {
        assert!(logic(text, true).is_some(), "{text}");
    }
}

#[test]
fn a_mod_gathers_and_does_nothing() {
    let text = "//! Doc.\n#![expect(x)]\n/// Doc.\npub mod a;\nmod b;\npub(crate) use a::{c, d};\npub(in crate::x) use b::*;";
    assert_eq!(logic(text, false), None);
    for text in [
        "mod a;\nfn main() { a::run() }",
        "pub fn a() {}",
        "pub(crate) const A: u8 = 1;",
        "pub async fn run() {}",
        "mod a { }",
        "impl A for B {}",
        "#[test] fn a() {}",
    ] {
        assert!(logic(text, false).is_some(), "{text}");
    }
}
