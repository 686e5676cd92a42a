//! The world itself: its parts, moved together.

use std::cell::RefCell;

use jiff::Timestamp;

use super::fault::Fault;
use super::faults::{Faults, Plan, RequestFacts};
use super::host::Host;
use super::journal::{Journal, RequestLine};
use super::site::Site;
use super::source_fetch::{fetch, path};
use crate::azure::Azure;
use crate::flux::{FetchFailure, FetchRequest, Fetched};
use crate::git::GitHost;
use crate::github::GitHub;
use crate::kubernetes;
use crate::message::{Reply, Request};

/// Who is written down for what Flux asks.
const SOURCE_CONTROLLER: &str = "source-controller";

/// All that is simulated.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) sites: Vec<Site>,
    pub(crate) github: GitHub,
    pub(crate) azure: Azure,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    outside: Outside,
}

/// What the controllers of sites reach.
#[derive(Debug)]
struct Outside {
    host: GitHost,
    /// Whose certificate the git host shows: PEM.
    authority: String,
}

impl World {
    /// A world without sites. `authority` is whose certificate the git host shows: PEM.
    pub(crate) fn new(
        github: GitHub,
        azure: Azure,
        host: GitHost,
        authority: String,
        faults: Faults,
    ) -> Self {
        let outside = Outside { host, authority };
        Self { sites: Vec::new(), github, azure, journal: Journal::default(), faults, outside }
    }

    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.sites.iter().filter_map(Site::due).chain(self.github.due()).chain(self.azure.due()).min()
    }

    /// Does what is due up to `now`, in the order of time.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            self.pass(at);
        }
        self.pass(now);
    }

    /// Lets the past happen up to `now`: as [`World::advance`] does, without those rounds of Flux that leave everything
    /// as it is.
    pub(crate) fn play_past(&mut self, now: Timestamp) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            self.pass(at);
            let outside = self.github.due().into_iter().chain(self.azure.due()).min();
            for site in &mut self.sites {
                let until = site
                    .cluster
                    .due()
                    .into_iter()
                    .chain(site.arc.change_due())
                    .chain(outside)
                    .chain([now])
                    .min();
                site.flux.skip_rounds(until.unwrap_or(now));
            }
        }
        self.pass(now);
    }

    fn pass(&mut self, now: Timestamp) {
        self.github.advance(now);
        self.azure.advance(now);
        for index in 0..self.sites.len() {
            self.at_site(index, now, |site, remote| site.advance(now, remote));
            self.exchange(index, now);
        }
    }

    /// Lets the agents of a site talk to Azure, and its controllers see what came of it.
    pub(crate) fn exchange(&mut self, index: usize, now: Timestamp) {
        loop {
            let Site { arc, cluster, .. } = &mut self.sites[index];
            if !arc.advance(cluster, &mut self.azure, now) {
                return;
            }
            self.at_site(index, now, |site, remote| site.advance(now, remote));
        }
    }

    /// Lets the agents of a site ask Azure now, and its controllers see what came of it.
    pub(crate) fn deliver(&mut self, index: usize, now: Timestamp) {
        self.exchange(index, now);
        self.sites[index].arc.poll_at(now);
        self.exchange(index, now);
    }

    /// Lets something go wrong from now on; an error says why it never could.
    pub(crate) fn arm(&mut self, fault: Fault) -> Result<(), String> {
        let sites: Vec<&str> = self.sites.iter().map(|site| site.name.as_str()).collect();
        fault.problem(&sites).map_or(Ok(()), Err)?;
        self.faults.arm(fault);
        Ok(())
    }

    /// Lets a request in: it gets the next number of all, and what is to go wrong with it.
    pub(crate) fn admit(&mut self, line: RequestLine, now: Timestamp) -> (u64, Plan) {
        let plan = self.faults.plan_for(RequestFacts::of(&line));
        (self.journal.begin(line, now), plan)
    }

    /// Answers a request of the Kubernetes API's of the site with this index.
    pub(crate) fn ask_site(&mut self, index: usize, request: &Request, now: Timestamp) -> kubernetes::Reply {
        let reply = self.at_site(index, now, |site, remote| site.answer(request, now, remote));
        self.exchange(index, now);
        reply
    }

    /// Answers a request of GitHub's API.
    pub(crate) fn ask_github(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.github.answer(request, now)
    }

    /// Answers a request of Azure's.
    pub(crate) fn ask_azure(&mut self, request: &Request, now: Timestamp) -> Reply {
        let reply = self.azure.answer(request, now);
        (0..self.sites.len()).for_each(|index| self.exchange(index, now));
        reply
    }

    /// Does something to a site, whose controllers reach what is outside of it.
    pub(crate) fn at_site<T>(
        &mut self,
        index: usize,
        now: Timestamp,
        act: impl FnOnce(&mut Site, &crate::flux::Remote<'_>) -> T,
    ) -> T {
        let Self { sites, journal, faults, outside, .. } = self;
        let site = &mut sites[index];
        let polled = RefCell::new((journal, faults));
        let name = site.name.clone();
        let remote = |request: &FetchRequest| -> Result<Fetched, FetchFailure> {
            let (journal, faults) = &mut *polled.borrow_mut();
            outside.poll(request, &name, journal, faults, now)
        };
        act(site, &remote)
    }
}

impl Outside {
    /// Answers what a source-controller asks, as a client of the git host would be.
    fn poll(
        &self,
        request: &FetchRequest,
        site: &str,
        journal: &mut Journal,
        faults: &mut Faults,
        now: Timestamp,
    ) -> Result<Fetched, FetchFailure> {
        // A URL that does not resolve to this host is neither faulted nor journalled.
        let path = path(&self.host, request)?;
        let line = RequestLine {
            host: Host::Git,
            site: Some(site.to_owned()),
            actor: Some(SOURCE_CONTROLLER.to_owned()),
            method: "GET".to_owned(),
            target: format!("{path}/info/refs"),
            is_watch: false,
        };
        let plan = faults.plan_for_poll(RequestFacts::of(&line));
        let number = journal.begin(line, now);
        let is_faulted = plan.effect.is_some();
        let fetched = fetch(&self.host, &self.authority, plan.effect, request);
        let status = match &fetched {
            Ok(_) => Some(200),
            Err(FetchFailure::Status { code, .. }) => Some(*code),
            Err(_) => None,
        };
        if let Some(status) = status {
            journal.answered(number, status);
            if !is_faulted {
                journal.carried_out(number, status);
            }
        }
        journal.end(number, now);
        fetched
    }
}
