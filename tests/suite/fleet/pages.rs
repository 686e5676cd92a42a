//! What a person sees of a fleet.

use super::scene::Scene;

#[tokio::test]
async fn counts_come_first_then_what_is_not_well_and_what_to_type() {
    let scene = Scene::of(400).await;
    let ended =
        scene.asked(scene.program(), &["--project", "contoso/fleet", "--env", "dev", "--limit", "2"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let page = ended.stdout;
    let lines: Vec<&str> = page.lines().collect();
    assert!(lines[0].starts_with("ENVIRONMENT   STANDING      VERSION   COUNT   REASON"), "{page}");
    assert!(lines[1].starts_with("dev           Failed        -         5       NonCompliant"), "{page}");
    for part in [
        "\n5 Failed, 2 Suspended, 1 Unknown, 2 Reconciling, 90 Deployed: 100 Flux configurations on 25 clusters in 1 subscription visible to AZURE_CLIENT_SECRET\n",
        "; Resource Graph shows what was reported some minutes later\n",
        "\n2 of 10 that are not Deployed, the worst first (--limit 0 lists all of them):\nCLUSTER ",
        "    az k8s-configuration flux show -g rg-fleet-000 -c fleet-000",
        "github   no token: set GH_TOKEN, or sign in: gh auth login\n",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn no_row_of_a_page_is_wider_than_a_terminal_of_80_columns() {
    let scene = Scene::of(400).await;
    let ended = scene.asked(scene.with_github(), &["--limit", "5"]).await;
    for line in ended.stdout.lines().filter(|line| line.contains("   ") && !line.starts_with(' ')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
