//! Who may do what.

use serde_json::{Value, json};

use super::column::{Column, born, column, name, wide};
use super::text::{list, text};

pub(super) fn bindings() -> Vec<Column> {
    vec![
        name(),
        column("Role", |object, _| {
            let role = &object["roleRef"];
            json!(format!("{}/{}", text(&role["kind"]), text(&role["name"])))
        }),
        born(),
        wide("Users", |object, _| json!(subjects(object, "User"))),
        wide("Groups", |object, _| json!(subjects(object, "Group"))),
        wide("ServiceAccounts", |object, _| json!(subjects(object, "ServiceAccount"))),
    ]
}

fn subjects(object: &Value, kind: &str) -> String {
    let named = list(&object["subjects"]).iter().filter(|subject| subject["kind"] == kind);
    let name = |subject: &Value| match kind {
        "ServiceAccount" => format!("{}/{}", text(&subject["namespace"]), text(&subject["name"])),
        _ => text(&subject["name"]).to_owned(),
    };
    named.map(name).collect::<Vec<_>>().join(", ")
}
