//! Which proxy is asked for which server, and what it is told.

use serde_json::{Value, json};

use super::certificates::{Certificate, authority_params, data, params};
use super::comparison::{Reached, Row, empty_namespace, kubeconfig, run_both};
use super::proxy_server::{Behaviour, ProxyServer};
use super::stock_kubectl::StockKubectl;
use crate::support::Server;

/// A name that nobody can resolve but a proxy.
const NAME: &str = "api.test.invalid";
/// An address of this machine that is no loopback address, for which alone the environment's proxies count.
const ANY: &str = "0.0.0.0";

/// A server that is reached under a name and under addresses, and proxies that lead to it.
struct Scene {
    authority: Certificate,
    server: Server,
    /// The server's `127.0.0.1:port`.
    place: String,
    port: String,
}

impl Scene {
    fn new() -> Self {
        let authority = Certificate::self_signed(authority_params(&[]));
        let certificate = authority.sign(params(&[NAME, ANY, "127.0.0.1"]));
        let server = Server::start_with(certificate.server_config(), authority.pem(), empty_namespace);
        let place = server.url().trim_start_matches("https://").to_owned();
        let port = place.rsplit(':').next().expect("a port").to_owned();
        Self { authority, server, place, port }
    }

    fn proxy(&self, behaviour: Behaviour) -> ProxyServer {
        ProxyServer::start(behaviour, &self.place, None)
    }

    /// The kubeconfig of the server under a host, with its proxy.
    fn kubeconfig(&self, host: &str, proxy: Option<&str>) -> Value {
        let mut cluster = json!({
            "server": format!("https://{host}:{}", self.port),
            "certificate-authority-data": data(&self.authority.pem()),
        });
        if let Some(proxy) = proxy {
            cluster["proxy-url"] = json!(proxy);
        }
        kubeconfig(&cluster, &json!({"token": "t0ken"}))
    }
}

/// Runs a row with both, and says whether the proxy was asked.
fn run_through(row: &Row, proxy: &ProxyServer, is_proxied: bool) {
    row.run();
    let asked = proxy.take_asked();
    assert_eq!(!asked.is_empty(), is_proxied, "{}: {asked:?}", row.name);
    if let Some(kubectl) = StockKubectl::find() {
        row.run_stock(&kubectl);
        let asked = proxy.take_asked();
        assert_eq!(!asked.is_empty(), is_proxied, "kubectl: {}: {asked:?}", row.name);
    }
}

#[test]
fn the_environment_names_proxies_and_exceptions_as_for_kubectl() {
    let scene = Scene::new();
    let proxy = scene.proxy(Behaviour::Tunnel);
    let url = format!("http://{}", proxy.address());
    let https = || ("HTTPS_PROXY", url.clone());
    let except = |rules: &str| ("NO_PROXY", rules.to_owned());
    for (name, host, variables, is_proxied, expected) in [
        ("a name", NAME, vec![https()], true, Reached::Yes),
        ("an address", ANY, vec![https()], true, Reached::Yes),
        ("lower case", NAME, vec![("https_proxy", url.clone())], true, Reached::Yes),
        ("without a scheme", NAME, vec![("HTTPS_PROXY", proxy.address().to_owned())], true, Reached::Yes),
        ("loopback", "127.0.0.1", vec![https()], false, Reached::Yes),
        ("HTTP_PROXY is for http", ANY, vec![("HTTP_PROXY", url.clone())], false, Reached::Yes),
        ("ALL_PROXY does not count", ANY, vec![("ALL_PROXY", url.clone())], false, Reached::Yes),
        ("all excepted", ANY, vec![https(), except("*")], false, Reached::Yes),
        ("the address excepted", ANY, vec![https(), except("10.0.0.1,0.0.0.0")], false, Reached::Yes),
        ("its network excepted", ANY, vec![https(), except("0.0.0.0/8")], false, Reached::Yes),
        ("another network excepted", ANY, vec![https(), except("10.0.0.0/8")], true, Reached::Yes),
        ("another port excepted", ANY, vec![https(), except("0.0.0.0:1")], true, Reached::Yes),
        ("the proxy itself excepted", NAME, vec![https(), except("127.0.0.1")], true, Reached::Yes),
        ("the name excepted", NAME, vec![https(), except(NAME)], false, Reached::No),
        ("what is below it excepted", NAME, vec![https(), except(".test.invalid")], false, Reached::No),
        (
            "nobody at the proxy",
            NAME,
            vec![("HTTPS_PROXY", "http://127.0.0.1:1".to_owned())],
            false,
            Reached::No,
        ),
        ("not an address", ANY, vec![("HTTPS_PROXY", "http://a b".to_owned())], false, Reached::No),
    ] {
        let row = Row { name, kubeconfig: scene.kubeconfig(host, None), variables, expected };
        run_through(&row, &proxy, is_proxied);
    }
}

#[test]
fn the_kubeconfigs_proxy_wins_and_knows_no_exceptions() {
    let scene = Scene::new();
    let proxy = scene.proxy(Behaviour::Tunnel);
    let url = format!("http://{}", proxy.address());
    let elsewhere = ("HTTPS_PROXY", "http://127.0.0.1:1".to_owned());
    for (name, host, address, variables, is_proxied, expected) in [
        ("a name", NAME, url.clone(), vec![], true, Reached::Yes),
        ("loopback", "127.0.0.1", url.clone(), vec![], true, Reached::Yes),
        ("another in the environment", NAME, url.clone(), vec![elsewhere], true, Reached::Yes),
        ("all excepted", "127.0.0.1", url.clone(), vec![("NO_PROXY", "*".to_owned())], true, Reached::Yes),
        ("none, in words", "127.0.0.1", String::new(), vec![], false, Reached::Yes),
        ("another scheme", NAME, format!("socks5h://{}", proxy.address()), vec![], false, Reached::No),
        ("no scheme", NAME, proxy.address().to_owned(), vec![], false, Reached::No),
    ] {
        let row = Row { name, kubeconfig: scene.kubeconfig(host, Some(&address)), variables, expected };
        run_through(&row, &proxy, is_proxied);
    }
}

#[test]
fn proxies_are_spoken_to_in_their_own_way() {
    let scene = Scene::new();
    let socks = scene.proxy(Behaviour::Socks);
    let address = format!("socks5://{}", socks.address());
    let row = Row {
        name: "SOCKS 5",
        kubeconfig: scene.kubeconfig(NAME, Some(&address)),
        variables: vec![],
        expected: Reached::Yes,
    };
    row.run();
    // The proxy resolves the name.
    assert_eq!(socks.take_asked(), [format!("socks {NAME}:{}", scene.port)]);
    run_through(&row, &socks, true);
    let variables = vec![("HTTPS_PROXY", format!("socks5h://{}", socks.address()))];
    let row = Row {
        name: "SOCKS 5 in the environment",
        kubeconfig: scene.kubeconfig(NAME, None),
        variables,
        expected: Reached::Yes,
    };
    run_through(&row, &socks, true);

    let certificate = scene.authority.sign(params(&["127.0.0.1"]));
    let secure = ProxyServer::start(Behaviour::Tunnel, &scene.place, Some(certificate.server_config()));
    let address = format!("https://{}", secure.address());
    let row = Row {
        name: "over TLS",
        kubeconfig: scene.kubeconfig(NAME, Some(&address)),
        variables: vec![],
        expected: Reached::Yes,
    };
    run_through(&row, &secure, true);
    let stranger = Certificate::self_signed(params(&["127.0.0.1"]));
    let untrusted = ProxyServer::start(Behaviour::Tunnel, &scene.place, Some(stranger.server_config()));
    let address = format!("https://{}", untrusted.address());
    let row = Row {
        name: "over TLS, not trusted",
        kubeconfig: scene.kubeconfig(NAME, Some(&address)),
        variables: vec![],
        expected: Reached::No,
    };
    run_through(&row, &untrusted, false);
}

#[test]
fn a_proxy_learns_its_user_and_nobody_else_does() {
    let scene = Scene::new();
    let proxy = scene.proxy(Behaviour::TunnelFor("Proxy-Authorization: Basic bWU6aHVudGVyMkA="));
    let with_user = format!("http://me:hunter2%40@{}", proxy.address());
    let without = format!("http://{}", proxy.address());
    for (name, address, expected) in
        [("its user", &with_user, Reached::Yes), ("no user", &without, Reached::No)]
    {
        let row =
            Row { name, kubeconfig: scene.kubeconfig(NAME, Some(address)), variables: vec![], expected };
        run_through(&row, &proxy, true);
    }
    let token_seen = scene.server.calls().iter().any(|call| call.token.contains("Basic"));
    assert!(!token_seen, "the server got what was the proxy's");
}

#[test]
fn a_refusing_proxy_is_named_with_its_answer() {
    let scene = Scene::new();
    for (status, times) in [("403 Forbidden", 1), ("502 Bad Gateway", 2)] {
        let proxy = scene.proxy(Behaviour::Refuse(status));
        let address = format!("http://me:hunter2@{}", proxy.address());
        let kubeconfig = scene.kubeconfig(NAME, Some(&address)).to_string();
        let ended =
            crate::support::Program::with_kubeconfig(&kubeconfig).status(&["--request-timeout", "10s"]);
        let expected = format!("the proxy http://{} refuses the connection: {status}", proxy.address());
        assert!(ended.stderr.contains(&expected), "{}", ended.stderr);
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
        assert!(proxy.take_asked().len() >= times, "what may pass is tried again");
        let row = Row {
            name: status,
            kubeconfig: scene.kubeconfig(NAME, Some(&address)),
            variables: vec![],
            expected: Reached::No,
        };
        run_both(&[row]);
    }
}

/// A server without TLS that says the same to every request.
fn plain_server() -> String {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    let address = listener.local_addr().expect("address").to_string();
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let reader = BufReader::new(socket.try_clone().expect("socket"));
            let head = reader.lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let is_asked = head.count() > 0;
            let body = json!({"kind": "Namespace", "metadata": {"name": "dev-hello"}, "status": {"phase": "Active"}, "items": []}).to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            if is_asked {
                let _ = (&socket).write_all(answer.as_bytes());
            }
        }
    });
    address
}

#[test]
fn a_server_without_tls_is_asked_through_the_proxy_itself() {
    let proxy = ProxyServer::start(
        Behaviour::TunnelFor("Proxy-Authorization: Basic bWU6aHVudGVyMg=="),
        &plain_server(),
        None,
    );
    let cluster = json!({"server": format!("http://{NAME}:8080/beneath")});
    let variables = vec![("HTTP_PROXY", format!("http://me:hunter2@{}", proxy.address()))];
    let kubeconfig = kubeconfig(&cluster, &json!({}));
    let row = Row { name: "plain", kubeconfig, variables, expected: Reached::Yes };
    row.run();
    let asked = proxy.take_asked();
    let whole = format!("GET http://{NAME}:8080/beneath/api/v1/namespaces/dev-hello ");
    assert!(asked.iter().any(|head| head.starts_with(&whole)), "{asked:?}");
    run_through(&row, &proxy, true);
}
