//! Who there is: people, organisations, and bots of apps.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::github::api::timestamp::time;
use crate::github::node_id::node;
use crate::github::urls::Urls;

/// Who commits what is committed on GitHub's pages.
pub(in crate::github) const WEB_FLOW: &str = "web-flow";

/// All accounts, by login in lower case.
#[derive(Debug, Default)]
pub(in crate::github) struct Accounts {
    all: BTreeMap<String, Account>,
}

/// An account.
#[derive(Debug)]
pub(in crate::github) struct Account {
    pub(in crate::github) login: String,
    pub(in crate::github) id: u64,
    is_organization: bool,
    /// Of an organisation, in lower case.
    members: BTreeSet<String>,
    created: Timestamp,
}

impl Account {
    fn kind(&self) -> &'static str {
        match self.is_organization {
            true => "Organization",
            false if self.login.ends_with("[bot]") => "Bot",
            false => "User",
        }
    }

    pub(in crate::github) fn email(&self) -> String {
        format!("{}+{}@users.noreply.github.com", self.id, self.login)
    }
}

impl Accounts {
    /// An account; it is made when it is not there.
    pub(in crate::github) fn add(&mut self, login: &str, is_organization: bool, id: u64, now: Timestamp) {
        self.all.entry(login.to_ascii_lowercase()).or_insert_with(|| Account {
            login: login.to_owned(),
            id,
            is_organization,
            members: BTreeSet::new(),
            created: now,
        });
    }

    pub(in crate::github) fn add_member(&mut self, organization: &str, login: &str) {
        if let Some(account) = self.all.get_mut(&organization.to_ascii_lowercase()) {
            account.members.insert(login.to_ascii_lowercase());
        }
    }

    pub(in crate::github) fn get(&self, login: &str) -> Option<&Account> {
        self.all.get(&login.to_ascii_lowercase())
    }

    pub(in crate::github) fn of_id(&self, id: u64) -> Option<&Account> {
        self.all.values().find(|account| account.id == id)
    }

    /// Whose address that is.
    pub(in crate::github) fn of_email(&self, email: &str) -> Option<&Account> {
        let login = match email {
            "noreply@github.com" => WEB_FLOW,
            _ => email.strip_suffix("@users.noreply.github.com")?.split_once('+')?.1,
        };
        self.get(login)
    }

    pub(in crate::github) fn is_organization(&self, login: &str) -> bool {
        self.get(login).is_some_and(|account| account.is_organization)
    }

    pub(in crate::github) fn is_member(&self, login: &str, organization: &str) -> bool {
        let account = self.get(organization);
        account.is_some_and(|account| account.members.contains(&login.to_ascii_lowercase()))
    }

    pub(in crate::github) fn organizations_of(&self, login: &str) -> Vec<String> {
        let login = login.to_ascii_lowercase();
        let mine = self.all.values().filter(|account| account.members.contains(&login));
        mine.map(|account| account.login.clone()).collect()
    }

    /// As it stands in other objects. Who is gone is a ghost.
    pub(in crate::github) fn simple(&self, login: &str, urls: &Urls) -> Value {
        let Some(account) = self.get(login) else {
            return if login == "ghost" { Value::Null } else { self.simple("ghost", urls) };
        };
        let (login, id) = (&account.login, account.id);
        let api = |rest: &str| json!(format!("{}/users/{login}{rest}", urls.api));
        json!({
            "login": login,
            "id": id,
            "node_id": node("User", id),
            "avatar_url": format!("{}/avatars/u/{id}?v=4", urls.server),
            "gravatar_id": "",
            "url": api(""),
            "html_url": format!("{}/{login}", urls.server),
            "followers_url": api("/followers"),
            "following_url": api("/following{/other_user}"),
            "gists_url": api("/gists{/gist_id}"),
            "starred_url": api("/starred{/owner}{/repo}"),
            "subscriptions_url": api("/subscriptions"),
            "organizations_url": api("/orgs"),
            "repos_url": api("/repos"),
            "events_url": api("/events{/privacy}"),
            "received_events_url": api("/received_events"),
            "type": account.kind(),
            "user_view_type": "public",
            "site_admin": false,
        })
    }

    /// As it is told of by itself.
    pub(in crate::github) fn full(&self, account: &Account, urls: &Urls, repositories: usize) -> Value {
        let mut full = self.simple(&account.login, urls);
        let name = if account.login == WEB_FLOW { "GitHub" } else { &account.login };
        for (field, value) in [
            ("name", json!(name)),
            ("company", Value::Null),
            ("blog", json!("")),
            ("location", json!("")),
            ("email", json!(account.email())),
            ("hireable", Value::Null),
            ("bio", json!("")),
            ("twitter_username", Value::Null),
            ("notification_email", json!(account.email())),
            ("public_repos", json!(repositories)),
            ("public_gists", json!(0)),
            ("followers", json!(0)),
            ("following", json!(0)),
            ("created_at", time(account.created)),
            ("updated_at", time(account.created)),
        ] {
            full[field] = value;
        }
        full
    }

    /// An organisation as it is told of by itself.
    pub(in crate::github) fn organization(
        &self,
        account: &Account,
        urls: &Urls,
        repositories: usize,
    ) -> Value {
        let (login, id) = (&account.login, account.id);
        let api = |rest: &str| json!(format!("{}/orgs/{login}{rest}", urls.api));
        json!({
            "login": login,
            "id": id,
            "node_id": node("Organization", id),
            "url": api(""),
            "repos_url": api("/repos"),
            "events_url": api("/events"),
            "hooks_url": api("/hooks"),
            "issues_url": api("/issues"),
            "members_url": api("/members{/member}"),
            "public_members_url": api("/public_members{/member}"),
            "avatar_url": format!("{}/avatars/u/{id}?v=4", urls.server),
            "description": "",
            "name": login,
            "company": null,
            "blog": "",
            "location": "",
            "email": null,
            "twitter_username": null,
            "is_verified": false,
            "has_organization_projects": true,
            "has_repository_projects": true,
            "public_repos": repositories,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "html_url": format!("{}/{login}", urls.server),
            "created_at": time(account.created),
            "updated_at": time(account.created),
            "archived_at": null,
            "type": "Organization",
        })
    }
}
