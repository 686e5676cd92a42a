//! The way of a request: who asks, for what, may they, and who answers it.

use http::{Method, StatusCode};
use jiff::Timestamp;

use super::events_v1::NEWER;
use super::path::{Place, Subresource, Target, place};
use super::query::is_watch;
use super::query::{CollectionQuery, many};
use super::stream::Reply;
use super::{accept, discovery};
use crate::kubernetes::access::Impersonation;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::{StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// The answer to `request`, or why there is none.
    pub(in crate::kubernetes) fn respond(
        &mut self,
        request: &Request,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let identity = self.identity(request.token().as_deref(), now)?;
        let found = place(self.catalogue(), &request.path);
        let (verb, path) = (verb(request, found.as_ref().ok()), &request.path);
        let wanted = Impersonation::read(&request.headers);
        let identity = self.acting_as(identity, wanted.as_ref(), &verb, path, found.as_ref())?;
        self.may(&identity, &verb, path, found.as_ref())?;
        match found? {
            Place::Objects(target) => {
                let warning = deprecated(&target);
                let reply = self.objects(request, target, now)?;
                Ok(warning.into_iter().fold(reply, Reply::with_warning))
            }
            Place::Log(target) if request.method == Method::GET => self.log(request, &target, now),
            Place::Review { group, plural } if request.method == Method::POST => {
                self.review(&identity, &group, &plural, request, now)
            }
            Place::Token(target) if request.method == Method::POST => self.give_token(request, &target, now),
            Place::Review { .. } => Err(refusals::method_not_allowed()),
            Place::Version if request.method == Method::GET => {
                accept::of(request.accept())?;
                Ok(Reply::json(StatusCode::OK, discovery::version(self.release_served())))
            }
            other if request.method == Method::GET => discovery::answer(
                self.catalogue(),
                &other,
                accept::of(request.accept()),
                &request.query,
                self.release_served(),
            ),
            _ => Err(refusals::method_not_allowed()),
        }
    }

    fn objects(&mut self, request: &Request, target: Target, now: Timestamp) -> Result<Reply, StatusError> {
        let form = accept::of(request.accept())?;
        if target.resource.group == NEWER && ![Method::GET, Method::DELETE].contains(&request.method) {
            return Err(refusals::unknown("writes of events through events.k8s.io"));
        }
        match (&request.method, &target.name) {
            (_, Some(name)) if target.part == Subresource::Scale => {
                self.answer_scale(request, &target, name, now)
            }
            (&Method::GET, Some(name)) => {
                let key = self.key(&target, name);
                let object = self.object(&target.resource, &key)?;
                Ok(Reply::json(StatusCode::OK, self.shown(&object, &target, form, request, now)))
            }
            (&Method::GET, None) => {
                let asked =
                    many(&target.resource, target.place, target.namespace.as_deref(), &request.query)?;
                match asked {
                    CollectionQuery::List(listed) => self.list(&target, &listed, form, request, now),
                    CollectionQuery::Watch(watched) => self.watch(&target, watched, form, request, now),
                }
            }
            (&Method::POST, None) => self.create(request, &target, form, now),
            (&Method::PUT, Some(name)) => self.update(request, &target, name, form, now),
            (&Method::PATCH, Some(name)) => self.patch(request, &target, name, form, now),
            (&Method::DELETE, Some(name)) if target.part == Subresource::Whole => {
                self.delete(request, &target, name, now)
            }
            (&Method::DELETE, None) if target.resource.kind != "Namespace" => {
                self.delete_all(request, &target, now)
            }
            _ => Err(refusals::method_not_allowed()),
        }
    }
}

/// What is said of a kind that is on its way out.
fn deprecated(target: &Target) -> Option<&'static str> {
    let is_endpoints = target.resource.group.is_empty() && target.resource.kind == "Endpoints";
    is_endpoints.then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}

/// What rights call it that is asked for.
fn verb(request: &Request, place: Option<&Place>) -> String {
    let Some(Place::Objects(target) | Place::Log(target)) = place else {
        return request.method.as_str().to_lowercase();
    };
    let many = target.name.is_none();
    match request.method {
        Method::GET if many && is_watch(request) => "watch",
        Method::GET if many => "list",
        Method::GET => "get",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if many => "deletecollection",
        Method::DELETE => "delete",
        _ => "",
    }
    .to_owned()
}
