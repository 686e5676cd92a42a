//! GitHub itself: what it knows, and what a request is answered from.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::actions::Runner;
use super::api::limits::Limits;
use super::people::accounts::{Accounts, WEB_FLOW};
use super::people::caller::Caller;
use super::repositories::repository::Repository;
use super::urls::Urls;
use crate::access::{BOT, Right, Role, SOMEBODY};
use crate::git::GitHost;

/// The number of the account that acts for jobs; it is the same on every GitHub.
const BOT_NUMBER: u64 = 41_898_282;

/// GitHub over the repositories of a git host.
#[derive(Debug)]
pub struct GitHub {
    pub(super) host: GitHost,
    pub(super) urls: Urls,
    pub(super) accounts: Accounts,
    pub(super) limits: Limits,
    /// By number.
    pub(super) repositories: BTreeMap<u64, Repository>,
    /// Numbers by the name of today, in lower case.
    pub(super) numbers: HashMap<String, u64>,
    /// How many moves of refs have been seen.
    pub(super) seen: u64,
    /// How many things were given a number.
    made: u64,
    /// What keys are made of.
    pub(super) seed: Seed,
    /// What takes runs; the last of them that fits a run does.
    pub(super) runners: Vec<Runner>,
}

/// What keys are made of: a secret.
pub(super) struct Seed([u8; 32]);

impl std::fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("<redacted>")
    }
}

impl std::ops::Deref for Seed {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl GitHub {
    /// GitHub at `server` (`https://127.0.0.1:<port>`), whose API is at `/api/v3` as on a server of one's own.
    /// `seed` is what the keys are made of that open secrets.
    pub fn new(host: GitHost, server: &str, seed: [u8; 32], now: Timestamp) -> Self {
        let server = server.trim_end_matches('/').to_owned();
        let urls = Urls { api: format!("{server}/api/v3"), server };
        let mut github = Self {
            host,
            urls,
            accounts: Accounts::default(),
            limits: Limits::default(),
            repositories: BTreeMap::new(),
            numbers: HashMap::new(),
            seen: 0,
            made: 1000,
            seed: Seed(seed),
            runners: Vec::new(),
        };
        for login in ["ghost", WEB_FLOW, SOMEBODY] {
            github.add_person(login, now);
        }
        github.accounts.add(BOT, false, BOT_NUMBER, now);
        github
    }

    /// The address of the API.
    pub fn api(&self) -> &str {
        &self.urls.api
    }

    /// Makes a person known.
    pub fn add_person(&mut self, login: &str, now: Timestamp) {
        let id = self.next();
        self.accounts.add(login, false, id, now);
    }

    /// The number of a person's account; who is not known is made known.
    pub(crate) fn account_number(&mut self, login: &str, now: Timestamp) -> u64 {
        self.add_person(login, now);
        self.accounts.get(login).map_or(0, |account| account.id)
    }

    /// Makes an organisation known, and who belongs to it: members may look at what it has.
    pub fn add_organization(&mut self, login: &str, members: &[&str], now: Timestamp) {
        let id = self.next();
        self.accounts.add(login, true, id, now);
        for member in members {
            self.add_person(member, now);
            self.accounts.add_member(login, member);
            self.host.add_role(member, &format!("{login}/*"), Role::Read);
        }
    }

    /// Says whose `token` is, and the scopes of a classic one. What it may do in which repository, the git host
    /// is told.
    pub fn sign_in(&mut self, token: &str, login: &str, scopes: Option<&[&str]>, now: Timestamp) {
        self.add_person(login, now);
        self.host.sign_in(token, login, scopes);
    }

    /// What a secret holds, of a repository or of one of its environments: it can be looked at here and nowhere else.
    pub fn secret(&self, repository: &str, environment: Option<&str>, name: &str) -> Option<String> {
        let number = self.numbers.get(&repository.to_ascii_lowercase())?;
        let repository = self.repositories.get(number)?;
        let vault = match environment {
            Some(environment) => repository.environment(environment)?.vault(),
            None => &repository.vault,
        };
        vault.secret(name).map(|secret| secret.expose().to_owned())
    }

    /// What a run was given.
    pub fn inputs(&self, repository: &str, run: u64) -> Option<&serde_json::Map<String, serde_json::Value>> {
        let number = self.numbers.get(&repository.to_ascii_lowercase())?;
        self.repositories.get(number)?.runs.inputs(run)
    }

    /// Ends a run with a conclusion (`success`) and what its jobs printed. Whether there was one that had not ended.
    pub fn conclude(
        &mut self,
        repository: &str,
        run: u64,
        conclusion: &str,
        log: &str,
        now: Timestamp,
    ) -> bool {
        let number = self.numbers.get(&repository.to_ascii_lowercase());
        let repository = number.and_then(|number| self.repositories.get_mut(number));
        repository.is_some_and(|repository| repository.runs.conclude(run, conclusion, log, now))
    }

    /// Lets a runner take runs that are queued from now on; it comes before those that were added earlier.
    pub fn add_runner(&mut self, runner: Runner) {
        self.runners.push(runner);
    }

    /// The next number of all.
    pub(super) fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.repositories.values().filter_map(|repository| repository.runs.due()).min()
    }

    /// Does what is due up to `now`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.host.set_time(now);
        self.catch_up();
        for repository in self.repositories.values_mut() {
            repository.runs.advance(now);
        }
    }

    /// Makes a repository of the git host known, so that what is pushed to it from now on is seen.
    pub(crate) fn take_up(&mut self, name: &str, now: Timestamp) {
        self.catch_up();
        self.find(name, now);
    }

    /// The number of a repository. One that is new on the git host is taken up.
    pub(super) fn find(&mut self, name: &str, now: Timestamp) -> Option<u64> {
        let name = self.host.name(name)?;
        if let Some(id) = self.numbers.get(&name.to_ascii_lowercase()) {
            return Some(*id);
        }
        let owner = name.split('/').next().unwrap_or_default();
        if self.accounts.get(owner).is_none() {
            self.add_organization(owner, &[SOMEBODY], now);
        }
        Some(self.add(Repository::new(&name, now)))
    }

    /// Takes up a repository of the git host's; the answer is its number.
    pub(super) fn add(&mut self, mut repository: Repository) -> u64 {
        let id = self.next();
        repository.id = id;
        self.numbers.insert(repository.name.to_ascii_lowercase(), id);
        self.repositories.insert(id, repository);
        id
    }

    pub(super) fn rename(&mut self, id: u64, name: &str) {
        if let Some(repository) = self.repositories.get_mut(&id) {
            self.numbers.remove(&repository.name.to_ascii_lowercase());
            self.numbers.insert(name.to_ascii_lowercase(), id);
            name.clone_into(&mut repository.name);
        }
    }

    pub(super) fn forget(&mut self, id: u64) {
        if let Some(repository) = self.repositories.remove(&id) {
            self.numbers.remove(&repository.name.to_ascii_lowercase());
        }
    }

    /// Who comes with a token.
    pub(super) fn caller(&self, token: Option<String>) -> Caller {
        let known = token.as_ref().and_then(|token| self.host.token(token));
        Caller::new(token, known.as_ref())
    }

    /// What somebody may do in a repository with what they show, as far as they may see it.
    pub(super) fn right(&self, caller: &Caller, repository: &Repository) -> Option<Right> {
        let granted = caller.token.as_ref().and_then(|token| self.host.right(token, &repository.name));
        granted.or_else(|| (!repository.is_private).then_some(Right::Read))
    }
}
