//! Stock kubectl takes a replay for a cluster, and the lab's cluster too: the lines that were recorded print and
//! ask what they did on a real server.

mod by_hand;
mod everyday;
mod kata;
mod lines;
mod output;
mod program;
mod requests;
mod scene;
mod walk;
