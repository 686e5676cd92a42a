//! A command in this process that is signed in at a lab's GitHub and Azure as whoever may do everything there.

use kubectl_gitops_lab::Lab;

use super::InProcess;

/// A session with a kubeconfig; further variables take the place of its own.
pub(crate) fn signed_in(lab: &Lab, kubeconfig: &str, further: &[(&str, &str)]) -> InProcess {
    let owner = lab.azure_client();
    let roots = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(roots.path(), lab.authority()).expect("a file");
    let (_, roots) = roots.keep().expect("a file that stays");
    let roots = roots.to_string_lossy().into_owned();
    let own = [
        ("GITOPS_CA_FILE", roots.as_str()),
        ("GITHUB_SERVER_URL", lab.git_url()),
        ("GH_TOKEN", lab.git_token("admin").expect("a token")),
        ("GITOPS_ARM_ENDPOINT", lab.azure_url()),
        ("AZURE_AUTHORITY_HOST", lab.azure_url()),
        ("AZURE_TENANT_ID", &owner.tenant),
        ("AZURE_CLIENT_ID", &owner.client),
        ("AZURE_CLIENT_SECRET", owner.secret.expose()),
    ];
    let is_replaced = |name: &str| further.iter().any(|(other, _)| *other == name);
    let own = own.iter().filter(|(name, _)| !is_replaced(name)).copied();
    let variables: Vec<(&str, &str)> = own.chain(further.iter().copied()).collect();
    InProcess::with_variables(kubeconfig, lab.now(), &variables)
}
