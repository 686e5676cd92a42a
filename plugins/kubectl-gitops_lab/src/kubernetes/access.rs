//! Who asks, what they may do, and the reviews that tell them: an administrator who may do everything, a viewer
//! who is known and may do nothing, and nobody.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::place::{Place, Target};
use super::refusals::{self, Cause};
use super::reply::{Reply, Request};
use super::{cluster, decoding, form};
use crate::api::Refusal;

/// The tokens that are known.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) admin: String,
    pub(crate) viewer: String,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Identity {
    Admin,
    Viewer,
    Anonymous,
}

impl Identity {
    /// The one whose token it is.
    pub(super) fn of(token: Option<&str>, tokens: &Tokens) -> Result<Self, Refusal> {
        match token {
            None => Ok(Identity::Anonymous),
            Some(token) if token == tokens.admin => Ok(Identity::Admin),
            Some(token) if token == tokens.viewer => Ok(Identity::Viewer),
            Some(_) => Err(Refusal::Unauthorized),
        }
    }

    /// The one as whom this one wants to act.
    pub(super) fn acting_as(self, name: Option<&str>) -> Result<Self, Refusal> {
        let Some(name) = name else { return Ok(self) };
        if self != Identity::Admin {
            let message = format!(
                "users {name:?} is forbidden: User {:?} cannot impersonate resource \"users\" in API group \"\" at \
                 the cluster scope",
                self.name()
            );
            return Err(refusals::forbidden(message, json!({"name": name, "kind": "users"})));
        }
        [Identity::Admin, Identity::Viewer, Identity::Anonymous]
            .into_iter()
            .find(|identity| identity.name() == name)
            .ok_or_else(|| refusals::unknown(&format!("impersonation of user {name:?}")))
    }

    fn name(self) -> &'static str {
        match self {
            Identity::Admin => "admin",
            Identity::Viewer => "viewer",
            Identity::Anonymous => "system:anonymous",
        }
    }

    /// Refuses what this one may not do. Everybody may ask for the version, and whoever is known for discovery
    /// and reviews.
    pub(super) fn may(self, verb: &str, path: &str, place: Result<&Place, &Refusal>) -> Result<(), Refusal> {
        let is_known = self != Identity::Anonymous;
        match place {
            _ if self == Identity::Admin => Ok(()),
            Ok(Place::Health(_) | Place::Version) => Ok(()),
            Ok(Place::Review { .. }) if is_known => Ok(()),
            Ok(Place::CoreVersions | Place::Groups | Place::Group(_) | Place::Resources { .. })
                if is_known =>
            {
                Ok(())
            }
            Ok(Place::Objects(target)) => Err(self.forbidden(verb, target, &target.asked())),
            Ok(Place::Log(target)) => Err(self.forbidden(verb, target, "pods/log")),
            _ => {
                let message = format!("forbidden: User {:?} cannot {verb} path {path:?}", self.name());
                Err(refusals::forbidden(message, json!({})))
            }
        }
    }

    fn forbidden(self, verb: &str, target: &Target, asked: &str) -> Refusal {
        let resource = &target.resource;
        let mut details = json!({"kind": resource.plural});
        if !resource.group.is_empty() {
            details["group"] = json!(resource.group);
        }
        let mut what = resource.qualified();
        if let Some(name) = &target.name {
            details["name"] = json!(name);
            what += &format!(" {name:?}");
        }
        let place = match &target.namespace {
            Some(namespace) => format!("in the namespace {namespace:?}"),
            None => "at the cluster scope".to_owned(),
        };
        let message = format!(
            "{what} is forbidden: User {:?} cannot {verb} resource {:?} in API group {:?} {place}",
            self.name(),
            asked,
            resource.group
        );
        refusals::forbidden(message, details)
    }

    /// Answers a review of this one's rights.
    pub(super) fn review(
        self,
        group: &str,
        plural: &str,
        request: &Request,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        form::of(request.accept.as_deref())?;
        let kind = match plural {
            "selfsubjectaccessreviews" => "SelfSubjectAccessReview",
            "selfsubjectrulesreviews" => "SelfSubjectRulesReview",
            _ => "SelfSubjectReview",
        };
        let asked = decoding::document(request.media.as_deref(), &request.body, kind)?;
        let mut review = json!({"kind": kind, "apiVersion": format!("{group}/v1"), "metadata": {}});
        match plural {
            "selfsubjectaccessreviews" => {
                let spec = &asked["spec"];
                if spec["resourceAttributes"].is_object() == spec["nonResourceAttributes"].is_object() {
                    return Err(nothing_asked(group));
                }
                review["spec"] = spec.clone();
                review["status"] = json!({"allowed": self.is_allowed(spec)});
            }
            "selfsubjectrulesreviews" => {
                review["spec"] = json!({});
                review["status"] = self.rules();
            }
            _ => {
                review["metadata"] = json!({"creationTimestamp": cluster::time(now)});
                review["status"] = json!({"userInfo": self.described()});
            }
        }
        Ok(Reply::plain(StatusCode::CREATED, review))
    }

    fn is_allowed(self, spec: &Value) -> bool {
        let attributes = &spec["resourceAttributes"];
        let is_review = attributes["group"] == "authorization.k8s.io"
            && attributes["verb"] == "create"
            && ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]
                .iter()
                .any(|plural| attributes["resource"] == *plural);
        self == Identity::Admin || (self == Identity::Viewer && is_review)
    }

    fn described(self) -> Value {
        let groups = match self {
            Identity::Admin => json!(["system:masters", "system:authenticated"]),
            Identity::Viewer => json!(["system:authenticated"]),
            Identity::Anonymous => json!(["system:unauthenticated"]),
        };
        match self {
            Identity::Anonymous => json!({"username": self.name(), "groups": groups}),
            _ => json!({
                "username": self.name(),
                "uid": format!("{}-uid", self.name()),
                "groups": groups,
            }),
        }
    }

    fn rules(self) -> Value {
        let own = |group: &str, resources: Value| json!({"verbs": ["create"], "apiGroups": [group], "resources": resources});
        let mut resources = vec![
            own("authorization.k8s.io", json!(["selfsubjectaccessreviews", "selfsubjectrulesreviews"])),
            own("authentication.k8s.io", json!(["selfsubjectreviews"])),
        ];
        let mut others = vec![
            json!({
                "verbs": ["get"],
                "nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"],
            }),
            json!({
                "verbs": ["get"],
                "nonResourceURLs": [
                    "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*",
                    "/readyz", "/version", "/version/",
                ],
            }),
        ];
        if self == Identity::Admin {
            resources.insert(0, json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}));
            others.insert(0, json!({"verbs": ["*"], "nonResourceURLs": ["*"]}));
        }
        json!({"resourceRules": resources, "nonResourceRules": others, "incomplete": false})
    }
}

fn nothing_asked(group: &str) -> Refusal {
    let cause = Cause::invalid(
        "spec.resourceAttributes",
        "null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
    refusals::invalid_as(&format!(".{group}"), "", json!({"group": group}), &[cause])
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::Value;

    use crate::kubernetes::Reply;
    use crate::kubernetes::testing::{NOW, cluster, request};

    #[test]
    fn everybody_gets_what_is_theirs() {
        let mut cluster = cluster();
        let pods = "/api/v1/namespaces/default/pods";
        for (token, acting_as, path, code) in [
            (Some("a"), None, pods, 200),
            (Some("v"), None, pods, 403),
            (None, None, pods, 403),
            (Some("x"), None, "/version", 401),
            (Some("v"), None, "/apis", 200),
            (None, None, "/apis", 403),
            (None, None, "/version", 200),
            (Some("a"), Some("viewer"), pods, 403),
            (Some("a"), Some("system:anonymous"), "/apis", 403),
            (Some("a"), Some("somebody"), pods, 501),
            (Some("v"), Some("admin"), pods, 403),
        ] {
            let mut request = request(Method::GET, path, &Value::Null);
            request.token = token.map(str::to_owned);
            request.impersonated = acting_as.map(str::to_owned);
            let Reply::Document(document) = cluster.answer(&request, NOW) else { panic!("{path}") };
            assert_eq!(document.status.as_u16(), code, "{token:?} as {acting_as:?}: {path}");
        }
    }
}
