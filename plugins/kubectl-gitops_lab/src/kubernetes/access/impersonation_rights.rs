//! Whether somebody may act as somebody else: each part of an identity needs its own right.

use serde_json::json;

use super::identity::{Identity, MASTERS};
use super::impersonation::Impersonation;
use super::impersonation_mode::{AUTHENTICATION, ImpersonationMode, LEGACY, NODE};
use super::rights::Attributes;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::path::Place;
use crate::kubernetes::{StatusError, refusals};

impl Cluster {
    /// The one as whom `identity` wants to act, if it may. `verb`, `path` and `place` are what it then wants to do.
    pub(in super::super) fn acting_as(
        &self,
        identity: Identity,
        wanted: Option<&Impersonation>,
        verb: &str,
        path: &str,
        place: Result<&Place, &StatusError>,
    ) -> Result<Identity, StatusError> {
        let Some(wanted) = wanted else { return Ok(identity) };
        if wanted.user.is_empty() {
            return Err(refusals::bad_request(format!(
                "requested {} without impersonating a user name",
                wanted.described()
            )));
        }
        let mut first = None;
        for mode in wanted.mode().into_iter().chain([LEGACY]) {
            let on = mode.on.map_or(Ok(()), |on| self.may(&identity, &format!("{on}:{verb}"), path, place));
            match on.and_then(|()| self.may_be(&identity, wanted, mode)) {
                Ok(()) => return Ok(wanted.identity(mode)),
                Err(refusal) => first = first.or(Some(refusal)),
            }
        }
        first.map_or(Ok(identity), Err)
    }

    /// Refuses a part of `wanted` that `identity` may not be.
    fn may_be(
        &self,
        identity: &Identity,
        wanted: &Impersonation,
        mode: ImpersonationMode,
    ) -> Result<(), StatusError> {
        let node = wanted.user.strip_prefix(NODE).filter(|_| mode.on.is_some());
        let user = match (wanted.account(), node) {
            (Some((namespace, name)), _) => {
                Attributes { namespace: Some(namespace), ..mode.asked(mode.group, "serviceaccounts", name) }
            }
            (None, Some(node)) => mode.asked(mode.group, "nodes", node),
            (None, None) => mode.asked(mode.group, "users", &wanted.user),
        };
        self.check_impersonation(identity, &user)?;
        if !wanted.uid.is_empty() {
            self.check_impersonation(identity, &mode.asked(AUTHENTICATION, "uids", &wanted.uid))?;
        }
        for group in &wanted.groups {
            let asked = mode.asked(mode.group, "groups", group);
            if mode.on.is_some() && group == MASTERS {
                let why = ": impersonating the system:masters group is not allowed";
                return Err(impersonation_refused(identity, &asked, why));
            }
            self.check_impersonation(identity, &asked)?;
        }
        for (key, values) in &wanted.extra {
            let resource = format!("userextras/{key}");
            for value in values {
                self.check_impersonation(identity, &mode.asked(AUTHENTICATION, &resource, value))?;
            }
        }
        Ok(())
    }

    fn check_impersonation(&self, identity: &Identity, asked: &Attributes<'_>) -> Result<(), StatusError> {
        match self.allows(identity, asked) {
            Some(_) => Ok(()),
            None => Err(impersonation_refused(identity, asked, "")),
        }
    }
}

fn impersonation_refused(identity: &Identity, asked: &Attributes<'_>, why: &str) -> StatusError {
    let resource = asked.resource.split('/').next().unwrap_or_default();
    let name = asked.name.unwrap_or_default();
    let (what, mut details) = (resource.to_owned(), json!({"name": name, "kind": resource}));
    let what = if asked.group.is_empty() { what } else { format!("{what}.{}", asked.group) };
    if !asked.group.is_empty() {
        details["group"] = json!(asked.group);
    }
    let message = format!("{}{why}", asked.refused(identity, &format!("{what} {name:?}")));
    refusals::forbidden(message, details)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method};
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{answer, cluster, request, send};

    const PODS: &str = "/api/v1/namespaces/default/pods";
    const BINDINGS: &str = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    fn ask(cluster: &mut Cluster, token: &str, pairs: &[(&str, &str)], path: &str) -> (u16, String) {
        let mut request = request(Method::GET, path, &Value::Null).with_token(token);
        request.headers.extend(headers(pairs));
        let (code, answer) = answer(cluster, &request);
        (code, answer["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Lets the viewer do what the rules say.
    fn grant(cluster: &mut Cluster, rules: &Value) {
        let role = json!({"metadata": {"name": "actor"}, "rules": rules});
        let roles = BINDINGS.replace("bindings", "s");
        assert_eq!(send(cluster, Method::POST, &roles, &role).0, 201);
        let binding = json!({
            "metadata": {"name": "actor"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "actor"},
            "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "viewer"}],
        });
        assert_eq!(send(cluster, Method::POST, BINDINGS, &binding).0, 201);
    }

    #[test]
    fn the_groups_that_are_asked_for_are_those_of_whom_is_acted_as() {
        let mut cluster = cluster();
        let jo = ("Impersonate-User", "jo");
        assert_eq!(ask(&mut cluster, "a", &[jo], PODS).0, 403);
        assert_eq!(ask(&mut cluster, "a", &[jo, ("Impersonate-Group", "system:masters")], PODS).0, 200);
        let review = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        let mut request = request(Method::POST, review, &json!({}));
        request.headers.extend(headers(&[
            jo,
            ("Impersonate-Group", "sre"),
            ("Impersonate-Group", "dev"),
            ("Impersonate-Uid", "7"),
            ("Impersonate-Extra-example.com%2fteam", "web"),
        ]));
        let (code, review) = answer(&mut cluster, &request);
        assert_eq!(code, 201);
        assert_eq!(
            review["status"]["userInfo"],
            json!({
                "username": "jo",
                "uid": "7",
                "groups": ["sre", "dev", "system:authenticated"],
                "extra": {"example.com/team": ["web"]},
            })
        );
    }

    #[test]
    fn a_group_without_a_user_is_refused() {
        let mut cluster = cluster();
        let (code, message) = ask(&mut cluster, "a", &[("Impersonate-Group", "g")], PODS);
        assert_eq!(code, 400);
        assert_eq!(
            message,
            "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"g\"}, \
             Extra:map[string][]string(nil)} without impersonating a user name"
        );
    }

    #[test]
    fn who_may_act_as_nobody_is_refused_in_the_words_of_the_first_check() {
        let mut cluster = cluster();
        let (code, message) = ask(&mut cluster, "v", &[("Impersonate-User", "jo")], PODS);
        assert_eq!(code, 403);
        assert_eq!(
            message,
            "pods is forbidden: User \"viewer\" cannot impersonate-on:user-info:list resource \"pods\" in API group \
             \"\" in the namespace \"default\""
        );
    }

    #[test]
    fn each_group_needs_its_own_right() {
        let mut cluster = cluster();
        grant(
            &mut cluster,
            &json!([
                {"verbs": ["impersonate"], "apiGroups": [""], "resources": ["users"], "resourceNames": ["jo"]},
                {"verbs": ["impersonate"], "apiGroups": [""], "resources": ["groups"], "resourceNames": ["sre"]},
            ]),
        );
        let jo = ("Impersonate-User", "jo");
        for (pairs, path, code) in [
            (&[jo][..], "/apis", 200),
            (&[jo, ("Impersonate-Group", "sre")], "/apis", 200),
            (&[jo, ("Impersonate-Group", "sre"), ("Impersonate-Group", "system:masters")], "/apis", 403),
            (&[jo, ("Impersonate-Uid", "7")], "/apis", 403),
            (&[jo, ("Impersonate-Extra-Team", "web")], "/apis", 403),
            (&[("Impersonate-User", "mo")], "/apis", 403),
            (&[jo], PODS, 403),
        ] {
            assert_eq!(ask(&mut cluster, "v", pairs, path).0, code, "{pairs:?} {path}");
        }
        assert_eq!(
            ask(&mut cluster, "v", &[jo], PODS).1,
            "pods is forbidden: User \"jo\" cannot list resource \"pods\" in API group \"\" in the namespace \
             \"default\""
        );
    }

    #[test]
    fn the_narrow_rights_hold_for_their_verb_and_for_no_masters() {
        let mut cluster = cluster();
        grant(
            &mut cluster,
            &json!([
                {"verbs": ["impersonate-on:user-info:list"], "apiGroups": [""], "resources": ["pods"]},
                {"verbs": ["impersonate:user-info"], "apiGroups": ["authentication.k8s.io"],
                 "resources": ["users", "groups"]},
            ]),
        );
        let jo = ("Impersonate-User", "jo");
        assert!(ask(&mut cluster, "v", &[jo], PODS).1.contains("User \"jo\" cannot list"));
        assert!(
            ask(&mut cluster, "v", &[jo], "/apis").1.contains("cannot impersonate-on:user-info:get path")
        );
        let (code, message) = ask(&mut cluster, "v", &[jo, ("Impersonate-Group", "system:masters")], PODS);
        assert_eq!(code, 403);
        assert_eq!(
            message,
            "groups.authentication.k8s.io \"system:masters\" is forbidden: User \"viewer\" cannot \
             impersonate:user-info resource \"groups\" in API group \"authentication.k8s.io\" at the cluster scope: \
             impersonating the system:masters group is not allowed"
        );
    }
}
