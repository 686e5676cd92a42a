//! The definitions that the lab keeps against those of Flux, which lie outside of the checkout: the folder that
//! `GITOPS_CONTRACTS` names. Descriptions are our own, and rules in CEL are not in the lab's.

use kubectl_gitops_lab::{Lab, Settings};
use serde_json::{Map, Value};

use super::client::Client;
use crate::support::contracts;

/// Flux's definitions as the real ones are written, by file.
const FILES: [&str; 7] = [
    "helm.toolkit.fluxcd.io_helmreleases.yaml",
    "kustomize.toolkit.fluxcd.io_kustomizations.yaml",
    "source.toolkit.fluxcd.io_buckets.yaml",
    "source.toolkit.fluxcd.io_gitrepositories.yaml",
    "source.toolkit.fluxcd.io_helmcharts.yaml",
    "source.toolkit.fluxcd.io_helmrepositories.yaml",
    "source.toolkit.fluxcd.io_ocirepositories.yaml",
];

/// The contract in `file`; none, said so, where no contracts are given.
fn contract(file: &str) -> Option<Value> {
    let text = contracts::text(&format!("flux/{file}"))?;
    Some(serde_saphyr::from_str(&text).expect(file))
}

/// A schema without its words and its rules.
fn bare(schema: &Value) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let kept = fields
        .iter()
        .filter(|(name, _)| !["description", "x-kubernetes-validations"].contains(&name.as_str()));
    let kept = kept.map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, value)| (name.clone(), bare(value))).collect()
            }
            ("items" | "additionalProperties", value) => bare(value),
            (_, value) => value.clone(),
        };
        (name.clone(), value)
    });
    Value::Object(kept.collect::<Map<_, _>>())
}

/// Where two schemas part.
fn parting(contract: &Value, here: &Value, path: &str) -> Option<String> {
    let (Value::Object(one), Value::Object(other)) = (contract, here) else {
        return (contract != here).then(|| format!("{path}: the contract says {contract}, the lab {here}"));
    };
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    let mut names = names.map(|name| (name, format!("{path}/{name}")));
    names.find_map(|(name, path)| match (one.get(name), other.get(name)) {
        (Some(one), Some(other)) => parting(one, other, &path),
        (Some(_), None) => Some(format!("{path}: missing in the lab")),
        _ => Some(format!("{path}: too much in the lab")),
    })
}

#[tokio::test]
async fn definitions_are_those_of_flux() {
    let lab = Lab::start(Settings::default()).await.unwrap();
    let client = Client::of_lab(&lab);
    for file in FILES {
        let Some(contract) = contract(file) else { continue };
        let name = contract["metadata"]["name"].as_str().unwrap();
        let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
        let here = client.document(&path).await;
        assert_eq!(here["status"]["acceptedNames"], contract["spec"]["names"], "{name}");
        for field in ["group", "names", "scope"] {
            assert_eq!(here["spec"][field], contract["spec"][field], "{name}: {field}");
        }
        let (one, other) = (&contract["spec"]["versions"], &here["spec"]["versions"]);
        assert_eq!(one.as_array().unwrap().len(), other.as_array().unwrap().len(), "{name}");
        for field in ["name", "served", "storage", "subresources", "additionalPrinterColumns"] {
            assert_eq!(other[0][field], one[0][field], "{name}: {field}");
        }
        let schema = |version: &Value| bare(&version["schema"]["openAPIV3Schema"]);
        let parting = parting(&schema(&one[0]), &schema(&other[0]), name);
        assert!(parting.is_none(), "{}", parting.unwrap_or_default());
    }
}

#[test]
fn schemas_that_part_are_told_apart() {
    let contract = serde_json::json!({"properties": {"description": {"type": "string", "description": "a"}}});
    for (here, told) in [
        (serde_json::json!({"properties": {"description": {"type": "string"}}}), None),
        (serde_json::json!({"properties": {}}), Some("/properties/description: missing in the lab")),
        (
            serde_json::json!({"properties": {"description": {"type": "integer"}}}),
            Some("/properties/description/type: the contract says \"string\", the lab \"integer\""),
        ),
        (
            serde_json::json!({"properties": {"description": {"type": "string", "pattern": "a"}}}),
            Some("/properties/description/pattern: too much in the lab"),
        ),
    ] {
        assert_eq!(parting(&bare(&contract), &bare(&here), "").as_deref(), told);
    }
}
