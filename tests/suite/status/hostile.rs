//! What nobody should see raw: whatever a cluster and GitHub write into texts, a page steers no terminal, and a document is
//! one. On a terminal, a real one too, there are this program's own colours and links alone.

use serde_json::{Value, json};

use super::github::{HEAD, TOKEN, settled};
use super::objects::pipeline;
use crate::support::{Call, Program, Reply, Server, has_tool, listed, say_missing};

const OWN_PAGE: &str = "https://git.example/contoso/hello-gitops/pull/12";

/// Texts that steer terminals, break lines or are too long.
fn texts() -> Vec<String> {
    vec![
        "a\u{1b}[2J\u{1b}]0;title\u{7}b".to_owned(),
        "b\u{1b}]8;;https://evil.example\u{1b}\\c\u{9b}31m\u{90}x".to_owned(),
        "c\nd\r\te\u{2028}f\u{b}g\u{c}\u{8}\u{85}".to_owned(),
        "\u{202e}drowssap\u{2066}\u{200f}\u{feff}".to_owned(),
        "x".repeat(10_000),
        "\" , } ] \\ \u{0}".to_owned(),
    ]
}

/// The objects of a pipeline, every condition's words and the source's address and revision of which are `text`.
fn objects(text: &str) -> Vec<Value> {
    let mut objects = pipeline();
    for object in &mut objects {
        let is_kustomization = object["kind"] == "Kustomization";
        if let Some(conditions) = object["status"]["conditions"].as_array_mut() {
            for condition in conditions {
                condition["message"] = json!(text);
                if is_kustomization {
                    condition["status"] = json!("False");
                    condition["reason"] = json!(text);
                }
            }
        }
        let labels = object["metadata"]["labels"].as_object().cloned().unwrap_or_default();
        object["metadata"]["annotations"] = json!({ "note": text, "labels": labels.len() });
    }
    objects
}

/// GitHub, whose every text is `text`.
fn github(text: &str, call: &Call) -> Reply {
    let path = call.path.strip_prefix("/repos/contoso").unwrap_or_default();
    match path {
        "/hello-gitops/git/ref/heads/dev" => Reply::Json(200, json!({"object": {"sha": HEAD}})),
        "/hello-gitops/contents/.github/tracking/Version" => Reply::Whole(200, Vec::new(), text.to_owned()),
        "/hello-gitops/pulls" => {
            let pull = |number: u64, page: &str| json!({"number": number, "state": "open", "title": text, "html_url": page, "user": {"login": text}, "head": {"ref": text}});
            Reply::Json(
                200,
                json!([pull(12, OWN_PAGE), pull(13, &format!("https://git.example/{text}")), pull(14, text)]),
            )
        }
        path if path.ends_with("/statuses") => Reply::Json(
            200,
            json!([{"context": "e2e/dev", "state": "failure", "description": text, "target_url": text},
                   {"context": "dev", "state": "failure", "description": text, "target_url": format!("https://git.example/{text}")}]),
        ),
        _ => settled(call),
    }
}

/// A cluster and a GitHub whose every text is `text`, and a program that asks them.
fn hostile(text: &str) -> (Server, Program) {
    let (text, objects) = (text.to_owned(), objects(text));
    let server = Server::start(move |call| match call.path.starts_with("/repos/") {
        true => github(&text, call),
        false => listed(&objects, call),
    });
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    let roots = program.file("roots.pem", server.authority());
    let program = program
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_API_URL", &server.url())
        .with("GITHUB_SERVER_URL", "https://git.example")
        .with("GH_TOKEN", TOKEN);
    (server, program)
}

/// A character that steers a terminal or cannot be seen.
fn steers(c: char) -> bool {
    let is_invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() && c != '\n' || is_invisible
}

#[test]
fn no_format_has_anything_raw() {
    for text in texts() {
        let (_server, program) = hostile(&text);
        for format in ["table", "wide", "json", "yaml", "name"] {
            // Documents are held to their schemas.
            let ended = program.status(&["-A", "-o", format]);
            let case: String = text.chars().take(20).collect();
            assert_eq!(ended.code, Some(0), "{case:?} {format}: {}", ended.stderr);
            let raw = |text: &str| text.chars().find(|c| steers(*c));
            assert_eq!((raw(&ended.stdout), raw(&ended.stderr)), (None, None), "{case:?} {format}");
            assert!(!ended.stdout.is_empty(), "{case:?} {format}");
        }
    }
}

/// The escape sequences of a text, each from its beginning to its end.
fn sequences(text: &str) -> Vec<&str> {
    let mut sequences = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('\u{1b}') {
        let sequence = &rest[start..];
        let end = match sequence.as_bytes().get(1) {
            Some(b']') => sequence[1..].find("\u{1b}\\").map_or(sequence.len(), |end| end + 3),
            _ => sequence.find('m').map_or(sequence.len(), |end| end + 1),
        };
        sequences.push(&sequence[..end]);
        rest = &sequence[end..];
    }
    sequences
}

#[test]
fn a_terminal_gets_colours_and_links_of_githubs_own_pages_alone() {
    if !has_tool("script") {
        return say_missing("script");
    }
    for text in texts() {
        let (_server, program) = hostile(&text);
        let program = program.with("TERM", "xterm-256color").with("FORCE_HYPERLINK", "1");
        program.linked("kubectl-gitops_status");
        let line = "script -qec './kubectl-gitops_status -A --no-progress' /dev/null";
        let output = program.shell(line, "/usr/bin:/bin").output().expect("it runs");
        let shown = String::from_utf8(output.stdout).expect("UTF-8").replace("\r\n", "\n");
        let found = sequences(&shown);
        let is_own = |sequence: &&str| match sequence.strip_prefix("\u{1b}]8;;") {
            Some(rest) => rest == "\u{1b}\\" || rest.starts_with("https://git.example/contoso/"),
            None => {
                sequence.starts_with("\u{1b}[")
                    && sequence[2..].bytes().all(|byte| byte.is_ascii_digit() || b";m".contains(&byte))
            }
        };
        let foreign: Vec<&&str> = found.iter().filter(|sequence| !is_own(sequence)).collect();
        assert!(foreign.is_empty(), "{foreign:?}: {shown:?}");
        let page = format!("\u{1b}]8;;{OWN_PAGE}\u{1b}\\{OWN_PAGE}\u{1b}]8;;\u{1b}\\");
        assert!(shown.contains(&page), "the remark's own page: {shown:?}");
        let plain = found.iter().fold(shown.clone(), |text, sequence| text.replacen(sequence, "", 1));
        assert_eq!(plain.chars().find(|c| steers(*c)), None, "{plain:?}");
    }
}
