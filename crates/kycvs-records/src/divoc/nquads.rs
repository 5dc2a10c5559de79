use std::collections::{BTreeMap, BTreeSet};

use ring::digest::{SHA256, digest};

use crate::RecordError;

/// A node of the graph: a name, or one of the blank nodes of a closed shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Iri(String),
    Blank(usize),
}

/// What a quad says of its subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Node(Node),
    Plain(String),
    Typed(String, &'static str),
}

/// The quads of a document, of which equal ones count once.
#[derive(Debug, Default)]
pub(super) struct Graph {
    quads: BTreeSet<(Node, String, Object)>,
    blanks: usize,
}

impl Node {
    /// Takes an id that DIVOC's JSON-LD library takes as an IRI: a scheme and a colon, and then anything, spaces too. A character that
    /// could end the name in the signed text is refused, and so is an id without a scheme, of which that library signs nothing.
    pub(super) fn iri(id: &str, what: &'static str) -> Result<Self, RecordError> {
        let (scheme, _) = id.split_once(':').ok_or(RecordError::Shape(what))?;
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let has_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(letters);
        let breaks_out = |c: char| c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '{' | '}' | '|' | '^' | '`');
        if has_scheme && !id.contains(breaks_out) {
            Ok(Self::Iri(id.to_owned()))
        } else {
            Err(RecordError::Shape(what))
        }
    }
}

impl Graph {
    /// A new blank node.
    pub(super) fn blank(&mut self) -> Node {
        self.blanks += 1;
        Node::Blank(self.blanks - 1)
    }

    pub(super) fn add(&mut self, subject: &Node, predicate: &str, object: Object) {
        self.quads.insert((subject.clone(), predicate.to_owned(), object));
    }

    /// The canonical N-Quads of RDF Dataset Normalization (URDNA2015), for graphs whose blank nodes differ by their own quads.
    /// That holds for every document of the closed shape; where it does not, the graph is refused, since telling such nodes
    /// apart takes exponential time on hostile input.
    pub(super) fn canonical(&self) -> Result<String, RecordError> {
        let mut labels = BTreeMap::new();
        for blank in 0..self.blanks {
            if labels.insert(self.hash_of(blank), blank).is_some() {
                return Err(RecordError::Ambiguous("two parts that say the same"));
            }
        }
        let mut names = vec![0; self.blanks];
        for (place, blank) in labels.into_values().enumerate() {
            if let Some(name) = names.get_mut(blank) {
                *name = place;
            }
        }
        Ok(self.lines(|blank| format!("_:c14n{}", names.get(blank).copied().unwrap_or_default())))
    }

    /// The hash of a blank node's own quads, itself written `_:a` and every other blank node `_:z`.
    fn hash_of(&self, blank: usize) -> Vec<u8> {
        let around = self.quads.iter().filter(|(subject, _, object)| {
            *subject == Node::Blank(blank) || *object == Object::Node(Node::Blank(blank))
        });
        let name = |other| if other == blank { "_:a".to_owned() } else { "_:z".to_owned() };
        digest(&SHA256, sorted(around, name).as_bytes()).as_ref().to_vec()
    }

    fn lines(&self, name: impl Fn(usize) -> String) -> String {
        sorted(self.quads.iter(), name)
    }
}

fn sorted<'a>(quads: impl Iterator<Item = &'a (Node, String, Object)>, name: impl Fn(usize) -> String) -> String {
    let node = |node: &Node| match node {
        Node::Iri(iri) => format!("<{iri}>"),
        Node::Blank(blank) => name(*blank),
    };
    let mut lines: Vec<String> = quads
        .map(|(subject, predicate, object)| {
            let object = match object {
                Object::Node(object) => node(object),
                Object::Plain(text) => format!("\"{}\"", escaped(text)),
                Object::Typed(text, kind) => {
                    format!("\"{}\"^^<http://www.w3.org/2001/XMLSchema#{kind}>", escaped(text))
                }
            };
            format!("{} <{predicate}> {object} .\n", node(subject))
        })
        .collect();
    lines.sort_unstable();
    lines.concat()
}

/// The four escapes of N-Quads as URDNA2015 has them; RDFC-1.0 of 2024 escapes more, and is another form.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r")
}
