//! A server that takes nobody without a certificate of its authority.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::json;

use super::case::{Case, SECRET, TOKEN, exec, plugin, run_both};
use crate::support::{Server, listed};

/// The authority that signs clients, and one client.
pub(super) struct ClientAuthority {
    roots: Arc<RootCertStore>,
    chain: String,
    key: String,
}

impl ClientAuthority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let mut roots = RootCertStore::empty();
        roots.add(params.self_signed(&key).expect("a certificate").der().clone()).expect("an authority");
        let issuer = Issuer::from_params(&params, &key);
        let client_key = KeyPair::generate().expect("a key");
        let client = CertificateParams::new(Vec::new()).expect("no names");
        let client = client.signed_by(&client_key, &issuer).expect("a certificate");
        Self { roots: Arc::new(roots), chain: client.pem(), key: client_key.serialize_pem() }
    }

    /// A server that demands its certificates.
    pub(super) fn server(&self) -> Server {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(self.roots.clone(), provider.clone());
        let identity =
            rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(identity.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(verifier.build().expect("a verifier"))
            .with_single_cert(vec![identity.cert.der().clone()], key.into())
            .expect("a key");
        Server::start_with(config, identity.cert.pem(), |call| listed(&[], call))
    }
}

#[test]
fn certificates_from_files_and_plugins() {
    let authority = Arc::new(ClientAuthority::new());
    let (chain, key) = (authority.chain.clone(), authority.key.clone());
    let another = ClientAuthority::new();
    let files = json!({ "client-certificate": "client.pem", "client-key": "[HOME]/client.key" });
    let given =
        |chain: &str, key: &str| plugin(&json!({ "clientCertificateData": chain, "clientKeyData": key }));
    let both = json!({ "token": TOKEN, "clientCertificateData": chain, "clientKeyData": key });
    let cases = [
        Case::gets_in("files", files.clone()).file("client.pem", &*chain).file("client.key", &*key),
        Case::stays_out("a key of another", files.clone(), "its client certificate does not fit")
            .file("client.pem", &*chain)
            .file("client.key", &*another.key),
        Case::stays_out("a file that is not there", files, "its client-key").file("client.pem", &*chain),
        Case::gets_in("a plugin", exec("[HOME]/plugin", &json!({}))).file("plugin", given(&chain, &key)),
        Case::gets_in("a plugin with a token too", exec("[HOME]/plugin", &json!({})))
            .file("plugin", plugin(&both)),
        Case::stays_out("a plugin of another authority", exec("[HOME]/plugin", &json!({})), "no answer from")
            .file("plugin", given(&another.chain, &another.key)),
        Case::stays_out("a token", json!({ "token": SECRET }), "no answer from"),
    ];
    run_both(&cases.map(|case| case.demanding(&authority)));
}
