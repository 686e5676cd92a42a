//! The way of a request to its route: who comes, with which version, and whether they may go in. Resource Manager asks
//! in this order: token, version, subscription, role, registration of the provider, resource group, parent.

use http::{Method, StatusCode};
use jiff::Timestamp;

use super::answer::Answer;
use super::call::Call;
use super::limits::SubscriptionQuota;
use super::refusal::Refusal;
use super::route::{Needs, Route};
use crate::azure::entra::{MANAGEMENT_AUDIENCES, TokenProblem};
use crate::azure::guid::is_guid;
use crate::azure::resources::ResourceId;

impl Call<'_> {
    pub(super) fn respond(&mut self, route: &'static Route) -> Result<Answer, Refusal> {
        if route.needs != Needs::Nothing {
            let claims = self.azure.directory.caller(self.request, self.now);
            self.caller = Some(claims.map_err(|problem| self.unauthenticated(&problem))?);
        }
        route.versions.check(self.parameter("api-version").as_deref())?;
        let mut left = None;
        if !self.word("subscription").is_empty() {
            self.check_subscription()?;
            left = Some(self.count()?);
        }
        self.check_role(route.needs)?;
        if !self.word("group").is_empty() {
            self.check_place(route)?;
        }
        let answer = (route.answer)(self)?;
        Ok(match left {
            Some((quota, left)) => answer.with(quota.header(), left.to_string()),
            None => answer,
        })
    }

    fn check_subscription(&self) -> Result<(), Refusal> {
        let id = self.word("subscription");
        if !is_guid(id) {
            let message = format!("The provided subscription identifier '{id}' is malformed or invalid.");
            return Err(Refusal::bad("InvalidSubscriptionId", message));
        }
        match self.azure.subscriptions.get(id) {
            Some(_) => Ok(()),
            None => {
                let message = format!("The subscription '{id}' could not be found.");
                Err(Refusal::not_found("SubscriptionNotFound", message))
            }
        }
    }

    /// Counts the request; what is left is told with the answer.
    fn count(&mut self) -> Result<(SubscriptionQuota, u64), Refusal> {
        let quota = SubscriptionQuota::of(&self.request.method);
        let (client, subscription) = (self.client().to_owned(), self.word("subscription").to_owned());
        let left = self.azure.limits.count(&client, &subscription, quota, self.now).map_err(|until| {
            let seconds = until.duration_since(self.now).as_secs();
            let message = format!(
                "Number of '{}' requests for subscription '{subscription}' actor '{client}' exceeded. Please try again \
                 after '{seconds}' seconds after additional tokens are available.",
                quota.word()
            );
            let mut refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "SubscriptionRequestsThrottled", message);
            refusal.headers.push(("retry-after", seconds.to_string()));
            refusal.headers.push((quota.header(), "0".to_owned()));
            refusal
        })?;
        Ok((quota, left))
    }

    fn check_role(&self, needs: Needs) -> Result<(), Refusal> {
        let path = ResourceId::new(&self.request.path);
        let (action, scope) = match needs {
            Needs::Nothing | Needs::Token => return Ok(()),
            Needs::Action(action) => (action, path),
            Needs::ListAction(action) => (action, path.parent().unwrap_or_else(|| self.subscription())),
        };
        let principal = self.azure.directory.principal(self.client());
        if principal.is_some_and(|principal| principal.may(action, &scope)) {
            return Ok(());
        }
        let (client, object) = (self.client(), principal.map_or("", |principal| &principal.object));
        let message = format!(
            "The client '{client}' with object id '{object}' does not have authorization to perform action '{action}' \
             over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your \
             credentials."
        );
        Err(Refusal::new(StatusCode::FORBIDDEN, "AuthorizationFailed", message))
    }

    /// Whether the providers that a path names are registered, and its group is there.
    fn check_place(&self, route: &Route) -> Result<(), Refusal> {
        let path = ResourceId::new(&self.request.path);
        for namespace in path.namespaces() {
            let subscription = self.azure.subscriptions.get(self.word("subscription"));
            let state = subscription.and_then(|subscription| subscription.provider(&namespace));
            let state = state.ok_or_else(|| Refusal::invalid_namespace(&namespace))?;
            if !state.is_usable(self.now) {
                return Err(Refusal::unregistered(&state.namespace));
            }
        }
        let is_group_itself = route.path.ends_with("/{group}") && route.method != Method::GET;
        let group = self.group();
        if !is_group_itself && self.azure.resources.get(&group).is_none() {
            let message = format!("Resource group '{}' could not be found.", group.name());
            return Err(Refusal::not_found("ResourceGroupNotFound", message));
        }
        Ok(())
    }

    /// What refuses whoever shows no good token, and where to get one.
    fn unauthenticated(&self, problem: &TokenProblem) -> Refusal {
        let (code, message) = token_refusal(problem, self.now);
        let description = match problem {
            TokenProblem::Missing => "The authentication failed because of missing 'Authorization' header.",
            _ => &message,
        };
        let authority = format!("{}/{}", self.azure.url, self.azure.directory.tenant);
        let challenge = format!(
            "Bearer authorization_uri=\"{authority}\", error=\"invalid_token\", error_description=\"{description}\""
        );
        let mut refusal = Refusal::new(StatusCode::UNAUTHORIZED, code, message);
        refusal.headers.push(("www-authenticate", challenge));
        refusal
    }
}

fn token_refusal(problem: &TokenProblem, now: Timestamp) -> (&'static str, String) {
    match problem {
        TokenProblem::Missing => {
            let message = "Authentication failed. The 'Authorization' header is missing.".to_owned();
            ("AuthenticationFailed", message)
        }
        TokenProblem::OtherScheme => {
            let message =
                "Authentication failed. The 'Authorization' header is provided in an invalid format.";
            ("AuthenticationFailedInvalidHeader", message.to_owned())
        }
        TokenProblem::Invalid => ("InvalidAuthenticationToken", "The access token is invalid.".to_owned()),
        TokenProblem::Expired(expired) => {
            let written = |at: Timestamp| at.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string();
            let message = format!(
                "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
                written(*expired),
                written(now)
            );
            ("ExpiredAuthenticationToken", message)
        }
        TokenProblem::Audience(audience) => {
            let allowed =
                MANAGEMENT_AUDIENCES.iter().rev().map(|allowed| format!("'{allowed}/','{allowed}'"));
            let message = format!(
                "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly \
                 match with one of the allowed audiences {}.",
                allowed.collect::<Vec<_>>().join(",")
            );
            ("InvalidAuthenticationTokenAudience", message)
        }
    }
}
