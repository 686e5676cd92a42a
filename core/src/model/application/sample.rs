//! The application that set-up deploys where none is given, in the shape of the reference application.

use super::FolderEntry;
use crate::model::github::RepositoryName;

/// What stands for the image's name, without a tag.
const IMAGE: &str = "@{image}";

/// Its files.
const FILES: [(&str, &str); 9] = [
    ("README.md", include_str!("../../../templates/sample/README.md")),
    ("charts/Chart.yaml", include_str!("../../../templates/sample/charts/Chart.yaml")),
    ("charts/values.yaml", include_str!("../../../templates/sample/charts/values.yaml")),
    (
        "charts/templates/deployment.yaml",
        include_str!("../../../templates/sample/charts/templates/deployment.yaml"),
    ),
    (
        "charts/templates/service.yaml",
        include_str!("../../../templates/sample/charts/templates/service.yaml"),
    ),
    (
        "services/pipeline/.dockerignore",
        include_str!("../../../templates/sample/services/pipeline/.dockerignore"),
    ),
    ("services/pipeline/Dockerfile", include_str!("../../../templates/sample/services/pipeline/Dockerfile")),
    ("services/pipeline/app.py", include_str!("../../../templates/sample/services/pipeline/app.py")),
    ("tests/e2e-test-job.yaml", include_str!("../../../templates/sample/tests/e2e-test-job.yaml")),
];
/// The name of a project's image, without a tag, as the workflow `ci` pushes it: in lower case, because no image may have
/// upper case and an organisation may.
pub fn image_name(registry: &str, source: &RepositoryName) -> String {
    let name = source.name();
    format!("{registry}/{}/{name}/{name}", source.owner()).to_ascii_lowercase()
}

/// The folder of the sample application, whose chart deploys this image.
pub fn sample_folder(image: &str) -> Vec<FolderEntry> {
    FILES.into_iter().map(|(path, text)| FolderEntry::text(path, &text.replace(IMAGE, image))).collect()
}
