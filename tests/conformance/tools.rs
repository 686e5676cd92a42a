//! The third-party programs: which ones, how they are built, and the cache that holds them.
//!
//! Each is a Go module of its own under `tools/`, because their dependencies disagree. They are built from
//! source and pinned by `go.sum`: nothing is trusted that this checkout does not name. The cache lies outside
//! the checkout and is keyed by all that goes into a build, so a warm run builds nothing and a changed pin
//! cannot meet an old binary.

pub(crate) mod go;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::problem::{Context, Outcome, Problem};
use crate::tools::go::Go;

struct Tool {
    folder: &'static str,
    packages: &'static [&'static str],
    /// Go names a binary by its package's path; some names say nothing.
    renamed: Option<(&'static str, &'static str)>,
    flags: &'static str,
    /// The module whose custom resource definitions are kept beside the binaries.
    definitions: Option<&'static str>,
}

const STRIPPED: &str = "-s -w";

const TOOLS: [Tool; 7] = [
    Tool {
        folder: "etcd",
        packages: &["go.etcd.io/etcd/server/v3"],
        renamed: Some(("server", "etcd")),
        flags: STRIPPED,
        definitions: None,
    },
    Tool {
        folder: "kwok",
        packages: &["sigs.k8s.io/kwok/cmd/kwok"],
        renamed: None,
        flags: STRIPPED,
        definitions: None,
    },
    Tool {
        folder: "kubernetes",
        packages: &[
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "k8s.io/kubernetes/cmd/kube-controller-manager",
            "k8s.io/kubernetes/cmd/kube-scheduler",
            "k8s.io/kubernetes/cmd/kubectl",
        ],
        renamed: None,
        // Without these Kubernetes reports v0.0.0, and kubectl warns about the difference of versions.
        flags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
                -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36",
        definitions: None,
    },
    // For the lab's tests: stock kubectl before it sent protobuf bodies.
    Tool {
        folder: "kubectl-1.31",
        packages: &["k8s.io/kubernetes/cmd/kubectl"],
        renamed: Some(("kubectl", "kubectl-1.31")),
        flags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.31.14 \
                -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=31",
        definitions: None,
    },
    Tool {
        folder: "source-controller",
        packages: &["github.com/fluxcd/source-controller"],
        renamed: None,
        flags: STRIPPED,
        definitions: Some("github.com/fluxcd/source-controller"),
    },
    Tool {
        folder: "kustomize-controller",
        packages: &["github.com/fluxcd/kustomize-controller"],
        renamed: None,
        flags: STRIPPED,
        definitions: Some("github.com/fluxcd/kustomize-controller"),
    },
    // For the tests of the archive: what installs it.
    Tool {
        folder: "krew",
        packages: &["sigs.k8s.io/krew/cmd/krew", "sigs.k8s.io/krew/cmd/validate-krew-manifest"],
        renamed: None,
        // Without it Krew takes itself for a build of its developers.
        flags: "-s -w -X sigs.k8s.io/krew/internal/version.gitTag=v0.4.3",
        definitions: None,
    },
];

/// The programs, built.
pub(crate) struct Tools {
    folders: Vec<PathBuf>,
}

impl Tools {
    /// Takes what is in the cache and builds what is not. `None`: there is no Go that could.
    pub(crate) fn ready() -> Outcome<Option<Self>> {
        let Some(go) = Go::find(&TOOLS[0].module()) else {
            return Ok(None);
        };
        let cache = cache()?;
        let folders = TOOLS.iter().map(|tool| tool.ready(&go, &cache)).collect::<Outcome<_>>()?;
        Ok(Some(Self { folders }))
    }

    pub(crate) fn path(&self, program: &str) -> Outcome<PathBuf> {
        let mut candidates = self.folders.iter().map(|folder| folder.join(program));
        candidates
            .find(|path| path.is_file())
            .ok_or_else(|| Problem::new(format!("no tool builds {program}")))
    }

    /// Flux's custom resource definitions, one folder a controller.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = PathBuf> {
        self.folders.iter().map(|folder| folder.join("definitions")).filter(|folder| folder.is_dir())
    }
}

impl Tool {
    fn module(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/tools").join(self.folder)
    }

    fn ready(&self, go: &Go, cache: &Path) -> Outcome<PathBuf> {
        let shelf = cache.join(self.folder);
        let done = shelf.join(self.key(go)?);
        if done.is_dir() {
            return Ok(done);
        }
        let started = Instant::now();
        eprintln!("building {} (once, into {})", self.folder, shelf.display());
        fs::create_dir_all(&shelf).context(shelf.display())?;
        let unfinished =
            tempfile::Builder::new().prefix("unfinished-").tempdir_in(&shelf).context("cache")?;
        self.build(go, unfinished.path())?;
        let built = unfinished.keep();
        // Whoever renames first wins; a second run that built the same thing takes the first one's.
        if fs::rename(&built, &done).is_err() {
            fs::remove_dir_all(&built).context(built.display())?;
        }
        eprintln!("built {} in {:.0} s", self.folder, started.elapsed().as_secs_f64());
        if done.is_dir() { Ok(done) } else { Err(Problem::new(format!("{}: not written", done.display()))) }
    }

    fn build(&self, go: &Go, into: &Path) -> Outcome {
        let module = self.module();
        go.build(&module, into, self.flags, self.packages)?;
        if let Some((from, to)) = self.renamed {
            fs::rename(into.join(from), into.join(to)).context(format!("renaming {from}"))?;
        }
        let Some(dependency) = self.definitions else {
            return Ok(());
        };
        let bases = go.folder(&module, dependency)?.join("config/crd/bases");
        let kept = into.join("definitions");
        fs::create_dir(&kept).context(kept.display())?;
        for entry in fs::read_dir(&bases).context(bases.display())? {
            let path = entry.context(bases.display())?.path();
            // Read and written, not copied: files in Go's module cache are read-only, and copies would be too.
            let text = fs::read(&path).context(path.display())?;
            fs::write(kept.join(path.file_name().unwrap_or_default()), text).context(kept.display())?;
        }
        Ok(())
    }

    /// Everything that decides what a build yields.
    fn key(&self, go: &Go) -> Outcome<String> {
        let mut hash = Fnv::default();
        for file in ["go.mod", "go.sum"] {
            let path = self.module().join(file);
            hash.add(&fs::read(&path).context(path.display())?);
        }
        for part in self.packages.iter().chain([&self.flags, &go.version.as_str()]) {
            hash.add(part.as_bytes());
        }
        Ok(format!("{:016x}", hash.0))
    }
}

fn cache() -> Outcome<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("GITOPS_TOOLS_DIR")
        .or_else(|| Some(named("XDG_CACHE_HOME")?.join("kubectl-gitops-conformance")))
        .or_else(|| Some(named("HOME")?.join(".cache/kubectl-gitops-conformance")))
        .ok_or_else(|| Problem::new("no place for the tools: set GITOPS_TOOLS_DIR"))
}

/// FNV-1a, 64 bits. It guards against stale binaries, not against malice (that is `go.sum`'s part), and the
/// standard library promises no stable hash.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        // The length keeps `ab`+`c` and `a`+`bc` apart.
        for byte in bytes.iter().copied().chain(bytes.len().to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
