//! Kubeconfigs that name what is not there, say two things, or are several files.

use serde_json::{Value, json};

use super::case::{Case, SECRET, TOKEN, run_both};

fn token() -> Value {
    json!({ "token": TOKEN })
}

#[test]
fn what_a_context_names_is_there_or_nobody_gets_in() {
    run_both(&[
        Case::stays_out("no such user", token(), "it has no user u, which its context names")
            .edited(|kubeconfig| kubeconfig["users"][0]["name"] = json!("another")),
        Case::stays_out("no user", token(), "its context names no user")
            .edited(|kubeconfig| kubeconfig["contexts"][0]["context"]["user"] = json!("")),
        Case::stays_out("a user without credentials", json!({}), "its user u has no credentials"),
        Case::stays_out("no such cluster", token(), "it has no cluster c, which its context names")
            .edited(|kubeconfig| kubeconfig["clusters"][0]["name"] = json!("another")),
        Case::stays_out("no such context", token(), "it has no context another")
            .edited(|kubeconfig| kubeconfig["current-context"] = json!("another")),
        Case::stays_out("no server", token(), "its cluster has no server")
            .edited(|kubeconfig| kubeconfig["clusters"][0]["cluster"]["server"] = json!("")),
        Case::stays_out("an authority twice", token(), "certificate-authority-data").edited(|kubeconfig| {
            kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"] = json!("eA==")
        }),
        Case::stays_out("an authority that is not there", token(), "its certificate-authority /no/such/file")
            .edited(|kubeconfig| {
                kubeconfig["clusters"][0]["cluster"]["certificate-authority"] = json!("/no/such/file")
            }),
        Case::stays_out("two users of one name", token(), "more than one user u").edited(|kubeconfig| {
            let user = kubeconfig["users"][0].clone();
            kubeconfig["users"].as_array_mut().expect("users").push(user);
        }),
    ]);
}

#[test]
fn the_first_of_several_files_wins() {
    let other = |token: &str, context: &str| {
        let users = json!([{ "name": "u", "user": { "token": token } }]);
        json!({ "apiVersion": "v1", "kind": "Config", "users": users, "current-context": context })
            .to_string()
    };
    run_both(&[
        Case::gets_in("the user of the first", json!({ "token": SECRET }))
            .file("first", other(TOKEN, ""))
            .variable("KUBECONFIG", "[HOME]/absent:[HOME]/first:[HOME]/kubeconfig"),
        Case::stays_out("the context of the first", token(), "it has no context another")
            .file("first", other(TOKEN, "another"))
            .variable("KUBECONFIG", "[HOME]/first:[HOME]/kubeconfig"),
        Case::stays_out("one that does not parse", token(), "first cannot be read: it does not parse")
            .file("first", format!("{{ {SECRET}"))
            .variable("KUBECONFIG", "[HOME]/kubeconfig:[HOME]/first"),
    ]);
}
