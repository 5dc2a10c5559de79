use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::document::{Document, only};
use super::nquads::{Graph, Node, Object};
use crate::trust::Algorithm;
use crate::{RecordError, json::Json};

/// The proof of a document: what is signed, by whom it says, and the signature.
pub(super) struct Proof<'a> {
    pub(super) method: &'a str,
    pub(super) algorithm: Algorithm,
    pub(super) signed: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl<'a> Proof<'a> {
    /// Reads the proof of a document, a detached JWS (RFC 7797) over the hashes of two canonical graphs.
    pub(super) fn of(document: &Document<'a>) -> Result<Self, RecordError> {
        let proof = document.proof;
        only(proof, &["type", "created", "verificationMethod", "proofPurpose", "jws"])?;
        let member = |name| proof.text(name).ok_or(RecordError::Shape("proof"));
        let (kind, method) = (member("type")?, member("verificationMethod")?);
        if member("proofPurpose")? != "assertionMethod" {
            return Err(RecordError::Shape("proof.proofPurpose"));
        }
        let (header, signature) = member("jws")?.split_once("..").ok_or(RecordError::Shape("proof.jws"))?;
        let algorithm = algorithm(header)?;
        let expected = if algorithm == Algorithm::Ps256 { "RsaSignature2018" } else { "Ed25519Signature2018" };
        if kind != expected {
            return Err(RecordError::Shape("proof.type"));
        }
        let mut signed = header.as_bytes().to_vec();
        signed.push(b'.');
        signed.extend_from_slice(graph(algorithm, member("created")?, method)?.hash()?.as_ref());
        signed.extend_from_slice(document.graph.hash()?.as_ref());
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| RecordError::Shape("proof.jws"))?;
        Ok(Self { method, algorithm, signed, signature })
    }
}

/// The quads of the proof but for its signature.
pub(super) fn graph<'a>(algorithm: Algorithm, created: &'a str, method: &'a str) -> Result<Graph<'a>, RecordError> {
    let mut graph = Graph::default();
    let proof = graph.blank();
    let kind = match algorithm {
        Algorithm::Ps256 => "https://w3id.org/security#RsaSignature2018",
        _ => "https://w3id.org/security#Ed25519Signature2018",
    };
    let purpose = Node::Iri("https://w3id.org/security#assertionMethod");
    let method = Node::iri(method, "proof.verificationMethod")?;
    graph.add(proof, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", Object::Node(Node::Iri(kind)));
    graph.add(proof, "http://purl.org/dc/terms/created", Object::DateTime(created));
    graph.add(proof, "https://w3id.org/security#proofPurpose", Object::Node(purpose));
    graph.add(proof, "https://w3id.org/security#verificationMethod", Object::Node(method));
    Ok(graph)
}

/// The header of an unencoded payload names its algorithm and `b64` as critical, and nothing else.
fn algorithm(header: &str) -> Result<Algorithm, RecordError> {
    const INVALID: RecordError = RecordError::Shape("proof.jws header");
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| INVALID)?;
    let json = Json::parse(&header)?;
    only(&json, &["alg", "b64", "crit"])?;
    let is_unencoded = json.get("b64") == Some(&Json::Bool(false));
    let is_critical = matches!(json.get("crit").map(Json::items), Some([Json::Text(name)]) if name == "b64");
    match json.text("alg") {
        Some("PS256") if is_unencoded && is_critical => Ok(Algorithm::Ps256),
        Some("EdDSA") if is_unencoded && is_critical => Ok(Algorithm::EdDsa),
        _ => Err(INVALID),
    }
}
