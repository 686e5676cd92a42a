//! When there is nothing to show: what went wrong, what to do, and the exit code.

use snapbox::{assert_data_eq, str};

use super::objects::pipeline;
use crate::support::{Ended, Program, Reply, Server, listed, refused};

/// stderr with the server's port and the program's home masked.
fn masked_stderr(program: &Program, ended: &Ended) -> String {
    let home = program.home().to_string_lossy().into_owned();
    let text = ended.stderr.replace(&home, "[HOME]");
    let mut masked = String::new();
    for line in text.lines() {
        match line.find("https://127.0.0.1:") {
            Some(at) => {
                let rest = line[at + 18..].trim_start_matches(|c: char| c.is_ascii_digit());
                masked += &format!("{}https://127.0.0.1:[PORT]{rest}\n", &line[..at]);
            }
            None => masked += &format!("{line}\n"),
        }
    }
    masked
}

#[test]
fn a_kubeconfig_that_does_not_parse_is_named_and_not_quoted() {
    let program = Program::with_kubeconfig("users: [{name: u, user: {token: hunter2}}\nclusters: }{");
    let ended = program.status(&[]);
    assert_data_eq!(
        masked_stderr(&program, &ended),
        str![[r#"
error: kubeconfig [HOME]/kubeconfig cannot be read: it does not parse as a kubeconfig

hint: see what kubectl makes of it: kubectl config view --kubeconfig [HOME]/kubeconfig

"#]]
    );
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
}

#[test]
fn without_a_kubeconfig_it_says_where_it_looked() {
    let program = Program::new();
    let ended = program.status(&["-n", "dev-hello"]);
    assert_data_eq!(
        masked_stderr(&program, &ended),
        str![[r#"
error: no kubeconfig: [HOME]/.kube/config is not there and this is not a pod

hint: name one with --kubeconfig or KUBECONFIG, or fetch one: az connectedk8s proxy -n '<cluster>' -g '<resource-group>'

"#]]
    );
    assert_eq!(ended.code, Some(1));
    let named = program.status(&["--kubeconfig", "/no/such/file"]);
    assert_eq!(named.code, Some(2), "{}", named.stderr);
}

#[test]
fn a_context_that_is_not_there_names_those_that_are() {
    let server = Server::start(|call| listed(&pipeline(), call));
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let ended = program.status(&["--context", "prod"]);
    assert_data_eq!(
        masked_stderr(&program, &ended),
        str![[r#"
error: kubeconfig [HOME]/kubeconfig: it has no context prod

hint: choose one of its contexts with --context: test

"#]]
    );
    assert_eq!(ended.code, Some(2));
}

#[test]
fn refused_everywhere_is_4() {
    for (code, first) in
        [(401, "error: not authenticated at"), (403, "error: not allowed to read anything at")]
    {
        let server = Server::start(move |_| refused(code));
        let program = Program::with_kubeconfig(&server.kubeconfig());
        let ended = program.status(&["-n", "dev-hello"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(4), ""), "{code}");
        assert!(ended.stderr.starts_with(first) && ended.stderr.contains("\n\nhint: "), "{}", ended.stderr);
    }
}

#[test]
fn a_server_that_hangs_or_is_not_there_or_answers_nonsense_is_1() {
    let hanging = Server::start(|_| Reply::Hang);
    let program = Program::with_kubeconfig(&hanging.kubeconfig());
    let ended = program.status(&["--request-timeout", "300ms"]);
    assert_data_eq!(
        masked_stderr(&program, &ended),
        str![[r#"
error: no answer from https://127.0.0.1:[PORT]: it does not answer in time

hint: see whether kubectl reaches it: kubectl cluster-info

"#]]
    );
    assert_eq!(ended.code, Some(1));

    let cutting = Server::start(|_| Reply::Cut);
    let ended = Program::with_kubeconfig(&cutting.kubeconfig()).status(&[]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("the connection was cut"), "{}", ended.stderr);

    let gone = { Server::start(|_| Reply::Hang).kubeconfig() };
    let ended = Program::with_kubeconfig(&gone).status(&[]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("connection refused"), "{}", ended.stderr);

    let odd = Server::start(|_| Reply::Json(200, serde_json::json!("hello")));
    let ended = Program::with_kubeconfig(&odd.kubeconfig()).status(&[]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
}

#[test]
fn a_foreign_certificate_is_refused_and_an_added_root_trusted() {
    let server = Server::start(|call| listed(&pipeline(), call));
    let program = Program::with_kubeconfig(&server.kubeconfig_of_another());
    let ended = program.status(&[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("its certificate is not trusted"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: check certificate-authority-data"), "{}", ended.stderr);

    let roots = program.file("roots.pem", server.authority());
    let program = program.with("GITOPS_CA_FILE", &roots);
    assert_eq!(program.status(&[]).code, Some(0));
    let broken = program.file("broken.pem", "nothing");
    let ended = program.with("GITOPS_CA_FILE", &broken).status(&[]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

#[test]
fn a_namespace_that_is_absent_or_follows_nothing_is_5_and_names_those_that_do() {
    let server = Server::start(|call| match call.path.as_str() {
        "/api/v1/namespaces/absent" => refused(404),
        _ => listed(&pipeline(), call),
    });
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let ended = program.status(&["-n", "absent"]);
    assert_data_eq!(
        masked_stderr(&program, &ended),
        str![[r#"
error: namespace absent is not there

hint: choose one that Flux deploys to with -n: dev-hello

"#]]
    );
    assert_eq!(ended.code, Some(5));
    let ended = program.status(&["-n", "default"]);
    assert_data_eq!(
        masked_stderr(&program, &ended),
        str![[r#"
error: no Flux object deploys to namespace default

hint: choose one that Flux deploys to with -n: dev-hello

"#]]
    );
    assert_eq!(ended.code, Some(5));
}

#[test]
fn a_failing_credential_plugin_shows_nothing_it_wrote() {
    let server = Server::start(|call| listed(&pipeline(), call));
    let user = serde_json::json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never",
        "args": ["-c", "echo hunter2; echo hunter3 >&2; exit 3"],
    } });
    let program = Program::with_kubeconfig(&server.kubeconfig_with(&user));
    let ended = program.status(&["-vv"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("the credential plugin of the kubeconfig failed (exit status: 3)"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("hunter"), "{}", ended.stderr);
}

#[test]
fn the_token_is_in_no_log() {
    let server = Server::start(|call| listed(&pipeline(), call));
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let ended = program.status(&["-vv"]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.contains("asking the cluster"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("t0ken") && !ended.stdout.contains("t0ken"), "{}", ended.stderr);
}

#[test]
fn json_failures_are_one_line_of_kind_error() {
    let program = Program::new();
    for (words, code, exit) in [
        (["-o", "json", "-n", "dev-hello"].as_slice(), "KubeconfigMissing", 1),
        (["-o", "json", "-n", "Not_A_Name"].as_slice(), "UsageInvalid", 2),
        (["-ojson", "--no-such-flag"].as_slice(), "UsageInvalid", 2),
    ] {
        let ended = program.status(words);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(exit), ""));
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        let line: serde_json::Value = serde_json::from_str(&ended.stderr).expect("JSON");
        assert_eq!(
            (line["kind"].as_str(), line["code"].as_str(), line["exitCode"].as_i64()),
            (Some("Error"), Some(code), Some(exit.into()))
        );
    }
}
