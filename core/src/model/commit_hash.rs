//! Names of commits: what is one, and whether two are of the same commit.

/// The digits of the shortest beginning of a hash that names a commit.
const SHORTEST_COMMIT: usize = 7;

/// The digits of a whole hash: of SHA-1, and of SHA-256.
const WHOLE: [usize; 2] = [40, 64];

/// Whether a text is the hash of a commit, or the beginning of one that is long enough to name it.
pub fn is_commit_hash(text: &str) -> bool {
    (SHORTEST_COMMIT..=WHOLE[1]).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is the whole hash of a commit.
pub fn is_whole_commit_hash(text: &str) -> bool {
    (WHOLE[0]..=WHOLE[1]).contains(&text.len()) && is_commit_hash(text)
}

/// Whether one name of a commit is the beginning of the other, or the same.
pub fn is_same_commit(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    short.len() >= SHORTEST_COMMIT
        && long.get(..short.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_seven_to_sixty_four_digits() {
        let digits = |count: usize| "a1B2".repeat(count.div_ceil(4))[..count].to_owned();
        for (text, is_hash, is_whole) in [
            (digits(6), false, false),
            (digits(7), true, false),
            (digits(39), true, false),
            (digits(40), true, true),
            (digits(64), true, true),
            (digits(65), false, false),
            ("g234567".to_owned(), false, false),
            ("../../x".to_owned(), false, false),
            (String::new(), false, false),
        ] {
            assert_eq!((is_commit_hash(&text), is_whole_commit_hash(&text)), (is_hash, is_whole), "{text}");
        }
    }

    #[test]
    fn a_commit_is_known_by_seven_digits() {
        assert!(is_same_commit("1a2b3c4", "1A2B3C4D5E6F"));
        assert!(is_same_commit("1a2b3c4d5e6f", "1a2b3c4"));
        assert!(!is_same_commit("1a2b3c", "1a2b3c4d"));
        assert!(!is_same_commit("", "1a2b3c4d"));
    }
}
