//! A git host over HTTP with Basic authentication: stock git behind three routes.
//!
//! `git upload-pack` and `git receive-pack` speak the protocol; this module only carries requests to them, so
//! fetches and pushes are those of a real host. Not `git http-backend`: that is a CGI program whose answers
//! would have to be parsed again. It knows nothing of who uses it: a folder of bare repositories
//! (`<organisation>/<repository>.git`) goes in, an address comes out.

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as Segments, Query, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinHandle;

/// A running host. It ends when dropped.
pub(crate) struct GitHost {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// What every request needs.
struct Shelf {
    folder: PathBuf,
    /// The one value of `Authorization` that is let in.
    credentials: String,
}

impl GitHost {
    /// Serves a folder on a free port of the loopback interface to one user.
    ///
    /// # Errors
    ///
    /// No port could be bound.
    pub(crate) async fn serve(folder: &Path, user: &str, password: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let credentials = format!("Basic {}", base64(format!("{user}:{password}").as_bytes()));
        let shelf = Arc::new(Shelf { folder: folder.to_owned(), credentials });
        let routes = Router::new()
            .route("/{organisation}/{repository}/info/refs", get(advertise))
            .route("/{organisation}/{repository}/git-upload-pack", post(upload_pack))
            .route("/{organisation}/{repository}/git-receive-pack", post(receive_pack))
            .layer(middleware::from_fn_with_state(Arc::clone(&shelf), authorise))
            // A push is as large as what is pushed.
            .layer(DefaultBodyLimit::disable())
            .with_state(shelf);
        let task = tokio::spawn(async move {
            // It returns only when the listener breaks; whoever talks to the host then sees that best.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { address, task })
    }

    /// Where repositories are found: append `/<organisation>/<repository>`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for GitHost {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn authorise(State(shelf): State<Arc<Shelf>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes());
    if given == Some(shelf.credentials.as_bytes()) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Basic realm=\"git\"")]).into_response()
    }
}

#[derive(serde::Deserialize)]
struct Advertised {
    service: Option<String>,
}

type Repository = Segments<(String, String)>;

async fn advertise(
    State(shelf): State<Arc<Shelf>>,
    Segments(repository): Repository,
    Query(query): Query<Advertised>,
    headers: HeaderMap,
) -> Response {
    let service = match query.service.as_deref() {
        Some(service @ ("git-upload-pack" | "git-receive-pack")) => service,
        // The protocol of before 2010, which reads files. No client of today speaks it first.
        _ => return StatusCode::FORBIDDEN.into_response(),
    };
    let Some(folder) = shelf.find(&repository) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let output = git(service, &["--http-backend-info-refs"], &folder, &headers, &[]).await;
    // Version 2 begins with its capabilities; earlier ones name the service first.
    let mut body = Vec::new();
    if !protocol(&headers).contains("version=2") {
        let line = format!("# service={service}\n");
        body.extend(format!("{:04x}{line}0000", line.len() + 4).into_bytes());
    }
    answer(output, &format!("application/x-{service}-advertisement"), body)
}

async fn upload_pack(
    shelf: State<Arc<Shelf>>,
    repository: Repository,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    exchange("git-upload-pack", &shelf, &repository, &headers, &body).await
}

async fn receive_pack(
    shelf: State<Arc<Shelf>>,
    repository: Repository,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    exchange("git-receive-pack", &shelf, &repository, &headers, &body).await
}

async fn exchange(
    service: &str,
    shelf: &Shelf,
    repository: &(String, String),
    headers: &HeaderMap,
    body: &[u8],
) -> Response {
    let Some(folder) = shelf.find(repository) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut unpacked = Vec::new();
    let body = match headers.get(CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"identity") => body,
        Some(b"gzip" | b"x-gzip") => match flate2::read::MultiGzDecoder::new(body).read_to_end(&mut unpacked)
        {
            Ok(_) => &unpacked,
            Err(_) => return StatusCode::BAD_REQUEST.into_response(),
        },
        Some(_) => return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response(),
    };
    let output = git(service, &[], &folder, headers, body).await;
    answer(output, &format!("application/x-{service}-result"), Vec::new())
}

impl Shelf {
    /// The bare repository, if there is one. Names come from the network: none may leave the folder.
    fn find(&self, (organisation, repository): &(String, String)) -> Option<PathBuf> {
        let plain = |name: &str| {
            !name.is_empty()
                && !name.starts_with('.')
                && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        };
        let name = repository.strip_suffix(".git").unwrap_or(repository);
        let folder = self.folder.join(organisation).join(format!("{name}.git"));
        (plain(organisation) && plain(name) && folder.is_dir()).then_some(folder)
    }
}

/// Runs one half of git's protocol over a request's body.
async fn git(
    service: &str,
    flags: &[&str],
    repository: &Path,
    headers: &HeaderMap,
    body: &[u8],
) -> io::Result<Vec<u8>> {
    let mut child = Command::new("git")
        .arg(service.strip_prefix("git-").unwrap_or(service))
        .arg("--stateless-rpc")
        .args(flags)
        .arg(repository)
        .env("GIT_PROTOCOL", protocol(headers))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", repository)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let feed = async move {
        // git may answer before it has read everything; then the rest is not wanted.
        let _ = input.write_all(body).await;
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    output.map(|output| output.stdout)
}

/// What the client said about the protocol's version; git ignores what it does not know.
fn protocol(headers: &HeaderMap) -> &str {
    headers.get("git-protocol").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn answer(output: io::Result<Vec<u8>>, kind: &str, mut body: Vec<u8>) -> Response {
    match output {
        // Errors of git's own are inside the protocol: they, too, are answered with 200.
        Ok(bytes) => {
            body.extend(bytes);
            ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], body).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = |chunk: &[u8]| -> [char; 4] {
        let bits =
            (0..3).fold(0_usize, |bits, place| bits << 8 | usize::from(*chunk.get(place).unwrap_or(&0)));
        [0, 1, 2, 3].map(|place| match place <= chunk.len() {
            true => char::from(LETTERS[bits >> (18 - 6 * place) & 63]),
            false => '=',
        })
    };
    bytes.chunks(3).flat_map(letters).collect()
}
