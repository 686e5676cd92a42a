//! The page of releases: every repository's has one release, which is the suite's program that the lab was given, with
//! its checksum. The running program is not taken for it: in a test, that is the test.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{HeaderValue, LOCATION};
use http::{Response, StatusCode};
use ring::digest::{SHA256, digest};
use tar::{Builder, EntryType, Header};

use super::server::{Body, finished};

const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const PROGRAM: &str = "kubectl-gitops";
const CHECKSUMS: &str = "checksums.txt";
const TEXT: &str = "text/plain; charset=utf-8";

const NOTHING: &str =
    "Not Found: this lab was given no program to release; `kubectl gitops lab up` gives it the suite's\n";

/// What is released, packed when it is first asked for.
#[derive(Debug)]
pub(super) struct Releases {
    program: Option<PathBuf>,
    packed: OnceLock<Option<Bytes>>,
}

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
    /// Releases the program at a path; nothing where there is none.
    pub(super) fn of(program: Option<PathBuf>) -> Self {
        Self { program, packed: OnceLock::new() }
    }

    /// Answers for `/organisation/repository/releases…`; nothing where another path is asked for.
    pub(super) fn answer(&self, path: &str) -> Option<Response<Body>> {
        let mut words = path.trim_matches('/').splitn(4, '/');
        let (owner, name) = (words.next()?, words.next()?);
        if words.next()? != "releases" {
            return None;
        }
        let Some(program) = &self.program else {
            return Some(finished(StatusCode::NOT_FOUND, TEXT, NOTHING));
        };
        let page = format!("/{owner}/{name}/releases");
        let rest = words.next().unwrap_or_default();
        let latest = rest.strip_prefix("latest/download/");
        let tagged =
            rest.strip_prefix("download/").and_then(|rest| rest.strip_prefix(VERSION)?.strip_prefix('/'));
        Some(match (rest, latest.or(tagged)) {
            (_, Some(file)) if file == CHECKSUMS || file == archive() => self.file(program, file),
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

    fn file(&self, program: &Path, file: &str) -> Response<Body> {
        let packed = self.packed.get_or_init(|| packed(&std::fs::read(program).ok()?).ok().map(Bytes::from));
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
fn packed(program: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o755);
    header.set_size(program.len() as u64);
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    archive.append_data(&mut header, PROGRAM, program)?;
    archive.into_inner()?.finish()
}
