//! What set-up made is deleted by clean-up, whole.

use gitops_core::model::Exit;

use super::scene::Scene;

#[tokio::test]
async fn what_was_set_up_is_cleaned_up_and_nothing_is_left() {
    let scene = Scene::empty().await;
    let before = scene.snapshot().await;
    assert_eq!(scene.set_up(&["--environments", "dev,qa,prod"]).await.exit, Exit::Done);
    let words =
        ["--org", "contoso", "--project", "hello", "--cluster", "edge-1", "--rg", "rg-contoso-edge", "--yes"];
    for run in ["first", "second"] {
        let session = scene.session(&[]);
        let exit = scene.pass_while(&session, session.run(&words, kubectl_gitops_cleanup::run)).await;
        let told = session.out() + &session.err();
        assert_eq!(exit, Exit::Done, "{run}: {told}");
        assert_eq!(scene.snapshot().await, before, "{run}: {told}");
        assert_eq!(told.contains("nothing is left of contoso/hello"), run == "second", "{run}: {told}");
    }
    let again = scene.set_up(&[]).await;
    assert_eq!(again.exit, Exit::Done, "{}", again.all());
}
