//! How long a page of a whole pipeline takes: `cargo bench -p gitops-tests --bench pipeline`.
//!
//! Times depend on the machine, so that nothing is asserted: each line tells what it should be beside what it is. The
//! lab answers in this process; the program is built for release, and stock kubectl is the one on `PATH`.
#![expect(clippy::print_stdout, reason = "a report on the terminal is what this executable is for")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kubectl_gitops_lab::{BuiltIn, Lab, Settings};

/// How often each command runs; the median counts.
const RUNS: usize = 15;
/// What each of the lab's answers takes longer where latency is measured.
const LATENCY: Duration = Duration::from_millis(100);

fn main() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let program = folder.path().join("kubectl-gitops_status");
    std::fs::hard_link(env!("CARGO_BIN_EXE_gitops-under-test"), &program)
        .or_else(|_| std::fs::copy(env!("CARGO_BIN_EXE_gitops-under-test"), &program).map(|_| ()))
        .expect("the program");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");

    let slow = runtime.block_on(lab(LATENCY));
    let page = ["-n", "dev-hello"];
    let took = median(5, &mut || run(command(&slow, folder.path(), &program, &page)));
    let limit = LATENCY * 5;
    println!("100 ms added to every answer: {took:?} for status -n dev-hello; at most {limit:?}");

    let fast = runtime.block_on(lab(Duration::ZERO));
    let list = ["get", "gitrepositories,kustomizations", "-n", "flux-system"];
    compare(
        "status -n dev-hello",
        &mut || run(command(&fast, folder.path(), &program, &page)),
        "kubectl get gitrepositories,kustomizations",
        &mut || run(command(&fast, folder.path(), Path::new("kubectl"), &list)),
        0.5,
    );
    for flag in ["--version", "--help"] {
        compare(
            flag,
            &mut || run(command(&fast, folder.path(), &program, &[flag])),
            "kubectl version --client",
            &mut || run(command(&fast, folder.path(), Path::new("kubectl"), &["version", "--client"])),
            0.25,
        );
    }
}

async fn lab(latency: Duration) -> Lab {
    let scenario = Some(BuiltIn::named("default").expect("the default").document());
    Lab::start(Settings { scenario, latency, ..Settings::default() }).await.expect("a lab")
}

/// A command in an environment where the lab is all there is.
fn command(lab: &Lab, folder: &Path, program: &Path, words: &[&str]) -> Command {
    let owner = lab.azure_client();
    let (kubeconfig, roots) = (folder.join("kubeconfig"), folder.join("roots.pem"));
    std::fs::write(&kubeconfig, lab.kubeconfig()).expect("a kubeconfig");
    std::fs::write(&roots, lab.authority()).expect("an authority");
    let mut command = Command::new(program);
    command.args(words).env_clear().stdout(Stdio::null()).stderr(Stdio::piped());
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("HOME", folder).env("KUBECONFIG", kubeconfig).env("GITOPS_CA_FILE", roots);
    command.env("GITHUB_SERVER_URL", lab.git_url()).env("GH_TOKEN", lab.git_token("push").expect("a token"));
    command.env("GITOPS_ARM_ENDPOINT", lab.azure_url()).env("AZURE_AUTHORITY_HOST", lab.azure_url());
    command.env("AZURE_TENANT_ID", &owner.tenant).env("AZURE_CLIENT_ID", &owner.client);
    command.env("AZURE_CLIENT_SECRET", owner.secret.expose());
    command
}

fn run(mut command: Command) -> Duration {
    let begun = Instant::now();
    let output = command.output().expect("it runs");
    let took = begun.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    took
}

fn median(runs: usize, once: &mut dyn FnMut() -> Duration) -> Duration {
    once();
    let mut times: Vec<Duration> = (0..runs).map(|_| once()).collect();
    times.sort();
    times[runs / 2]
}

/// Runs both in turn, so that what else the machine does counts for both.
fn compare(
    name: &str,
    ours: &mut dyn FnMut() -> Duration,
    stock_name: &str,
    stock: &mut dyn FnMut() -> Duration,
    limit: f64,
) {
    ours();
    stock();
    let (mut our_times, mut stock_times): (Vec<Duration>, Vec<Duration>) =
        (0..RUNS).map(|_| (ours(), stock())).unzip();
    our_times.sort();
    stock_times.sort();
    let (ours, stock) = (our_times[RUNS / 2], stock_times[RUNS / 2]);
    let ratio = ours.as_secs_f64() / stock.as_secs_f64();
    println!("{name}: {ours:?}; {stock_name}: {stock:?}; ratio {ratio:.2}, at most {limit}");
}
