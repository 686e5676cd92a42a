//! Many files, few requests: the journal counts.

use gitops_core::github::{NewRepository, RefUpdate};
use gitops_core::model::github::FileChange;

use super::scene::{Scene, name, tip, write};

#[tokio::test]
async fn a_tree_of_2000_files_is_one_request_and_a_commit_of_500_changes_at_most_five() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.patient_github(), name("contoso/hello-gitops"));
    let new = NewRepository {
        name: repository.clone(),
        description: "manifests".to_owned(),
        is_private: true,
        deletes_merged_branches: true,
        settings: serde_json::Map::new(),
    };
    assert!(github.create_repository(&new).await.expect("made").1);
    let file = |number: usize| format!("edge/{}/{number}.yaml", number % 25);
    let files: Vec<FileChange> = (0..2000).map(|number| write(&file(number), &number.to_string())).collect();
    let parent = tip(&github, &repository, "main").await;
    let first = github.make_commit(&repository, &parent, "all", &files).await.expect("made").expect("new");
    assert_eq!(github.advance_branch(&repository, "main", &first).await.expect("moved"), RefUpdate::Moved);

    let before = scene.requests().len();
    let tree = github.tree(&repository, &first).await.expect("read");
    assert_eq!((tree.files.len(), tree.is_truncated), (2001, false));
    assert_eq!(scene.requests().len() - before, 1, "a tree is one request");

    let mut changes: Vec<FileChange> = (0..400).map(|number| write(&file(number), "changed")).collect();
    changes.extend((400..500).map(|number| FileChange::Delete { path: file(number) }));
    let before = scene.requests().len();
    let parent = tip(&github, &repository, "main").await;
    let second = github.make_commit(&repository, &parent, "500", &changes).await.expect("made").expect("new");
    assert_eq!(github.advance_branch(&repository, "main", &second).await.expect("moved"), RefUpdate::Moved);
    assert!(scene.requests().len() - before <= 5, "{:?}", &scene.requests()[before..]);

    let files = scene.server.host().files("contoso/hello-gitops", &second).expect("files");
    assert_eq!((files.len(), files.get(&file(0))), (1901, Some(&b"changed".to_vec())));
    let parent = tip(&github, &repository, "main").await;
    let same = github.make_commit(&repository, &parent, "again", &[write(&file(0), "changed")]).await;
    assert_eq!(same.expect("an answer"), None, "nothing would change");
}

#[tokio::test]
async fn a_branch_moves_only_from_where_it_was_seen() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), name("contoso/hello-gitops"));
    scene.server.host().create("contoso/hello-gitops", "main").expect("made");
    let at = "2026-01-01T00:00:00Z".parse().expect("a time");
    let first = kubectl_gitops_lab::Change { message: "first", files: &[("a", "1")], removed: &[], at };
    scene.server.host().commit("contoso/hello-gitops", "main", &first).expect("made");
    let parent = tip(&github, &repository, "main").await;
    let mut made = Vec::new();
    for text in ["mine", "theirs"] {
        let commit = github.make_commit(&repository, &parent, text, &[write("a", text)]).await;
        made.push(commit.expect("made").expect("new"));
    }
    assert_eq!(github.advance_branch(&repository, "main", &made[0]).await.expect("moved"), RefUpdate::Moved);
    assert_eq!(github.advance_branch(&repository, "main", &made[0]).await.expect("there"), RefUpdate::Moved);
    let elsewhere = RefUpdate::Elsewhere(Some(made[0].clone()));
    assert_eq!(github.advance_branch(&repository, "main", &made[1]).await.expect("an answer"), elsewhere);
    assert_eq!(github.create_branch(&repository, "main", &made[1]).await.expect("an answer"), elsewhere);
    assert_eq!(
        github.create_branch(&repository, "deploy/a#b/ä", &made[1]).await.expect("made"),
        RefUpdate::Moved
    );
    assert_eq!(github.head(&repository, "deploy/a#b/ä").await.expect("an answer").as_ref(), Some(&made[1]));
    let comparison = github.compare(&repository, "main", &made[1]).await.expect("compared");
    assert_eq!((comparison.ahead, comparison.behind, comparison.merge_base), (1, 1, parent.sha));
    for _ in 0..2 {
        github.delete_branch(&repository, "deploy/a#b/ä").await.expect("gone");
    }
}
