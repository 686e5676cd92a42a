//! What queries give, as tables of cases.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::super::column::Column;
use super::super::row::Row;
use super::parser::parse;
use super::problem::QueryProblem;

const FLUX: &str = "microsoft.kubernetesconfiguration/fluxconfigurations";

fn row(name: &str, properties: Json) -> Row {
    let texts = [
        (Column::Id, format!("/s/{name}")),
        (Column::Name, name.to_owned()),
        (Column::Type, FLUX.to_owned()),
        (Column::Location, String::new()),
    ];
    let mut document: Json =
        Column::ALL.into_iter().map(|column| (column.name().to_owned(), Json::Null)).collect();
    texts.into_iter().for_each(|(column, text)| document[column.name()] = json!(text));
    document["properties"] = properties;
    Row::Known(Arc::new(document))
}

fn rows() -> Vec<Row> {
    let git = |branch: &str| json!({"url": "https://github.com/contoso/hello-gitops", "repositoryRef": {"branch": branch}});
    vec![
        row(
            "a-dev",
            json!({
                "complianceState": "Compliant", "gitRepository": git("dev"), "suspend": false, "n": 2,
                "sourceSyncedCommitId": "dev@sha1:0ba6f0d30760d567de0bac86c8c4eec13ce1a590",
                "statusUpdatedAt": "2026-05-04T09:58:00Z",
                "statuses": [{"kind": "GitRepository"}, {"kind": "Kustomization"}],
            }),
        ),
        row(
            "B-prod",
            json!({
                "complianceState": "Non-Compliant", "gitRepository": git("release/it's"), "suspend": true, "n": 10,
                "statusUpdatedAt": "2026-05-04T09:00:00Z", "statuses": [],
            }),
        ),
        row("c-none", json!({"complianceState": "Pending", "n": 1.5})),
    ]
}

fn now() -> Timestamp {
    "2026-05-04T10:00:00Z".parse().unwrap()
}

fn run(query: &str) -> Result<Vec<Json>, QueryProblem> {
    let selection = parse(query)?.execute(&|_| rows(), now())?;
    Ok(selection.objects(0, usize::MAX))
}

/// The names that a condition leaves.
fn names(condition: &str) -> String {
    let found = run(&format!("resources | where {condition} | project name")).unwrap_or_else(|problem| {
        panic!("{condition}: {problem}");
    });
    found.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn conditions_leave_what_they_hold_for() {
    for (condition, left) in [
        ("type == 'microsoft.kubernetesconfiguration/fluxconfigurations'", "a-dev B-prod c-none"),
        ("type == 'Microsoft.KubernetesConfiguration/fluxConfigurations'", ""),
        ("type =~ 'Microsoft.KubernetesConfiguration/fluxConfigurations'", "a-dev B-prod c-none"),
        ("name != 'a-dev'", "B-prod c-none"),
        ("name !~ 'b-PROD'", "a-dev c-none"),
        ("properties.gitRepository.repositoryRef.branch == 'dev'", "a-dev"),
        ("properties['gitRepository']['repositoryRef'].branch == \"release/it's\"", "B-prod"),
        (r"properties.gitRepository.repositoryRef.branch == 'release/it\'s'", "B-prod"),
        ("properties.gitRepository.url == @'https://github.com/contoso/hello-gitops'", "a-dev B-prod"),
        ("properties.gitRepository.url != 'x'", "a-dev B-prod c-none"),
        ("properties.missing == properties.absent", ""),
        ("isnull(properties.gitRepository)", "c-none"),
        ("isnotnull(properties.gitRepository)", "a-dev B-prod"),
        ("isempty(properties.sourceSyncedCommitId)", "B-prod c-none"),
        ("isnotempty(properties.sourceSyncedCommitId)", "a-dev"),
        ("isempty(location)", "a-dev B-prod c-none"),
        ("properties.suspend", "B-prod"),
        ("properties.suspend == false", "a-dev"),
        ("not(properties.suspend)", "a-dev"),
        ("properties.n > 1.5", "a-dev B-prod"),
        ("properties.n <= 2", "a-dev c-none"),
        ("properties.n between (1.5 .. 2)", "a-dev c-none"),
        ("properties.n !between (1.5 .. 2)", "B-prod"),
        ("properties.n * 2 + 1 == 5", "a-dev"),
        ("properties.n == -1 * -10", "B-prod"),
        ("name contains 'PRO'", "B-prod"),
        ("name contains_cs 'PRO'", ""),
        ("name !contains '-'", ""),
        ("name startswith 'b'", "B-prod"),
        ("name !startswith_cs 'b'", "a-dev B-prod c-none"),
        ("name endswith 'NONE'", "c-none"),
        ("name has 'prod'", "B-prod"),
        ("name has 'pro'", ""),
        ("name in ('a-dev', 'b-prod')", "a-dev"),
        ("name in~ ('a-dev', 'b-prod')", "a-dev B-prod"),
        ("name !in ('a-dev', 'b-prod')", "B-prod c-none"),
        ("name !in~ ('a-dev', 'b-prod')", "c-none"),
        ("name == 'a-dev' or name == 'c-none' and properties.n == 2", "a-dev"),
        ("(name == 'a-dev' or name == 'c-none') and properties.n == 1.5", "c-none"),
        ("properties.statuses[0].kind == 'GitRepository'", "a-dev"),
        ("properties.statuses[-1].kind == 'Kustomization'", "a-dev"),
        ("array_length(properties.statuses) == 0", "B-prod"),
        ("todatetime(properties.statusUpdatedAt) > ago(5m)", "a-dev"),
        ("todatetime(properties.statusUpdatedAt) < datetime(2026-05-04T09:30:00Z)", "B-prod"),
        ("now() - todatetime(properties.statusUpdatedAt) >= 1h", "B-prod"),
        ("tostring(split(name, '-')[1]) == 'dev'", "a-dev"),
        ("properties.sourceSyncedCommitId == 'dev@sha1:0ba6f0d30760d567de0bac86c8c4eec13ce1a590'", "a-dev"),
        ("1 == 1 // and name == 'x'", "a-dev B-prod c-none"),
    ] {
        assert_eq!(names(condition), left, "{condition}");
    }
}

/// Queries, and the rows that come of them as JSON.
const OPERATORS: &[(&str, &str)] = &[
    ("resources | count", r#"[{"Count": 3}]"#),
    ("resources | where name == 'x' | count", r#"[{"Count": 0}]"#),
    ("project name | take 1", r#"[{"name": "a-dev"}]"#),
    (
        "where name == 'a-dev' | project n=name, properties.n, x=1",
        r#"[{"n": "a-dev", "properties_n": 2, "x": 1}]"#,
    ),
    (
        "extend state=tostring(properties.complianceState) | project state | order by state asc",
        r#"[{"state": "Compliant"}, {"state": "Non-Compliant"}, {"state": "Pending"}]"#,
    ),
    ("project name | order by name", r#"[{"name": "c-none"}, {"name": "a-dev"}, {"name": "B-prod"}]"#),
    ("top 2 by name asc | project name", r#"[{"name": "B-prod"}, {"name": "a-dev"}]"#),
    (
        "extend n=toint(properties.n) | sort by n desc, name asc | project n | limit 2",
        r#"[{"n": 10}, {"n": 2}]"#,
    ),
    (
        "extend c=tostring(properties.sourceSyncedCommitId), d=todatetime(properties.statusUpdatedAt) | order by d asc | project d",
        r#"[{"d": null}, {"d": "2026-05-04T09:00:00.0000000Z"}, {"d": "2026-05-04T09:58:00.0000000Z"}]"#,
    ),
    (
        "extend d=todatetime(properties.statusUpdatedAt) | order by d asc nulls last | project name",
        r#"[{"name": "B-prod"}, {"name": "a-dev"}, {"name": "c-none"}]"#,
    ),
    ("summarize count()", r#"[{"count_": 3}]"#),
    ("where name == 'x' | summarize count(), max(name)", r#"[{"count_": 0, "max_name": null}]"#),
    ("where name == 'x' | summarize count() by name", "[]"),
    (
        "summarize total=count() by tostring(properties.suspend)",
        r#"[{"properties_suspend": "false", "total": 1}, {"properties_suspend": "true", "total": 1}, {"properties_suspend": "", "total": 1}]"#,
    ),
    (
        "summarize countif(name startswith 'a'), dcount(type), min(name), max(name)",
        r#"[{"countif_": 1, "dcount_type": 1, "min_name": "B-prod", "max_name": "c-none"}]"#,
    ),
    ("extend n=toreal(properties.n) | summarize sum(n), avg(n)", r#"[{"sum_n": 13.5, "avg_n": 4.5}]"#),
    (
        "summarize make_list(name) by type | project list_name",
        r#"[{"list_name": ["a-dev", "B-prod", "c-none"]}]"#,
    ),
    ("summarize make_set(type)", r#"[{"set_type": ["@FLUX"]}]"#),
    ("distinct type", r#"[{"type": "@FLUX"}]"#),
    (
        "project name, type | project-away t*",
        r#"[{"name": "a-dev"}, {"name": "B-prod"}, {"name": "c-none"}]"#,
    ),
    ("project name | extend name=toupper(name) | where name == 'A-DEV'", r#"[{"name": "A-DEV"}]"#),
    ("extend x=name, name='y' | distinct name, x | take 1", r#"[{"name": "y", "x": "a-dev"}]"#),
    ("project x=iff(name == 'a-dev', 'first', 'other') | distinct x", r#"[{"x": "first"}, {"x": "other"}]"#),
    (
        "project x=case(properties.n > 5, 'many', properties.n > 1.6, 'some', 'few')",
        r#"[{"x": "some"}, {"x": "many"}, {"x": "few"}]"#,
    ),
    ("project x=coalesce(tostring(properties.suspend), 'none') | where x == 'none'", r#"[{"x": "none"}]"#),
    ("project x=strcat(name, '/', tostring(properties.n)) | take 1", r#"[{"x": "a-dev/2"}]"#),
    (
        "mv-expand s=properties.statuses | project name, kind=tostring(s.kind)",
        r#"[{"name": "a-dev", "kind": "GitRepository"}, {"name": "a-dev", "kind": "Kustomization"}, {"name": "B-prod", "kind": ""}, {"name": "c-none", "kind": ""}]"#,
    ),
    (
        "take 1 | project bag_keys(properties.gitRepository), name",
        r#"[{"Column1": ["repositoryRef", "url"], "name": "a-dev"}]"#,
    ),
    (
        "project name | join kind=leftouter (where name startswith 'a' | project name, n=toint(properties.n)) on name",
        r#"[{"name": "a-dev", "name1": "a-dev", "n": 2}, {"name": "B-prod", "name1": "", "n": null}, {"name": "c-none", "name1": "", "n": null}]"#,
    ),
    (
        "extend k=type | project k, name | join kind=inner (where name != 'c-none' | project k=type, other=name) on k | where name == 'c-none' | project other",
        r#"[{"other": "a-dev"}, {"other": "B-prod"}]"#,
    ),
    ("take 1 | project name, name", r#"[{"name": "a-dev", "name1": "a-dev"}]"#),
    ("\n  RESOURCES\n| where name == 'a-dev' // one\n|project ['name'] ;", r#"[{"name": "a-dev"}]"#),
];

#[test]
fn operators_make_columns_and_rows() {
    for (query, rows) in OPERATORS {
        let rows: Json = serde_json::from_str(&rows.replace("@FLUX", FLUX)).unwrap();
        assert_eq!(run(query).map(Json::from), Ok(rows), "{query}");
    }
}

#[test]
fn what_is_no_query_is_refused_where_it_ends_to_be_one() {
    for (query, line, character, token) in [
        ("where where", 1, 11, "<EOF>"),
        ("resources |", 1, 11, "<EOF>"),
        ("resources | where", 1, 17, "<EOF>"),
        ("resources where name == 'a'", 1, 10, "where"),
        ("resources | where name = 'a'", 1, 23, "="),
        ("resources | where name ==\n", 2, 0, "<EOF>"),
        ("resources\n| wher name == 'a'", 2, 2, "wher"),
        ("resources | where (name == 'a'", 1, 30, "<EOF>"),
        ("resources | where name == 'a')", 1, 29, ")"),
        ("resources | where name in 'a'", 1, 26, "'a'"),
        ("resources | project", 1, 19, "<EOF>"),
        ("resources | project name,", 1, 25, "<EOF>"),
        ("resources | take x", 1, 17, "x"),
        ("resources | take -1", 1, 17, "-"),
        ("resources | order name", 1, 18, "name"),
        ("resources | order by name up", 1, 26, "up"),
        ("resources | summarize count( by name", 1, 32, "name"),
        ("resources | where name == 'a' == 'b'", 1, 30, "=="),
        ("| where name == 'a'", 1, 0, "|"),
        ("resources | extend", 1, 18, "<EOF>"),
        ("resources | where datetime(soon) == 1", 1, 18, "d"),
    ] {
        let problem = QueryProblem::Unparsable { line, character, token: token.to_owned() };
        assert_eq!(run(query), Err(problem), "{query}");
    }
    for deep in ["(", "-", "not("] {
        let query = format!("where {}", deep.repeat(100_000));
        assert!(matches!(run(&query), Err(QueryProblem::Unparsable { .. })), "{deep}");
    }
    // As deep as is allowed in every way at once: whatever comes of it, it ends.
    let chained = (0..23).fold("properties".to_owned(), |inner, _| {
        format!("({inner}){}{}{}", ".x".repeat(15), "*2".repeat(15), "+1".repeat(15))
    });
    assert!(run(&format!("extend x={chained}")).is_err());
    let counted =
        (0..2).fold("1".to_owned(), |inner, _| format!("({inner}){}{}", "*1".repeat(15), "+0".repeat(15)));
    assert_eq!(run(&format!("take 1 | project x={counted}")), Ok(vec![json!({"x": 1})]));
    let long = format!("where {}", vec!["name == 'a-dev'"; 5000].join(" or "));
    assert_eq!(run(&long).map(|rows| rows.len()), Ok(1), "a long chain is not deep");
}

#[test]
fn what_means_nothing_is_refused_and_never_passed_over() {
    let meaningless = |message: &str| QueryProblem::Meaningless(message.to_owned());
    for (query, problem) in [
        ("where frobnicate(name) == 1", QueryProblem::UnknownFunction("frobnicate".to_owned())),
        ("summarize cout()", QueryProblem::UnknownFunction("cout".to_owned())),
        ("where Name == 'a'", meaningless("Failed to resolve column or scalar expression named 'Name'")),
        (
            "project name | where type == 'a'",
            meaningless("Failed to resolve column or scalar expression named 'type'"),
        ),
        (
            "project-away nothing",
            meaningless("Failed to resolve column or scalar expression named 'nothing'"),
        ),
        ("where name", meaningless("A predicate must be of type bool and is of type string.")),
        (
            "where name == 1",
            meaningless("Cannot compare values of types string and long. Try adding explicit casts"),
        ),
        (
            "where name > ago(1d)",
            meaningless("Cannot compare values of types string and datetime. Try adding explicit casts"),
        ),
        ("where name.x == 'a'", meaningless("A value of type string has no members.")),
        ("where tolower() == 'a'", meaningless("tolower(): is called with a wrong number of arguments")),
        ("order by properties.n", meaningless("order operator: key can't be of dynamic type")),
        (
            "summarize count() by properties.n",
            meaningless(
                "summarize operator: group key 'properties_n' is of a 'dynamic' type. Please use an explicit cast as grouping by a 'dynamic' type is not supported",
            ),
        ),
        ("summarize name by type", meaningless("summarize expects aggregate functions before 'by'")),
        ("project a=name, a=type", meaningless("A column named 'a' already exists")),
        ("where ago('x') == 1", meaningless("ago(): expects a timespan")),
        (
            "where name + 1 == 2",
            meaningless("Arithmetic expression cannot be carried-out between string and long"),
        ),
        ("join (resources) on id", QueryProblem::NotSimulated("join of kind innerunique".to_owned())),
        (
            "join kind=leftouter (resources) on nothing",
            meaningless("Failed to resolve column or scalar expression named 'nothing'"),
        ),
        (
            "join kind=inner (resources) on properties",
            meaningless("join key 'properties' is of a 'dynamic' type. Please use an explicit cast"),
        ),
        (
            "resources | project-rename a=name",
            QueryProblem::NotSimulated("operator project-rename".to_owned()),
        ),
        ("where name matches regex 'a'", QueryProblem::NotSimulated("operator matches".to_owned())),
        ("extend x=extract('a', 0, name)", QueryProblem::NotSimulated("function extract".to_owned())),
        ("let a = 1; resources", QueryProblem::NotSimulated("let".to_owned())),
    ] {
        assert_eq!(run(query), Err(problem), "{query}");
    }
}

#[test]
fn what_would_not_fit_into_memory_is_refused_or_null() {
    let long = "a".repeat(1 << 16);
    let doubled = " | extend s=strcat(s, s)".repeat(5);
    let null = format!("extend s='{long}'{doubled} | project is=isnull(s)");
    assert_eq!(run(&null).map(|rows| rows[0]["is"].clone()), Ok(json!(true)));
    let replaced = format!("extend s='{long}' | extend s=replace_string(s, 'a', s) | project is=isnull(s)");
    assert_eq!(run(&replaced).map(|rows| rows[0]["is"].clone()), Ok(json!(true)));
    let expanded = format!("extend s=split('{long}', 'a')")
        + &" | mv-expand s | extend s=split('{long}', 'a')".repeat(2);
    let expanded = expanded.replace("{long}", &long);
    assert!(matches!(run(&expanded), Err(QueryProblem::TooLarge(_))));
}
