//! Requests and their answers: which route a path means, and what is said around every answer.

mod exchange;
mod refusal;

pub(crate) use refusal::refusal;
