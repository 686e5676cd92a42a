//! Expressions and operators of a query, as they are written.

use super::super::value::KqlValue;

/// An expression. Chains of `and` and `or` are flat, so that long ones are not deep.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Literal(KqlValue),
    Column(String),
    Member(Box<Expression>, String),
    Element(Box<Expression>, i64),
    Call(String, Vec<Expression>),
    Negation(Box<Expression>),
    Arithmetic(Arithmetic, Box<Expression>, Box<Expression>),
    Comparison(Comparison, Box<Expression>, Box<Expression>),
    TextTest(TextTest, Box<Expression>, Box<Expression>),
    Membership { value: Box<Expression>, list: Vec<Expression>, is_negated: bool, ignores_case: bool },
    Range { value: Box<Expression>, low: Box<Expression>, high: Box<Expression>, is_negated: bool },
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    EqualIgnoringCase,
    NotEqualIgnoringCase,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `!startswith_cs` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextTest {
    pub(super) place: Place,
    pub(super) is_negated: bool,
    pub(super) is_case_sensitive: bool,
}

/// Where one text is looked for in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Beginning,
    Ending,
    /// As a whole term: letters and digits between others.
    Term,
}

impl TextTest {
    /// The test that a word is.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        let (word, is_negated) = word.strip_prefix('!').map_or((word, false), |word| (word, true));
        let (word, is_case_sensitive) = word.strip_suffix("_cs").map_or((word, false), |word| (word, true));
        let place = match word {
            "contains" => Place::Anywhere,
            "startswith" => Place::Beginning,
            "endswith" => Place::Ending,
            "has" => Place::Term,
            _ => return None,
        };
        Some(Self { place, is_negated, is_case_sensitive })
    }
}

impl Expression {
    /// How many levels it has.
    pub(super) fn depth(&self) -> usize {
        let below = match self {
            Expression::Literal(_) | Expression::Column(_) => Vec::new(),
            Expression::Member(base, _) | Expression::Element(base, _) | Expression::Negation(base) => {
                vec![&**base]
            }
            Expression::Arithmetic(_, left, right)
            | Expression::Comparison(_, left, right)
            | Expression::TextTest(_, left, right) => vec![&**left, &**right],
            Expression::Membership { value, list, .. } => list.iter().chain([&**value]).collect(),
            Expression::Range { value, low, high, .. } => vec![&**value, &**low, &**high],
            Expression::Call(_, parts) | Expression::All(parts) | Expression::Any(parts) => {
                parts.iter().collect()
            }
        };
        1 + below.into_iter().map(Expression::depth).max().unwrap_or_default()
    }

    /// What a column is called that is not given a name: `properties_gitRepository_url`. A cast keeps the name of what
    /// it casts.
    pub(super) fn column_name(&self) -> Option<String> {
        match self {
            Expression::Column(name) => Some(name.clone()),
            Expression::Member(base, name) => Some(format!("{}_{name}", base.column_name()?)),
            Expression::Element(base, index) => Some(format!("{}_{index}", base.column_name()?)),
            Expression::Call(name, arguments) if is_cast(name) => arguments.first()?.column_name(),
            _ => None,
        }
    }
}

fn is_cast(name: &str) -> bool {
    ["tostring", "toint", "tolong", "toreal", "todouble", "tobool", "todatetime", "totimespan"]
        .contains(&name)
}

/// An expression, and the name that it is given.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: Option<String>,
    pub(super) expression: Expression,
}

/// What rows are sorted by.
#[derive(Clone, Debug)]
pub(super) struct SortKey {
    pub(super) expression: Expression,
    pub(super) is_descending: bool,
    pub(super) nulls_first: bool,
}

/// Which records of the left side are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JoinKind {
    /// Those that have one on the right.
    Inner,
    /// All of them.
    LeftOuter,
}

impl JoinKind {
    /// The kind that a word is.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        match word {
            "inner" => Some(Self::Inner),
            "leftouter" => Some(Self::LeftOuter),
            _ => None,
        }
    }
}

/// One step of a query.
#[derive(Clone, Debug)]
pub(super) enum Operator {
    Where(Expression),
    Extend(Vec<Named>),
    Project(Vec<Named>),
    /// Names, perhaps with `*` in them.
    ProjectAway(Vec<String>),
    Summarize {
        aggregates: Vec<Named>,
        by: Vec<Named>,
    },
    /// All columns, where none are named.
    Distinct(Vec<Named>),
    Order(Vec<SortKey>),
    Take(usize),
    Top(usize, Vec<SortKey>),
    Count,
    /// The most rows that come of one.
    MvExpand(Vec<Named>, usize),
    /// The query beside, and the columns that both have.
    Join {
        kind: JoinKind,
        other: Query,
        on: Vec<String>,
    },
}

/// A query: a table, and what is done with it step by step.
#[derive(Clone, Debug)]
pub(in crate::azure::graph) struct Query {
    /// As it was written; none for the default.
    pub(super) table: Option<String>,
    pub(super) operators: Vec<Operator>,
}
