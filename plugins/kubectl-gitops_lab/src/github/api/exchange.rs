//! One request and its answer: which route it takes, and what is said around what the route answers.

use jiff::Timestamp;

use super::admission::unknown;
use super::call::Call;
use super::reply::{ReplyContext, reply};
use super::routes;
use crate::github::instance::GitHub;
use crate::message::{Reply, Request};

impl GitHub {
    /// Whose token a request carries; nobody's where it carries none.
    pub(crate) fn actor(&self, request: &Request) -> Option<String> {
        let actor = self.host.actor(&request.token()?)?;
        Some(actor.login().to_owned())
    }

    /// Answers `request` at `now`.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.advance(now);
        let caller = self.caller(request.token());
        let path = self.named(&request.path);
        let route = routes::find(&request.method, &path).ok();
        let (answer, about) = match route {
            None => (Err(unknown(request)), None),
            Some((route, ref words)) => {
                let mut call = Call {
                    github: self,
                    request,
                    now,
                    caller: caller.clone(),
                    words: words.clone(),
                    about: None,
                };
                let answer = call.respond(route);
                (answer, call.about)
            }
        };
        let id = self.next();
        let context =
            ReplyContext { request, caller: &caller, route: route.map(|(route, _)| route), id, about, now };
        reply(answer, &context, &self.urls, &mut self.limits)
    }

    /// The path of a repository that is asked for by its number, by its name.
    fn named(&self, path: &str) -> String {
        let Some(rest) = path.strip_prefix("/repositories/") else { return path.to_owned() };
        let (number, rest) = rest.split_once('/').map_or((rest, ""), |(number, rest)| (number, rest));
        let found = number.parse().ok().and_then(|number| self.repositories.get(&number));
        let Some(repository) = found else { return "/repos/nobody/nothing".to_owned() };
        let slash = if rest.is_empty() { "" } else { "/" };
        format!("/repos/{}{slash}{rest}", repository.name)
    }
}
