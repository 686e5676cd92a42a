//! What HTTP/2 servers do to requests: they refuse streams, and go away. Neither loses a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use serde_json::json;

use super::certificates::{Certificate, data, params};
use super::comparison::{Reached, Row, kubeconfig, run_both};

/// What a server does to its first connections or streams.
#[derive(Clone, Copy, Debug)]
enum Mishap {
    /// The first two streams of every connection are refused.
    RefuseStreams,
    /// The first connections get GOAWAY before any of their streams is looked at.
    GoAway,
}

/// A server over HTTP/2 frame by frame; the answer is its address and how many mishaps there were.
fn serve(certificate: &Certificate, mishap: Mishap) -> (String, Arc<AtomicUsize>) {
    let mut config = certificate.server_config();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("port");
    let address = listener.local_addr().expect("address").to_string();
    let mishaps = Arc::new(AtomicUsize::new(0));
    let count = mishaps.clone();
    std::thread::spawn(move || {
        runtime.block_on(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, count) = (acceptor.clone(), count.clone());
                tokio::spawn(async move {
                    let stream = acceptor.accept(socket).await.ok()?;
                    let mut connection = h2::server::handshake(stream).await.ok()?;
                    if matches!(mishap, Mishap::GoAway) && count.fetch_add(1, Ordering::SeqCst) == 0 {
                        connection.abrupt_shutdown(h2::Reason::NO_ERROR);
                    }
                    let mut streams = 0;
                    while let Some(Ok((_, mut respond))) = connection.accept().await {
                        streams += 1;
                        if matches!(mishap, Mishap::RefuseStreams) && streams <= 2 {
                            count.fetch_add(1, Ordering::SeqCst);
                            respond.send_reset(h2::Reason::REFUSED_STREAM);
                        } else {
                            answer(&mut respond)?;
                        }
                    }
                    Some(())
                });
            }
        });
    });
    (address, mishaps)
}

/// What serves as a namespace and as an empty list.
fn answer(respond: &mut h2::server::SendResponse<Bytes>) -> Option<()> {
    let body = json!({"kind": "Namespace", "metadata": {"name": "dev-hello"}, "status": {"phase": "Active"}, "items": []});
    let response = http::Response::builder().header("content-type", "application/json").body(()).ok()?;
    respond.send_response(response, false).ok()?.send_data(Bytes::from(body.to_string()), true).ok()
}

#[test]
fn refused_streams_and_goaway_lose_no_request() {
    for mishap in [Mishap::RefuseStreams, Mishap::GoAway] {
        let certificate = Certificate::self_signed(params(&["127.0.0.1"]));
        let (address, mishaps) = serve(&certificate, mishap);
        let cluster = json!({
            "server": format!("https://{address}"), "certificate-authority-data": data(&certificate.pem()),
        });
        let kubeconfig = kubeconfig(&cluster, &json!({"token": "t0ken"}));
        let name = if matches!(mishap, Mishap::GoAway) { "GOAWAY" } else { "refused streams" };
        run_both(&[Row { name, kubeconfig, variables: Vec::new(), expected: Reached::Yes }]);
        assert!(mishaps.load(Ordering::SeqCst) > 0, "{mishap:?}");
    }
}
