//! Tokens of service accounts: given when they are asked for, known again without being kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::{Value, json};

use super::identity::Identity;
use crate::kubernetes::StatusError;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::body;
use crate::kubernetes::requests::path::Target;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::timestamp::time;
use crate::message::Request;

const HOUR: i64 = 3600;
const AUDIENCE: &str = "https://kubernetes.default.svc.cluster.local";

impl Cluster {
    /// `POST …/serviceaccounts/<name>/token`
    pub(in super::super) fn give_token(
        &self,
        request: &Request,
        target: &Target,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let name = target.name.as_deref().unwrap_or_default();
        let account = self.object(&target.resource, &self.key(target, name))?;
        let asked = body::document(request.media(), &request.body, "TokenRequest")?;
        let seconds = asked["spec"]["expirationSeconds"].as_i64().unwrap_or(HOUR);
        let end = now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
        let metadata = &account["metadata"];
        let claims = json!({
            "aud": [AUDIENCE],
            "exp": end.as_second(),
            "iat": now.as_second(),
            "iss": AUDIENCE,
            "kubernetes.io": {
                "namespace": metadata["namespace"],
                "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]},
            },
            "sub": Identity::account(text(&metadata["namespace"]), name, None).name,
        });
        let answer = json!({
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": name, "namespace": metadata["namespace"], "creationTimestamp": time(now)},
            "spec": {"audiences": [AUDIENCE], "expirationSeconds": seconds, "boundObjectRef": null},
            "status": {"token": self.sign(&claims), "expirationTimestamp": time(end)},
        });
        Ok(Reply::json(StatusCode::CREATED, answer))
    }

    /// The service account whose token it is, while both are there.
    pub(super) fn account_of(&self, token: &str, now: Timestamp) -> Option<Identity> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.tokens().signing_key(), signed.as_bytes(), &signature).ok()?;
        let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        let about = &claims["kubernetes.io"];
        let (namespace, named) = (text(&about["namespace"]), &about["serviceaccount"]);
        let account = self.store.get(&self.key_of("serviceaccounts", namespace, text(&named["name"])))?;
        let is_same = account["metadata"]["uid"] == named["uid"];
        let is_over = claims["exp"].as_i64().is_none_or(|end| end <= now.as_second());
        let uid = named["uid"].as_str().map(str::to_owned);
        (is_same && !is_over).then(|| Identity::account(namespace, text(&named["name"]), uid))
    }

    /// As a JSON web token, which clients may look into.
    fn sign(&self, claims: &Value) -> String {
        let head = URL_SAFE_NO_PAD.encode(json!({"alg": "HS256"}).to_string());
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = hmac::sign(&self.tokens().signing_key(), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
