//! Numbers of things in sentences.

/// `1 cluster`, `3 clusters`.
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_singular() {
        let words = [0_usize, 1, 2].map(|count| counted(count, "cluster"));
        assert_eq!(words, ["0 clusters", "1 cluster", "2 clusters"]);
    }
}
