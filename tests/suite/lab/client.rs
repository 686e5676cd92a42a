//! The least of an HTTPS client: one request a connection, and the answer as it comes. Nothing between the
//! test and the bytes, so that a watch is seen line by line.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kubectl_gitops_lab::{Lab, Replay};
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

pub(crate) struct Client {
    connector: TlsConnector,
    address: String,
    pub(crate) token: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media: String,
    /// By their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect(&self.text)
    }
}

pub(crate) struct Stream {
    pub(crate) status: u16,
    pub(crate) media: String,
    /// By their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    body: BufReader<TlsStream<TcpStream>>,
}

impl Client {
    pub(crate) fn of(replay: &Replay) -> Self {
        Self::new(replay.authority(), replay.url(), replay.token())
    }

    pub(crate) fn of_lab(lab: &Lab) -> Self {
        Self::new(lab.authority(), lab.url(), lab.token())
    }

    pub(crate) fn new(authority: &str, url: &str, token: &str) -> Self {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(authority.as_bytes());
        roots.add(authority.unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            connector: TlsConnector::from(Arc::new(config)),
            address: url.trim_start_matches("https://").to_owned(),
            token: Some(token.to_owned()),
        }
    }

    /// Sends a request and reads the head of the answer. HTTP/1.0: the body ends with the connection.
    pub(crate) async fn send(&self, method: &str, target: &str, accept: &str) -> Stream {
        self.send_with(method, target, &[("Accept", accept)], b"").await
    }

    /// The same with a body, and with headers of its own.
    pub(crate) async fn send_with(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        content: &[u8],
    ) -> Stream {
        self.try_send(method, target, headers, content).await.expect("an answer")
    }

    /// The same; none where the connection ends before the head of an answer.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        content: &[u8],
    ) -> Option<Stream> {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = self.connector.connect(name, stream).await.unwrap();
        let token = self.token.as_ref().map(|token| format!("Authorization: Bearer {token}\r\n"));
        let token = token.unwrap_or_default();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = content.len();
        let head = format!("{method} {target} HTTP/1.0\r\n{headers}Content-Length: {length}\r\n{token}\r\n");
        stream.write_all(&[head.as_bytes(), content].concat()).await.unwrap();
        let mut body = BufReader::new(stream);
        let status = line(&mut body).await?;
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::new();
        while let Some(header) = line(&mut body).await.filter(|header| !header.is_empty()) {
            let (name, value) = header.split_once(':').unwrap();
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let media = headers.get("content-type").cloned().unwrap_or_default();
        Some(Stream { status, media, headers, body })
    }

    /// Sends a head that promises `length` bytes, and fewer. Whoever drops the connection has gone away.
    pub(crate) async fn send_half(
        &self,
        target: &str,
        headers: &[(&str, &str)],
        length: usize,
        content: &[u8],
    ) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = self.connector.connect(name, stream).await.unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head =
            format!("POST {target} HTTP/1.1\r\nHost: lab\r\n{headers}Content-Length: {length}\r\n\r\n");
        stream.write_all(&[head.as_bytes(), content].concat()).await.unwrap();
        stream.flush().await.unwrap();
        stream
    }

    pub(crate) async fn ask(&self, method: &str, target: &str, accept: &str) -> Answer {
        self.send(method, target, accept).await.whole().await
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "application/json").await
    }

    /// The document at `target`, which is there.
    pub(crate) async fn document(&self, target: &str) -> Value {
        let answer = self.get(target).await;
        assert_eq!((answer.status, answer.media.as_str()), (200, "application/json"), "{target}");
        answer.json()
    }

    pub(crate) async fn watch(&self, target: &str) -> Stream {
        let stream = self.send("GET", target, "application/json").await;
        assert_eq!((stream.status, stream.media.as_str()), (200, "application/json"), "{target}");
        stream
    }
}

impl Stream {
    /// The answer to its end.
    pub(crate) async fn whole(mut self) -> Answer {
        let mut text = Vec::new();
        let read = self.body.read_to_end(&mut text);
        // A server that closes without TLS's goodbye has said everything all the same.
        let _ = tokio::time::timeout(PATIENCE, read).await.expect("the answer ends");
        let text = String::from_utf8(text).unwrap();
        Answer { status: self.status, media: self.media, headers: self.headers, text }
    }

    /// The next event; none when the watch is over.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let line = line(&mut self.body).await?;
        Some(serde_json::from_str(&line).expect(&line))
    }

    /// The next events, so many.
    pub(crate) async fn take(&mut self, count: usize) -> Vec<Value> {
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

/// Makes so many pods in a namespace, by a deployment that nothing else looks after.
pub(crate) async fn crowd(lab: &Lab, namespace: &str, pods: u32) {
    let labels = serde_json::json!({"app": "crowd"});
    let deployment = serde_json::json!({
        "metadata": {"name": "crowd"},
        "spec": {
            "replicas": pods,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "app", "image": "contoso.example/crowd:1"}]},
            },
        },
    });
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    let media = [("Content-Type", "application/json")];
    let body = deployment.to_string();
    let answer = Client::of_lab(lab).send_with("POST", &path, &media, body.as_bytes()).await.whole().await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}
