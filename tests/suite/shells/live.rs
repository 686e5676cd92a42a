//! What is known only while the line is typed: contexts of the kubeconfig and namespaces of the cluster, natively and
//! through kubectl. Names that a shell would run are only names.

use kubectl_gitops_lab::{BuiltIn, Lab, Settings};

use super::kubectl::{KUBECTLS, SHELLS};
use super::machine::Machine;
use super::shell::{Running, Shell, assert_nothing_ran};
use super::{kubectl, native};
use crate::support::find_tool;

/// Contexts that a shell would run, beside two that are well.
const CONTEXTS: &str = "\
apiVersion: v1
kind: Config
current-context: well
contexts:
- {name: well, context: {cluster: c, user: u}}
- {name: 'arn:aws:eks:eu-1:12:cluster/east', context: {cluster: c, user: u}}
- {name: '$(touch pwned)', context: {cluster: c, user: u}}
- {name: '`touch pwned`', context: {cluster: c, user: u}}
- {name: 'x;touch pwned;', context: {cluster: c, user: u}}
- {name: \"y'$(touch pwned)'\", context: {cluster: '$(touch pwned)', user: u}}
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
users:
- {name: u, user: {token: t}}
";

/// How often TAB is typed until a busy machine has asked its cluster.
const TABS: usize = 30;

/// Every shell that is installed, by the suite's own script and by that of each kubectl, with how a line begins there.
fn each(kubeconfig: &str, check: impl Fn(&mut Running<'_>, &str, &Machine)) {
    for shell in Shell::ALL {
        let machine = Machine::with_suite().with_kubeconfig(kubeconfig);
        if let Some(mut running) = native::start(shell, &machine) {
            check(&mut running, "kubectl-gitops_status", &machine);
        }
    }
    for program in KUBECTLS.into_iter().filter_map(find_tool) {
        for (shell, name) in SHELLS {
            let machine = Machine::with_suite().with_kubeconfig(kubeconfig);
            if let Some(mut running) = kubectl::start(shell, name, &program, &machine) {
                check(&mut running, "kubectl gitops-status", &machine);
            }
        }
    }
}

/// A cluster that does not answer in time has answered by one of the next TABs.
fn complete_in_time(running: &mut Running<'_>, line: &str) -> String {
    let completed = (0..TABS).map(|_| running.complete(line).line);
    completed.into_iter().find(|completed| completed != line).unwrap_or_else(|| line.to_owned())
}

#[test]
fn a_context_arrives_and_none_is_run() {
    each(CONTEXTS, |running, program, machine| {
        for (typed, whole) in [("w", "well"), ("arn:aws:e", "arn:aws:eks:eu-1:12:cluster/east")] {
            let line = running.complete(&format!("{program} --context {typed}"));
            assert_eq!(line.line.trim_end(), format!("{program} --context {whole}"), "{line:?}");
        }
        for typed in ["", r"\$", "x", "y"] {
            running.complete(&format!("{program} --context {typed}"));
        }
        running.run_completed(&format!("{program} --version --context x"));
        assert_nothing_ran(machine);
    });
}

/// Those to which something is delivered come first, whatever the letters say.
#[tokio::test]
async fn a_namespace_of_the_cluster_arrives() {
    let scenario = BuiltIn::named("default").map(|scenario| scenario.document());
    let lab = Lab::start(Settings { scenario, ..Settings::default() }).await.expect("a lab");
    let kubeconfig = lab.kubeconfig();
    let completed = tokio::task::spawn_blocking(move || {
        each(&kubeconfig, |running, program, _| {
            let line = complete_in_time(running, &format!("{program} -n qa-"));
            assert_eq!(line.trim_end(), format!("{program} -n qa-hello"));
            let all = running.complete(&format!("{program} -n "));
            let at = |name: &str| all.shown.find(name).unwrap_or_else(|| panic!("{name}: {all:?}"));
            assert!(at("qa-hello") < at("default"), "{all:?}");
        });
    });
    completed.await.expect("it completes");
}
