//! The columns that every table has.

use super::value::Kind;

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Name,
    Type,
    TenantId,
    ResourceKind,
    Location,
    ResourceGroup,
    SubscriptionId,
    ManagedBy,
    Sku,
    Plan,
    Properties,
    Tags,
    Identity,
    Zones,
    ExtendedLocation,
}

impl Column {
    /// All of them, in the order in which the service has them.
    pub(super) const ALL: [Column; 16] = [
        Column::Id,
        Column::Name,
        Column::Type,
        Column::TenantId,
        Column::ResourceKind,
        Column::Location,
        Column::ResourceGroup,
        Column::SubscriptionId,
        Column::ManagedBy,
        Column::Sku,
        Column::Plan,
        Column::Properties,
        Column::Tags,
        Column::Identity,
        Column::Zones,
        Column::ExtendedLocation,
    ];

    /// As queries name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Column::Id => "id",
            Column::Name => "name",
            Column::Type => "type",
            Column::TenantId => "tenantId",
            Column::ResourceKind => "kind",
            Column::Location => "location",
            Column::ResourceGroup => "resourceGroup",
            Column::SubscriptionId => "subscriptionId",
            Column::ManagedBy => "managedBy",
            Column::Sku => "sku",
            Column::Plan => "plan",
            Column::Properties => "properties",
            Column::Tags => "tags",
            Column::Identity => "identity",
            Column::Zones => "zones",
            Column::ExtendedLocation => "extendedLocation",
        }
    }

    /// What stands in it.
    pub(super) fn kind(self) -> Kind {
        match self {
            Column::Sku
            | Column::Plan
            | Column::Properties
            | Column::Tags
            | Column::Identity
            | Column::Zones
            | Column::ExtendedLocation => Kind::Dynamic,
            _ => Kind::Text,
        }
    }
}
