use ring::digest::{Digest, SHA256, digest};

use crate::RecordError;

/// A node of the graph: a name, or one of the blank nodes of a closed shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node<'a> {
    Iri(&'a str),
    Blank(usize),
}

/// What a quad says about its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object<'a> {
    Node(Node<'a>),
    Plain(&'a str),
    DateTime(&'a str),
    Integer(i64),
}

/// The quads of a document, of which equal ones count once. They borrow its texts.
#[derive(Debug, Default)]
pub(super) struct Graph<'a> {
    quads: Vec<Quad<'a>>,
    blanks: usize,
}

type Quad<'a> = (Node<'a>, &'static str, Object<'a>);

const XML_SCHEMA: &str = "\"^^<http://www.w3.org/2001/XMLSchema#";

impl<'a> Node<'a> {
    /// Takes an id that DIVOC's JSON-LD library takes as an IRI: a scheme and a colon, and then anything, spaces too. A character that
    /// could end the name in the signed text is refused, and so is an id without a scheme, of which that library signs nothing.
    pub(super) fn iri(id: &'a str, what: &'static str) -> Result<Self, RecordError> {
        let (scheme, _) = id.split_once(':').ok_or(RecordError::Shape(what))?;
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let has_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(letters);
        let breaks_out = |c: char| c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '{' | '}' | '|' | '^' | '`');
        if has_scheme && !id.contains(breaks_out) { Ok(Self::Iri(id)) } else { Err(RecordError::Shape(what)) }
    }
}

impl<'a> Graph<'a> {
    /// A new blank node.
    pub(super) fn blank(&mut self) -> Node<'static> {
        self.blanks += 1;
        Node::Blank(self.blanks - 1)
    }

    pub(super) fn add(&mut self, subject: Node<'a>, predicate: &'static str, object: Object<'a>) {
        self.quads.push((subject, predicate, object));
    }

    /// SHA-256 of the canonical N-Quads of RDF Dataset Normalization (URDNA2015), for graphs whose blank nodes differ by their own
    /// quads. That holds for every document of the closed shape; where it does not, the graph is refused, since telling such nodes
    /// apart takes exponential time on hostile input.
    pub(super) fn hash(&self) -> Result<Digest, RecordError> {
        Ok(digest(&SHA256, self.canonical()?.as_bytes()))
    }

    /// The canonical N-Quads themselves.
    pub(super) fn canonical(&self) -> Result<String, RecordError> {
        let names = self.names()?;
        Ok(text_of(&self.quads, |blank| names.get(blank).map_or("", String::as_str)))
    }

    /// What the blank nodes are called, in the order of the hashes of their own quads.
    fn names(&self) -> Result<Vec<String>, RecordError> {
        let mut hashes: Vec<(Vec<u8>, usize)> =
            (0..self.blanks).map(|blank| (self.hash_around(blank), blank)).collect();
        hashes.sort_unstable();
        if hashes.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
            return Err(RecordError::Ambiguous("two parts that say the same"));
        }
        let mut places: Vec<_> = hashes.iter().zip(0_usize..).map(|((_, blank), place)| (*blank, place)).collect();
        places.sort_unstable();
        Ok(places.into_iter().map(|(_, place)| format!("_:c14n{place}")).collect())
    }

    /// The hash of a blank node's own quads, itself written `_:a` and every other blank node `_:z`. A single one needs none.
    fn hash_around(&self, blank: usize) -> Vec<u8> {
        if self.blanks == 1 {
            return Vec::new();
        }
        let is_around = |(subject, _, object): &&Quad<'_>| {
            *subject == Node::Blank(blank) || *object == Object::Node(Node::Blank(blank))
        };
        let around = self.quads.iter().filter(is_around);
        let text = text_of(around, |other| if other == blank { "_:a" } else { "_:z" });
        digest(&SHA256, text.as_bytes()).as_ref().to_vec()
    }
}

/// Somewhat more than the lines of a certificate have.
const BYTES: usize = 6 * 1024;

/// A line for each quad, in the order of their bytes, equal ones once.
fn text_of<'n, 'q>(quads: impl IntoIterator<Item = &'q Quad<'q>>, name: impl Fn(usize) -> &'n str) -> String {
    let (mut text, mut ends) = (String::with_capacity(BYTES), Vec::with_capacity(64));
    for quad in quads {
        write_quad(&mut text, quad, &name);
        ends.push(text.len());
    }
    let starts = [0].into_iter().chain(ends.iter().copied());
    let mut lines: Vec<&str> =
        starts.zip(&ends).map(|(start, end)| text.get(start..*end).unwrap_or_default()).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

fn write_quad<'n>(text: &mut String, (subject, predicate, object): &Quad<'_>, name: &impl Fn(usize) -> &'n str) {
    write_node(text, *subject, name);
    [" <", predicate, "> "].iter().for_each(|part| text.push_str(part));
    match object {
        Object::Node(node) => write_node(text, *node, name),
        Object::Plain(plain) => {
            write_literal(text, plain);
            text.push('"');
        }
        Object::DateTime(time) => {
            write_literal(text, time);
            [XML_SCHEMA, "dateTime>"].iter().for_each(|part| text.push_str(part));
        }
        Object::Integer(number) => {
            write_literal(text, &number.to_string());
            [XML_SCHEMA, "integer>"].iter().for_each(|part| text.push_str(part));
        }
    }
    text.push_str(" .\n");
}

fn write_node<'n>(text: &mut String, node: Node<'_>, name: &impl Fn(usize) -> &'n str) {
    match node {
        Node::Iri(iri) => ["<", iri, ">"].iter().for_each(|part| text.push_str(part)),
        Node::Blank(blank) => text.push_str(name(blank)),
    }
}

/// A literal but for its closing quote, with the four escapes of N-Quads as URDNA2015 has them; RDFC-1.0 of 2024 escapes more, and is
/// another form.
fn write_literal(text: &mut String, literal: &str) {
    text.push('"');
    let is_escaped = |byte: &u8| matches!(byte, b'\\' | b'"' | b'\n' | b'\r');
    if !literal.as_bytes().iter().any(is_escaped) {
        return text.push_str(literal);
    }
    for part in literal.split_inclusive(['\\', '"', '\n', '\r']) {
        let (plain, escape) = match part.as_bytes().last() {
            Some(b'\\') => (part.len() - 1, "\\\\"),
            Some(b'"') => (part.len() - 1, "\\\""),
            Some(b'\n') => (part.len() - 1, "\\n"),
            Some(b'\r') => (part.len() - 1, "\\r"),
            _ => (part.len(), ""),
        };
        text.push_str(part.get(..plain).unwrap_or_default());
        text.push_str(escape);
    }
}
