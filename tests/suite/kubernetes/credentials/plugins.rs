//! Credential plugins: found, told, believed or not.

use serde_json::{Value, json};

use super::case::{Case, SECRET, TOKEN, exec, plugin, run_both, script};

fn token() -> Value {
    json!({ "token": TOKEN })
}

#[test]
fn plugins_that_print_credentials() {
    let v1beta1 = json!({ "apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": token() });
    let beta = json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1beta1", "command": "[HOME]/plugin" } });
    let never_run = format!("#!/bin/sh\necho {SECRET} >&2\nexit 9\n");
    run_both(&[
        Case::gets_in("v1", exec("[HOME]/plugin", &json!({}))).file("plugin", plugin(&token())),
        Case::gets_in("v1beta1, which needs no mode", beta).file("plugin", script(&v1beta1.to_string())),
        Case::gets_in("as YAML", exec("[HOME]/plugin", &json!({}))).file(
            "plugin",
            script(&format!(
                "apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus:\n  token: {TOKEN}"
            )),
        ),
        Case::gets_in("on PATH", exec("plugin", &json!({})))
            .file("bin/plugin", plugin(&token()))
            .variable("PATH", "[HOME]/bin:/usr/bin:/bin"),
        Case::gets_in("beside the kubeconfig", exec("./bin/plugin", &json!({})))
            .file("bin/plugin", plugin(&token())),
        Case::gets_in("expired at once", exec("[HOME]/plugin", &json!({}))).file(
            "plugin",
            plugin(&json!({ "token": TOKEN, "expirationTimestamp": "2020-01-01T00:00:00Z" })),
        ),
        Case::gets_in(
            "without a terminal, if available",
            exec("[HOME]/plugin", &json!({ "interactiveMode": "IfAvailable" })),
        )
        .file("plugin", plugin(&token())),
        Case::gets_in(
            "not where there is a token",
            json!({ "token": TOKEN, "exec": exec("[HOME]/plugin", &json!({}))["exec"] }),
        )
        .file("plugin", never_run),
    ]);
}

#[test]
fn plugins_are_told_what_they_ask_for() {
    let condition = r#"case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 3;; esac
case "$KUBERNETES_EXEC_INFO" in *'"audience":"a"'*) ;; *) exit 4;; esac
case "$KUBERNETES_EXEC_INFO" in *'"certificate-authority-data":"LS0t'*) ;; *) exit 5;; esac
case "$KUBERNETES_EXEC_INFO" in *'"server":"https://127.0.0.1:'*) ;; *) exit 6;; esac
[ "$EXTRA $1 $OUTER" = "own word outer" ] || exit 7
"#;
    let told = plugin(&token()).replace("#!/bin/sh\n", &format!("#!/bin/sh\n{condition}"));
    let untold = plugin(&token()).replace(
        "#!/bin/sh\n",
        "#!/bin/sh\ncase \"$KUBERNETES_EXEC_INFO\" in *certificate-authority*) exit 3;; esac\n",
    );
    let more =
        json!({ "provideClusterInfo": true, "args": ["word"], "env": [{ "name": "EXTRA", "value": "own" }] });
    run_both(&[
        Case::gets_in("everything", exec("[HOME]/plugin", &more))
            .file("plugin", told)
            .variable("OUTER", "outer")
            .edited(|kubeconfig| {
                let extension = json!([{ "name": "client.authentication.k8s.io/exec", "extension": { "audience": "a" } }]);
                kubeconfig["clusters"][0]["cluster"]["extensions"] = extension;
            }),
        Case::gets_in("no cluster", exec("[HOME]/plugin", &json!({}))).file("plugin", untold),
    ]);
}

#[test]
fn plugins_that_give_nothing_usable() {
    let fails = |name, text: String, says| {
        Case::stays_out(name, exec("[HOME]/plugin", &json!({})), says).file("plugin", text)
    };
    let secret = json!({ "token": SECRET });
    let other = json!({ "apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": token() });
    run_both(&[
        fails(
            "it fails",
            format!("#!/bin/sh\necho {SECRET}\necho {SECRET} >&2\nexit 3\n"),
            "the credential plugin of the kubeconfig failed (exit status: 3)",
        ),
        fails("it prints something else", script(SECRET), "prints no ExecCredential"),
        fails("it prints nothing", "#!/bin/sh\n".to_owned(), "prints no ExecCredential"),
        fails("another version", script(&other.to_string()), "answers in another version"),
        fails(
            "no status",
            script(r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}"#),
            "gives no status field",
        ),
        fails("no token", plugin(&json!({})), "gives neither a token nor a certificate"),
        fails(
            "a key alone",
            plugin(&json!({ "clientKeyData": SECRET })),
            "gives only a certificate or a key",
        ),
        fails(
            "a certificate that is none",
            plugin(&json!({ "clientCertificateData": "c", "clientKeyData": SECRET })),
            "its client certificate",
        ),
        fails("another token", plugin(&secret), "not authenticated at"),
        Case::stays_out(
            "it is not there",
            exec("[HOME]/none", &json!({ "installHint": "brew install none" })),
            "hint: brew install none",
        ),
        Case::stays_out(
            "it is not on PATH",
            exec("no-such-plugin", &json!({})),
            "the credential plugin no-such-plugin is not there",
        ),
        Case::stays_out(
            "it needs a person",
            exec("[HOME]/plugin", &json!({ "interactiveMode": "Always" })),
            "standard input is not a terminal",
        )
        .file("plugin", plugin(&token())),
        Case::stays_out(
            "no mode",
            json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "x" } }),
            "without an interactiveMode",
        ),
        Case::stays_out(
            "an old version",
            exec("[HOME]/plugin", &json!({ "apiVersion": "client.authentication.k8s.io/v1alpha1" })),
            "exec.apiVersion is not one of",
        ),
        Case::stays_out("no command", exec("", &json!({})), "without a command"),
    ]);
}
