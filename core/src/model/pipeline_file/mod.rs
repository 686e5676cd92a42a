//! `.gitops/pipeline.yaml`: what a pipeline keeps to, in the source repository's default branch, where whoever changes it
//! is reviewed as code is.
//!
//! It is optional: without it every default counts. What cannot be read is an error and never the default, because a
//! gate would become weaker by a typing error; what is not known is told and ignored, because a later version of this
//! suite may know it.

mod document;
mod error;
mod values;

pub use document::{PipelineEnvironment, PipelineFile, PipelineSpec};
pub use error::PipelineFileError;
