//! Where archives are fetched from: a folder over HTTP on loopback, because Krew takes no file's address.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{StatusCode, Uri};
use tokio::sync::oneshot;

/// The server; it stops when this is dropped.
pub(super) struct Downloads {
    address: String,
    /// Dropped, it ends the server.
    _stop: oneshot::Sender<()>,
}

impl Downloads {
    /// Serves the files of a folder.
    pub(super) fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("not blocking");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (stop, stopped) = oneshot::channel();
        let folder = folder.to_owned();
        std::thread::spawn(move || runtime.block_on(serve(listener, folder, stopped)));
        Self { address, _stop: stop }
    }

    /// Its address, without a slash at its end.
    pub(super) fn url(&self) -> &str {
        &self.address
    }
}

async fn serve(listener: TcpListener, folder: PathBuf, stopped: oneshot::Receiver<()>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    let router = Router::new().fallback(move |uri: Uri| {
        let file = folder.join(uri.path().trim_start_matches('/'));
        async move { std::fs::read(file).map_err(|_| StatusCode::NOT_FOUND) }
    });
    tokio::select! {
        served = axum::serve(listener, router) => served.expect("it serves"),
        _ = stopped => {}
    }
}
