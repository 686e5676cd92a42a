//! The least of an HTTPS client: one request a connection, and the answer as it comes. Nothing between the
//! test and the bytes, so that a watch is seen line by line.

use std::sync::Arc;
use std::time::Duration;

use kubectl_gitops_lab::Replay;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longer than any answer takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Client {
    connector: TlsConnector,
    address: String,
    pub(super) token: Option<String>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) media: String,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect(&self.text)
    }
}

pub(super) struct Stream {
    pub(super) status: u16,
    pub(super) media: String,
    body: BufReader<TlsStream<TcpStream>>,
}

impl Client {
    pub(super) fn of(replay: &Replay) -> Self {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(replay.authority().as_bytes());
        roots.add(authority.unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            connector: TlsConnector::from(Arc::new(config)),
            address: replay.url().trim_start_matches("https://").to_owned(),
            token: Some(replay.token().to_owned()),
        }
    }

    /// Sends a request and reads the head of the answer. HTTP/1.0: the body ends with the connection.
    pub(super) async fn send(&self, method: &str, target: &str, accept: &str) -> Stream {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = self.connector.connect(name, stream).await.unwrap();
        let token = self.token.as_ref().map(|token| format!("Authorization: Bearer {token}\r\n"));
        let token = token.unwrap_or_default();
        let head = format!("{method} {target} HTTP/1.0\r\nAccept: {accept}\r\n{token}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut body = BufReader::new(stream);
        let status = line(&mut body).await.expect("a status line");
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        let mut media = String::new();
        while let Some(header) = line(&mut body).await.filter(|header| !header.is_empty()) {
            if let Some(value) = header.strip_prefix("content-type: ") {
                media = value.to_owned();
            }
        }
        Stream { status, media, body }
    }

    pub(super) async fn ask(&self, method: &str, target: &str, accept: &str) -> Answer {
        let mut stream = self.send(method, target, accept).await;
        let mut text = String::new();
        let read = stream.body.read_to_string(&mut text);
        // A server that closes without TLS's goodbye has said everything all the same.
        let _ = tokio::time::timeout(PATIENCE, read).await.expect("the answer ends");
        Answer { status: stream.status, media: stream.media, text }
    }

    pub(super) async fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "application/json").await
    }

    /// The document at `target`, which is there.
    pub(super) async fn document(&self, target: &str) -> Value {
        let answer = self.get(target).await;
        assert_eq!((answer.status, answer.media.as_str()), (200, "application/json"), "{target}");
        answer.json()
    }

    pub(super) async fn watch(&self, target: &str) -> Stream {
        let stream = self.send("GET", target, "application/json").await;
        assert_eq!((stream.status, stream.media.as_str()), (200, "application/json"), "{target}");
        stream
    }
}

impl Stream {
    /// The next event; none when the watch is over.
    pub(super) async fn next(&mut self) -> Option<Value> {
        let line = line(&mut self.body).await?;
        Some(serde_json::from_str(&line).expect(&line))
    }

    /// The next events, so many.
    pub(super) async fn take(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        for _ in 0..count {
            events.push(self.next().await.expect("another event"));
        }
        events
    }
}

async fn line(stream: &mut BufReader<TlsStream<TcpStream>>) -> Option<String> {
    let mut line = String::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_line(&mut line)).await.expect("a line in time");
    let read = read.unwrap_or(0);
    (read > 0).then(|| line.trim_end().to_owned())
}
