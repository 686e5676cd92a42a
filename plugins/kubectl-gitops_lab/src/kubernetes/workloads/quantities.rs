//! Quantities: amounts with a suffix (`500m`, `1Gi`), counted in thousandths.

/// A suffix and how many thousandths one of it is.
const SUFFIXES: [(&str, i128); 13] = [
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("Ei", 1 << 60),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000),
    ("", 1),
];

/// An amount, and whether it is written with binary suffixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quantity {
    pub(super) thousandths: i128,
    is_binary: bool,
}

impl Quantity {
    pub(super) fn count(number: i64) -> Self {
        Self { thousandths: i128::from(number) * 1000, is_binary: false }
    }

    /// Reads a quantity; none when it is not one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_suffix('m') {
            return Some(Self { thousandths: number.parse().ok()?, is_binary: false });
        }
        let (suffix, unit) = SUFFIXES.iter().find(|(suffix, _)| text.ends_with(suffix))?;
        let number = text.strip_suffix(suffix)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = u32::try_from(part.len()).ok().filter(|digits| *digits <= 9)?;
        let scaled: i128 = format!("{whole}{part}").parse().ok()?;
        let thousandths = scaled.checked_mul(*unit)?.checked_mul(1000)? / 10_i128.pow(digits);
        Some(Self { thousandths, is_binary: suffix.ends_with('i') })
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let thousandths = self.thousandths + other.thousandths;
        Self { thousandths, is_binary: self.is_binary || other.is_binary }
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.thousandths % 1000 != 0 {
            return write!(formatter, "{}m", self.thousandths);
        }
        let amount = self.thousandths / 1000;
        let fitting = SUFFIXES.iter().filter(|(suffix, unit)| {
            suffix.is_empty()
                || (suffix.ends_with('i') == self.is_binary && amount != 0 && amount % unit == 0)
        });
        let (suffix, unit) = fitting.max_by_key(|(_, unit)| *unit).copied().unwrap_or(("", 1));
        write!(formatter, "{}{suffix}", amount / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn quantities_are_read_added_and_written_in_their_shortest_form() {
        for (one, other, sum) in [
            ("1", "2", "3"),
            ("500m", "500m", "1"),
            ("100m", "1", "1100m"),
            ("0.5", "0.25", "750m"),
            ("1Gi", "512Mi", "1536Mi"),
            ("1000", "0", "1k"),
            ("0", "0", "0"),
            ("128Mi", "896Mi", "1Gi"),
        ] {
            let sum_of = Quantity::parse(one).unwrap().plus(Quantity::parse(other).unwrap());
            assert_eq!(sum_of.to_string(), sum, "{one} + {other}");
        }
        assert_eq!([Quantity::parse("many"), Quantity::parse(""), Quantity::parse("1e3x")], [None; 3]);
    }
}
