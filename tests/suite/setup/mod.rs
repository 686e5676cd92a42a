//! `setup`: from an empty organisation to a pipeline.

mod adoption;
mod first_run;
mod killed;
mod preflight;
mod scene;
mod secrets;
mod snapshot;
mod undone;
