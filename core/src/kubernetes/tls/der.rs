//! What of a certificate is read here: when it is valid and what it is for. Everything else about certificates
//! is read by `webpki`, which does not tell these two.

use jiff::civil;
use jiff::tz::TimeZone;

/// Tags of ASN.1's distinguished encoding.
const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// `id-ce-extKeyUsage`, `id-kp-serverAuth` and `anyExtendedKeyUsage` (RFC 5280, 4.2.1.12).
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const SERVER_AUTHENTICATION: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];

/// What a certificate says of its use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Terms {
    /// Seconds since 1970, both inclusive.
    pub(super) valid: (i64, i64),
    /// Whether a server may show it: no purpose is named, or this one is.
    pub(super) is_for_servers: bool,
}

impl Terms {
    /// Reads a certificate; nothing where it is none.
    pub(super) fn read(certificate: &[u8]) -> Option<Self> {
        let mut outer = Reader(Reader(certificate).expect(SEQUENCE)?);
        let mut fields = Reader(outer.expect(SEQUENCE)?);
        if fields.peek() == Some(VERSION) {
            fields.next()?;
        }
        for _before in ["serial number", "signature algorithm", "issuer"] {
            fields.next()?;
        }
        let mut validity = Reader(fields.expect(SEQUENCE)?);
        let valid = (time(validity.next()?)?, time(validity.next()?)?);
        let mut is_for_servers = true;
        while let Some((tag, content)) = fields.next() {
            if tag == EXTENSIONS {
                is_for_servers = serves(content)?;
            }
        }
        Some(Self { valid, is_for_servers })
    }
}

fn serves(extensions: &[u8]) -> Option<bool> {
    let mut extensions = Reader(Reader(extensions).expect(SEQUENCE)?);
    while let Some((_, extension)) = extensions.next() {
        let mut fields = Reader(extension);
        if fields.expect(OBJECT_IDENTIFIER)? != EXTENDED_KEY_USAGE {
            continue;
        }
        let (mut tag, mut value) = fields.next()?;
        if tag != OCTET_STRING {
            // Whether it is critical comes first.
            (tag, value) = fields.next()?;
        }
        let mut purposes = Reader((tag == OCTET_STRING).then(|| Reader(value).expect(SEQUENCE))??);
        let mut named = std::iter::from_fn(|| purposes.next());
        return Some(named.any(|(_, purpose)| purpose == SERVER_AUTHENTICATION || purpose == ANY_USAGE));
    }
    Some(true)
}

fn time((tag, text): (u8, &[u8])) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let year: i16 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let pair = |at: usize| rest.get(at..at + 2).and_then(|pair| pair.parse::<i8>().ok());
    let date = civil::Date::new(year, pair(0)?, pair(2)?).ok()?;
    let time = civil::Time::new(pair(4)?, pair(6)?, pair(8)?, 0).ok()?;
    Some(date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Reads one tagged value after the other.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let (bytes, after) =
                rest.split_at_checked(usize::from(first & 0x7f)).filter(|(b, _)| b.len() <= 4)?;
            length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            rest = after;
        }
        let (content, after) = rest.split_at_checked(length)?;
        self.0 = after;
        Some((tag, content))
    }

    fn expect(&mut self, expected: u8) -> Option<&'a [u8]> {
        self.next().filter(|(tag, _)| *tag == expected).map(|(_, content)| content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_forms() {
        let read = |tag, text: &str| time((tag, text.as_bytes()));
        assert_eq!(read(UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(read(UTC_TIME, "491231235959Z"), Some(2_524_607_999));
        assert_eq!(read(UTC_TIME, "500101000000Z"), Some(-631_152_000));
        assert_eq!(read(GENERALIZED_TIME, "20500101000000Z"), Some(2_524_608_000));
        for (tag, text) in [(UTC_TIME, "7001010000Z"), (UTC_TIME, "701301000000Z"), (0x02, "700101000000Z")] {
            assert_eq!(read(tag, text), None, "{text}");
        }
    }

    #[test]
    fn what_is_cut_short_is_no_certificate() {
        for bytes in
            [&[][..], &[SEQUENCE], &[SEQUENCE, 0x84, 1], &[SEQUENCE, 0x82, 0xff, 0xff, 0], &[SEQUENCE, 0]]
        {
            assert_eq!(Terms::read(bytes), None);
        }
    }
}
