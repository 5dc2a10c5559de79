use anyhow::Result;
use kycvs::consent::{DataFiduciary, Identifier, Label};

/// Who holds the registry and answers, in every example.
///
/// # Errors
/// None: each text is one that its type takes.
pub fn ministry() -> Result<DataFiduciary> {
    Ok(DataFiduciary {
        id: Identifier::parse("health-ministry")?,
        name: Label::parse("Example Ministry of Health")?,
        contact: Label::parse("help@kycvs.example")?,
        grievance: Label::parse("grievance@kycvs.example")?,
        withdrawal: Label::parse("https://kycvs.example/withdraw")?,
    })
}
