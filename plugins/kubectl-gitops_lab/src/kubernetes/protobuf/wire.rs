//! The wire format of protobuf: fields with their numbers, one after the other.

/// What a field holds before its type is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Raw<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Reads the fields of a message; none when they are cut or are no fields.
pub(super) fn fields(mut bytes: &[u8]) -> Option<Vec<(u64, Raw<'_>)>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let raw = match key & 7 {
            0 => Raw::Number(varint(&mut bytes)?),
            1 => Raw::Number(u64::from_le_bytes(take(&mut bytes, 8)?.try_into().ok()?)),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                Raw::Bytes(take(&mut bytes, length)?)
            }
            5 => Raw::Number(u64::from(u32::from_le_bytes(take(&mut bytes, 4)?.try_into().ok()?))),
            _ => return None,
        };
        fields.push((key >> 3, raw));
    }
    Some(fields)
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(head)
}

/// Seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Raw, fields};

    #[test]
    fn fields_are_read_and_what_is_cut_is_none() {
        let message = b"\x0a\x02hi\x10\xac\x02";
        assert_eq!(fields(message), Some(vec![(1, Raw::Bytes(b"hi")), (2, Raw::Number(300))]));
        assert_eq!(fields(&message[..3]), None);
        assert_eq!(fields(&message[..5]), None);
        assert_eq!(fields(b"\x0b"), None, "groups are no fields of Kubernetes");
    }
}
