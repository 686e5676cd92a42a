//! What a shell does besides offering the candidates: cobra's directives, as far as they are used here.
//! <https://github.com/spf13/cobra/blob/v1.10.1/completions.go>

use std::fmt;
use std::ops::BitOr;

/// Bits of the last line of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directive(u8);

/// An error, no blank behind the word, no files, the order.
const KNOWN_BITS: u8 = 1 | 2 | 4 | 32;

impl Directive {
    /// Offer files where no candidate fits.
    pub const FILES: Self = Self(0);
    /// Offer no files.
    pub const NO_FILES: Self = Self(4);
    /// Offer folders alone.
    pub const FOLDERS: Self = Self(16);
    /// Offer files whose names end as the lines of the answer say.
    pub const FILES_BY_ENDING: Self = Self(8);
    /// Keep the candidates in their order. Shells that do not know it sort them.
    pub const KEEP_ORDER: Self = Self(32);

    /// The bits that another program wrote, without those that nobody knows. What files and folders are offered by
    /// counts alone.
    pub fn from_bits(bits: u8) -> Self {
        let of_paths = [Self::FILES_BY_ENDING, Self::FOLDERS].into_iter().find(|known| bits & known.0 != 0);
        of_paths.unwrap_or(Self(bits & KNOWN_BITS))
    }
}

impl BitOr for Directive {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{}", self.0)
    }
}
