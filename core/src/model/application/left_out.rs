//! What of a folder belongs to nobody's application: the history of a checkout, what builds and tools leave behind, and
//! files with secrets.

/// Folders that are left out wherever they are, and why.
const FOLDERS: [(&str, &str); 6] = [
    (".git", "the history of the folder, which the source repository has its own of"),
    ("node_modules", "installed again from the lock file"),
    ("__pycache__", "written by Python"),
    (".venv", "installed again from the requirements"),
    (".terraform", "written by Terraform"),
    (".gitops-lab", "the state of a lab"),
];
/// Files that are left out wherever they are, and why.
const FILES: [(&str, &str); 3] = [
    (".DS_Store", "written by macOS"),
    ("Thumbs.db", "written by Windows"),
    (".git", "the history of the folder, which the source repository has its own of"),
];
/// Files beside which `target` is what a build wrote.
const BUILT_WITH: [&str; 3] = ["Cargo.toml", "pom.xml", "build.sbt"];
/// Files of variables that hold no secrets.
const EXAMPLES: [&str; 4] = [".env.example", ".env.sample", ".env.template", ".env.dist"];

/// Why a file or a folder is left out; nothing where it is not. `is_beside` tells whether a file of that name is in the
/// same folder.
pub fn why_left_out(name: &str, is_folder: bool, is_beside: impl Fn(&str) -> bool) -> Option<&'static str> {
    let known: &[(&str, &str)] = if is_folder { &FOLDERS } else { &FILES };
    let found = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, why)| *why);
    let is_variables = name == ".env" || name.starts_with(".env.");
    found.or_else(|| match is_folder {
        true if name == "target" && BUILT_WITH.into_iter().any(is_beside) => Some("written by a build"),
        false if is_variables && !EXAMPLES.contains(&name) => {
            Some("files of this name hold secrets, which belong into no repository")
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::why_left_out;

    #[test]
    fn leftovers_and_secrets_are_left_out_and_nothing_else() {
        let beside = |name: &str| name == "Cargo.toml";
        for (name, is_folder, is_left_out) in [
            (".git", true, true),
            (".GIT", true, true),
            (".git", false, true),
            (".gitignore", false, false),
            (".github", true, false),
            ("node_modules", true, true),
            ("node_modules", false, false),
            ("target", true, true),
            ("targets", true, false),
            (".env", false, true),
            (".env.production", false, true),
            (".env.example", false, false),
            (".envrc", false, false),
            (".env", true, false),
            (".DS_Store", false, true),
            (".dockerignore", false, false),
        ] {
            assert_eq!(why_left_out(name, is_folder, beside).is_some(), is_left_out, "{name} {is_folder}");
        }
        // A folder of the application's own may have that name.
        assert_eq!(why_left_out("target", true, |_| false), None);
    }
}
