//! The token goes to the configured API alone, whatever a redirect says: shown by what two servers received.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gitops_core::github::{Github, GithubOptions};
use gitops_core::wire::{Proxies, Roots};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};

use super::client::{TOKEN, name, ok, options, with_client_of};
use crate::support::{Call, Reply, Server};

const STATUSES: [u16; 4] = [301, 302, 307, 308];

/// A proxy that leads every host to one of two servers: those with the port of the API to it, all others elsewhere.
async fn proxy(api: String, elsewhere: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(tunnel(client, api.clone(), elsewhere.clone()));
        }
    });
    address
}

async fn tunnel(client: tokio::net::TcpStream, api: String, elsewhere: String) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let mut connect = String::new();
    client.read_line(&mut connect).await?;
    let mut header = String::new();
    while client.read_line(&mut header).await? > 2 {
        header.clear();
    }
    let is_api = connect.starts_with(&format!("CONNECT {api} "));
    let mut server = tokio::net::TcpStream::connect(if is_api { api } else { elsewhere }).await?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Options that trust both servers and reach others through a proxy.
async fn options_of_both(api: &Server, elsewhere: &Server) -> GithubOptions {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, format!("{}{}", api.authority(), elsewhere.authority())).expect("a file");
    let mut options = options(api, "/api/v3");
    options.transport.roots = Roots::read(Some(&file)).expect("roots");
    let host = |server: &Server| server.url().trim_start_matches("https://").to_owned();
    let proxy = proxy(host(api), host(elsewhere)).await;
    options.transport.proxies = Proxies { https: Some(proxy), ..Proxies::default() };
    options
}

/// Runs something with a client of the API that reaches everybody else through a proxy.
fn with_proxy(api: &Server, elsewhere: &Server, work: impl AsyncFnOnce(Github)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options = options_of_both(api, elsewhere).await;
        work(Github::open(options).expect("a client")).await;
    });
}

/// An API that answers every request to a branch with a redirect to what `target` says.
fn redirecting(target: impl Fn(&Call) -> Option<(u16, String)> + Send + Sync + 'static) -> Server {
    Server::start(move |call| match target(call) {
        Some((status, location)) => Reply::Whole(status, vec![("location", location)], String::new()),
        None => ok(json!({"name": "dev", "commit": {"sha": "of the API"}})),
    })
}

/// The status that a test's route asks for: `…/branches/301`.
fn status_of(call: &Call) -> Option<u16> {
    call.path.strip_prefix("/api/v3/repos/contoso/hello-gitops/branches/")?.parse().ok()
}

#[test]
fn a_redirect_to_another_authority_takes_no_token_along() {
    let elsewhere = Server::start(|_| ok(json!({"name": "dev", "commit": {"sha": "elsewhere"}})));
    let same_host_other_port = format!("{}/x", elsewhere.url());
    for target in [
        "https://api.github.com/repositories/7/branches/dev".to_owned(),
        "https://api.github.com:443/x".to_owned(),
        "https://API.GITHUB.COM/x".to_owned(),
        "https://elsewhere.example/api/v3/x".to_owned(),
        same_host_other_port,
    ] {
        let location = target.clone();
        let api = redirecting(move |call| Some((status_of(call)?, location.clone())));
        with_proxy(&api, &elsewhere, async |github| {
            for status in STATUSES {
                let before = elsewhere.calls().len();
                let branch = github.branch(&name(), &status.to_string()).await.expect("followed");
                assert_eq!(branch.expect("there").head, "elsewhere", "{status} {target}");
                let calls = elsewhere.calls();
                assert_eq!(calls.len(), before + 1, "{status} {target}");
                assert_eq!(calls[before].token, "", "{status} {target}");
                // A write follows nobody elsewhere.
                github.delete_environment(&name(), &status.to_string()).await.ok();
                assert_eq!(elsewhere.calls().len(), before + 1, "{status} {target}");
            }
        });
        assert!(api.calls().iter().all(|call| call.token == TOKEN), "the API has it: {target}");
    }
}

#[test]
fn a_redirect_within_the_api_keeps_the_token() {
    let elsewhere = Server::start(|_| ok(json!([])));
    let api = redirecting(|call| {
        let path = "/api/v3/repositories/7/branches/dev";
        let status = status_of(call)?;
        Some((status, if status < 307 { path.to_owned() } else { format!("{}{path}", call.host) }))
    });
    with_proxy(&api, &elsewhere, async |github| {
        for status in STATUSES {
            let branch = github.branch(&name(), &status.to_string()).await.expect("followed").expect("there");
            assert_eq!(branch.head, "of the API", "{status}");
        }
    });
    assert_eq!(api.calls().len(), 2 * STATUSES.len());
    assert!(api.calls().iter().all(|call| call.token == TOKEN), "{:?}", api.calls());
    assert!(elsewhere.calls().is_empty());
}

#[test]
fn a_redirect_to_plain_http_is_not_followed() {
    let plain = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = plain.local_addr().expect("an address").port();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    std::thread::spawn(move || {
        for _ in plain.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let api = redirecting(move |call| {
        let status = status_of(call)?;
        let own = call.host.replace("https://", "http://");
        let location = if status < 307 { format!("http://127.0.0.1:{port}/x") } else { format!("{own}/x") };
        Some((status, location))
    });
    with_client_of(options(&api, "/api/v3"), async |github| {
        for status in STATUSES {
            let error = github.branch(&name(), &status.to_string()).await.expect_err("refused");
            assert!(!error.to_string().contains(TOKEN), "{error}");
        }
    });
    assert_eq!(api.calls().len(), STATUSES.len());
    assert_eq!(connections.load(Ordering::SeqCst), 0, "nothing leaves without TLS");
}
