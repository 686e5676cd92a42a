//! Routes about blobs, commits and tags by their names.

use git2::{ObjectType, Oid};
use http::Method;
use serde_json::json;

use super::commit_json::text;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::encoding::{decoded, encoded};
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/git/blobs/{sha}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/git/blobs#get-a-blob",
        answer: blob,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/git/blobs",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/git/blobs#create-a-blob",
        answer: create_blob,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/git/commits/{sha}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/git/commits#get-a-commit-object",
        answer: commit,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/git/commits",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/git/commits#create-a-commit",
        answer: create_commit,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/git/tags/{sha}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/git/tags#get-a-tag",
        answer: tag,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/git/tags",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/git/tags#create-a-tag-object",
        answer: create_tag,
    },
];

fn named(call: &Call<'_>) -> Result<Oid, Refusal> {
    let sha = call.word("sha");
    Oid::from_str(sha).ok().filter(|_| sha.len() == 40).ok_or_else(Refusal::not_found)
}

fn blob(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let blob = git.find_blob(named(call)?).map_err(|_| Refusal::not_found())?;
    if call.wants_raw() {
        return Ok(Answer::raw("application/vnd.github.raw+json; charset=utf-8", blob.content().to_vec()));
    }
    let sha = blob.id().to_string();
    Ok(Answer::ok(json!({
        "sha": sha,
        "node_id": format!("B_{sha}"),
        "size": blob.size(),
        "url": call.url(&format!("/git/blobs/{sha}")),
        "content": encoded(blob.content()),
        "encoding": "base64",
    })))
}

fn create_blob(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let fields = call.body()?;
    let content = fields.needed("content")?;
    let bytes = match fields.text("encoding")?.as_deref() {
        None | Some("utf-8") => content.into_bytes(),
        Some("base64") => {
            decoded(&content).ok_or_else(|| Refusal::unprocessable("content is not valid Base64"))?
        }
        Some(_) => return Err(Refusal::unprocessable("Unsupported encoding; use utf-8 or base64")),
    };
    let sha = git.blob(&bytes)?.to_string();
    Ok(Answer::created(json!({"url": call.url(&format!("/git/blobs/{sha}")), "sha": sha})))
}

fn commit(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let commit = git.find_commit(named(call)?).map_err(|_| Refusal::not_found())?;
    Ok(Answer::ok(call.git_commit(&commit)))
}

fn create_commit(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let fields = call.body()?;
    let (message, tree) = (fields.needed("message")?, fields.needed("tree")?);
    let tree = Oid::from_str(&tree).and_then(|id| git.find_tree(id));
    let tree = tree.map_err(|_| Refusal::unprocessable("Tree SHA does not exist"))?;
    let mut parents = Vec::new();
    for parent in fields.texts("parents")?.unwrap_or_default() {
        let found = Oid::from_str(&parent).and_then(|id| git.find_commit(id));
        parents
            .push(found.map_err(|_| {
                Refusal::unprocessable("Parent SHA does not exist or is not a commit object")
            })?);
    }
    let author = call.author_of(&fields, "author", call.author())?;
    let committer = call.author_of(&fields, "committer", author.clone())?;
    let parents: Vec<_> = parents.iter().collect();
    let (author, committer) = (author.signature()?, committer.signature()?);
    let id = git.commit(None, &author, &committer, &message, &tree, &parents)?;
    Ok(Answer::created(call.git_commit(&git.find_commit(id)?)))
}

fn shown(call: &Call<'_>, tag: &git2::Tag<'_>) -> serde_json::Value {
    let sha = tag.id().to_string();
    let kind = tag.target_type().map_or("commit", |kind| kind.str());
    let target = tag.target_id();
    let tagger = tag.tagger();
    let at = tagger.as_ref().map_or(0, |tagger| tagger.when().seconds());
    json!({
        "node_id": format!("T_{sha}"),
        "tag": text(tag.name_bytes()),
        "sha": sha,
        "url": call.url(&format!("/git/tags/{sha}")),
        "message": text(tag.message_bytes().unwrap_or_default()),
        "tagger": {
            "name": tagger.as_ref().map(|tagger| text(tagger.name_bytes())).unwrap_or_default(),
            "email": tagger.as_ref().map(|tagger| text(tagger.email_bytes())).unwrap_or_default(),
            "date": time(jiff::Timestamp::from_second(at).unwrap_or_default()),
        },
        "object": {
            "sha": target.to_string(),
            "type": kind,
            "url": call.url(&format!("/git/{kind}s/{target}")),
        },
        "verification": {
            "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
        },
    })
}

fn tag(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let tag = git.find_tag(named(call)?).map_err(|_| Refusal::not_found())?;
    Ok(Answer::ok(shown(call, &tag)))
}

fn create_tag(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let fields = call.body()?;
    let (name, message) = (fields.needed("tag")?, fields.needed("message")?);
    let (object, kind) = (fields.needed("object")?, fields.needed("type")?);
    let kind = ObjectType::from_str(&kind);
    let target = Oid::from_str(&object).and_then(|id| git.find_object(id, kind));
    let target = target.map_err(|_| Refusal::unprocessable("Object does not exist"))?;
    let tagger = call.author_of(&fields, "tagger", call.author())?.signature()?;
    let id = git.tag_annotation_create(&name, &target, &tagger, &message)?;
    Ok(Answer::created(shown(call, &git.find_tag(id)?)))
}
