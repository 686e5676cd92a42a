//! How many connections the client makes, and whom it trusts.

use futures::future::join_all;
use hyper::Version;
use rcgen::DnType;
use serde_json::json;

use super::client::{TOKEN, name, options, with_client_of};
use crate::kubernetes::certificates::{Certificate, authority_params, params};
use crate::support::{Call, Ended, Program, Reply, Server};

fn branch(_: &Call) -> Reply {
    let commit = json!({ "sha": "d61d3702f941f7a0787e29e428e569152f66e7bf" });
    Reply::Whole(200, Vec::new(), json!({ "name": "dev", "commit": commit }).to_string())
}

#[test]
fn questions_side_by_side_share_one_http2_connection() {
    let server = Server::start(branch);
    with_client_of(options(&server, ""), async |github| {
        let names: Vec<String> = (0..16).map(|number| format!("branch-{number}")).collect();
        let asked = names.iter().map(async |branch| github.branch(&name(), branch).await);
        for answer in join_all(asked).await {
            answer.expect("an answer");
        }
    });
    let calls = server.calls();
    assert_eq!(calls.len(), 16);
    assert!(calls.iter().all(|call| call.version == Version::HTTP_2), "{calls:?}");
    assert_eq!(server.handshakes(), 1);
}

/// The page of a pipeline, by a program whose system trusts one authority and to which another one is added.
fn status_with_roots(github: &Server, system: &str, added: &str) -> Ended {
    let program = Program::new();
    let (system, added) = (program.file("system.pem", system), program.file("added.pem", added));
    let program = program
        .with("SSL_CERT_FILE", &system)
        .with("GITOPS_CA_FILE", &added)
        .with("GITHUB_SERVER_URL", &github.url())
        .with("GH_TOKEN", TOKEN);
    program.status(&["--project", "contoso/hello"])
}

/// Servers send certificates along that nobody needs. One that has expired does not speak against the others.
#[test]
fn a_superfluous_certificate_that_has_expired_hides_no_authority_of_the_system() {
    let [system, added] = ["system", "added"].map(|name| {
        let mut params = authority_params(&[]);
        params.distinguished_name.push(DnType::CommonName, name);
        Certificate::self_signed(params)
    });
    let certificate = system.sign(params(&["127.0.0.1"]));
    let config = certificate.server_config_with(&added.cross_sign_expired(&system));
    let github = Server::start_with(config, system.pem(), branch);
    let ended = status_with_roots(&github, &system.pem(), &added.pem());
    assert!(!github.calls().is_empty(), "{}{}", ended.stdout, ended.stderr);
}

/// The roots that are added never replace the system's, which OpenSSL's variable names here.
#[test]
fn an_authority_of_the_system_counts_beside_added_ones() {
    for is_trusted in [true, false] {
        let (github, other) = (Server::start(branch), Server::start(branch));
        let system = if is_trusted { github.authority() } else { "" };
        let ended = status_with_roots(&github, system, other.authority());
        let text = ended.stdout + &ended.stderr;
        assert_eq!(text.contains("its certificate is not trusted"), !is_trusted, "{text}");
        assert_eq!(!github.calls().is_empty(), is_trusted, "{text}");
    }
}
