//! Waiting for a server's turn instead of for time to pass.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Server;

/// Waits until a server has turned a connection of the test's own away: what it was asked before, it has heard.
pub(crate) async fn round_trip(server: &Server) {
    let url = server.url();
    let address = url.trim_start_matches("https://");
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
    // This is no TLS. The server closes, which may reach the test as an error.
    socket.write_all(b"a turn\n").await.expect("a line is sent");
    let _ = socket.read_to_end(&mut Vec::new()).await;
}
