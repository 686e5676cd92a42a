//! The way of a request to its route: who comes, how often they came, and whether they may go in.

use http::{Method, StatusCode};

use super::answer::Answer;
use super::call::Call;
use super::refusal::Refusal;
use super::route::{Needs, Route};
use crate::git::Right;
use crate::message::Request;

impl Call<'_> {
    pub(in crate::github) fn respond(&mut self, route: &'static Route) -> Result<Answer, Refusal> {
        if self.request.header(http::header::USER_AGENT).is_none() {
            return Err(
                Refusal::forbidden(NO_AGENT).at("rest/using-the-rest-api/troubleshooting-the-rest-api")
            );
        }
        if let Some(token) = &self.visitor.token
            && !self.hub.host.knows(token)
        {
            return Err(Refusal::bad_credentials());
        }
        if route.path != "/rate_limit" && self.hub.limits.count(self.visitor.token.as_deref(), self.now) {
            return Err(self.exhausted());
        }
        if !self.word("repo").is_empty() {
            self.enter(route)?;
        } else if route.needs != Needs::Nothing && !self.visitor.is_somebody() {
            return Err(Refusal::unauthenticated());
        }
        (route.answer)(self)
    }

    /// Goes into the repository that the path names, if the visitor may do there what the route does.
    fn enter(&mut self, route: &Route) -> Result<(), Refusal> {
        let name = format!("{}/{}", self.word("owner"), self.word("repo"));
        let id = self.hub.find(&name, self.now).ok_or_else(Refusal::not_found)?;
        self.about = Some(id);
        let right = self.hub.right(&self.visitor, self.repository()?).ok_or_else(Refusal::not_found)?;
        let needed = match route.needs {
            Needs::Nothing | Needs::Person | Needs::Read => Right::Read,
            Needs::Write | Needs::Operate => Right::Write,
            Needs::Admin => Right::Admin,
        };
        if right < needed {
            return Err(match route.needs {
                _ if !self.visitor.is_somebody() => Refusal::unauthenticated(),
                _ if self.visitor.is_fine_grained() => {
                    Refusal::forbidden("Resource not accessible by personal access token")
                }
                Needs::Admin | Needs::Operate => Refusal::must_administer(),
                _ => Refusal::not_found(),
            });
        }
        if !self.repository()?.name.eq_ignore_ascii_case(&name) {
            let rest =
                self.request.path.splitn(5, '/').nth(4).map_or(String::new(), |rest| format!("/{rest}"));
            let location = format!("{}/repositories/{id}{rest}", self.hub.urls.api);
            let is_read = matches!(self.request.method, Method::GET | Method::HEAD);
            return Err(Refusal::moved(is_read, location));
        }
        Ok(())
    }

    fn exhausted(&self) -> Refusal {
        let whom = match self.hub.accounts.get(&self.visitor.login) {
            Some(account) => format!("user ID {}", account.id),
            None => "127.0.0.1".to_owned(),
        };
        Refusal::forbidden(&format!("API rate limit exceeded for {whom}."))
            .at("rest/using-the-rest-api/rate-limits-for-the-rest-api")
    }
}

const NO_AGENT: &str = "Request forbidden by administrative rules. Please make sure your request has a User-Agent \
                        header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). \
                        Check https://developer.github.com for other possible causes.";

pub(in crate::github) fn unknown(request: &Request) -> Refusal {
    let told = format!("the lab does not serve {} {} on its GitHub", request.method, request.path);
    Refusal::new(StatusCode::NOT_IMPLEMENTED, told)
}
