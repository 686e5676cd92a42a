//! What the real service answered, read by the client: `GITOPS_CONTRACTS` names the folder of contracts.

use gitops_core::github::{Github, GithubError, Level};
use gitops_core::model::github::RepositoryName;
use gitops_core::model::{Exit, Failure};
use serde_json::Value;

use super::client::{name, with_client};
use crate::support::{Reply, Server, contracts};

/// The recorded exchanges; none where no contracts are at hand.
fn recorded() -> Option<Vec<Value>> {
    let folder = contracts::folder("github/recorded/*.json")?.join("github/recorded");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the folder of recorded answers") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        let list: Vec<Value> = serde_json::from_str(&text).expect("exchanges");
        all.extend(list);
    }
    assert!(all.len() > 100, "{} recorded answers", all.len());
    Some(all)
}

fn reply(response: &Value) -> Reply {
    let body = match &response["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        body => body.to_string(),
    };
    let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let wanted = [
        "retry-after",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-accepted-oauth-scopes",
        "x-oauth-scopes",
    ];
    let headers = wanted
        .iter()
        .filter_map(|name| Some((*name, response["headers"][name].as_str()?.to_owned())))
        .collect();
    Reply::Whole(status.expect("a status"), headers, body)
}

#[test]
fn every_recorded_refusal_is_an_error_of_its_kind_with_its_words() {
    let Some(recorded) = recorded() else { return };
    let mut seen = 0;
    for exchange in recorded {
        let status = exchange["response"]["status"].as_u64().unwrap_or_default();
        if status < 400 {
            continue;
        }
        seen += 1;
        let response = exchange["response"].clone();
        let server = Server::start(move |_| reply(&response));
        let error =
            with_client(&server, async |github| github.branches(&name()).await.expect_err("a refusal"));
        let exit = match status {
            401 | 403 if !matches!(error, GithubError::RateLimited { .. }) => Exit::Denied,
            404 | 410 => Exit::NotFound,
            _ => Exit::Failed,
        };
        let route = exchange["route"].as_str().unwrap_or_default();
        assert_eq!(error.exit(), exit, "{route} {status}: {error}");
        if let Some(words) = exchange["response"]["body"]["message"].as_str()
            && !matches!(error, GithubError::RateLimited { .. } | GithubError::Failed { .. })
        {
            let words = words.split_whitespace().next().unwrap_or_default();
            assert!(error.to_string().contains(words), "{route} {status}: {error}");
        }
    }
    assert!(seen > 10, "{seen} refusals");
}

/// Asks for what a recorded route answers; the answer as text, where the route is one that is read.
async fn read(github: &Github, route: &str, path: &str) -> Option<Result<String, GithubError>> {
    fn shown<T: std::fmt::Debug>(answer: Result<T, GithubError>) -> Option<Result<String, GithubError>> {
        Some(answer.map(|answer| format!("{answer:?}")))
    }
    let path = path.split('?').next().unwrap_or_default();
    let words: Vec<&str> = path.trim_matches('/').split('/').collect();
    let repository =
        || RepositoryName::new(words.get(1).copied().unwrap_or("o"), words.get(2).copied().unwrap_or("r"));
    let repository = repository().unwrap_or_else(|_| name());
    let last = words.last().copied().unwrap_or_default();
    let number = |at: usize| words.get(at).and_then(|word| word.parse().ok()).unwrap_or_default();
    let environment = Level::Environment(words.get(4).copied().unwrap_or_default());
    let (_, route) = route.split_once("GET /repos/{o}/{r}")?;
    match route {
        "" => shown(github.repository(&repository).await),
        "/branches/{branch}" => shown(github.branch(&repository, last).await),
        "/git/ref/{ref}" => shown(github.head(&repository, &words[6..].join("/")).await),
        "/git/commits/{sha}" => shown(github.commit(&repository, last).await),
        "/git/trees/{sha}" => shown(github.tree(&repository, last).await),
        "/pulls" => shown(github.pulls(&repository, "main", false).await),
        "/pulls/{n}" => shown(github.pull(&repository, number(4)).await),
        "/pulls/{n}/reviews" => shown(github.reviews(&repository, number(4)).await),
        "/labels" => shown(github.labels(&repository).await),
        "/commits" => shown(github.history(&repository, "main", None, 2).await),
        "/actions/variables" => shown(github.variables(&repository, Level::Repository).await),
        "/actions/secrets" => shown(github.secrets(&repository, Level::Repository).await),
        "/actions/workflows" => shown(github.workflows(&repository).await),
        "/actions/workflows/{workflow}/runs" => shown(github.runs(&repository, words[5], None).await),
        "/actions/runs/{n}" => shown(github.run(&repository, number(5)).await),
        "/actions/runs/{n}/jobs" => shown(github.jobs(&repository, number(5)).await),
        "/environments" => shown(github.environments(&repository).await),
        "/environments/{environment}" => shown(github.environment(&repository, last).await),
        "/environments/{environment}/variables" => shown(github.variables(&repository, environment).await),
        "/environments/{environment}/secrets" => shown(github.secrets(&repository, environment).await),
        "/compare/{basehead}" => {
            let (base, head) = last.split_once("...").unwrap_or(("a", "b"));
            shown(github.compare(&repository, base, head).await)
        }
        _ => None,
    }
}

#[test]
fn every_recorded_answer_is_read() {
    let Some(recorded) = recorded() else { return };
    let mut routes = std::collections::BTreeSet::new();
    for exchange in recorded.iter().filter(|exchange| exchange["response"]["status"] == 200) {
        let (route, path) = (exchange["route"].as_str(), exchange["request"]["path"].as_str());
        let (route, path) = (route.unwrap_or_default(), path.unwrap_or_default());
        let response = exchange["response"].clone();
        let requested = path.split('?').next().unwrap_or_default().to_owned();
        let server = Server::start(move |_| reply(&response));
        let Some(shown_answer) = with_client(&server, async |github| read(&github, route, path).await) else {
            continue;
        };
        let shown_answer = shown_answer.unwrap_or_else(|error| panic!("{route}: {error}"));
        // An empty list says nothing of the reader; what is there has its names.
        let bodies = exchange["response"]["body"].to_string();
        for empty in ["name: \"\"", "sha: \"\"", "number: 0,", "id: 0,"] {
            assert!(
                !shown_answer.contains(empty),
                "{route}: {shown_answer}\n{}",
                &bodies[..bodies.len().min(600)]
            );
        }
        assert_eq!(server.calls()[0].path.to_lowercase(), requested.to_lowercase(), "{route}");
        routes.insert(route.to_owned());
    }
    assert!(routes.len() >= 18, "{} routes are read: {routes:?}", routes.len());
}
