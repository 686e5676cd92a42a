//! Dates as Azure writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The date, whatever its precision. `0001-01-01T00:00:00`, which is written where there is none yet, is none; a date
/// without a zone is in UTC.
pub fn azure_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let date = text.parse().or_else(|_| {
        let date: DateTime = text.parse()?;
        date.to_zoned(TimeZone::UTC).map(|date| date.timestamp())
    });
    date.ok().filter(|date: &Timestamp| *date > Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::azure_date;

    #[test]
    fn every_form_that_was_seen_is_read() {
        for (text, date) in [
            ("2021-05-19T18:17:12Z", Some("2021-05-19T18:17:12Z")),
            ("2022-03-08T04:22:18.6732562+00:00", Some("2022-03-08T04:22:18.6732562Z")),
            ("2022-03-08T05:22:18+01:00", Some("2022-03-08T04:22:18Z")),
            ("2021-05-19T18:17:12.027", Some("2021-05-19T18:17:12.027Z")),
            ("2021-05-19 18:17:12", Some("2021-05-19T18:17:12Z")),
            ("0001-01-01T00:00:00+00:00", None),
            ("0001-01-01T00:00:00", None),
            ("", None),
            ("yesterday", None),
        ] {
            assert_eq!(azure_date(text).map(|date| date.to_string()).as_deref(), date, "{text}");
        }
    }
}
