//! What the lab's GitHub answers, held to GitHub's own description and to what the real service was recorded
//! answering. Both lie outside of the checkout.

mod description;
mod permissions;
mod recorded;
mod refusals;
mod tour;
