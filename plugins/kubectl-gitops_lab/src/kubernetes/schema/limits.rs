//! The limits of a schema: lengths of texts, ranges of numbers, sizes of lists and maps, in the server's words
//! (kube-openapi's `validate`, and what apiextensions makes of its errors).

use serde_json::{Map, Number, Value};

use super::{expressions, formats};
use crate::kubernetes::refusals::Cause;

/// What is wrong with a text: the first of its length and its pattern, and its format.
pub(super) fn check_text(schema: &Value, text: &str, path: &str) -> Vec<Cause> {
    let length = text.chars().count() as u64;
    let limit = |name: &str| schema[name].as_u64();
    let broken = |why: String| Cause::invalid(path, format!("{text:?}: {path} in body {why}"));
    let first = if let Some(most) = limit("maxLength").filter(|most| length > *most) {
        // The limit is one of letters, and told as one of bytes.
        let unit = if most == 1 { "byte" } else { "bytes" };
        Some(Cause::too_long(path, format!("may not be more than {most} {unit}")))
    } else if let Some(least) = limit("minLength").filter(|least| length < *least) {
        Some(broken(format!("should be at least {least} chars long")))
    } else {
        let pattern = schema["pattern"].as_str().filter(|pattern| expressions::is_broken(pattern, text));
        pattern.map(|pattern| broken(format!("should match '{pattern}'")))
    };
    let format = schema["format"].as_str().filter(|format| formats::is_broken(format, text));
    let format = format.map(|format| {
        Cause::wrong_type(path, format!("{text:?}: {path} in body must be of type {format}: {text:?}"))
    });
    first.into_iter().chain(format).collect()
}

/// What is wrong with a number: its type's range, its factor, and its bounds.
pub(super) fn check_number(schema: &Value, number: &Number, path: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    if schema["type"] == "integer" && schema["format"] == "int32" {
        let fits = number.as_i64().is_none_or(|number| i32::try_from(number).is_ok());
        let why = format!("\"\": Checked value must be of type integer with format int32 in {path}");
        causes.extend((!fits).then(|| Cause::invalid("<nil>", why)));
    }
    let value = number.as_f64().unwrap_or_default();
    let limit = |name: &str| schema[name].as_f64();
    let broken =
        |why: &str, limit: f64| Cause::invalid(path, format!("{number}: {path} in body {why} {limit}"));
    if let Some(factor) = limit("multipleOf").filter(|factor| *factor > 0.0) {
        let quotient = if factor < 1.0 { 1.0 / factor * value } else { value / factor };
        causes.extend((quotient.fract() != 0.0).then(|| broken("should be a multiple of", factor)));
    }
    if let Some(least) = limit("minimum") {
        causes.extend(match schema["exclusiveMinimum"] == true {
            true => (value <= least).then(|| broken("should be greater than", least)),
            false => (value < least).then(|| broken("should be greater than or equal to", least)),
        });
    }
    if let Some(most) = limit("maximum") {
        causes.extend(match schema["exclusiveMaximum"] == true {
            true => (value >= most).then(|| broken("should be less than", most)),
            false => (value > most).then(|| broken("should be less than or equal to", most)),
        });
    }
    causes
}

/// What is wrong with the size of a list, and with items that are there twice.
pub(super) fn check_items(schema: &Value, items: &[Value], path: &str) -> Vec<Cause> {
    let mut causes = check_size(schema, ["minItems", "maxItems"], items.len(), "items", path);
    let is_twice = |(index, item): (usize, &Value)| items[..index].contains(item);
    if schema["uniqueItems"] == true && items.iter().enumerate().any(is_twice) {
        causes.push(Cause::invalid(path, format!("\"\": {path} in body shouldn't contain duplicates")));
    }
    causes
}

/// What is wrong with the number of fields.
pub(super) fn check_properties(schema: &Value, fields: &Map<String, Value>, path: &str) -> Vec<Cause> {
    check_size(schema, ["minProperties", "maxProperties"], fields.len(), "properties", path)
}

fn check_size(schema: &Value, limits: [&str; 2], size: usize, what: &str, path: &str) -> Vec<Cause> {
    let size = size as u64;
    let [least, most] = limits.map(|name| schema[name].as_u64());
    let few = least.filter(|least| size < *least).map(|least| {
        Cause::invalid(path, format!("{size}: {path} in body should have at least {least} {what}"))
    });
    let many = most.filter(|most| size > *most).map(|most| {
        let unit = if most == 1 { "item" } else { "items" };
        Cause::too_many(path, format!("{size}: must have at most {most} {unit}"))
    });
    few.into_iter().chain(many).collect()
}
