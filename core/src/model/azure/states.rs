//! The words of Azure's states. A word that is not known is kept: Azure may add some.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! word {
    ($state:ident) => {
        stringify!($state)
    };
    ($state:ident $word:literal) => {
        $word
    };
}

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$state_doc:meta])* $state:ident $(= $word:literal)?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$state_doc])* $state,)*
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The states that are known, with their words.
            const KNOWN: &[(Self, &'static str)] = &[$((Self::$state, word!($state $($word)?)),)*];

            /// What a word means, in any case.
            pub fn read(word: &str) -> Self {
                let known = Self::KNOWN.iter().find(|(_, known)| known.eq_ignore_ascii_case(word));
                known.map_or_else(|| Self::Other(unknown_word(word)), |(state, _)| state.clone())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$state => word!($state $($word)?),)*
                    Self::Other(word) => word,
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

/// How many characters of a word that is not known are kept: it stands in columns.
const LONGEST_WORD: usize = 32;

fn unknown_word(word: &str) -> String {
    crate::model::harmless(word).chars().take(LONGEST_WORD).collect()
}

states! {
    /// Whether a cluster has what a configuration wants.
    ComplianceState {
        /// It has.
        Compliant,
        /// It has not.
        NonCompliant = "Non-Compliant",
        /// The agent has not finished yet.
        Pending,
        /// Delivery is stopped.
        Suspended,
        /// Nothing was reported yet: neither success nor failure.
        Unknown,
    }
}

states! {
    /// What became of the last request that changes a resource.
    ProvisioningState {
        /// It is done.
        Succeeded,
        /// It failed.
        Failed,
        /// It was given up.
        Canceled,
        /// It is being created.
        Creating,
        /// It is being changed.
        Updating,
        /// It is being deleted.
        Deleting,
    }
}

states! {
    /// Whether Azure hears of a cluster.
    Connectivity {
        /// Its agents have not spoken yet.
        Connecting,
        /// It does.
        Connected,
        /// Its agents have been silent for a while.
        Offline,
        /// They were silent for so long that their certificate has expired.
        Expired,
        /// It has no agents.
        AgentNotInstalled,
    }
}

#[cfg(test)]
mod tests {
    use super::ComplianceState;

    #[test]
    fn a_word_is_read_in_any_case_and_kept_where_it_is_not_known() {
        for (word, state) in [
            ("Compliant", ComplianceState::Compliant),
            ("compliant", ComplianceState::Compliant),
            ("Non-Compliant", ComplianceState::NonCompliant),
            ("Degraded", ComplianceState::Other("Degraded".to_owned())),
            (&"x".repeat(5000), ComplianceState::Other("x".repeat(32))),
        ] {
            assert_eq!(ComplianceState::read(word), state);
        }
        assert_eq!(ComplianceState::NonCompliant.to_string(), "Non-Compliant");
    }
}
