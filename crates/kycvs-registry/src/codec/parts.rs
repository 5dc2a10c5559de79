//! Reading the parts of a person: a dose, a piece of evidence.

use kycvs_domain::{Antigen, Batch, Dose, Evidence, Finding, ProductCode, Source};

use super::bytes::Bytes;
use super::products::{code_of, short_of};
use super::{
    BATCH_LEN, CodecError, DAY_KNOWN, DISEASE, LONG_CODE, LONG_NUMBER, MORE_OF_DOSE, NUMBER_SHIFT, SERIES_KNOWN,
    SHORT_CODE, TITRE_KNOWN, canonical,
};

impl Bytes<'_> {
    /// Most doses have a short number and nothing more: a lookup passes over those of all others in the household.
    #[inline]
    pub(super) fn skip_dose(&mut self) -> Result<(), CodecError> {
        let mut bytes = *self;
        let [first, _, _, head] = bytes.array()?;
        if first & (LONG_CODE | MORE_OF_DOSE) != 0 {
            return self.dose().map(|_| ());
        }
        let long_number = u64::from(head >> NUMBER_SHIFT == LONG_NUMBER);
        bytes.take(long_number + u64::from(head & BATCH_LEN))?;
        *self = bytes;
        Ok(())
    }

    #[inline]
    pub(super) fn dose(&mut self) -> Result<Dose, CodecError> {
        let first = self.byte()?;
        let product = self.product(first)?;
        let given_on = self.date()?;
        let head = self.byte()?;
        let dose_number = match head >> NUMBER_SHIFT {
            0 => None,
            LONG_NUMBER => Some(self.byte().and_then(|number| canonical(number, number >= LONG_NUMBER))?),
            number => Some(number),
        };
        let (source, series_doses) =
            if first & MORE_OF_DOSE != 0 { self.more_of_dose()? } else { (Source::Registry, None) };
        let batch = match head & BATCH_LEN {
            0 => None,
            length => Some(self.batch(length)?),
        };
        Ok(Dose { product, given_on, dose_number, series_doses, batch, source })
    }

    pub(super) fn evidence(&mut self) -> Result<Evidence, CodecError> {
        let [antigen, head] = self.array()?;
        let against = Antigen::from_id(antigen).ok_or(CodecError::NotCanonical)?;
        let on = if head & DAY_KNOWN != 0 { Some(self.date()?) } else { None };
        let titre = if head & TITRE_KNOWN != 0 {
            Some(u32::try_from(self.varint()?).map_err(|_| CodecError::NotCanonical)?)
        } else {
            None
        };
        let finding = match (head & DISEASE != 0, titre) {
            (false, titre) => Finding::Antibodies { titre },
            (true, None) => Finding::Disease,
            (true, Some(_)) => return Err(CodecError::NotCanonical),
        };
        let flags = DAY_KNOWN | TITRE_KNOWN | DISEASE;
        Ok(Evidence { against, finding, on, source: source(head & !flags)? })
    }

    fn product(&mut self, first: u8) -> Result<Option<ProductCode>, CodecError> {
        let low = first & SHORT_CODE;
        if first & LONG_CODE == 0 {
            return if low == 0 { Ok(None) } else { code_of(low).map(Some).ok_or(CodecError::UnknownProduct) };
        }
        let code = ProductCode::new(u16::from_be_bytes([low, self.byte()?])).ok_or(CodecError::UnknownProduct)?;
        canonical(Some(code), short_of(code).is_none())
    }

    fn more_of_dose(&mut self) -> Result<(Source, Option<u8>), CodecError> {
        let head = self.byte().and_then(|head| canonical(head, head != 0))?;
        let series = if head & SERIES_KNOWN != 0 {
            Some(self.byte().and_then(|doses| canonical(doses, doses != 0))?)
        } else {
            None
        };
        Ok((source(head & !SERIES_KNOWN)?, series))
    }

    fn batch(&mut self, length: u8) -> Result<Batch, CodecError> {
        let text = self.text(length.into())?;
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Err(CodecError::NotCanonical);
        }
        Batch::parse(text).map_err(|_| CodecError::NotText)
    }
}

fn source(number: u8) -> Result<Source, CodecError> {
    match number {
        0 => Ok(Source::Registry),
        1 => Ok(Source::Certificate),
        2 => Ok(Source::Stated),
        _ => Err(CodecError::NotCanonical),
    }
}
