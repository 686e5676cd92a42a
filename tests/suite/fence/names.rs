//! Two types of core share no name: a reader who meets one knows which it is.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};

use super::files::{read, rust_files, tokens, workspace};

/// The structs, enums and traits that a text declares outside of its tests.
fn declared(stream: TokenStream, names: &mut Vec<String>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "mod" => {
                let is_tests = matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "tests");
                if is_tests {
                    tokens.next();
                    tokens.next();
                }
            }
            TokenTree::Ident(word) if ["struct", "enum", "trait"].iter().any(|kind| word == kind) => {
                if let Some(TokenTree::Ident(name)) = tokens.peek() {
                    names.push(name.to_string());
                }
            }
            TokenTree::Group(group) => declared(group.stream(), names),
            _ => {}
        }
    }
}

fn names_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    declared(tokens(text), &mut names);
    names
}

#[test]
fn no_two_types_of_core_share_a_name() {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in rust_files(&workspace().join("core/src")) {
        for name in names_in(&read(&file)) {
            files.entry(name).or_default().push(file.display().to_string());
        }
    }
    assert!(files.len() > 100, "{}", files.len());
    let shared: Vec<_> = files.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn types_are_found_wherever_they_are_declared() {
    let text = "pub struct A; enum B {} fn f() { struct C(u8); } mod inner { pub(crate) trait D {} }
        // struct E;
        mod tests { struct F; } const T: &str = \"struct G;\";";
    assert_eq!(names_in(text), ["A", "B", "C", "D"]);
}
