//! How many connections a command makes, and of which kind.

use hyper::Version;
use serde_json::json;

use super::certificates::{Certificate, authority_params, data, params};
use super::comparison::{empty_namespace, kubeconfig};
use super::proxy_server::{Behaviour, ProxyServer};
use crate::support::{Program, Server};

#[test]
fn all_questions_of_a_status_share_one_http2_connection() {
    let server = Server::start(empty_namespace);
    let ended = Program::with_kubeconfig(&server.kubeconfig()).status(&["-n", "dev-hello"]);
    assert!(ended.stderr.contains("no Flux object deploys to"), "{}", ended.stderr);
    let calls = server.calls();
    assert!(calls.len() > 3, "{calls:?}");
    assert!(calls.iter().all(|call| call.version == Version::HTTP_2), "{calls:?}");
    assert_eq!(server.handshakes(), 1);
}

#[test]
fn they_share_one_tunnel_through_a_proxy() {
    let authority = Certificate::self_signed(authority_params(&[]));
    let certificate = authority.sign(params(&["api.test.invalid"]));
    let server = Server::start_with(certificate.server_config(), authority.pem(), empty_namespace);
    let proxy = ProxyServer::start(Behaviour::Tunnel, server.url().trim_start_matches("https://"), None);
    let cluster = json!({
        "server": "https://0.0.0.0:6443", "tls-server-name": "api.test.invalid",
        "certificate-authority-data": data(&authority.pem()),
        "proxy-url": format!("http://{}", proxy.address()),
    });
    let program = Program::with_kubeconfig(&kubeconfig(&cluster, &json!({"token": "t0ken"})).to_string());
    let ended = program.status(&["-n", "dev-hello"]);
    assert!(ended.stderr.contains("no Flux object deploys to"), "{}", ended.stderr);
    assert!(server.calls().iter().all(|call| call.version == Version::HTTP_2));
    let asked = proxy.take_asked();
    assert_eq!((asked.len(), server.handshakes()), (1, 1), "{asked:?}");
    assert!(asked[0].starts_with("CONNECT 0.0.0.0:6443 HTTP/1.1\r\n"), "{asked:?}");
}
