//! `${variables}` in a text, as Flux's envsubst replaces them: `${name}`, `${name:-default}`, `${name:=default}`,
//! `${#name}`, `${name:offset:length}`, `${name/from/to}`, `${name^^}` and their like. `$$` is a dollar.

/// `text` with everything replaced; `value` gives the value of a name.
pub(super) fn evaluate(text: &str, value: &dyn Fn(&str) -> String) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let end = closing(after).ok_or("missing closing brace")?;
            out.push_str(&expression(&after[..end], value)?);
            rest = &after[end + 1..];
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Where the brace closes that is open.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut last = ' ';
    for (place, letter) in text.char_indices() {
        match letter {
            '{' if last == '$' => depth += 1,
            '}' if depth == 0 => return Some(place),
            '}' => depth -= 1,
            _ => {}
        }
        last = letter;
    }
    None
}

/// What stands between the braces.
fn expression(text: &str, value: &dyn Fn(&str) -> String) -> Result<String, String> {
    if let Some(name) = text.strip_prefix('#').filter(|name| is_name(name)) {
        return Ok(value(name).len().to_string());
    }
    let end =
        text.find(|letter: char| !(letter == '_' || letter.is_ascii_alphanumeric())).unwrap_or(text.len());
    let (name, operation) = text.split_at(end);
    if !is_name(name) {
        return Err(format!("unable to parse variable name: {text:?}"));
    }
    let current = value(name);
    let inner = |text: &str| evaluate(text, value);
    let first = |upper: bool| {
        let mut letters = current.chars();
        let head = letters
            .next()
            .map(|letter| if upper { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() });
        head.into_iter().chain(letters).collect::<String>()
    };
    let longest_first =
        ["##", "%%", "//", "/#", "/%", "^^", ",,", ":-", ":=", ":+", "#", "%", "/", "^", ",", ":", "=", "-"];
    let Some(operator) = longest_first.iter().find(|operator| operation.starts_with(**operator)) else {
        return if operation.is_empty() { Ok(current) } else { Err(format!("bad substitution: {text:?}")) };
    };
    let argument = &operation[operator.len()..];
    Ok(match *operator {
        ":-" | ":=" | "=" | "-" if current.is_empty() => inner(argument)?,
        ":-" | ":=" | "=" | "-" => current,
        "^^" => current.to_uppercase(),
        ",," => current.to_lowercase(),
        "^" => first(true),
        "," => first(false),
        ":" => part(&current, argument)?,
        "/" | "//" | "/#" | "/%" => {
            let (from, to) = argument.split_once('/').unwrap_or((argument, ""));
            let (from, to) = (inner(from)?, inner(to)?);
            match *operator {
                "//" => current.replace(&from, &to),
                "/" => current.replacen(&from, &to, 1),
                "/#" => current.strip_prefix(&from).map_or(current.clone(), |rest| format!("{to}{rest}")),
                _ => current.strip_suffix(&from).map_or(current.clone(), |rest| format!("{rest}{to}")),
            }
        }
        "#" | "##" | "%" | "%%" => {
            let pattern = inner(argument)?;
            if pattern.contains(['*', '?', '[']) {
                return Err(format!("the lab does not have patterns in {text:?}"));
            }
            match operator.starts_with('#') {
                true => current.strip_prefix(pattern.as_str()).unwrap_or(&current).to_owned(),
                false => current.strip_suffix(pattern.as_str()).unwrap_or(&current).to_owned(),
            }
        }
        _ => return Err(format!("the lab does not have {operator:?} in {text:?}")),
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter == '_' || letter.is_ascii_alphabetic())
        && text.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
}

/// `offset:length` of a value; a negative offset counts from the end.
fn part(value: &str, argument: &str) -> Result<String, String> {
    let (offset, length) = argument.split_once(':').map_or((argument, None), |(one, two)| (one, Some(two)));
    let number = |text: &str| text.trim().parse::<i64>().map_err(|_| format!("bad substring {argument:?}"));
    let letters: Vec<char> = value.chars().collect();
    let size = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let offset = number(offset)?;
    let begin = if offset < 0 { (size + offset).max(0) } else { offset.min(size) };
    let end = match length {
        Some(length) => begin.saturating_add(number(length)?).clamp(begin, size),
        None => size,
    };
    let place = |number: i64| usize::try_from(number).unwrap_or_default();
    Ok(letters[place(begin)..place(end)].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    #[test]
    fn variables_are_replaced_as_envsubst_does() {
        let value = |name: &str| match name {
            "name" => "Hello".to_owned(),
            "port" => "8080".to_owned(),
            _ => String::new(),
        };
        for (text, expected) in [
            ("a ${name} b", "a Hello b"),
            ("${none}", ""),
            ("${none:-x}", "x"),
            ("${none:=x}", "x"),
            ("${name:-x}", "Hello"),
            ("${none:-${port}}", "8080"),
            ("${none:-http://a}", "http://a"),
            ("$name $ ${port}", "$name $ 8080"),
            ("$${name}", "${name}"),
            ("${#name}", "5"),
            ("${name^^} ${name,,} ${name,}", "HELLO hello hello"),
            ("${name:1:3} ${name:2}", "ell llo"),
            ("${name/l/L} ${name//l/L}", "HeLlo HeLLo"),
            ("${name#He} ${name%lo}", "llo Hel"),
        ] {
            assert_eq!(evaluate(text, &value).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(evaluate("${name", &value), Err("missing closing brace".to_owned()));
        assert!(evaluate("${1a}", &value).is_err());
        assert!(evaluate("${name#*l}", &value).is_err());
    }
}
