//! What makes pods: deployments, sets, jobs, and what protects them.

use gitops_core::cli::age;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::column::{Column, born, column, count, name, since, truth, wide};
use super::text::{holds, is_going, joined, labels, list, number, or_none, plain, selector, text};

type Rule = fn(&Value, Timestamp) -> Value;

pub(super) fn deployments() -> Vec<Column> {
    let columns = vec![
        name(),
        column("Ready", |object, _| {
            json!(format!(
                "{}/{}",
                number(&object["status"]["readyReplicas"]),
                number(&object["spec"]["replicas"])
            ))
        }),
        column("Up-to-date", |object, _| json!(number(&object["status"]["updatedReplicas"]))),
        column("Available", |object, _| json!(number(&object["status"]["availableReplicas"]))),
        born(),
    ];
    with_template(columns)
}

pub(super) fn replica_sets() -> Vec<Column> {
    with_template(replicas())
}

pub(super) fn replication_controllers() -> Vec<Column> {
    let mut columns = with_template(replicas());
    columns.pop();
    columns.push(wide("Selector", |object, _| json!(labels(&object["spec"]["selector"]))));
    columns
}

fn replicas() -> Vec<Column> {
    vec![
        name(),
        count("Desired", |object, _| json!(number(&object["spec"]["replicas"]))),
        count("Current", |object, _| json!(number(&object["status"]["replicas"]))),
        count("Ready", |object, _| json!(number(&object["status"]["readyReplicas"]))),
        born(),
    ]
}

pub(super) fn daemon_sets() -> Vec<Column> {
    let columns = vec![
        name(),
        count("Desired", |object, _| json!(number(&object["status"]["desiredNumberScheduled"]))),
        count("Current", |object, _| json!(number(&object["status"]["currentNumberScheduled"]))),
        count("Ready", |object, _| json!(number(&object["status"]["numberReady"]))),
        count("Up-to-date", |object, _| json!(number(&object["status"]["updatedNumberScheduled"]))),
        count("Available", |object, _| json!(number(&object["status"]["numberAvailable"]))),
        column("Node Selector", |object, _| {
            json!(labels(&object["spec"]["template"]["spec"]["nodeSelector"]))
        }),
        born(),
    ];
    with_template(columns)
}

pub(super) fn stateful_sets() -> Vec<Column> {
    let ready: Rule = |object, _| {
        let (ready, all) = (number(&object["status"]["readyReplicas"]), number(&object["spec"]["replicas"]));
        json!(format!("{ready}/{all}"))
    };
    let mut columns = with_template(vec![name(), column("Ready", ready), born()]);
    columns.pop();
    columns
}

/// What a field of a template's containers is.
fn containers(template: &Value, field: &str) -> Value {
    json!(joined(list(&template["spec"]["containers"]), field))
}

/// The containers of the template, and the selector.
fn with_template(mut columns: Vec<Column>) -> Vec<Column> {
    columns.extend([
        wide("Containers", |object, _| containers(&object["spec"]["template"], "name")),
        wide("Images", |object, _| containers(&object["spec"]["template"], "image")),
        wide("Selector", |object, _| json!(selector(&object["spec"]["selector"]))),
    ]);
    columns
}

pub(super) fn jobs() -> Vec<Column> {
    let columns = vec![
        name(),
        column("Status", |job, _| json!(status_of_job(job))),
        column("Completions", |job, _| json!(completions(job))),
        column("Duration", |job, now| json!(duration(job, now))),
        born(),
    ];
    with_template(columns)
}

fn status_of_job(job: &Value) -> &'static str {
    match job {
        job if holds(job, "Complete") => "Complete",
        job if holds(job, "Failed") => "Failed",
        job if is_going(job) => "Terminating",
        job if holds(job, "Suspended") => "Suspended",
        job if holds(job, "FailureTarget") => "FailureTarget",
        job if holds(job, "SuccessCriteriaMet") => "SuccessCriteriaMet",
        _ => "Running",
    }
}

fn completions(job: &Value) -> String {
    let done = number(&job["status"]["succeeded"]);
    match (job["spec"]["completions"].as_i64(), number(&job["spec"]["parallelism"])) {
        (Some(all), _) => format!("{done}/{all}"),
        (None, side @ 2..) => format!("{done}/1 of {side}"),
        (None, _) => format!("{done}/1"),
    }
}

/// From its start to its completion, or until now.
fn duration(job: &Value, now: Timestamp) -> String {
    let time = |field: &str| job["status"][field].as_str().and_then(|text| text.parse().ok());
    match time("startTime") {
        Some(start) => age(Some(start), time("completionTime").unwrap_or(now)),
        None => String::new(),
    }
}

pub(super) fn cron_jobs() -> Vec<Column> {
    vec![
        name(),
        column("Schedule", |object, _| object["spec"]["schedule"].clone()),
        column("Timezone", |object, _| or_none(&object["spec"]["timeZone"])),
        truth("Suspend", |object, _| {
            let told = match object["spec"]["suspend"].as_bool() {
                Some(true) => "True",
                Some(false) => "False",
                None => "<unset>",
            };
            json!(told)
        }),
        count("Active", |object, _| json!(list(&object["status"]["active"]).len())),
        column("Last Schedule", |object, now| {
            let last = &object["status"]["lastScheduleTime"];
            json!(if last.is_null() { "<none>".to_owned() } else { since(last, now) })
        }),
        born(),
        wide("Containers", |object, _| {
            containers(&object["spec"]["jobTemplate"]["spec"]["template"], "name")
        }),
        wide("Images", |object, _| containers(&object["spec"]["jobTemplate"]["spec"]["template"], "image")),
        wide("Selector", |object, _| json!(selector(&object["spec"]["jobTemplate"]["spec"]["selector"]))),
    ]
}

pub(super) fn templates() -> Vec<Column> {
    vec![
        name(),
        column("Containers", |object, _| containers(&object["template"], "name")),
        column("Images", |object, _| containers(&object["template"], "image")),
        column("Pod Labels", |object, _| json!(labels(&object["template"]["metadata"]["labels"]))),
    ]
}

pub(super) fn revisions() -> Vec<Column> {
    vec![
        name(),
        column("Controller", |object, _| {
            let owners = list(&object["metadata"]["ownerReferences"]);
            let Some(owner) = owners.iter().find(|owner| owner["controller"] == true) else {
                return json!("<none>");
            };
            let kind = text(&owner["kind"]).to_lowercase();
            let group = text(&owner["apiVersion"]).split_once('/').map(|(group, _)| format!(".{group}"));
            json!(format!("{kind}{}/{}", group.unwrap_or_default(), text(&owner["name"])))
        }),
        column("Revision", |object, _| object["revision"].clone()),
        born(),
    ]
}

/// A bound, if there is one.
fn bound(value: &Value) -> Value {
    if value.is_null() { json!("N/A") } else { json!(plain(value)) }
}

pub(super) fn budgets() -> Vec<Column> {
    vec![
        name(),
        column("Min Available", |object, _| bound(&object["spec"]["minAvailable"])),
        column("Max Unavailable", |object, _| bound(&object["spec"]["maxUnavailable"])),
        count("Allowed Disruptions", |object, _| json!(number(&object["status"]["disruptionsAllowed"]))),
        born(),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{completions, duration, status_of_job};

    #[test]
    fn a_job_says_how_far_it_is() {
        let condition = |kind: &str| json!({"conditions": [{"type": kind, "status": "True"}]});
        for (status, word) in [
            (json!({}), "Running"),
            (condition("Complete"), "Complete"),
            (condition("Failed"), "Failed"),
            (condition("Suspended"), "Suspended"),
        ] {
            assert_eq!(status_of_job(&json!({"metadata": {}, "status": status})), word);
        }
        for (spec, told) in
            [(json!({"completions": 3}), "1/3"), (json!({"parallelism": 4}), "1/1 of 4"), (json!({}), "1/1")]
        {
            assert_eq!(completions(&json!({"spec": spec, "status": {"succeeded": 1}})), told);
        }
        let start = "1970-01-01T00:00:00Z";
        let running = json!({"status": {"startTime": start}});
        let done = json!({"status": {"startTime": start, "completionTime": "1970-01-01T00:00:04Z"}});
        let now = "1970-01-01T00:01:00Z".parse().unwrap();
        assert_eq!([duration(&running, now), duration(&done, now)], ["60s", "4s"]);
    }
}
