//! Folders as people have them, and what becomes of each file.

use super::*;
use crate::model::Failure;

/// A folder of texts.
fn folder(files: &[(&str, &str)]) -> Vec<FolderEntry> {
    files.iter().map(|(path, text)| FolderEntry::text(path, text)).collect()
}

fn mapped(files: &[(&str, &str)]) -> Application {
    application(&folder(files), "hello").expect("an application")
}

fn refused(entries: &[FolderEntry]) -> ApplicationError {
    let error = application(entries, "hello").expect_err("refused");
    assert!(error.hint().is_some() && !error.to_string().contains('\n'), "{error}");
    error
}

fn paths(application: &Application) -> Vec<&str> {
    application.files.iter().map(|file| file.path.as_str()).collect()
}

fn skipped(application: &Application) -> Vec<&str> {
    application.skipped.iter().map(|skipped| skipped.path.as_str()).collect()
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: hello\n";

#[test]
fn the_reference_application_comes_to_the_places_of_the_contract() {
    let found = mapped(&[
        ("README.md", "about all"),
        ("docker-compose.yml", "services: {}"),
        ("charts/Chart.yaml", "name: hello"),
        ("charts/templates/a.yaml", ""),
        ("services/pipeline/Dockerfile", "FROM scratch"),
        ("services/pipeline/src/main.rs", ""),
        ("services/pipeline/README.md", "about the service"),
        ("services/other/Dockerfile", "FROM scratch"),
        ("tests/e2e-test-job.yaml", "kind: Job"),
    ]);
    assert_eq!(
        paths(&found),
        [
            "Dockerfile",
            "README.md",
            "docker-compose.yml",
            "helm/Chart.yaml",
            "helm/templates/a.yaml",
            "services/other/Dockerfile",
            "src/main.rs",
            "tests/e2e-test-job.yaml",
        ]
    );
    assert_eq!(found.chart, ChartOrigin::Folder("charts".to_owned()));
    // The reference takes the service's files alone; of one place it is theirs that counts.
    assert_eq!(found.files[1].text(), Some("about the service"));
    assert_eq!(found.skipped[0].path, "README.md");
    assert_eq!(found.skipped[0].why, "services/pipeline/README.md has its place");
    assert!(found.has_dockerfile());
}

#[test]
fn a_folder_with_a_chart_keeps_everything_else_where_it_is() {
    for (files, expected) in [
        (
            &["helm/Chart.yaml", "helm/values.yaml", "Dockerfile", "src/a.c"] as &[&str],
            &["Dockerfile", "helm/Chart.yaml", "helm/values.yaml", "src/a.c"] as &[&str],
        ),
        (&["chart/Chart.yaml", "chart/templates/a.yaml"], &["helm/Chart.yaml", "helm/templates/a.yaml"]),
        (
            &["charts/a/Chart.yaml", "charts/a/charts/b/Chart.yaml", "charts/notes.md"],
            &["charts/notes.md", "helm/Chart.yaml", "helm/charts/b/Chart.yaml"],
        ),
        (&["Chart.yaml", "templates/a.yaml"], &["helm/Chart.yaml", "helm/templates/a.yaml"]),
        (&["helm/Chart.yaml", "charts/b/Chart.yaml"], &["charts/b/Chart.yaml", "helm/Chart.yaml"]),
    ] {
        let files: Vec<_> = files.iter().map(|path| (*path, SERVICE)).collect();
        let found = mapped(&files);
        assert_eq!(paths(&found), expected);
        assert_eq!(skipped(&found), [] as [&str; 0]);
    }
}

#[test]
fn a_chart_is_made_around_plain_manifests() {
    let found = mapped(&[
        ("deploy/service.yaml", SERVICE),
        ("Dockerfile", "FROM scratch"),
        ("config.yaml", "port: 80"),
        ("tests/e2e-test-job.yaml", SERVICE),
        (".github/dependabot.yaml", SERVICE),
    ]);
    assert_eq!(
        paths(&found),
        [
            ".github/dependabot.yaml",
            "Dockerfile",
            "config.yaml",
            "helm/Chart.yaml",
            "helm/templates/deploy/service.yaml",
            "helm/values.yaml",
            "tests/e2e-test-job.yaml",
        ]
    );
    assert_eq!(found.chart, ChartOrigin::Manifests(vec!["deploy/service.yaml".to_owned()]));
    assert!(found.files[3].text().expect("a text").contains("name: hello\n"));
    assert!(found.files[4].text().expect("a text").contains("namespace: {{ .Values.namespace }}"));
    assert_eq!(found.files[6].text(), Some(SERVICE), "tests are run and not deployed");
}

#[test]
fn leftovers_are_left_out_and_told() {
    let mut entries = folder(&[
        ("helm/Chart.yaml", ""),
        (".env", "TOKEN=hunter2"),
        (".env.example", "TOKEN="),
        ("src/.DS_Store", ""),
        (".git/config", ""),
        ("Cargo.toml", ""),
        ("target/debug/a", ""),
        ("target/debug/b", ""),
        ("docs/target/a.md", ""),
        ("vendor/.git/HEAD", ""),
    ]);
    entries.push(FolderEntry { path: "node_modules".to_owned(), content: FolderEntryContent::UnreadFolder });
    // Whatever such a folder holds is nobody's concern.
    entries.push(FolderEntry { path: "target/debug/link".to_owned(), content: FolderEntryContent::Link });
    let found = application(&entries, "hello").expect("an application");
    assert_eq!(paths(&found), [".env.example", "Cargo.toml", "docs/target/a.md", "helm/Chart.yaml"]);
    assert_eq!(
        skipped(&found),
        [".env", ".git/", "node_modules/", "src/.DS_Store", "target/", "vendor/.git/"]
    );
    assert!(found.skipped.iter().all(|skipped| !skipped.why.is_empty()));
}

#[test]
fn bytes_stay_what_they_are() {
    let mut entries = folder(&[("helm/Chart.yaml", "")]);
    for (path, content, is_executable) in
        [("logo.png", vec![0x89, 0xff, 0], false), ("run.sh", b"#!".to_vec(), true)]
    {
        let content = FolderEntryContent::File { content, is_executable };
        entries.push(FolderEntry { path: path.to_owned(), content });
    }
    let found = application(&entries, "hello").expect("an application");
    assert_eq!((found.files[1].text(), found.files[1].content.as_slice()), (None, &[0x89, 0xff, 0][..]));
    assert_eq!((found.files[2].text(), found.files[2].is_executable), (Some("#!"), true));
}

#[test]
fn what_cannot_be_taken_is_named() {
    let with = |path: &str, content: FolderEntryContent| {
        let mut entries = folder(&[("helm/Chart.yaml", "")]);
        entries.push(FolderEntry { path: path.to_owned(), content });
        refused(&entries).to_string()
    };
    let large = vec![0; usize::try_from(LARGEST_FILE).expect("small") + 1];
    for (content, expected) in [
        (FolderEntryContent::Link, "data/model.bin is a symbolic link"),
        (FolderEntryContent::Special, "data/model.bin is neither a file nor a folder"),
        (FolderEntryContent::LargeFile { size: 5_000_000 }, "data/model.bin has 5000000 bytes"),
        (
            FolderEntryContent::File { content: large, is_executable: false },
            "data/model.bin has 1000001 bytes",
        ),
    ] {
        let said = with("data/model.bin", content);
        assert!(said.starts_with(expected), "{said}");
    }
    for path in ["/etc/passwd", "../a", "a//b", "a/./b", "", "a\nb", "a\\b"] {
        assert!(with(path, FolderEntryContent::Link).starts_with("a repository cannot hold"), "{path}");
    }
}

#[test]
fn folders_that_could_mean_several_things_are_refused() {
    type Case = (&'static [(&'static str, &'static str)], &'static str);
    let cases: [Case; 7] = [
        (&[], "the application has neither a chart nor manifests"),
        (&[("main.rs", ""), ("values.yaml", "a: 1")], "the application has neither a chart nor manifests"),
        (&[("helm/values.yaml", "")], concat!("helm", " has no Chart.yaml")),
        (
            &[("charts/a/Chart.yaml", ""), ("charts/b/Chart.yaml", "")],
            "charts has several charts: charts/a, charts/b",
        ),
        (&[("kustomization.yaml", ""), ("a.yaml", SERVICE)], "kustomization.yaml is a kustomization"),
        (
            &[("charts/Chart.yaml", ""), ("services/pipeline/helm/Chart.yaml", "")],
            "charts/Chart.yaml and services/pipeline/helm/Chart.yaml would both be helm/Chart.yaml",
        ),
        (
            &[("charts/Chart.yaml", ""), ("services/pipeline/tests", ""), ("tests/a", "")],
            "services/pipeline/tests and tests/a would both be",
        ),
    ];
    for (files, expected) in cases {
        let said = refused(&folder(files)).to_string();
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn workflows_of_set_up_have_their_places() {
    let chart = ("helm/Chart.yaml", "");
    for path in
        [".github/workflows/ci.yml", ".github/workflows/deploy.yaml", ".GitHub/workflows/Post-Deployment.yml"]
    {
        assert_eq!(
            refused(&folder(&[chart, (path, "name: mine")])),
            ApplicationError::Workflow { path: path.to_owned() }
        );
    }
    let own = "# ci: builds.\n# `kubectl gitops setup` wrote this file, for release 0.1.0\n";
    let found =
        mapped(&[chart, (".github/workflows/ci.yml", own), (".github/workflows/lint.yml", "name: lint")]);
    assert_eq!(paths(&found), [".github/workflows/lint.yml", "helm/Chart.yaml"]);
    assert_eq!(skipped(&found), [".github/workflows/ci.yml"]);
}

#[test]
fn what_set_up_writes_is_known_again() {
    let files = crate::model::workflow_file::workflow_files(&crate::model::workflow_file::test_settings());
    for file in files.expect("files").iter().filter(|file| file.role == crate::model::pipeline::Role::Source)
    {
        let found = mapped(&[("helm/Chart.yaml", ""), (&file.path, &file.content)]);
        assert_eq!(skipped(&found), [file.path.as_str()]);
    }
}

#[test]
fn the_sample_is_an_application() {
    let source = "Contoso/Hello".parse().expect("a name");
    let image = image_name("ghcr.io", &source);
    let found = application(&sample_folder(&image), "hello").expect("an application");
    assert_eq!(
        paths(&found),
        [
            ".dockerignore",
            "Dockerfile",
            "README.md",
            "app.py",
            "helm/Chart.yaml",
            "helm/templates/deployment.yaml",
            "helm/templates/service.yaml",
            "helm/values.yaml",
            "tests/e2e-test-job.yaml",
        ]
    );
    assert!(found.skipped.is_empty() && found.has_dockerfile());
    let values = found.files[7].text().expect("a text");
    assert!(values.contains("\nimage: ghcr.io/contoso/hello/hello:$IMAGE_TAG\n"), "{values}");
    let job: serde_json::Value =
        serde_saphyr::from_str(found.files[8].text().expect("a text")).expect("a manifest");
    assert_eq!((&job["kind"], &job["metadata"]["name"]), (&"Job".into(), &"e2e-test".into()));
    assert_eq!(job["metadata"]["labels"]["test-type"], "e2e");
    let pod = &job["spec"]["template"]["spec"];
    assert!(pod.get("resources").is_none(), "D34: they belong to the container");
    assert!(pod["containers"][0]["resources"]["limits"].is_object());
}
