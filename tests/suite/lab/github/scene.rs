//! A GitHub with an organisation, a few people and their tokens, and a way to ask it.

use std::collections::BTreeMap;

use kubectl_gitops_lab::{Change, GitHost, GitServer, Right};
use serde_json::Value;

use super::super::client::{Answer, Client};

/// A classic token of somebody who owns the organisation, with all scopes.
pub(super) const OWNER: &str = "t0ken-of-the-owner";
/// A fine-grained token of the same person, for reading alone.
pub(super) const READER: &str = "t0ken-for-reading";
/// A classic token of somebody else who may push, without the scopes `workflow` and `delete_repo`.
pub(super) const FRIEND: &str = "t0ken-of-a-friend";
/// A classic token of somebody who may only look.
pub(super) const GUEST: &str = "t0ken-of-a-guest";
/// A token of somebody of another organisation.
pub(super) const STRANGER: &str = "t0ken-of-a-stranger";
/// No token.
pub(super) const NOBODY: &str = "";

/// A GitHub and who asks it.
pub(super) struct Scene {
    pub(super) server: GitServer,
}

impl Scene {
    /// An organisation `contoso` with a repository `hello` that has two commits.
    pub(super) async fn set() -> Self {
        let host = GitHost::new().unwrap();
        for (token, repositories, right) in [
            (OWNER, "contoso/*", Right::Admin),
            (OWNER, "ada/*", Right::Admin),
            (READER, "contoso/*", Right::Read),
            (FRIEND, "contoso/*", Right::Write),
            (GUEST, "contoso/*", Right::Read),
            (STRANGER, "fabrikam/*", Right::Admin),
        ] {
            host.grant(token, repositories, right);
        }
        host.create("contoso/hello", "main").unwrap();
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        for (message, files) in [
            ("first", vec![("readme", "hello\n"), ("helm/values.yaml", "a: 1\n")]),
            ("second", vec![("helm/values.yaml", "a: 2\n"), ("helm/templates/app.yaml", "kind: List\n")]),
        ] {
            host.commit("contoso/hello", "main", &Change { message, files: &files, removed: &[], at })
                .unwrap();
        }
        let server = GitServer::start(host).await.unwrap();
        server.with_github(|hub, now| {
            hub.add_organization("contoso", &["ada", "grace"], now);
            let all = ["repo", "workflow", "delete_repo", "admin:org"];
            hub.sign_in(OWNER, "ada", Some(&all), now);
            hub.sign_in(READER, "ada", None, now);
            hub.sign_in(FRIEND, "grace", Some(&["repo"]), now);
            hub.sign_in(GUEST, "joan", Some(&["repo"]), now);
            hub.sign_in(STRANGER, "mallory", Some(&all), now);
        });
        Self { server }
    }

    /// Asks as the owner.
    pub(super) async fn get(&self, target: &str) -> Answer {
        self.ask(OWNER, "GET", target, Value::Null).await
    }

    /// Asks as the owner, who is answered well.
    pub(super) async fn document(&self, target: &str) -> Value {
        let answer = self.get(target).await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.text);
        answer.json()
    }

    /// Does something as the owner, which is done with this status.
    pub(super) async fn done(&self, status: u16, method: &str, target: &str, body: Value) -> Value {
        let answer = self.ask(OWNER, method, target, body).await;
        assert_eq!(answer.status, status, "{method} {target}: {}", answer.text);
        if answer.text.is_empty() { Value::Null } else { answer.json() }
    }

    /// Asks with a token; an empty one is none.
    pub(super) async fn ask(&self, token: &str, method: &str, target: &str, body: Value) -> Answer {
        self.ask_with(token, method, target, &[("Accept", "application/vnd.github+json")], body).await
    }

    /// The same with headers of one's own.
    pub(super) async fn ask_with(
        &self,
        token: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut client = Client::new(self.server.authority(), self.server.url(), token);
        client.token = client.token.filter(|token| !token.is_empty());
        let headers: Vec<_> = headers.iter().copied().chain([("User-Agent", "tests")]).collect();
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        client.send_with(method, &format!("/api/v3{target}"), &headers, &body).await.whole().await
    }

    /// What is refused, and in which words: the message, and those of its errors.
    pub(super) async fn refused(
        &self,
        token: &str,
        method: &str,
        target: &str,
        body: Value,
    ) -> (u16, String) {
        let answer = self.ask(token, method, target, body).await;
        assert!(answer.status >= 300, "{method} {target}: {}", answer.text);
        let told = answer.json();
        let page = told["documentation_url"].as_str().unwrap();
        assert!(page.starts_with("https://docs.github.com/rest"), "{page}");
        let mut words = vec![told["message"].as_str().unwrap().to_owned()];
        for error in told["errors"].as_array().into_iter().flatten() {
            let text = error.as_str().or_else(|| error["message"].as_str()).map(str::to_owned);
            words.push(text.unwrap_or_else(|| format!("{} {}", error["field"], error["code"])));
        }
        (answer.status, words.join(": "))
    }

    /// All pages of a list, as `Link` leads through them, and how many there were.
    pub(super) async fn pages(&self, target: &str) -> (Vec<Value>, usize) {
        let (mut items, mut count) = (Vec::new(), 0);
        let mut next = Some(target.to_owned());
        while let Some(target) = next {
            let answer = self.get(&target).await;
            items.extend(answer.json().as_array().unwrap().clone());
            count += 1;
            next = links(&answer.headers)
                .remove("next")
                .map(|address| address.split_once("/api/v3").map(|(_, target)| target.to_owned()).unwrap());
        }
        (items, count)
    }

    /// The commit at the end of a branch of `contoso/hello`.
    pub(super) fn tip(&self, branch: &str) -> String {
        self.server.host().tip("contoso/hello", branch).unwrap().unwrap()
    }
}

/// Where `Link` leads, by relation.
pub(super) fn links(headers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let links = headers.get("link").map(String::as_str).unwrap_or_default();
    let parts = links.split(", ").filter_map(|link| {
        let (address, relation) = link.split_once("; rel=")?;
        Some((relation.trim_matches('"').to_owned(), address.trim_matches(['<', '>']).to_owned()))
    });
    parts.collect()
}
