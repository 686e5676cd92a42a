//! Values of the file that are texts of a form. An error names the form; the reader of YAML adds the line.

use jiff::SignedDuration;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use crate::model::harmless;
use crate::model::post_deployment::{ListedCluster, OfflinePolicy, RequiredShare};

/// A list of clusters.
pub(super) fn clusters<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ListedCluster>, D::Error> {
    struct Listed(ListedCluster);
    impl<'de> Deserialize<'de> for Listed {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let invalid = || {
                D::Error::custom(format!(
                    "{:?} is neither a cluster's name nor its resource id",
                    harmless(&text)
                ))
            };
            ListedCluster::read(&text).map(Self).ok_or_else(invalid)
        }
    }
    Ok(Vec::<Listed>::deserialize(deserializer)?.into_iter().map(|listed| listed.0).collect())
}

/// `fail` or `defer`.
pub(super) fn offline<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<OfflinePolicy>, D::Error> {
    match text(deserializer)?.as_deref() {
        None => Ok(None),
        Some("fail") => Ok(Some(OfflinePolicy::Fail)),
        Some("defer") => Ok(Some(OfflinePolicy::Defer)),
        Some(other) => Err(D::Error::custom(format!("{:?} is neither fail nor defer", harmless(other)))),
    }
}

/// A number or a percentage.
pub(super) fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RequiredShare>, D::Error> {
    let text = text(deserializer)?;
    text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

/// A duration; a bare number is seconds.
pub(super) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDuration>, D::Error> {
    let Some(text) = text(deserializer)? else { return Ok(None) };
    if let Ok(seconds) = text.parse::<u32>() {
        return Ok(Some(SignedDuration::from_secs(seconds.into())));
    }
    let duration = text.parse().ok().filter(|duration: &SignedDuration| !duration.is_negative());
    duration.map(Some).ok_or_else(|| D::Error::custom("a duration is a number with a unit: 10s, 2m, 1h"))
}

/// A text, or a number as one.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(D::Error::custom("it is neither a text nor a number")),
    }
}
