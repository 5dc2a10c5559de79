//! The policies that are compiled in, by id: the file of each is in `policies/`.

pub(super) const ALL: [(&str, &str); 27] = [
    ("in-kyc-vs", include_str!("../../policies/in-kyc-vs.toml")),
    ("in-uip-child", include_str!("../../policies/in-uip-child.toml")),
    ("influenza-season", include_str!("../../policies/influenza-season.toml")),
    ("measles-health-worker", include_str!("../../policies/measles-health-worker.toml")),
    ("polio-travel", include_str!("../../policies/polio-travel.toml")),
    ("polio-umrah", include_str!("../../policies/polio-umrah.toml")),
    ("travel-14", include_str!("../../policies/travel-14.toml")),
    ("travel-15", include_str!("../../policies/travel-15.toml")),
    ("uk-mmr-school", include_str!("../../policies/uk-mmr-school.toml")),
    ("us-cdc", include_str!("../../policies/us-cdc.toml")),
    ("us-cdc-14", include_str!("../../policies/us-cdc-14.toml")),
    ("us-dtap", include_str!("../../policies/us-dtap.toml")),
    ("us-flu", include_str!("../../policies/us-flu.toml")),
    ("us-hepa", include_str!("../../policies/us-hepa.toml")),
    ("us-hepb", include_str!("../../policies/us-hepb.toml")),
    ("us-hib", include_str!("../../policies/us-hib.toml")),
    ("us-hpv", include_str!("../../policies/us-hpv.toml")),
    ("us-mcv", include_str!("../../policies/us-mcv.toml")),
    ("us-mmr", include_str!("../../policies/us-mmr.toml")),
    ("us-pcv", include_str!("../../policies/us-pcv.toml")),
    ("us-pol", include_str!("../../policies/us-pol.toml")),
    ("us-rota", include_str!("../../policies/us-rota.toml")),
    ("us-school-entry-aap-2026", include_str!("../../policies/us-school-entry-aap-2026.toml")),
    ("us-school-entry-cdc-2025", include_str!("../../policies/us-school-entry-cdc-2025.toml")),
    ("us-school-entry-cdc-2026", include_str!("../../policies/us-school-entry-cdc-2026.toml")),
    ("us-var", include_str!("../../policies/us-var.toml")),
    ("yellow-fever-arrival", include_str!("../../policies/yellow-fever-arrival.toml")),
];

/// The id and the text of a built-in policy.
pub(super) fn find(id: &str) -> Option<(&'static str, &'static str)> {
    ALL.into_iter().find(|(name, _)| *name == id)
}
