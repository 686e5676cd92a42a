//! How Resource Graph refuses: what is wrong is in the details, and the message is for whoever supports it.
//!
//! The forms of queries that cannot be read, of unknown functions and tables, of scopes and of too many queries are
//! recorded. The code of a query that can be read and means nothing, `SemanticFailure`, and of one
//! that makes too much, `QueryExecutionFailure`, are the lab's own.

use http::StatusCode;
use serde_json::{Value as Json, json};

use super::query::QueryProblem;

/// Why a request was not carried out.
#[derive(Debug, PartialEq)]
pub(super) struct GraphRefusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) details: Vec<Json>,
}

impl GraphRefusal {
    /// A request that cannot be carried out as it is.
    pub(super) fn bad(code: &str, message: impl Into<String>) -> Self {
        let details = vec![json!({"code": code, "message": message.into()})];
        Self { status: StatusCode::BAD_REQUEST, code: "BadRequest", details }
    }

    /// Nothing of what was named is there for the caller.
    pub(super) fn no_subscriptions() -> Self {
        Self::bad(
            "NoValidSubscriptionsInQueryRequest",
            "There must be at least one subscription that is eligible.",
        )
    }

    /// Too many queries.
    pub(super) fn throttled() -> Self {
        let message = "Client application has been throttled and should not attempt to repeat the request until an \
                       amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.";
        let details = vec![json!({"code": "RateLimiting", "message": message})];
        Self { status: StatusCode::TOO_MANY_REQUESTS, code: "RateLimiting", details }
    }

    /// As it is told.
    pub(super) fn document(&self, timestamp: &str, correlation: &str) -> Json {
        let message = format!(
            "Please provide below info when asking for support: timestamp = {timestamp}, correlationId = {correlation}."
        );
        json!({"error": {"code": self.code, "message": message, "details": self.details}})
    }
}

impl From<QueryProblem> for GraphRefusal {
    fn from(problem: QueryProblem) -> Self {
        let message = problem.to_string();
        let detail = match problem {
            QueryProblem::UnknownTable(_) => return Self::bad("DisallowedLogicalTableName", message),
            QueryProblem::NotSimulated(_) => {
                let details = vec![json!({"code": "NotImplemented", "message": message})];
                return Self { status: StatusCode::NOT_IMPLEMENTED, code: "NotImplemented", details };
            }
            QueryProblem::Unparsable { line, character, token } => {
                let mut detail = json!({
                    "code": "ParserFailure",
                    "message": "ParserFailure",
                    "line": line,
                    "characterPositionInLine": character,
                    "token": token,
                });
                if token == "<EOF>" {
                    // What was recorded as missing at the end of a query: a number of the service's grammar.
                    detail["expectedToken"] = json!("\u{1cf}");
                }
                detail
            }
            QueryProblem::UnknownFunction(_) => json!({"code": "UnknownFunction", "message": message}),
            QueryProblem::Meaningless(_) => json!({"code": "SemanticFailure", "message": message}),
            QueryProblem::TooLarge(_) => json!({"code": "QueryExecutionFailure", "message": message}),
        };
        let invalid = "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and \
                       fix the error before retrying.";
        let mut refusal = Self::bad("InvalidQuery", invalid);
        refusal.details.push(detail);
        refusal
    }
}
