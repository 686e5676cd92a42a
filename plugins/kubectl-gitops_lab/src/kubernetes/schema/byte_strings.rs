//! Bytes that documents hold as base64 (`format: byte`), read as Go's decoder reads them.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Go looks at no bit that it does not need.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The bytes of `text`, or Go's words for what they are not.
pub(in crate::kubernetes) fn decode(text: &str) -> Result<Vec<u8>, String> {
    if let Some(place) = corrupt_byte(text.as_bytes()) {
        return Err(format!("illegal base64 data at input byte {place}"));
    }
    let text: Vec<u8> = text.bytes().filter(|byte| !is_line_end(byte)).collect();
    LENIENT.decode(text).map_err(|_| "illegal base64 data at input byte 0".to_owned())
}

/// Where Go says that base64 is corrupt: at the byte that is none of the alphabet, at the beginning of the group
/// of four that is not full, or after the padding.
fn corrupt_byte(text: &[u8]) -> Option<usize> {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let mut place = 0;
    loop {
        let mut digits = 0;
        while digits < 4 {
            let Some(&byte) = text.get(place) else {
                return (digits > 0).then(|| place - digits);
            };
            place += 1;
            match byte {
                byte if is_digit(byte) => digits += 1,
                byte if is_line_end(&byte) => {}
                b'=' if digits >= 2 => return after_padding(text, place, digits),
                _ => return Some(place - 1),
            }
        }
    }
}

/// What is wrong after the first `=` of a group with so many digits.
fn after_padding(text: &[u8], mut place: usize, digits: usize) -> Option<usize> {
    let skip = |place: usize| place + text[place..].iter().take_while(|byte| is_line_end(byte)).count();
    if digits == 2 {
        place = skip(place);
        match text.get(place) {
            None => return Some(text.len()),
            Some(b'=') => place += 1,
            Some(_) => return Some(place - 1),
        }
    }
    place = skip(place);
    (place < text.len()).then_some(place)
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn base64_is_read_as_go_reads_it() {
        for (text, expected) in [
            ("aHVudGVyMg==", Ok("hunter2")),
            ("aHVu\ndGVy\r\nMg==\n", Ok("hunter2")),
            ("", Ok("")),
            ("hunter2", Err(4)),
            ("pass word", Err(4)),
            ("%%%", Err(0)),
            ("aHVudGVyMg=", Err(11)),
            ("aHVudGVyMg==x", Err(12)),
            ("a===", Err(1)),
        ] {
            let expected = expected
                .map(|text| text.as_bytes().to_vec())
                .map_err(|place| format!("illegal base64 data at input byte {place}"));
            assert_eq!(decode(text), expected, "{text:?}");
        }
    }
}
