//! The end of a namespace. One that does not go is explained: which object holds it, by which finalizer, and who would
//! take that away. Finalizers are taken away here only where that was asked for.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::deletion_deadline::DeletionDeadline;
use super::planned::{Cleanup, failed};
use crate::kubernetes::{Connection, Delete, DryRun, Patch, WriteError, WriteTarget};
use crate::model::Exit;
use crate::model::cleanup::{ContentObject, NamespaceHold, NamespaceTarget, namespace_hold};
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::objects::Namespace;
use crate::model::plan::{PlanStep, StepResult};
use crate::model::verdict::timing::NAMESPACE_DELETION_SECONDS;

/// How a look at a namespace went.
enum Look {
    Gone,
    /// It is there, and this is it.
    There(Box<Namespace>),
    /// Nothing is known, and why.
    NotTold(String),
}

impl Cleanup<'_> {
    pub(super) async fn delete_namespace(
        &self,
        step: &PlanStep,
        target: &NamespaceTarget,
        deadline: &DeletionDeadline,
    ) -> StepResult {
        let Some(connection) = self.connection(&target.cluster) else {
            return StepResult::failed("the cluster is not reached", None, Exit::Failed);
        };
        let (mut freed, mut is_asked) = (Vec::new(), false);
        loop {
            let why = match look(connection, &target.name).await {
                Look::Gone => return StepResult::done(told_end(&freed)),
                Look::There(namespace) if namespace.meta.uid != target.uid => {
                    let message = "deleted; a namespace of the same name was made meanwhile";
                    return StepResult::failed(message, None, Exit::Failed);
                }
                Look::There(namespace) if namespace.meta.deleted.is_none() => {
                    match self.begin_deletion(connection, target).await {
                        Ok(()) if !is_asked => {
                            is_asked = true;
                            self.tell_progress(step, "being deleted");
                            // Looked at at once: an empty one may be gone already.
                            continue;
                        }
                        Ok(()) => "its deletion does not begin".to_owned(),
                        Err(result) => return result,
                    }
                }
                Look::There(namespace) if self.is_overdue(connection, &namespace) => {
                    match self.end_hold(step, connection, &namespace, &mut freed).await {
                        Ok(explanation) => explanation,
                        Err(result) => return result,
                    }
                }
                Look::There(_) => "it is being deleted".to_owned(),
                Look::NotTold(why) => why,
            };
            if !deadline.pause().await {
                let remedy = show_namespace(connection, &target.name);
                return StepResult::failed(format!("still there: {why}"), Some(remedy), Exit::Failed);
            }
        }
    }

    /// Asks for the deletion. One whose answer was lost may have begun: the next look tells.
    async fn begin_deletion(
        &self,
        connection: &Connection,
        target: &NamespaceTarget,
    ) -> Result<(), StepResult> {
        let delete = Delete { uid: Some(target.uid.clone()), ..Delete::default() };
        match connection.delete(Kind::Namespace, "", &target.name, &delete).await {
            Ok(_) | Err(WriteError::NotFound { .. }) => Ok(()),
            Err(error) if error.may_have_been_done() => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Whether a namespace has been going for longer than that takes by itself.
    fn is_overdue(&self, connection: &Connection, namespace: &Namespace) -> bool {
        let grace = SignedDuration::from_secs(NAMESPACE_DELETION_SECONDS);
        let now = self.context.time_of(connection).now;
        namespace.meta.deleted.is_some_and(|deleted| now.duration_since(deleted) >= grace)
    }

    /// Says what holds a namespace, and frees it where that was asked for.
    async fn end_hold(
        &self,
        step: &PlanStep,
        connection: &Connection,
        namespace: &Namespace,
        freed: &mut Vec<String>,
    ) -> Result<String, StepResult> {
        let name = &namespace.meta.name;
        let content = connection.namespace_content(name).await.unwrap_or_default();
        let hold = namespace_hold(namespace, &content);
        let explanation = hold.explanation();
        self.tell_progress(step, &explanation);
        if !hold.can_be_freed() {
            return Ok(explanation);
        }
        if !self.options.frees_stuck {
            let remedy = self.options.with_flag("--free-stuck");
            let message = format!("it does not go: {explanation}");
            return Err(StepResult::failed(message, Some(remedy), Exit::Failed));
        }
        free(connection, name, &hold).await.map_err(|error| failed(&error))?;
        freed.push(explanation.clone());
        Ok(explanation)
    }
}

/// Takes the finalizers away that hold a namespace: of the objects as they were seen, and of none that took their names.
async fn free(connection: &Connection, namespace: &str, hold: &NamespaceHold) -> Result<(), WriteError> {
    for object in &hold.objects {
        let ContentObject { group, version, kind, plural, meta } = object;
        let target = WriteTarget::found(group, version, kind, plural);
        let patch = without_finalizers(&meta.uid);
        done(connection.patch(target, namespace, &meta.name, &patch, DryRun::Off).await)?;
    }
    if !hold.finalizers.is_empty() && hold.objects.is_empty() {
        let patch = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
        done(connection.patch(Kind::Namespace, "", namespace, &patch, DryRun::Off).await)?;
    }
    Ok(())
}

/// A patch that fails where the object is another.
fn without_finalizers(uid: &str) -> Patch {
    Patch::Merge(json!({ "metadata": { "uid": uid, "finalizers": null } }))
}

/// What is gone is free, and what may be free is looked at again.
fn done(patched: Result<Value, WriteError>) -> Result<(), WriteError> {
    match patched {
        Ok(_) | Err(WriteError::NotFound { .. }) => Ok(()),
        Err(error) if error.may_have_been_done() => Ok(()),
        Err(error) => Err(error),
    }
}

async fn look(connection: &Connection, name: &str) -> Look {
    match connection.ask(&Scope::object(Kind::Namespace, "", name)).await {
        Answer::Objects(objects) => match objects.first() {
            Some(object) => Look::There(Box::new(Namespace::read(object))),
            None => Look::Gone,
        },
        Answer::Absent => Look::Gone,
        Answer::Forbidden => Look::NotTold("whether it is gone may not be read".to_owned()),
        Answer::Unauthenticated => Look::NotTold("not authenticated".to_owned()),
        Answer::Overloaded => Look::NotTold("the API server takes no more requests".to_owned()),
        Answer::Silent(why) => Look::NotTold(why),
    }
}

fn told_end(freed: &[String]) -> String {
    match freed.first() {
        None => "deleted, and gone".to_owned(),
        Some(held) => format!("deleted, and gone after it was freed: {held}"),
    }
}

fn show_namespace(connection: &Connection, name: &str) -> String {
    let name = crate::model::argument::valid_name(name, "'<namespace>'");
    connection.flags().add_to(&format!("kubectl get namespace/{name} -o yaml"))
}
