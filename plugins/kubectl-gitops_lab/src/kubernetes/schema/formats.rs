//! Formats of texts in schemas, as Kubernetes checks them. A format that is not known here lets everything pass, as an
//! unknown one does there.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::civil::Date;

use super::{byte_strings, expressions};

const TIME: &str = "^(([01][0-9])|(2[0-3])):[0-5][0-9]:[0-5][0-9](.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$";
const UUID: &str = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$";
const DURATION: &str = r"^[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$";

/// Whether `text` is not of `format`.
pub(super) fn is_broken(format: &str, text: &str) -> bool {
    match format.replace('-', "").as_str() {
        "byte" => byte_strings::decode(text).is_err(),
        "date" => !is_date(text),
        "datetime" => {
            let text = text.to_lowercase();
            let parts = text.split_once('t');
            parts.is_none_or(|(date, time)| !is_date(date) || expressions::is_broken(TIME, time))
        }
        "duration" => text != "0" && expressions::is_broken(DURATION, text),
        "ipv4" => text.parse::<Ipv4Addr>().is_err(),
        "ipv6" => text.parse::<Ipv6Addr>().is_err(),
        "uuid" => expressions::is_broken(UUID, text),
        _ => false,
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_broken;

    #[test]
    fn texts_are_of_their_format() {
        for (format, text, expected) in [
            ("date-time", "2026-11-28T10:00:00Z", false),
            ("date-time", "2026-11-28T10:00:00.5+01:00", false),
            ("date-time", "2026-11-28 10:00", true),
            ("date-time", "2026-11-31T10:00:00Z", true),
            ("date-time", "2026-11-28T24:00:00Z", true),
            ("date", "2026-11-28", false),
            ("date", "2026-11-28T10:00:00Z", true),
            ("byte", "eA==", false),
            ("byte", "e", true),
            ("duration", "1h30m", false),
            ("duration", "soon", true),
            ("ipv4", "10.0.0.300", true),
            ("ipv6", "::1", false),
            ("uuid", "1", true),
            ("nothing-known", "1", false),
        ] {
            assert_eq!(is_broken(format, text), expected, "{format} {text}");
        }
    }
}
