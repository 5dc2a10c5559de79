//! Forms with a file, as browsers send them (RFC 7578, multipart/form-data). A parser of its own: a form of ours is in memory, bounded, and has
//! a handful of parts, of which the file's name and type are nobody's business.

use std::ops::Range;

use axum::body::Bytes;

/// The most parts of a form.
const MAX_PARTS: usize = 32;
/// The longest boundary (RFC 2046, 5.1.1).
const MAX_BOUNDARY: usize = 70;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A field and its text.
    Field(String, String),
    /// A field and the file that was chosen for it. Nothing chosen is no part.
    File(String, Bytes),
}

/// The parts of a body, by its content type; `None` for what no browser sends.
pub(super) fn parts(content_type: &str, body: &Bytes) -> Option<Vec<Part>> {
    let boundary =
        parameter(content_type, "boundary").filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))?;
    let delimiter = format!("\r\n--{boundary}");
    let mut at = body.strip_prefix(&delimiter.as_bytes()[2..]).map(|rest| body.len() - rest.len())?;
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let head = find(rest, b"\r\n\r\n").filter(|_| rest.starts_with(b"\r\n") && parts.len() < MAX_PARTS)?;
        let content = at + head + 4..at + head + 4 + find(rest.get(head + 4..)?, delimiter.as_bytes())?;
        at = content.end + delimiter.len();
        parts.extend(part(std::str::from_utf8(rest.get(2..head)?).ok()?, body, content)?);
    }
}

/// A part by its headers; nothing of a file that was not chosen.
fn part(headers: &str, body: &Bytes, content: Range<usize>) -> Option<Option<Part>> {
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let name = parameter(disposition, "name")?.to_owned();
    Some(match parameter(disposition, "filename") {
        Some(_) if content.is_empty() => None,
        Some(_) => Some(Part::File(name, body.slice(content))),
        None => Some(Part::Field(name, String::from_utf8(body.get(content)?.to_vec()).ok()?)),
    })
}

/// A parameter of a header, in quotes or without. Browsers write a quote within one as `%22`.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (key, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        (_, rest) = after.split_once(';')?;
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=----WebKitFormBoundary7MA4";
    const KEY: (&str, &str) = ("Content-Disposition: form-data; name=\"key\"", "a\r\nb");

    /// A body as Chromium writes it.
    fn body(parts: &[(&str, &str)]) -> String {
        let of_part = |(headers, content): &(&str, &str)| {
            format!("------WebKitFormBoundary7MA4\r\n{headers}\r\n\r\n{content}\r\n")
        };
        parts.iter().map(of_part).chain(["------WebKitFormBoundary7MA4--\r\n".to_owned()]).collect()
    }

    fn read(body: &str) -> Option<Vec<Part>> {
        parts(TYPE, &Bytes::from(body.to_owned()))
    }

    #[test]
    fn fields_and_a_file_come_apart_whatever_the_file_is_called() {
        for (name, content) in [("rao.pdf", "%PDF-1.7"), ("; name=%22key%22; x=.pdf", "--\r\n\r\n------WebKit\r\n")] {
            let headers = format!(
                "content-disposition: form-data; name=certificate; filename=\"{name}\"\r\nContent-Type: application/pdf"
            );
            let file = Part::File("certificate".into(), Bytes::from(content));
            let read = read(&body(&[KEY, (&headers, content)]));
            assert_eq!(read.unwrap(), [Part::Field("key".into(), KEY.1.into()), file], "{name}");
        }
    }

    #[test]
    fn a_file_that_was_not_chosen_is_no_part() {
        let nothing = ("Content-Disposition: form-data; name=\"certificate\"; filename=\"\"", "");
        assert_eq!(read(&body(&[nothing])), Some(Vec::new()));
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        let good = body(&[KEY]);
        for end in 0..good.len() - "--\r\n".len() {
            assert_eq!(read(&good[..end]), None, "broken off after {end} bytes");
        }
        assert_eq!(read(&format!("x{good}")), None);
        assert_eq!(read(&body(&[("Content-Disposition: form-data", "a")])), None);
        assert_eq!(read(&body(&[("Content-Type: text/plain", "a")])), None);
        assert_eq!(read(&body(&[KEY; MAX_PARTS])).map(|parts| parts.len()), Some(MAX_PARTS));
        assert_eq!(read(&body(&[KEY; MAX_PARTS + 1])), None);
        for kind in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"x"] {
            assert_eq!(parts(kind, &Bytes::from(good.clone())), None, "{kind}");
        }
    }

    proptest! {
        #[test]
        fn any_file_comes_back_as_it_was(file in prop::collection::vec(any::<u8>(), 1..300)) {
            let head = b"--x1y2\r\nContent-Disposition: form-data; name=\"certificate\"; filename=\"a\"\r\n\r\n";
            prop_assume!(find(&file, b"\r\n--x1y2").is_none());
            let body = Bytes::from([&head[..], &file, b"\r\n--x1y2--\r\n"].concat());
            let read = parts("multipart/form-data; boundary=\"x1y2\"", &body);
            prop_assert_eq!(read, Some(vec![Part::File("certificate".into(), Bytes::from(file))]));
        }

        #[test]
        fn any_bytes_are_parts_or_nothing(kind in ".{0,40}", body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = parts(&kind, &Bytes::from([b"--x\r\n", &body[..]].concat()));
            let _ = parts("multipart/form-data; boundary=x", &Bytes::from([b"--x\r\n", &body[..], b"\r\n--x--"].concat()));
        }
    }
}
