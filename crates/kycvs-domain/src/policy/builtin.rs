//! The policies that are compiled in, by id: the file of each is in `policies/`.

pub(super) const ALL: [(&str, &str); 5] = [
    ("in-kyc-vs", include_str!("../../policies/in-kyc-vs.toml")),
    ("travel-14", include_str!("../../policies/travel-14.toml")),
    ("travel-15", include_str!("../../policies/travel-15.toml")),
    ("us-cdc", include_str!("../../policies/us-cdc.toml")),
    ("us-cdc-14", include_str!("../../policies/us-cdc-14.toml")),
];

/// The id and the text of a built-in policy.
pub(super) fn find(id: &str) -> Option<(&'static str, &'static str)> {
    ALL.into_iter().find(|(name, _)| *name == id)
}
