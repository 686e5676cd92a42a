//! Reviews, which tell somebody what they may do.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::identity::Identity;
use super::rights::Attributes;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::requests::{accept, body};
use crate::kubernetes::timestamp::time;
use crate::kubernetes::{StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// Answers a review of the rights of `identity`.
    pub(in super::super) fn review(
        &self,
        identity: &Identity,
        group: &str,
        plural: &str,
        request: &Request,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        accept::of(request.accept())?;
        let kind = match plural {
            "selfsubjectaccessreviews" => "SelfSubjectAccessReview",
            "selfsubjectrulesreviews" => "SelfSubjectRulesReview",
            _ => "SelfSubjectReview",
        };
        let asked = body::document(request.media(), &request.body, kind)?;
        let spec = &asked["spec"];
        let mut review = json!({"kind": kind, "apiVersion": format!("{group}/v1"), "metadata": {}});
        match plural {
            "selfsubjectaccessreviews" => {
                if spec["resourceAttributes"].is_object() == spec["nonResourceAttributes"].is_object() {
                    return Err(nothing_asked(group));
                }
                review["spec"] = spec.clone();
                review["status"] = self.access(identity, spec);
            }
            "selfsubjectrulesreviews" => {
                review["spec"] = json!({});
                review["status"] = told(self.rules(identity, spec["namespace"].as_str()));
            }
            _ => {
                review["metadata"] = json!({"creationTimestamp": time(now)});
                review["status"] = json!({"userInfo": identity.described()});
            }
        }
        Ok(Reply::json(StatusCode::CREATED, review))
    }

    /// Whether what a review asks about is allowed.
    fn access(&self, identity: &Identity, spec: &Value) -> Value {
        let attributes = &spec["resourceAttributes"];
        if !attributes.is_object() {
            let text = |name: &str| spec["nonResourceAttributes"][name].as_str().unwrap_or_default();
            return json!({"allowed": self.allows_path(identity, text("verb"), text("path"))});
        }
        let text = |name: &str| attributes[name].as_str().filter(|text| !text.is_empty());
        let resource = match (text("resource").unwrap_or_default(), text("subresource")) {
            (resource, Some(part)) => format!("{resource}/{part}"),
            (resource, None) => resource.to_owned(),
        };
        let asked = Attributes {
            verb: text("verb").unwrap_or_default(),
            group: text("group").unwrap_or_default(),
            resource: &resource,
            name: text("name"),
            namespace: text("namespace"),
        };
        match self.allows(identity, &asked) {
            Some(why) if !why.is_empty() => json!({"allowed": true, "reason": why}),
            Some(_) => json!({"allowed": true}),
            None => json!({"allowed": false}),
        }
    }
}

/// Rules as a review tells them: of kinds, and of other paths.
fn told(rules: Vec<Value>) -> Value {
    let (others, resources): (Vec<Value>, Vec<Value>) =
        rules.into_iter().partition(|rule| rule["nonResourceURLs"].is_array());
    let mut status = Map::new();
    status.insert("resourceRules".to_owned(), json!(resources));
    status.insert("nonResourceRules".to_owned(), json!(others));
    status.insert("incomplete".to_owned(), json!(false));
    Value::Object(status)
}

fn nothing_asked(group: &str) -> StatusError {
    let cause = Cause::invalid(
        "spec.resourceAttributes",
        "null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
    refusals::invalid_as(&format!(".{group}"), "", json!({"group": group}), &[cause])
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::AUTHORIZATION;
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::access::IMPERSONATE_USER;
    use crate::kubernetes::testing::{NOW, cluster, document, request, send};

    const RIGHTS: &str = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    const ACCOUNTS: &str = "/api/v1/namespaces/default/serviceaccounts";

    fn ask(
        cluster: &mut Cluster,
        token: Option<&str>,
        acting_as: Option<&str>,
        path: &str,
        now: Timestamp,
    ) -> (u16, Value) {
        let mut request = request(Method::GET, path, &Value::Null);
        request.headers.remove(AUTHORIZATION);
        let request = token.into_iter().fold(request, |request, token| request.with_token(token));
        let request =
            acting_as.into_iter().fold(request, |request, user| request.with_header(IMPERSONATE_USER, user));
        document(cluster.answer(&request, now))
    }

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
            (Some("v"), None, "/openapi/v3", 200),
            (None, None, "/apis", 403),
            (None, None, "/version", 200),
            (Some("a"), Some("viewer"), pods, 403),
            (Some("a"), Some("system:anonymous"), "/apis", 403),
            (Some("a"), Some("somebody"), pods, 403),
            (Some("v"), Some("admin"), pods, 403),
        ] {
            let (found, _) = ask(&mut cluster, token, acting_as, path, NOW);
            assert_eq!(found, code, "{token:?} as {acting_as:?}: {path}");
        }
    }

    #[test]
    fn a_token_may_do_what_its_account_is_bound_to_and_nothing_else() {
        let mut cluster = cluster();
        let account = json!({"metadata": {"name": "reader"}});
        send(&mut cluster, Method::POST, ACCOUNTS, &account);
        let role = json!({
            "metadata": {"name": "pods"},
            "rules": [{"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]}],
        });
        assert_eq!(send(&mut cluster, Method::POST, &format!("{RIGHTS}/roles"), &role).0, 201);
        let binding = json!({
            "metadata": {"name": "reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "pods"},
            "subjects": [{"kind": "ServiceAccount", "name": "reader", "namespace": "default"}],
        });
        assert_eq!(send(&mut cluster, Method::POST, &format!("{RIGHTS}/rolebindings"), &binding).0, 201);
        let wanted = json!({"spec": {"expirationSeconds": 600}});
        let (code, given) = send(&mut cluster, Method::POST, &format!("{ACCOUNTS}/reader/token"), &wanted);
        assert_eq!(code, 201, "{given}");
        let token = given["status"]["token"].as_str().unwrap().to_owned();

        for (path, code) in [
            ("/api/v1/namespaces/default/pods", 200),
            ("/api/v1/namespaces/default/pods/a", 403),
            ("/api/v1/namespaces/kube-system/pods", 403),
            ("/api/v1/pods", 403),
            ("/api/v1/namespaces/default/configmaps", 403),
            ("/apis", 200),
        ] {
            assert_eq!(ask(&mut cluster, Some(&token), None, path, NOW).0, code, "{path}");
        }
        let (_, refused) = ask(&mut cluster, Some(&token), None, "/api/v1/namespaces/default/secrets/a", NOW);
        assert_eq!(
            refused["message"],
            "secrets \"a\" is forbidden: User \"system:serviceaccount:default:reader\" cannot get resource \
             \"secrets\" in API group \"\" in the namespace \"default\""
        );

        let later = NOW + SignedDuration::from_secs(601);
        assert_eq!(ask(&mut cluster, Some(&token), None, "/apis", later).0, 401, "it is over");
        let forged = format!("{token}x");
        assert_eq!(ask(&mut cluster, Some(&forged), None, "/apis", NOW).0, 401);
        send(&mut cluster, Method::DELETE, &format!("{ACCOUNTS}/reader"), &Value::Null);
        assert_eq!(ask(&mut cluster, Some(&token), None, "/apis", NOW).0, 401, "its account is gone");
    }

    #[test]
    fn a_review_says_by_which_binding() {
        let mut cluster = cluster();
        let binding = json!({
            "metadata": {"name": "dev"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
            "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "jo"}],
        });
        send(&mut cluster, Method::POST, &format!("{RIGHTS}/rolebindings"), &binding);
        for (verb, group, resource, reason) in [
            (
                "list",
                "apps",
                "deployments",
                Some("RBAC: allowed by RoleBinding \"dev/default\" of ClusterRole \"view\" to User \"jo\""),
            ),
            ("delete", "apps", "deployments", None),
            ("get", "", "secrets", None),
        ] {
            let spec = json!({"resourceAttributes": {
                "namespace": "default", "verb": verb, "group": group, "resource": resource,
            }});
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
            let request = request(Method::POST, path, &json!({"spec": spec}));
            let request = request.with_header(IMPERSONATE_USER, "jo");
            let answer = document(cluster.answer(&request, NOW)).1;
            let status = &answer["status"];
            assert_eq!((status["allowed"] == true, status["reason"].as_str()), (reason.is_some(), reason));
        }
    }
}
