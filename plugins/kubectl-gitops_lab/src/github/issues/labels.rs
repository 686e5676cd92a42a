//! Routes about labels, of repositories and of issues.

use http::Method;
use serde_json::{Value, json};

use super::issue::Label;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::node_id::node;

/// The colour of labels that nobody chose one for.
const GREY: &str = "ededed";

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/labels",
        needs: Needs::READ_DISCUSSION,
        documentation: "rest/issues/labels#list-labels-for-a-repository",
        answer: list,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/labels",
        needs: Needs::WRITE_LABELS,
        documentation: "rest/issues/labels#create-a-label",
        answer: create,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/labels/{name}",
        needs: Needs::READ_DISCUSSION,
        documentation: "rest/issues/labels#get-a-label",
        answer: get,
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/labels/{name}",
        needs: Needs::WRITE_LABELS,
        documentation: "rest/issues/labels#update-a-label",
        answer: update,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/labels/{name}",
        needs: Needs::WRITE_LABELS,
        documentation: "rest/issues/labels#delete-a-label",
        answer: delete,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: Needs::READ_DISCUSSION,
        documentation: "rest/issues/labels#list-labels-for-an-issue",
        answer: of_issue,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: Needs::LABEL,
        documentation: "rest/issues/labels#add-labels-to-an-issue",
        answer: |call| put(call, false),
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        needs: Needs::LABEL,
        documentation: "rest/issues/labels#set-labels-for-an-issue",
        answer: |call| put(call, true),
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
        needs: Needs::LABEL,
        documentation: "rest/issues/labels#remove-a-label-from-an-issue",
        answer: take,
    },
];

impl Call<'_> {
    /// A label as GitHub shows it.
    pub(in crate::github) fn label(&self, label: &Label) -> Value {
        json!({
            "id": label.id,
            "node_id": node("Label", label.id),
            "url": self.url(&format!("/labels/{}", label.name.replace(' ', "%20"))),
            "name": label.name,
            "color": label.color,
            "default": label.is_default,
            "description": label.description,
        })
    }
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let all: Vec<_> = call.repository()?.issues.labels.iter().collect();
    Ok(Answer::list(call, all, |label| call.label(label)))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let label = call.repository()?.issues.label(call.word("name")).ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(call.label(label)))
}

fn color(text: &str) -> Result<String, Refusal> {
    let is_color = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_color { Ok(text.to_owned()) } else { Err(Refusal::field("Label", "color", "invalid")) }
}

fn check_description(text: Option<&str>) -> Result<(), Refusal> {
    let is_long = text.is_some_and(|text| text.chars().count() > 100);
    if is_long { Err(too_long("Label", "description", 100)) } else { Ok(()) }
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let label = Label {
        id: call.next(),
        name: fields.needed("name")?,
        color: color(fields.text("color")?.as_deref().unwrap_or(GREY))?,
        description: fields.text("description")?,
        is_default: false,
    };
    check_description(label.description.as_deref())?;
    if call.repository()?.issues.label(&label.name).is_some() {
        return Err(Refusal::field("Label", "name", "already_exists"));
    }
    let shown = call.label(&label);
    call.repository_mut()?.issues.labels.push(label);
    Ok(Answer::created(shown))
}

/// What a text that is too long is told.
pub(in crate::github) fn too_long(resource: &str, field: &str, most: usize) -> Refusal {
    let told = format!("{field} is too long (maximum is {most} characters)");
    Refusal::invalid(json!([{"resource": resource, "code": "custom", "field": field, "message": told}]))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let name = call.word("name").to_owned();
    let (new, description) = (fields.text("new_name")?, fields.text("description")?);
    let tone = fields.text("color")?.map(|text| color(&text)).transpose()?;
    check_description(description.as_deref())?;
    let other = new.as_ref().filter(|new| !new.eq_ignore_ascii_case(&name));
    if other.is_some_and(|new| call.repository().is_ok_and(|found| found.issues.label(new).is_some())) {
        return Err(Refusal::field("Label", "name", "already_exists"));
    }
    let label = call.repository_mut()?.issues.label_mut(&name).ok_or_else(Refusal::not_found)?;
    label.name = new.unwrap_or(name);
    label.color = tone.unwrap_or_else(|| label.color.clone());
    label.description = description.or_else(|| label.description.clone());
    let label = label.clone();
    Ok(Answer::ok(call.label(&label)))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let name = call.word("name").to_owned();
    let issues = &mut call.repository_mut()?.issues;
    let id = issues.label(&name).map(|label| label.id).ok_or_else(Refusal::not_found)?;
    issues.labels.retain(|label| label.id != id);
    for issue in issues.all.values_mut() {
        issue.labels.retain(|label| *label != id);
    }
    Ok(Answer::done())
}

/// The labels of the issue that the path names.
fn shown(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let issues = &call.repository()?.issues;
    let issue = issues.all.get(&call.number("issue_number")?).ok_or_else(Refusal::not_found)?;
    Ok(issues.labels_of(issue).into_iter().map(|label| call.label(label)).collect())
}

fn of_issue(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let all = shown(call)?;
    Ok(Answer::list(call, all, |label| label))
}

fn put(call: &mut Call<'_>, instead: bool) -> Result<Answer, Refusal> {
    let number = call.number("issue_number")?;
    // A list alone is a body, too.
    let wanted = match serde_json::from_slice(&call.request.body) {
        Ok(Value::Array(list)) => list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        _ => call.body()?.texts("labels")?.ok_or_else(|| Refusal::missing("labels"))?,
    };
    call.repository()?.issues.all.get(&number).ok_or_else(Refusal::not_found)?;
    let mut ids = Vec::new();
    for name in wanted {
        ids.push(call.label_named(&name)?);
    }
    let now = call.now;
    let issue = call.repository_mut()?.issues.all.get_mut(&number).ok_or_else(Refusal::not_found)?;
    if instead {
        issue.labels.clear();
    }
    issue.labels.extend(ids);
    issue.updated = now;
    Ok(Answer::ok(Value::Array(shown(call)?)))
}

impl Call<'_> {
    /// The number of a label, which is made when it is not there.
    pub(in crate::github) fn label_named(&mut self, name: &str) -> Result<u64, Refusal> {
        if let Some(label) = self.repository()?.issues.label(name) {
            return Ok(label.id);
        }
        let id = self.next();
        let label =
            Label { id, name: name.to_owned(), color: GREY.to_owned(), description: None, is_default: false };
        self.repository_mut()?.issues.labels.push(label);
        Ok(id)
    }
}

fn take(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (number, name) = (call.number("issue_number")?, call.word("name").to_owned());
    let now = call.now;
    let issues = &mut call.repository_mut()?.issues;
    let id = issues.label(&name).map(|label| label.id);
    let issue = issues.all.get_mut(&number).ok_or_else(Refusal::not_found)?;
    let place = issue.labels.iter().position(|label| Some(*label) == id);
    let place = place.ok_or_else(|| Refusal::absent("Label does not exist"))?;
    issue.labels.remove(place);
    issue.updated = now;
    Ok(Answer::ok(Value::Array(shown(call)?)))
}
