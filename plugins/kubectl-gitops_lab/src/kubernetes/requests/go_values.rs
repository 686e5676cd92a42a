//! Values as Go prints them (`%v`), which some refusals do.

use serde_json::Value;

/// `map[a:1 b:[x y]]`
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(printed).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            // Go sorts them, whatever their order.
            let mut fields: Vec<String> =
                fields.iter().map(|(name, field)| format!("{name}:{}", printed(field))).collect();
            fields.sort();
            format!("map[{}]", fields.join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::printed;

    #[test]
    fn maps_and_lists_are_printed_as_go_does() {
        let value = json!({"b": [1, "x"], "a": {"c": null, "d": true}});
        assert_eq!(printed(&value), "map[a:map[c:<nil> d:true] b:[1 x]]");
    }
}
