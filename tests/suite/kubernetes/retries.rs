//! What is asked again after a mishap, beside stock kubectl, and how a limit reads at the end.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::comparison::{Reached, Row, empty_namespace};
use super::stock_kubectl::StockKubectl;
use crate::support::{Call, Program, Reply, Server, refused};

/// A server that answers the first requests for the namespace with a mishap.
fn failing_first(times: usize, mishap: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |call: &Call| {
        let is_meant = call.path.ends_with("/namespaces/dev-hello");
        let fails = is_meant && count.fetch_add(1, Ordering::SeqCst) < times;
        if fails { mishap() } else { empty_namespace(call) }
    })
}

fn limited() -> Reply {
    let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"slow down","reason":"TooManyRequests","code":429}"#;
    let headers = vec![("retry-after", "1".to_owned()), ("content-type", "application/json".to_owned())];
    Reply::Whole(429, headers, body.to_owned())
}

/// How often the namespace was asked for.
fn times(server: &Server) -> usize {
    server.calls().iter().filter(|call| call.path.ends_with("/namespaces/dev-hello")).count()
}

#[test]
fn what_kubectl_asks_again_we_ask_again() {
    type Mishap = fn() -> Reply;
    let rows: [(&'static str, usize, Mishap, Reached); 3] = [
        ("limited once", 1, limited, Reached::Yes),
        ("limited twice", 2, limited, Reached::Yes),
        ("not there", usize::MAX, || refused(404), Reached::No),
    ];
    for (name, count, mishap, expected) in rows {
        let run = |run: &dyn Fn(&Row)| {
            let server = failing_first(count, mishap);
            let kubeconfig = serde_json::from_str(&server.kubeconfig()).expect("JSON");
            run(&Row { name, kubeconfig, variables: Vec::new(), expected });
        };
        run(&Row::run);
        if let Some(kubectl) = StockKubectl::find() {
            run(&|row| row.run_stock(&kubectl));
        }
    }
}

#[test]
fn a_read_is_asked_again_after_whatever_may_pass() {
    type Mishap = fn() -> Reply;
    let mishaps: [(&str, Mishap); 6] = [
        ("500", || refused(500)),
        ("503", || refused(503)),
        ("429", || Reply::Whole(429, vec![("retry-after", "0".to_owned())], String::new())),
        ("cut before", || Reply::Gone),
        ("cut within", || Reply::Cut),
        ("504", || refused(504)),
    ];
    for (name, mishap) in mishaps {
        let server = failing_first(2, mishap);
        let ended = Program::with_kubeconfig(&server.kubeconfig()).status(&["-n", "dev-hello"]);
        assert!(ended.stderr.contains("no Flux object deploys to"), "{name}: {}", ended.stderr);
        assert_eq!(times(&server), 3, "{name}");
    }
    for code in [400, 401, 403, 404, 422] {
        let server = failing_first(2, move || refused(code));
        Program::with_kubeconfig(&server.kubeconfig()).status(&["-n", "dev-hello"]);
        assert_eq!(times(&server), 1, "{code}");
    }
}

#[test]
fn a_limit_at_the_end_is_told_as_a_limit() {
    let server = Server::start(|_| {
        let Reply::Whole(status, mut headers, body) = limited() else { unreachable!("it is whole") };
        headers[0].1 = "3600".to_owned();
        Reply::Whole(status, headers, body)
    });
    let ended = Program::with_kubeconfig(&server.kubeconfig()).status(&["-n", "dev-hello"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("is overloaded (429 Too Many Requests)"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: see what loads it: kubectl "), "{}", ended.stderr);
    assert_eq!(times(&server), 1, "an hour is not waited for");
}
