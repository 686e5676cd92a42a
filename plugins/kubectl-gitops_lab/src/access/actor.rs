//! Who acts with a token.

/// Who acts with the token of a job.
pub(crate) const BOT: &str = "github-actions[bot]";

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, by login.
    Person(String),
    /// An app that is installed, by the login of its bot.
    App(String),
    /// A job of a run.
    Job {
        /// The number of the run.
        run: u64,
    },
}

impl Actor {
    /// The login under which it acts.
    pub fn login(&self) -> &str {
        match self {
            Self::Person(login) | Self::App(login) => login,
            Self::Job { .. } => BOT,
        }
    }

    /// Whether what it does with a branch starts workflows. What a job does starts none, or it would never end;
    /// asking for a run by `workflow_dispatch` and `repository_dispatch` is the exception.
    pub const fn starts_workflows(&self) -> bool {
        !matches!(self, Self::Job { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AccessToken, AccessTokens, Actor, Area, Permissions, Right};

    const HELLO: &str = "contoso/hello";

    #[test]
    fn only_what_a_job_does_starts_nothing() {
        let mut tokens = AccessTokens::default();
        let may = Permissions::of(&[Area::Contents.write()]);
        tokens.issue("job", AccessToken::job(HELLO, 7, &may));
        tokens.issue("app", AccessToken::installation("promoter[bot]").permitting(HELLO, &may));
        tokens.issue("person", AccessToken::fine_grained("ada").permitting(HELLO, &may));
        for (token, actor, starts) in [
            ("job", Actor::Job { run: 7 }, false),
            ("app", Actor::App("promoter[bot]".to_owned()), true),
            ("person", Actor::Person("ada".to_owned()), true),
        ] {
            let found = tokens.get(token).map(|token| token.actor().clone());
            assert_eq!(found.as_ref(), Some(&actor));
            assert_eq!(actor.starts_workflows(), starts, "{token}");
        }
        assert_eq!(tokens.right("job", HELLO, false), Some(Right::Write));
        assert_eq!(tokens.right("person", HELLO, false), None, "ada has no role there");
        assert!(!tokens.may_change_workflows("job", HELLO, false));
    }
}
