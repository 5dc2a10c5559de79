//! A number as it is written: its digits, and how they are set apart.

use super::{DIGITS, MobileError};
use crate::decimal_digit;

/// The digits of a text, before it is known which of them are a prefix.
pub(super) struct Written {
    plus: bool,
    /// ASCII digits; those after the longest form of a number are counted only.
    digits: [u8; Self::LONGEST],
    count: usize,
    /// How many digits come before the first separator.
    first_group: Option<usize>,
}

impl Written {
    /// `0091`, `0` and ten digits.
    const LONGEST: usize = 15;

    pub(super) fn read(text: &str) -> Result<Self, MobileError> {
        let mut written = Self { plus: false, digits: [0; Self::LONGEST], count: 0, first_group: None };
        for c in number_in(text.trim_end_matches(['\r', '\n']))?.chars() {
            if let Some(value) = decimal_digit(c) {
                if let Some(digit) = written.digits.get_mut(written.count) {
                    *digit = b'0' + value;
                }
                written.count += 1;
            } else if matches!(c, '+' | '\u{FF0B}') && !written.plus && written.count == 0 {
                written.plus = true;
            } else if is_separator(c) {
                if written.count > 0 {
                    written.first_group.get_or_insert(written.count);
                }
            } else if c.is_control() {
                return Err(MobileError::ControlCharacter);
            } else if !is_unseen(c) {
                return Err(MobileError::ForbiddenCharacter);
            }
        }
        Ok(written)
    }

    /// The ten digits without their prefix.
    pub(super) fn national(&self) -> Result<[u8; DIGITS], MobileError> {
        let digits = self.digits.get(..self.count).ok_or(MobileError::WrongLength)?;
        let rest = match (self.plus, digits) {
            (_, []) => return Err(MobileError::Empty),
            (true, [b'9', b'1', rest @ ..]) | (false, [b'0', b'0', b'9', b'1', rest @ ..]) => without_trunk_zero(rest),
            (true, _) | (false, [b'0', b'0', ..]) => return Err(MobileError::ForeignNumber),
            (false, [b'0', b'9', b'1', rest @ ..]) if rest.len() == DIGITS => rest,
            (false, [b'9', b'1', rest @ ..]) if rest.len() >= DIGITS => without_trunk_zero(rest),
            (false, digits) => digits.strip_prefix(b"0").unwrap_or(digits),
        };
        rest.try_into().map_err(|_| MobileError::WrongLength)
    }

    /// Whether the number is written as a landline is: 0 and an area code of two to four digits, set apart.
    pub(super) fn has_an_area_code(&self) -> bool {
        !self.plus && self.digits[0] == b'0' && self.count == 1 + DIGITS && matches!(self.first_group, Some(3..=5))
    }
}

/// Many keep the 0 of calls within the country after its code: +91 (0) 98000 00004.
fn without_trunk_zero(digits: &[u8]) -> &[u8] {
    digits.strip_prefix(b"0").filter(|rest| rest.len() == DIGITS).unwrap_or(digits)
}

/// The number in a text: in a link (RFC 3966), or in a cell that Excel was asked to read as text.
fn number_in(text: &str) -> Result<&str, MobileError> {
    match text.trim_start().split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => number_of_link(rest),
        _ => Ok(text.strip_prefix('\'').unwrap_or(text)),
    }
}

/// The number of a link without its parameters. `phone-context` gives the country of a number without a plus sign, unless it
/// names a host.
fn number_of_link(link: &str) -> Result<&str, MobileError> {
    let Some((number, parameters)) = link.split_once(';') else { return Ok(link) };
    if parameters.contains(char::is_control) {
        return Err(MobileError::ControlCharacter);
    }
    let context = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let mut context = context.filter(|(name, _)| name.eq_ignore_ascii_case("phone-context")).map(|(_, of)| of);
    let is_abroad = |of: &str| {
        let mut digits = of.chars().filter(|c| !is_separator(*c));
        digits.next() == Some('+') && !digits.take(2).eq("91".chars())
    };
    let is_global = number.trim_start().starts_with('+');
    if !is_global && context.any(is_abroad) { Err(MobileError::ForeignNumber) } else { Ok(number) }
}

/// Spaces, no-break ones too, tabs, dots, brackets, and the hyphens, dashes and the minus sign that keyboards put.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '-' | '.' | '(' | ')' | '[' | ']' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}'
    ) || matches!(
        c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{3000}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{FF0E}'
    ) || matches!(c, '\u{FF08}' | '\u{FF09}')
}

/// Marks of direction and of no width, as a phone's list of contacts puts them around a number. The mark that turns digits
/// around is not among them.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202D}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FE0E}' | '\u{FE0F}' | '\u{FEFF}')
}
