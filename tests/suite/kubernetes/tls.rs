//! Which servers are believed, and which clients a server is shown.

use serde_json::{Value, json};

use super::certificates::{Certificate, authority_params, data, expired, for_clients, not_yet_valid, params};
use super::comparison::{Reached, Row, empty_namespace, kubeconfig, run_both};
use crate::support::Server;

const HERE: &str = "127.0.0.1";

/// A server that shows a certificate, and what its kubeconfig says of it.
struct Scene {
    rows: Vec<Row>,
    servers: Vec<Server>,
}

impl Scene {
    fn new() -> Self {
        Self { rows: Vec::new(), servers: Vec::new() }
    }

    /// A server that shows `certificate`, and what is said of it beside its address.
    fn row(&mut self, name: &'static str, certificate: &Certificate, cluster: Value, expected: Reached) {
        self.row_with(name, certificate.server_config(), cluster, &json!({"token": "t0ken"}), expected);
    }

    fn row_with(
        &mut self,
        name: &'static str,
        config: rustls::ServerConfig,
        mut cluster: Value,
        user: &Value,
        expected: Reached,
    ) {
        let server = Server::start_with(config, String::new(), empty_namespace);
        cluster["server"] = json!(server.url());
        let kubeconfig = kubeconfig(&cluster, user);
        self.rows.push(Row { name, kubeconfig, variables: Vec::new(), expected });
        self.servers.push(server);
    }
}

fn trusting(certificate: &Certificate) -> Value {
    json!({"certificate-authority-data": data(&certificate.pem())})
}

fn with(mut cluster: Value, name: &str, value: impl Into<Value>) -> Value {
    cluster[name] = value.into();
    cluster
}

#[test]
fn servers_are_believed_as_kubectl_believes_them() {
    let authority = Certificate::self_signed(authority_params(&[]));
    let other = Certificate::self_signed(authority_params(&[]));
    let signed = authority.sign(params(&[HERE]));
    let named = authority.sign(params(&["api.example.com"]));
    let mut scene = Scene::new();
    scene.row("signed by the authority", &signed, trusting(&authority), Reached::Yes);
    scene.row("signed by another", &signed, trusting(&other), Reached::No);
    scene.row("no authority named", &signed, json!({}), Reached::No);
    let two = format!("{}{}", other.pem(), authority.pem());
    let bundle = json!({"certificate-authority-data": data(&two)});
    scene.row("one of two authorities", &signed, bundle, Reached::Yes);
    scene.row("another name", &named, trusting(&authority), Reached::No);
    let server_name = with(trusting(&authority), "tls-server-name", "api.example.com");
    scene.row("another name that is named", &named, server_name, Reached::Yes);
    let server_name = with(trusting(&authority), "tls-server-name", "www.example.com");
    scene.row("a third name that is named", &named, server_name, Reached::No);
    scene.row("expired", &authority.sign(expired(params(&[HERE]))), trusting(&authority), Reached::No);
    scene.row(
        "for clients alone",
        &authority.sign(for_clients(params(&[HERE]))),
        trusting(&authority),
        Reached::No,
    );
    let insecure = json!({"insecure-skip-tls-verify": true});
    scene.row("not verified", &named, insecure.clone(), Reached::Yes);
    scene.row(
        "an authority and not verified",
        &signed,
        with(trusting(&authority), "insecure-skip-tls-verify", true),
        Reached::No,
    );
    let nonsense = json!({"certificate-authority-data": data("no certificate")});
    scene.row("an authority that is none", &signed, nonsense, Reached::No);
    let token = json!({"token": "t0ken"});
    scene.row_with("TLS 1.2", signed.old_server_config(), trusting(&authority), &token, Reached::Yes);
    run_both(&scene.rows);
}

#[test]
fn a_certificate_that_is_its_own_authority_is_believed_where_it_is_named() {
    let mut scene = Scene::new();
    let mut row = |name, params: rcgen::CertificateParams, cluster: Value, expected| {
        let certificate = Certificate::self_signed(params);
        let cluster = match trusting(&certificate) {
            Value::Object(mut trusted) => {
                trusted.extend(cluster.as_object().cloned().unwrap_or_default());
                Value::Object(trusted)
            }
            other => other,
        };
        scene.row(name, &certificate, cluster, expected);
    };
    let here = authority_params(&[HERE]);
    row("its own authority", here.clone(), json!({}), Reached::Yes);
    row("self-signed", params(&[HERE]), json!({}), Reached::Yes);
    row("of another name", authority_params(&["api.example.com"]), json!({}), Reached::No);
    let server_name = json!({"tls-server-name": "api.example.com"});
    row("of a name that is named", authority_params(&["api.example.com"]), server_name, Reached::Yes);
    row("expired", expired(here.clone()), json!({}), Reached::No);
    row("not valid yet", not_yet_valid(here.clone()), json!({}), Reached::No);
    row("for clients alone", for_clients(here.clone()), json!({}), Reached::No);
    let (shown, named) = (Certificate::self_signed(here.clone()), Certificate::self_signed(here));
    scene.row("of the same name, and not the one that is named", &shown, trusting(&named), Reached::No);
    run_both(&scene.rows);
}

#[test]
fn client_certificates_are_shown_whatever_form_their_key_has() {
    let authority = Certificate::self_signed(authority_params(&[]));
    let server = authority.sign(params(&[HERE]));
    let mut scene = Scene::new();
    let mut row = |name, user: Value, expected| {
        let config = server.demanding_server_config(&authority);
        scene.row_with(name, config, trusting(&authority), &user, expected);
    };
    let user = |certificate: &str, key: &str| json!({"client-certificate-data": data(certificate), "client-key-data": data(key)});
    let client = || for_clients(params(&[]));
    row("no client certificate", json!({"token": "t0ken"}), Reached::No);
    let [rsa, ec] = [include_str!("keys/rsa-pkcs8.pem"), include_str!("keys/ec-pkcs8.pem")];
    let [rsa_pkcs1, ec_sec1] = [include_str!("keys/rsa-pkcs1.pem"), include_str!("keys/ec-sec1.pem")];
    let signed =
        |key: &str| authority.sign_key(client(), rcgen::KeyPair::from_pem(key).expect("a key")).pem();
    row("RSA, PKCS #8", user(&signed(rsa), rsa), Reached::Yes);
    row("RSA, PKCS #1", user(&signed(rsa), rsa_pkcs1), Reached::Yes);
    row("ECDSA, PKCS #8", user(&signed(ec), ec), Reached::Yes);
    row("ECDSA, SEC 1 with its parameters before it", user(&signed(ec), ec_sec1), Reached::Yes);
    row(
        "PKCS #1 that calls itself PKCS #8",
        user(&signed(rsa), &rsa_pkcs1.replace("RSA PRIVATE", "PRIVATE")),
        Reached::Yes,
    );
    let of = |algorithm| rcgen::KeyPair::generate_for(algorithm).expect("a key");
    let p384 = authority.sign_key(client(), of(&rcgen::PKCS_ECDSA_P384_SHA384));
    row("ECDSA on P-384", user(&p384.pem(), &p384.key_pem()), Reached::Yes);
    let ed25519 = authority.sign_key(client(), of(&rcgen::PKCS_ED25519));
    row("Ed25519", user(&ed25519.pem(), &ed25519.key_pem()), Reached::Yes);
    row("another's key", user(&signed(rsa), ec), Reached::No);
    row("no key in the key", user(&signed(rsa), "nothing"), Reached::No);
    let stranger = Certificate::self_signed(for_clients(params(&[])));
    row("a certificate of nobody's", user(&stranger.pem(), &stranger.key_pem()), Reached::No);
    run_both(&scene.rows);
}
