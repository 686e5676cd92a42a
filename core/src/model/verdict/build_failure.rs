//! Why the objects of a revision could not be built: kustomize, encrypted files, or variables. Flux has one reason for
//! the three, and their cures are at three places.

mod cloud_key;

use super::Reason;
use super::attempt_failure::AttemptFailure;
use super::failure_subject::FailureSubject;
use super::message::{between, shortened, with_message};
use crate::model::objects::{Kustomization, Reference};
use cloud_key::CloudKey;

/// A build that failed.
pub(super) fn failed_build(kustomization: &Kustomization, message: &str) -> AttemptFailure {
    if is_decryption(kustomization, message) {
        failed_decryption(kustomization, message)
    } else if is_substitution(message) {
        failed_substitution(kustomization, message)
    } else {
        let sentence =
            with_message("kustomize could not build it".to_owned(), &what_kustomize_lacks(message));
        AttemptFailure::new(Reason::BuildFailed, sentence)
    }
}

/// Whether it is about encrypted files. That the Secret with their keys is not there is said without a word of them.
fn is_decryption(kustomization: &Kustomization, message: &str) -> bool {
    let lower = message.to_lowercase();
    let is_secret_missing = kustomization.decryption_secret.as_ref().is_some_and(|secret| {
        message.contains(&format!("secrets \"{secret}\"")) && !is_substitution(message)
    });
    ["decryption failed", "error decrypting", "sops", "decryption secret"]
        .iter()
        .any(|word| lower.contains(word))
        || is_secret_missing
}

/// An encrypted file that could not be decrypted, with the Secret that holds the keys.
pub(super) fn failed_decryption(kustomization: &Kustomization, message: &str) -> AttemptFailure {
    let namespace = &kustomization.meta.namespace;
    let secret = kustomization.decryption_secret.clone();
    let title = secret.as_ref().map(|secret| format!("Secret {namespace}/{secret}"));
    let file =
        between(message, "decryption failed for '", "'").map(|file| format!("{file} could not be decrypted"));
    let subject = file.unwrap_or_else(|| "an encrypted file could not be decrypted".to_owned());
    // Where keys of a Secret count too, they are what is told first.
    let cloud_key = CloudKey::of(message).filter(|_| secret.is_none() || ending_of_keys(message).is_empty());
    if let Some(key) = cloud_key {
        let failure = AttemptFailure::new(Reason::DecryptionFailed, format!("{subject}: {}", key.in_words()));
        let account = kustomization.decryption_account.clone();
        return failure.about(FailureSubject::CloudKey { secret, account });
    }
    let sentence = match title {
        _ if message.contains("is SOPS encrypted, configuring decryption") => {
            let object = message.split_whitespace().next().unwrap_or_default();
            format!("{object} is encrypted, and the kustomization does not decrypt (spec.decryption)")
        }
        Some(title) if message.contains("secrets \"") && message.contains("not found") => {
            format!("{subject}: {title}, which holds the keys (spec.decryption), was not there")
        }
        Some(title) if is_without_key(message) => {
            format!("{subject}: {title} held no usable key for it{}", ending_of_keys(message))
        }
        None if is_without_key(message) => {
            format!("{subject}: no key was at hand, and spec.decryption names no Secret with one")
        }
        _ => with_message(subject, message),
    };
    AttemptFailure::new(Reason::DecryptionFailed, sentence).about(FailureSubject::DecryptionKeys(secret))
}

fn is_without_key(message: &str) -> bool {
    let lower = message.to_lowercase();
    lower.contains("cannot get sops data key") || lower.contains("get the data key required")
}

/// How the name of an entry must end for its key to be read, where the message shows of what kind it is.
fn ending_of_keys(message: &str) -> &'static str {
    if message.contains("age1") || message.contains("age identities") {
        " (an entry with a key of age must be named *.agekey)"
    } else if message.contains("GnuPG") || message.contains("PGP") || message.contains("gpg") {
        " (an entry with a key of PGP must be named *.asc)"
    } else {
        ""
    }
}

fn is_substitution(message: &str) -> bool {
    ["post build failed", "variable substitution failed", "envsubst", "substitute from '"]
        .iter()
        .any(|words| message.contains(words))
}

/// Variables that could not be substituted, with where they are taken from.
fn failed_substitution(kustomization: &Kustomization, message: &str) -> AttemptFailure {
    let sources = &kustomization.substitutes_from;
    let title = |source: &Reference| format!("{} {}", source.kind, source.key());
    let named = between(message, "substitute from '", "'").and_then(|named| named.split_once('/'));
    let missing = named
        .and_then(|(kind, name)| sources.iter().find(|source| source.kind == kind && source.name == name));
    let key =
        between(message, "'", "' var name is invalid").map(|text| text.rsplit('\'').next().unwrap_or(text));
    let (sentence, about): (String, Vec<Reference>) = if let Some(missing) = missing {
        let sentence = format!("{}, which variables are taken from, ", title(missing));
        let is_absent = message.contains("not found");
        let sentence = if is_absent {
            sentence + "was not there"
        } else {
            with_message(sentence + "could not be read", message)
        };
        (sentence, vec![missing.clone()])
    } else if let Some(key) = key {
        let holder = match sources.as_slice() {
            [] => "spec.postBuild.substitute".to_owned(),
            _ if kustomization.substitutes.iter().any(|name| name == key) => {
                "spec.postBuild.substitute".to_owned()
            }
            [only] => title(only),
            several => format!("one of {}", several.iter().map(title).collect::<Vec<_>>().join(", ")),
        };
        let sentence = format!(
            "variables could not be substituted: key '{key}' of {holder} is no name of a variable (letters, digits and _)"
        );
        (sentence, sources.clone())
    } else {
        (with_message("variables could not be substituted".to_owned(), message), Vec::new())
    };
    AttemptFailure::new(Reason::SubstitutionFailed, sentence).about(FailureSubject::Variables(about))
}

/// What kustomize says in the end: without what every such message begins with, without the ways that it tried in
/// vain, and without the folder that Flux built in, whose name is another at every try.
fn what_kustomize_lacks(message: &str) -> String {
    let text = without_folder(message);
    let (file, text) = innermost(text.trim_start_matches("kustomize build failed: "));
    let absent = text.strip_suffix(": no such file or directory");
    let absent = absent.and_then(|text| text.strip_prefix("open ").or(text.strip_prefix("lstat ")));
    match (absent, file) {
        (Some(path), _) if !path.contains(' ') => {
            format!("{path}, which a kustomization.yaml names, is not there")
        }
        (_, Some(file)) if !text.contains(file) => shortened(&format!("{file}: {text}")),
        _ => text.to_owned(),
    }
}

/// What kustomize says of the file that it could not read, and that file: it tries what is no file as a folder, and
/// then tells both, one within the other.
fn innermost(message: &str) -> (Option<&str>, &str) {
    const TRIED: [&str; 2] = ["': must build at directory: ", "': recursed accumulation of path '"];
    let mut file = None;
    let mut text = message;
    loop {
        let before = text;
        for prefix in ["accumulating resources: ", "accumulating components: ", "recursed merging from path "]
        {
            text = text.strip_prefix(prefix).unwrap_or(text);
        }
        if let Some(inner) = text.strip_prefix("accumulation err='") {
            let places = TRIED.iter().filter_map(|tried| Some((inner.find(tried)?, tried.len())));
            text = match places.min() {
                // It is a folder: what was found in it counts.
                Some((at, length)) if inner[..at].ends_with("is a directory") => {
                    file = named(&inner[..at]).map(|(name, _)| name).or(file);
                    let second = &inner[at + length..];
                    second.split_once("': ").map_or(second, |(_, rest)| rest)
                }
                Some((at, _)) => &inner[..at],
                None => inner,
            };
        }
        if let Some((name, rest)) = named(text) {
            (file, text) = (Some(name), rest);
        }
        if text == before {
            return (file, text);
        }
    }
}

/// The file that a text begins with, and what is said of it.
fn named(text: &str) -> Option<(&str, &str)> {
    let prefixes = ["accumulating resources from '", "accumulating components from '"];
    let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix))?;
    rest.split_once("': ")
}

/// Without the folder that Flux built in.
fn without_folder(message: &str) -> String {
    let mut pieces = message.split("/tmp/kustomization-");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text += piece.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('/');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kustomize_is_quoted_by_what_it_lacks() {
        for (message, said) in [
            (
                "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'none.yaml': open /tmp/kustomization-318782118/infra/none.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-318782118/infra/none.yaml' : lstat /tmp/kustomization-318782118/infra/none.yaml: no such file or directory",
                "infra/none.yaml, which a kustomization.yaml names, is not there",
            ),
            (
                "kustomize build failed: accumulating resources: accumulating resources from 'settings.yaml': MalformedYAMLError: yaml: line 4: did not find expected key in File: settings.yaml",
                "MalformedYAMLError: yaml: line 4: did not find expected key in File: settings.yaml",
            ),
            (
                "kustomize build failed: accumulating resources: accumulation err='accumulating resources from '../base': read /tmp/kustomization-1/base: is a directory': recursed accumulation of path '/tmp/kustomization-1/base': accumulating resources: accumulation err='accumulating resources from 'a.yaml': open /tmp/kustomization-1/base/a.yaml: no such file or directory': must build at directory: not a valid directory",
                "base/a.yaml, which a kustomization.yaml names, is not there",
            ),
            (
                "kustomize build failed: accumulating resources: accumulation err='accumulating resources from '../base': read /tmp/kustomization-1/base: is a directory': recursed accumulation of path '/tmp/kustomization-1/base': no resource matches strategic merge patch",
                "../base: no resource matches strategic merge patch",
            ),
            (
                "kustomize build failed: open /tmp/kustomization-318782118/infra/none.yaml: no such file",
                "open infra/none.yaml: no such file",
            ),
            ("", ""),
        ] {
            assert_eq!(what_kustomize_lacks(message), said);
        }
    }
}
