//! A proxy on loopback, HTTP (CONNECT and whole requests) or SOCKS 5, that leads to one server whatever it is asked
//! for. It keeps a list of what it was asked.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A running proxy; it stops with the test.
pub(super) struct ProxyServer {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What a proxy does.
#[derive(Clone)]
pub(super) enum Behaviour {
    /// It tunnels.
    Tunnel,
    /// It tunnels for whoever sends this `Proxy-Authorization`.
    TunnelFor(&'static str),
    /// It answers every CONNECT with this status.
    Refuse(&'static str),
    /// It speaks SOCKS 5.
    Socks,
}

impl ProxyServer {
    /// A proxy that leads to `server`, `host:port`; behind TLS with these settings.
    pub(super) fn start(behaviour: Behaviour, server: &str, tls: Option<rustls::ServerConfig>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
        listener.set_nonblocking(true).expect("not blocking");
        let address = listener.local_addr().expect("address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let tls = tls.map(|config| tokio_rustls::TlsAcceptor::from(Arc::new(config)));
        let (list, server) = (asked.clone(), server.to_owned());
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("listener");
                while let Ok((socket, _)) = listener.accept().await {
                    let (list, server, behaviour, tls) =
                        (list.clone(), server.clone(), behaviour.clone(), tls.clone());
                    tokio::spawn(async move {
                        match tls {
                            None => serve(socket, &behaviour, &server, &list).await,
                            Some(tls) => serve(tls.accept(socket).await?, &behaviour, &server, &list).await,
                        }
                    });
                }
            });
        });
        Self { address, asked }
    }

    /// `host:port`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The heads of all requests, or `socks host:port`; empty afterwards.
    pub(super) fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("list"))
    }
}

async fn serve<S>(
    stream: S,
    behaviour: &Behaviour,
    server: &str,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match behaviour {
        Behaviour::Socks => serve_socks(stream, server, asked).await,
        _ => serve_http(stream, behaviour, server, asked).await,
    }
}

async fn serve_http<S>(
    mut stream: S,
    behaviour: &Behaviour,
    server: &str,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    asked.lock().expect("list").push(text.clone());
    let refusal = match behaviour {
        Behaviour::Refuse(status) => Some(*status),
        Behaviour::TunnelFor(authorization)
            if !text.to_lowercase().contains(&authorization.to_lowercase()) =>
        {
            Some("407 Proxy Authentication Required")
        }
        _ => None,
    };
    if let Some(status) = refusal {
        return stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await;
    }
    let mut upstream = TcpStream::connect(server).await?;
    if text.starts_with("CONNECT ") {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    } else {
        upstream.write_all(&head).await?;
    }
    tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.map(drop)
}

async fn serve_socks<S>(mut stream: S, server: &str, asked: &Mutex<Vec<String>>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // The methods of authentication that are offered; none is chosen.
    stream.read_u8().await?;
    let mut methods = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut methods).await?;
    stream.write_all(&[5, 0]).await?;
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from_bits(stream.read_u32().await?).to_string(),
        3 => {
            let mut name = vec![0; usize::from(stream.read_u8().await?)];
            stream.read_exact(&mut name).await?;
            String::from_utf8_lossy(&name).into_owned()
        }
        kind => format!("kind {kind}"),
    };
    let port = stream.read_u16().await?;
    asked.lock().expect("list").push(format!("socks {host}:{port}"));
    let mut upstream = TcpStream::connect(server).await?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.map(drop)
}
