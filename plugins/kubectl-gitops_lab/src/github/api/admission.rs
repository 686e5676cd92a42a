//! The way of a request to its route: who comes, how often they came, and whether they may go in.

use http::{Method, StatusCode};

use super::answer::Answer;
use super::call::Call;
use super::needs::{Audience, Needs, PermissionSet, RoleRefusal};
use super::refusal::Refusal;
use super::route::Route;
use crate::access::{AccessLevel, Area, Permission, Role};
use crate::message::Request;

/// The scope that classic tokens need to delete repositories, and for nothing else.
const DELETE_REPO: &str = "delete_repo";

impl Call<'_> {
    pub(in crate::github) fn respond(&mut self, route: &'static Route) -> Result<Answer, Refusal> {
        if self.request.header(http::header::USER_AGENT).is_none() {
            return Err(
                Refusal::forbidden(NO_AGENT).at("rest/using-the-rest-api/troubleshooting-the-rest-api")
            );
        }
        if let Some(token) = &self.caller.token
            && !self.github.host.knows(token)
        {
            return Err(Refusal::bad_credentials());
        }
        if route.path != "/rate_limit" && self.github.limits.count(self.caller.token.as_deref(), self.now) {
            return Err(self.exhausted());
        }
        match self.word("repo") {
            "" => self.meet(&route.needs)?,
            _ => self.enter(&route.needs)?,
        }
        (route.answer)(self)
    }

    /// Lets the caller to what is about no repository.
    fn meet(&mut self, needs: &Needs) -> Result<(), Refusal> {
        match needs.audience {
            Audience::Anybody => return Ok(()),
            _ if !self.caller.is_somebody() => return Err(Refusal::unauthenticated()),
            Audience::Person if !self.caller.is_person() => return Err(self.caller.not_permitted()),
            Audience::Somebody | Audience::Person => {}
        }
        let owner = match self.word("org") {
            "" => self.caller.login.clone(),
            organization => organization.to_owned(),
        };
        let token = self.caller.token.clone().unwrap_or_default();
        // Every token sees what its repositories are called.
        let permits = |permission: &Permission| {
            *permission == Area::Metadata.read()
                || self.github.host.permits_at_owner(&token, *permission, &owner)
        };
        // What a classic token lacks, its route tells in words of its own.
        let suffices = |set: &PermissionSet| self.caller.scopes.is_some() || set.iter().all(permits);
        let set = needs.permissions.iter().find(|set| suffices(set));
        match set {
            Some(set) => self.github.host.record(&token, set, false),
            None if needs.permissions.is_empty() => {}
            None => return Err(self.caller.not_permitted()),
        }
        Ok(())
    }

    /// Goes into the repository that the path names, if the caller may do there what the route does: as a person
    /// by their role, and with what they show.
    fn enter(&mut self, needs: &Needs) -> Result<(), Refusal> {
        let name = format!("{}/{}", self.word("owner"), self.word("repo"));
        let id = self.github.find(&name, self.now).ok_or_else(Refusal::not_found)?;
        self.about = Some(id);
        let (today, is_public) = (self.repository()?.name.clone(), !self.repository()?.is_private);
        let set = self.permitted_set(needs, &today, is_public);
        let role = self.role(&today, is_public, set.is_some()).ok_or_else(Refusal::not_found)?;
        if role < needs.role {
            return Err(match needs.refusal {
                _ if !self.caller.is_somebody() => Refusal::unauthenticated(),
                _ if self.caller.is_fine_grained() => self.caller.not_permitted(),
                RoleRefusal::MustAdminister => Refusal::must_administer(),
                RoleRefusal::NotFound => Refusal::not_found(),
            });
        }
        let set = set.ok_or_else(|| self.caller.not_permitted())?;
        if let Some(token) = &self.caller.token {
            self.github.host.record(token, set, is_public);
            if needs.scopes == DELETE_REPO && !self.caller.lacks(DELETE_REPO) {
                self.github.host.record_scope(token, DELETE_REPO);
            }
        }
        if !today.eq_ignore_ascii_case(&name) {
            let rest =
                self.request.path.splitn(5, '/').nth(4).map_or(String::new(), |rest| format!("/{rest}"));
            let location = format!("{}/repositories/{id}{rest}", self.github.urls.api);
            let is_read = matches!(self.request.method, Method::GET | Method::HEAD);
            return Err(Refusal::moved(is_read, location));
        }
        Ok(())
    }

    /// The first of a route's sets that is permitted here. Much of what is public may be looked at with anything.
    fn permitted_set(&self, needs: &Needs, repository: &str, is_public: bool) -> Option<PermissionSet> {
        let token = self.caller.token.as_deref();
        let is_open = |permission: &Permission| {
            is_public && permission.level == AccessLevel::Read && permission.area.is_open_in_public()
        };
        let permits = |permission: &Permission| {
            token.is_some_and(|token| self.github.host.permits(token, *permission, repository))
        };
        if needs.permissions.is_empty() {
            return Some(&[]);
        }
        let by_token = needs.permissions.iter().find(|set| set.iter().all(permits));
        let by_anybody = || needs.permissions.iter().find(|set| set.iter().all(is_open));
        by_token.or_else(by_anybody).copied()
    }

    /// The role in which the caller comes; none where they do not see the repository.
    fn role(&self, repository: &str, is_public: bool, is_permitted: bool) -> Option<Role> {
        let token = self.caller.token.as_deref();
        let bound = token.and_then(|token| self.github.host.bound(token, repository));
        // A classic token with a scope for other things is nobody's where not everybody is.
        let sees = |token: &str| self.github.host.permits(token, Area::Metadata.read(), repository);
        let bound = bound.filter(|_| is_permitted || token.is_some_and(sees));
        bound.or_else(|| is_public.then_some(Role::Read))
    }

    fn exhausted(&self) -> Refusal {
        let whom = match self.github.accounts.get(&self.caller.login) {
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
