//! Words that programs compare and people read: each with its meaning, written once. The documentation of the
//! variant, the help and README are made from it or compared with it.

/// An enumeration of words, in order, with what each means.
macro_rules! words {
    ($(#[$attribute:meta])* $name:ident { $($word:ident: $meaning:literal,)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        #[derive(schemars::JsonSchema)]
        pub enum $name {
            $(#[doc = $meaning] $word,)*
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[$name] = &[$($name::$word),*];

            /// What it means, as the help and the documentation say it.
            pub fn meaning(self) -> &'static str {
                match self {
                    $($name::$word => $meaning,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(match self {
                    $($name::$word => stringify!($word),)*
                })
            }
        }
    };
}

pub(in crate::model) use words;
