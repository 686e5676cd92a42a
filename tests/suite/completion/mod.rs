//! Completion: what is offered for a word, in process and through the programs that shells and kubectl run.

mod cache;
mod clusters;
mod descriptions;
mod line;
mod persons;
mod programs;
mod properties;
mod refresh;
mod search_path;
mod stock_kubectl;
mod words;
