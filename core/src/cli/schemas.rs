//! JSON schemas of the documents that `-o json` and `-o yaml` print, made from the types that are written. Those in
//! `docs/schemas` are these, which a test compares.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use super::report::ErrorDocument;
use crate::flow::GateDocument;
use crate::model::PipelineStatus;
use crate::model::fleet::FleetStatus;
use crate::model::pipeline_file::PipelineFile;
use crate::model::plan::PlanDocument;
use crate::model::versions::VersionsDocument;

/// Every kind of document with its schema (JSON Schema 2020-12). Fields are only ever added, so a schema allows for
/// fields that it does not name.
pub fn schemas() -> [(&'static str, Value); 7] {
    [
        ("DeploymentGate", schema::<GateDocument<'_>>()),
        ("Error", schema::<ErrorDocument>()),
        ("FleetStatus", schema::<FleetStatus>()),
        ("Pipeline", file_schema::<PipelineFile>()),
        ("PipelineStatus", schema::<PipelineStatus>()),
        ("Plan", schema::<PlanDocument<'_>>()),
        ("Versions", schema::<VersionsDocument>()),
    ]
}

fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
}

/// The schema of a file that people write, where what has a default may be left out.
fn file_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
}
