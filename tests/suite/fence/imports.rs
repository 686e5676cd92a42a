//! Which modules at the root of its crate a file names, however it spells their paths.
//!
//! Works on tokens and not on syntax trees: paths in expressions, in macros' arguments and in `macro_rules!`
//! count as much as those behind `use`.

use std::collections::BTreeSet;
use std::iter::Peekable;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::files::tokens;

/// What stands for "all of the crate": a glob at its root, or the root under another name.
pub(super) const EVERYTHING: &str = "*";

type Tokens = Peekable<proc_macro2::token_stream::IntoIter>;

/// The names at the root of the crate that `text` names. `module` is the path of the module it is the file of.
pub(super) fn root_names(text: &str, module: &[&str]) -> BTreeSet<String> {
    let mut walk = Walk { names: BTreeSet::new() };
    let mut module: Vec<String> = module.iter().map(|&name| name.to_owned()).collect();
    walk.stream(tokens(text), &mut module);
    walk.names
}

struct Walk {
    names: BTreeSet<String>,
}

impl Walk {
    fn stream(&mut self, stream: TokenStream, module: &mut Vec<String>) {
        let mut tokens: Tokens = stream.into_iter().peekable();
        let mut before = [None, None];
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Ident(ident) if ident == "crate" => self.after_prefix(&mut tokens, &[]),
                TokenTree::Ident(ident) if ident == "super" => {
                    let parent = &module[..module.len().saturating_sub(1)];
                    self.after_prefix(&mut tokens, parent);
                }
                TokenTree::Group(group) => {
                    let inline = match (&before, group.delimiter()) {
                        ([Some(keyword), Some(name)], Delimiter::Brace) if keyword == "mod" => Some(name),
                        _ => None,
                    };
                    module.extend(inline.cloned());
                    self.stream(group.stream(), module);
                    module.truncate(module.len() - usize::from(inline.is_some()));
                }
                _ => {}
            }
            let word = match token {
                TokenTree::Ident(ident) => Some(ident.to_string()),
                _ => None,
            };
            let [_, last] = before;
            before = [last, word];
        }
    }

    /// Behind `crate` or `super`, with `base` the module that it means.
    fn after_prefix(&mut self, tokens: &mut Tokens, base: &[String]) {
        match tokens.peek() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => {
                skip_colons(tokens);
                self.tree(tokens, base);
            }
            Some(TokenTree::Ident(ident)) if ident == "as" && base.is_empty() => self.add(EVERYTHING),
            _ => {}
        }
    }

    /// What a path goes on with below `base`: a name, `super`, a glob or a group of those.
    fn tree(&mut self, tokens: &mut Tokens, base: &[String]) {
        match tokens.next() {
            Some(TokenTree::Ident(ident)) if ident == "super" => {
                self.after_prefix(tokens, &base[..base.len().saturating_sub(1)]);
            }
            // `crate::{self}` has another name: the compiler refuses it without one.
            Some(TokenTree::Ident(ident)) if ident == "self" && base.is_empty() => self.add(EVERYTHING),
            Some(TokenTree::Ident(ident)) if base.is_empty() => self.add(&ident.to_string()),
            Some(TokenTree::Punct(punct)) if punct.as_char() == '*' && base.is_empty() => {
                self.add(EVERYTHING);
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let mut members: Tokens = group.stream().into_iter().peekable();
                while members.peek().is_some() {
                    self.tree(&mut members, base);
                    while members.next_if(|token| !is_comma(token)).is_some() {}
                    members.next();
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }
}

fn skip_colons(tokens: &mut Tokens) {
    while tokens.next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')).is_some()
    {
    }
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

#[test]
fn a_path_to_the_root_is_seen_in_every_spelling() {
    for text in [
        "use crate::flow;",
        "use crate::flow::status;",
        "use crate::{flow::status, model::Exit};",
        "use crate::{model::{Exit, Failure}, flow::{self, status}};",
        "use crate::{model::Exit, self as root};",
        "use crate::{\n    // why\n    flow,\n};",
        "pub use crate::flow::status;",
        "pub(crate) use crate::{flow as way};",
        "use super::super::flow;",
        "use super::super::{flow::status};",
        "use super::{super::flow::status};",
        "use self::super::super::flow;",
        "mod tests { use super::super::super::flow; }",
        "mod tests { mod deeper { fn f() { super::super::super::super::flow::status() } } }",
        "fn f() { let x = crate::flow::status(); }",
        "fn f(x: &crate::flow::Status) -> <crate :: flow :: A as B>::C { loop {} }",
        "fn f() { assert_eq!(1, crate::flow::one(), \"{}\", 2); }",
        "macro_rules! m { () => { $crate::flow::status() }; }",
        "macro_rules! m { () => { use $crate::{model, flow}; }; }",
        "#[derive(x)] #[serde(with = \"x\")] struct S(crate::flow::A);",
        "use crate::*;",
        "use crate as root;",
    ] {
        let names = root_names(text, &["model", "verdict"]);
        let is_seen = names.contains("flow") || names.contains(EVERYTHING);
        assert!(is_seen, "{text}: {names:?}");
    }
}

#[test]
fn what_is_no_path_to_the_root_is_not_seen() {
    for text in [
        "// use crate::flow;\nuse crate::model;",
        "//! See [`crate::flow`].\n/// [x](crate::flow)\nfn f() {}",
        "const A: &str = \"crate::flow\";",
        "use super::flow;",
        "mod tests { use super::super::flow; }",
        "use other::flow; use self::flow; use flow::a;",
        "use crate::model::flow; use crate::{model::flow, wire::{flow}};",
        "pub(crate) fn flow() {} pub(super) mod flow { }",
        "pub(in crate::model) fn f() {}",
    ] {
        let names = root_names(text, &["model", "verdict"]);
        let is_seen = names.contains("flow") || names.contains(EVERYTHING);
        assert!(!is_seen, "{text}: {names:?}");
    }
}
