//! kubectl's preferences decide which plugins run, ours as kubectl's.

use serde_json::json;

use super::case::{Case, TOKEN, exec, plugin, run_both};

/// The first kubectl whose plugins obey its preferences, and the one whose rules these are.
const MINOR: u32 = 36;

fn preferences(rest: &str) -> String {
    format!("apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n{rest}\n")
}

/// A plugin on PATH that would get in, with preferences in their usual place.
fn named(name: &'static str, command: &str, says: &'static str, rest: &str) -> Case {
    let user = exec(command, &json!({}));
    let case = if says.is_empty() { Case::gets_in(name, user) } else { Case::stays_out(name, user, says) };
    case.file("bin/plugin", plugin(&json!({ "token": TOKEN })))
        .file("bin/other", plugin(&json!({ "token": TOKEN })))
        .file(".kube/kuberc", preferences(rest))
        .variable("PATH", "[HOME]/bin:/usr/bin:/bin")
        .since(MINOR)
}

fn allowing(name: &'static str, command: &str, says: &'static str, entries: &str) -> Case {
    let rest = format!("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{entries}]");
    named(name, command, says, &rest)
}

#[test]
fn a_plugin_runs_as_far_as_the_policy_lets_it() {
    let refused = "is not permitted by the credential plugin allowlist";
    run_both(&[
        named("nothing is said", "plugin", "", ""),
        named("all", "plugin", "", "credentialPluginPolicy: AllowAll"),
        named(
            "none",
            "plugin",
            "plugin \"plugin\" not allowed: policy set to \"DenyAll\"",
            "credentialPluginPolicy: DenyAll",
        ),
        allowing("by its name", "plugin", "", "{command: plugin}"),
        allowing("by its former name", "plugin", "", "{name: plugin}"),
        allowing("by its path", "plugin", "", "{command: '[HOME]/bin/plugin'}"),
        allowing("a path by its path", "[HOME]/bin/plugin", "", "{command: '[HOME]/bin/plugin'}"),
        allowing("a path by its name", "[HOME]/bin/plugin", "", "{command: plugin}"),
        allowing("another name", "plugin", refused, "{command: other}"),
        allowing("another path", "plugin", refused, "{command: /bin/plugin}"),
        allowing("one of several", "plugin", "", "{command: other}, {command: plugin}"),
        allowing("a relative path", "./bin/plugin", "", "{command: '[HOME]/bin/plugin'}"),
    ]);
}

#[test]
fn preferences_that_say_two_things_let_nobody_in() {
    run_both(&[
        named("an unknown policy", "plugin", "unknown plugin policy", "credentialPluginPolicy: Sometimes"),
        allowing("an empty list", "plugin", "allowlist is empty", ""),
        allowing("an empty entry", "plugin", "empty allowlist entry #1", "{}"),
        allowing("an unclean path", "plugin", "non-normalized file path", "{command: /a/../b}"),
        named(
            "a list without a policy",
            "plugin",
            "allowlist is non-nil",
            "credentialPluginAllowlist: [{command: plugin}]",
        ),
    ]);
}

#[test]
fn which_preferences_count() {
    let denied = preferences("credentialPluginPolicy: DenyAll");
    let user = || exec("[HOME]/plugin", &json!({}));
    let with = |case: Case| case.file("plugin", plugin(&json!({ "token": TOKEN }))).since(MINOR);
    run_both(&[
        with(Case::gets_in("switched off", user()))
            .file(".kube/kuberc", denied.clone())
            .variable("KUBERC", "off"),
        with(Case::stays_out("another file", user(), "DenyAll"))
            .file("kuberc", denied.clone())
            .variable("KUBERC", "[HOME]/kuberc"),
        with(Case::stays_out("a file that is not there", user(), "kuberc cannot be used"))
            .variable("KUBERC", "[HOME]/kuberc"),
        with(Case::gets_in("an unusable file where nobody asked for one", user()))
            .file(".kube/kuberc", "a: ["),
        with(Case::stays_out("an unusable file that was asked for", user(), "no valid preferences found"))
            .file("kuberc", "a: [")
            .variable("KUBERC", "[HOME]/kuberc"),
        with(Case::gets_in("preferences without a policy", user())).file(
            ".kube/kuberc",
            "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n",
        ),
        with(Case::stays_out("the first document that is known", user(), "DenyAll"))
            .file(".kube/kuberc", format!("apiVersion: v9\nkind: Preference\n---\n{denied}")),
    ]);
}

#[test]
fn an_unusable_file_where_nobody_asked_for_one_is_told() {
    let case = Case::gets_in("told", json!({ "token": TOKEN })).file(".kube/kuberc", "a: [");
    let ended = case.run();
    assert!(ended.stderr.contains("kuberc: no preferences loaded from"), "{}", ended.stderr);
}
