use std::fmt;

use chrono::NaiveDate;
use kycvs_domain::{Batch, BirthDate, BirthYear, Dose, PersonName, ProductCode, Source};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// What a verified certificate of another issuer says: what an answer needs of it, and not the certificate itself.
///
/// A request keeps it with its [`Subject`](crate::Subject), sealed and as long. `Debug` shows its format and issuer.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Certificate {
    /// Its format, such as `divoc`, `eu-dcc` or `smart-health-card`.
    pub format: String,
    /// Who issued it: a country's code or a URL.
    pub issuer: String,
    /// What tells it from the issuer's others: its number, or what stands for one. Not empty; kept nowhere but as a keyed hash.
    pub id: String,
    /// The person's name: as written, and as transliterated where the format has both. At least one.
    pub names: Vec<PersonName>,
    /// When the person was born, as far as it says.
    pub birth: Option<BirthDate>,
    /// The doses.
    pub doses: Vec<Dose>,
    /// What to mind of it, such as `expired-seal`.
    pub caveat: Option<String>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("format", &self.format)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// A certificate as it is stored.
#[derive(Serialize, Deserialize)]
struct Written {
    format: String,
    issuer: String,
    id: String,
    names: Vec<String>,
    born_on: Option<NaiveDate>,
    born_in: Option<u16>,
    doses: Vec<WrittenDose>,
    caveat: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WrittenDose {
    product: Option<u16>,
    given_on: NaiveDate,
    number: Option<u8>,
    of: Option<u8>,
    batch: Option<String>,
}

impl Drop for Written {
    fn drop(&mut self) {
        self.id.zeroize();
        self.names.zeroize();
    }
}

impl From<Certificate> for Written {
    fn from(certificate: Certificate) -> Self {
        let (born_on, born_in) = match certificate.birth {
            Some(BirthDate::Day(day)) => (Some(day), None),
            Some(BirthDate::Year(year)) => (None, Some(year.get())),
            None => (None, None),
        };
        let dose = |dose: &Dose| WrittenDose {
            product: dose.product.map(ProductCode::get),
            given_on: dose.given_on,
            number: dose.dose_number,
            of: dose.series_doses,
            batch: dose.batch.map(|batch| batch.as_str().to_owned()),
        };
        Self {
            format: certificate.format,
            issuer: certificate.issuer,
            id: certificate.id,
            names: certificate.names.iter().map(|name| name.normalised().to_owned()).collect(),
            born_on,
            born_in,
            doses: certificate.doses.iter().map(dose).collect(),
            caveat: certificate.caveat,
        }
    }
}

impl TryFrom<Written> for Certificate {
    type Error = &'static str;

    fn try_from(mut written: Written) -> Result<Self, Self::Error> {
        let names = written.names.iter().map(|name| PersonName::from_normalised(name));
        let born_in = written.born_in.map(BirthYear::new).transpose().map_err(|_| "not a year of birth")?;
        Ok(Self {
            names: names.collect::<Result<_, _>>().map_err(|_| "not a name")?,
            birth: written.born_on.map(BirthDate::Day).or(born_in.map(BirthDate::Year)),
            doses: written.doses.iter().map(Dose::from).collect(),
            format: std::mem::take(&mut written.format),
            issuer: std::mem::take(&mut written.issuer),
            id: std::mem::take(&mut written.id),
            caveat: written.caveat.take(),
        })
    }
}

impl From<&WrittenDose> for Dose {
    fn from(written: &WrittenDose) -> Self {
        Self {
            product: written.product.and_then(ProductCode::new),
            given_on: written.given_on,
            dose_number: written.number,
            series_doses: written.of,
            batch: written.batch.as_deref().and_then(|batch| Batch::parse(batch).ok()),
            source: Source::Certificate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_shows_its_format_and_issuer_and_nobody() {
        let certificate = Certificate {
            format: "eu-dcc".into(),
            issuer: "FR".into(),
            id: "URN:UVCI:01:FR:W7V2BE46QSBJ".into(),
            names: vec![PersonName::parse("Asha Rao").unwrap()],
            birth: NaiveDate::from_ymd_opt(1986, 2, 11).map(BirthDate::Day),
            doses: vec![],
            caveat: None,
        };
        assert_eq!(format!("{certificate:?}"), r#"Certificate { format: "eu-dcc", issuer: "FR", .. }"#);
    }
}
