/// The fields of a CSV row (RFC 4180) that is one line, without the spaces around them.
pub fn fields(row: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field).trim().to_owned()),
            _ => field.push(c),
        }
    }
    fields.push(field.trim().to_owned());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_quotes_and_spaces_around_a_field_mean_nothing() {
        assert_eq!(fields("a,,\"b, \"\"c\"\"\""), ["a", "", "b, \"c\""]);
        assert_eq!(fields(" a , \"b, c\" ,\" d \" "), ["a", "b, c", "d"]);
    }
}
