//! What is refused: flags that mean nothing with `--fleet`, names of what is not there, and an Azure that refuses or is
//! silent.

use std::time::{Duration, Instant};

use serde_json::json;

use super::azure::{Asked, asked, azure, row, some_fail};
use super::scene::Scene;
use crate::support::{Program, Reply};

#[test]
fn a_flag_that_means_nothing_with_it_is_refused_with_what_to_type_instead() {
    let program = Program::new();
    for (words, instead) in [
        (&["--revision", "1234567"][..], "kubectl gitops-status --revision 1234567"),
        (&["--commit", "1234567"], "kubectl gitops-status --revision 1234567"),
        (&["--target", "west"], "kubectl gitops-status --target west"),
        (&["--watch"], "kubectl gitops-status --watch"),
        (&["--failing"], "kubectl gitops-status --failing"),
        (&["-A"], "kubectl gitops-status --all-namespaces"),
        (&["-l", "team=web"], "kubectl gitops-status --selector 'team=web'"),
        (&["--sort-by", "age"], "kubectl gitops-status --sort-by age"),
        (&["--no-headers"], "kubectl gitops-status --no-headers"),
        (&["--record", "file"], "kubectl gitops-status --record file"),
        (&["--wait"], "kubectl gitops-status --wait"),
    ] {
        let ended = program.status(&[words, &["--fleet"]].concat());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{words:?}: {}", ended.stderr);
        let hint = ended.stderr.lines().find(|line| line.starts_with("hint: ")).unwrap_or_default();
        let offered: Vec<&str> =
            hint.trim_start_matches("hint: leave one of them out: ").split(", or: ").collect();
        assert!(offered.contains(&"kubectl gitops-status --fleet"), "{words:?}: {hint}");
        assert!(offered.contains(&instead), "{words:?}: {hint}");
    }
    for (words, message) in [
        (&["--fleet", "--project", "o/p", "-n", "dev-p"][..], "error: --project selects a pipeline"),
        (&["--fleet", "--context", "east"], "error: --fleet asks Azure about clusters of every context"),
        (
            &["--wait", "--sort-by", "age"],
            "error: the argument '--wait' cannot be used with '--sort-by <ORDER>'",
        ),
        (
            &["--wait", "--record", "--keep-names"],
            "error: the argument '--wait' cannot be used with '--keep-names'",
        ),
    ] {
        let ended = program.status(words);
        assert_eq!(ended.code, Some(2), "{words:?}: {}", ended.stderr);
        assert!(
            ended.stderr.starts_with(message) || ended.stderr.contains("cannot be used with"),
            "{words:?}: {}",
            ended.stderr
        );
        assert!(ended.stderr.contains("\nhint: "), "{words:?}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn what_is_not_there_is_answered_with_what_is() {
    let scene = Scene::of(40).await;
    for (words, hint) in [
        (
            &["--project", "contoso/fleet", "--environment", "stage"][..],
            "hint: name what there is: --environment dev, --environment main, --environment prod, --environment qa",
        ),
        (
            &["--environment", "stage"],
            "hint: name what there is: --environment dev, --environment main, --environment prod, --environment qa",
        ),
        (
            &["--project", "contoso/nothing"],
            "hint: name what there is: --project contoso/fleet, --project contoso/hello",
        ),
    ] {
        let ended = scene.asked(scene.program(), words).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""), "{words:?}: {}", ended.stderr);
        assert_eq!(
            ended.stderr.lines().find(|line| line.starts_with("hint")),
            Some(hint),
            "{}",
            ended.stderr
        );
    }
}

fn refusal(status: u16, code: &str) -> Reply {
    let headers = if status == 429 { vec![("retry-after", "600".to_owned())] } else { Vec::new() };
    let body = json!({"error": {"code": code, "message": "No."}}).to_string();
    Reply::Whole(status, headers, body)
}

#[test]
fn each_refusal_of_azure_has_its_words_its_hint_and_its_exit_code() {
    for (status, code, words, exit) in [
        (
            401,
            "InvalidAuthenticationToken",
            "Azure does not accept the credential from AZURE_CLIENT_SECRET",
            4,
        ),
        (403, "AuthorizationFailed", "Azure does not allow it to the credential from AZURE_CLIENT_SECRET", 4),
        (404, "NotFound", "Azure has nothing there", 5),
        (429, "RateLimiting", "Azure takes no more requests", 1),
        (500, "InternalServerError", "Azure failed with 500", 1),
        (503, "ServerBusy", "Azure failed with 503", 1),
    ] {
        let well = some_fail();
        let (_, ended) = asked(
            move |call| match Asked::of(call) {
                Some(Asked::SignIn) => well(call),
                _ => refusal(status, code),
            },
            &["--request-timeout", "2s"],
        );
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(exit), ""), "{status}: {}", ended.stderr);
        assert!(ended.stderr.starts_with(&format!("error: {words}")), "{status}: {}", ended.stderr);
        assert!(ended.stderr.contains("\nhint: "), "{status}: {}", ended.stderr);
    }
}

/// Every question in turn meets every fault; only the first two are needed for an answer.
#[test]
fn whatever_fails_at_whichever_question_is_said() {
    type Fault = fn() -> Reply;
    let faults: [(&str, Fault); 8] = [
        ("401", || refusal(401, "InvalidAuthenticationToken")),
        ("403", || refusal(403, "AuthorizationFailed")),
        ("429", || refusal(429, "RateLimiting")),
        ("500", || refusal(500, "InternalServerError")),
        ("cut", || Reply::Cut),
        ("gone", || Reply::Gone),
        ("silent", || Reply::Hang),
        ("nonsense", || Reply::Whole(200, Vec::new(), "<html>\u{1b}[2J".to_owned())),
    ];
    let sweep = |question: Asked| {
        for (name, fault) in faults {
            let case = format!("{question:?} {name}");
            let well = some_fail();
            let faulty = move |call: &_| if Asked::of(call) == Some(question) { fault() } else { well(call) };
            let begin = Instant::now();
            let (_, ended) = asked(faulty, &["--request-timeout", "1s", "--exit-code", "-o", "wide"]);
            assert!(begin.elapsed() < Duration::from_secs(20), "{case}: {:?}", begin.elapsed());
            assert!(!ended.stderr.contains("panicked"), "{case}: {}", ended.stderr);
            let raw = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
            assert!(!raw(&ended.stdout) && !raw(&ended.stderr), "{case}: {:?}", ended.stderr);
            if matches!(question, Asked::SignIn | Asked::Summary) {
                assert!(matches!(ended.code, Some(1 | 4)), "{case}: {:?} {}", ended.code, ended.stderr);
                assert!(
                    ended.stderr.starts_with("error: ") && ended.stdout.is_empty(),
                    "{case}: {}",
                    ended.stderr
                );
            } else {
                assert_eq!(ended.code, Some(3), "what is known is counted: {case}: {}", ended.stderr);
                assert!(ended.stdout.contains("\nazure "), "{case}: {}", ended.stdout);
            }
        }
    };
    std::thread::scope(|scope| {
        let sweeps = Asked::ALL.map(|question| scope.spawn(move || sweep(question)));
        sweeps.into_iter().for_each(|sweep| sweep.join().expect("it holds"));
    });
}

#[test]
fn a_silent_azure_ends_it_at_the_limit_that_is_asked_for() {
    let (_, ended) = asked(|_| Reply::Hang, &["--request-timeout", "1s"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("error: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("\nhint: "), "{}", ended.stderr);
}

#[test]
fn an_answer_in_part_says_what_is_missing_and_what_it_is_of() {
    let well = azure(vec![row(&json!({"configurations": 7}))], Vec::new());
    let (_, ended) = asked(
        move |call| {
            if Asked::of(call) == Some(Asked::Totals) {
                refusal(403, "AuthorizationFailed")
            } else {
                well(call)
            }
        },
        &["-o", "json"],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let status: serde_json::Value = serde_json::from_str(&ended.stdout).expect("a document");
    assert_eq!(status["scope"]["credential"], "AZURE_CLIENT_SECRET");
    assert_eq!(
        (&status["totals"]["configurations"], &status["worlds"][2]["answer"]),
        (&json!(7), &json!("partial"))
    );
}
