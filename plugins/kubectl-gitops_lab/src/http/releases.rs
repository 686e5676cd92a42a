//! The page of releases: every repository's has one release, which is the running program, with its checksums.

use std::sync::OnceLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{HeaderValue, LOCATION};
use http::{Response, StatusCode};
use ring::digest::{SHA256, digest};

use super::server::{Body, finished};

const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const PROGRAM: &str = "kubectl-gitops";
const CHECKSUMS: &str = "checksums.txt";
const TEXT: &str = "text/plain; charset=utf-8";

/// What is released, packed when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Releases(OnceLock<Option<Bytes>>);

/// The name of the archive for this machine.
fn archive() -> String {
    let (system, machine) = match std::env::consts::ARCH {
        "x86_64" => (std::env::consts::OS, "amd64"),
        "aarch64" => (std::env::consts::OS, "arm64"),
        other => (std::env::consts::OS, other),
    };
    format!("{PROGRAM}_{VERSION}_{system}_{machine}.tar.gz")
}

impl Releases {
    /// Answers for `/organisation/repository/releases…`; nothing where another path is asked for.
    pub(super) fn answer(&self, path: &str) -> Option<Response<Body>> {
        let mut words = path.trim_matches('/').splitn(4, '/');
        let (owner, name) = (words.next()?, words.next()?);
        if words.next()? != "releases" {
            return None;
        }
        let page = format!("/{owner}/{name}/releases");
        let rest = words.next().unwrap_or_default();
        let latest = rest.strip_prefix("latest/download/");
        let tagged =
            rest.strip_prefix("download/").and_then(|rest| rest.strip_prefix(VERSION)?.strip_prefix('/'));
        Some(match (rest, latest.or(tagged)) {
            (_, Some(file)) if file == CHECKSUMS || file == archive() => self.file(file),
            ("latest", _) => {
                let mut response = finished(StatusCode::FOUND, TEXT, "");
                if let Ok(value) = HeaderValue::from_str(&format!("{page}/tag/{VERSION}")) {
                    response.headers_mut().insert(LOCATION, value);
                }
                response
            }
            ("", _) => listed(&page),
            (rest, _) if rest == format!("tag/{VERSION}") => listed(&page),
            _ => finished(StatusCode::NOT_FOUND, TEXT, "Not Found\n"),
        })
    }

    fn file(&self, file: &str) -> Response<Body> {
        let packed = self.0.get_or_init(|| {
            let program = std::fs::read(std::env::current_exe().ok()?).ok()?;
            packed(&program).map(Bytes::from)
        });
        let Some(packed) = packed else {
            let told = "the program cannot be read\n";
            return finished(StatusCode::INTERNAL_SERVER_ERROR, TEXT, told);
        };
        if file != CHECKSUMS {
            return finished(StatusCode::OK, "application/gzip", packed.clone());
        }
        let sum = digest(&SHA256, packed);
        let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        finished(StatusCode::OK, TEXT, format!("{sum}  {}\n", archive()))
    }
}

fn listed(page: &str) -> Response<Body> {
    let link = |file: &str| format!("<li><a href=\"{page}/download/{VERSION}/{file}\">{file}</a></li>\n");
    let links = [link(&archive()), link(CHECKSUMS)].concat();
    let text = format!("<!doctype html>\n<title>Releases</title>\n<h1>{VERSION}</h1>\n<ul>\n{links}</ul>\n");
    finished(StatusCode::OK, "text/html; charset=utf-8", text)
}

/// An archive of one file. Not compressed: it does not leave the machine.
fn packed(program: &[u8]) -> Option<Vec<u8>> {
    use std::io::Write;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(&header(program.len())).ok()?;
    encoder.write_all(program).ok()?;
    // To whole blocks, and two empty ones at the end.
    encoder.write_all(&vec![0; program.len().next_multiple_of(512) - program.len() + 1024]).ok()?;
    encoder.finish().ok()
}

/// The header of the program in an archive (POSIX ustar).
fn header(length: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, PROGRAM);
    put(100, "0000755\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{length:011o}\0"));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\u{0}00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}
