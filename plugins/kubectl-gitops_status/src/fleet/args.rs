//! Flags of `--fleet`.

/// What --fleet shows.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Fleet")]
pub(crate) struct FleetArgs {
    /// Count the clusters of a fleet by standing and version, from Azure Resource Graph, and list those that are not well.
    /// All of it may take as long as --request-timeout says, with --limit 0 each page
    #[arg(long, conflicts_with_all = [
        "watch", "failing", "all_namespaces", "selector", "sort_by", "no_headers", "revision", "target", "record"
    ])]
    pub(crate) fleet: bool,
    /// At most so many clusters that are not well are listed; 0 lists all of them
    #[arg(long, value_name = "N", default_value_t = 20, requires = "fleet")]
    pub(crate) limit: usize,
}
