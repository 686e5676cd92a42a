//! Settings that Azure takes and never gives back: keys and passwords of sources.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use crate::wire::Secret;

/// Keys of sources. Azure takes them in Base64; they are given as they are. `Debug` shows none.
#[derive(Clone, Debug, Default)]
pub struct ProtectedSettings {
    /// The key, or token, of an https repository.
    pub https_key: Option<Secret>,
    /// The private key of an ssh repository.
    pub ssh_private_key: Option<Secret>,
    /// The secret key of a bucket.
    pub bucket_secret_key: Option<Secret>,
}

impl ProtectedSettings {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts().iter().all(|(_, secret)| secret.is_none())
    }

    /// The secrets in them.
    pub(in crate::azure) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.parts().into_iter().filter_map(|(_, secret)| secret.as_ref())
    }

    fn parts(&self) -> [(&'static str, &Option<Secret>); 3] {
        [
            ("httpsKey", &self.https_key),
            ("sshPrivateKey", &self.ssh_private_key),
            ("bucketSecretKey", &self.bucket_secret_key),
        ]
    }

    pub(super) fn document(&self) -> Value {
        let parts = self.parts().into_iter().filter_map(|(key, secret)| {
            Some((key.to_owned(), json!(BASE64.encode(secret.as_ref()?.expose()))))
        });
        Value::Object(parts.collect::<Map<_, _>>())
    }
}
