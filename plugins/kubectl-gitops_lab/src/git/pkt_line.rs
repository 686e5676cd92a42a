//! Lines of git's protocols: each begins with its length in four hexadecimal digits, and `0000` ends a section.

/// What ends a section.
pub(super) const FLUSH: &[u8] = b"0000";
/// The most that a packet of the side band holds beside its length and its band.
const LARGEST: usize = 65_515;

/// Adds a line.
pub(super) fn add_line(text: &mut Vec<u8>, line: &[u8]) {
    text.extend(format!("{:04x}", line.len() + 4).into_bytes());
    text.extend(line);
}

/// Adds bytes on a band, in as many packets as they need.
pub(super) fn add_band(text: &mut Vec<u8>, band: u8, bytes: &[u8]) {
    for part in bytes.chunks(LARGEST) {
        text.extend(format!("{:04x}", part.len() + 5).into_bytes());
        text.push(band);
        text.extend(part);
    }
}

/// Takes the next line off; `Some(None)` is the end of a section, and nothing what is no line at all.
pub(super) fn take_line<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let length = std::str::from_utf8(rest.get(..4)?).ok()?;
    let length = usize::from_str_radix(length, 16).ok()?;
    let (line, after) = match length {
        0 => (None, rest.get(4..)?),
        1..4 => return None,
        _ => (Some(rest.get(4..length)?), rest.get(length..)?),
    };
    *rest = after;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::{FLUSH, add_band, add_line, take_line};

    #[test]
    fn lines_are_read_as_they_were_written() {
        let mut text = Vec::new();
        add_line(&mut text, b"hello\n");
        text.extend(FLUSH);
        text.extend(b"PACK");
        assert_eq!(text, b"000ahello\n0000PACK");
        let mut rest = text.as_slice();
        assert_eq!(take_line(&mut rest), Some(Some(&b"hello\n"[..])));
        assert_eq!(take_line(&mut rest), Some(None));
        assert_eq!(rest, b"PACK");
        for wrong in ["PACK", "00", "0002", "000ahell", "+00a"] {
            assert_eq!(take_line(&mut wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_band_is_cut_into_packets() {
        let mut text = Vec::new();
        add_band(&mut text, 2, b"hi\n");
        assert_eq!(text, b"0008\x02hi\n");
        let mut text = Vec::new();
        add_band(&mut text, 1, &[b'x'; 70_000]);
        assert_eq!(text.len(), 70_000 + 2 * 5);
    }
}
