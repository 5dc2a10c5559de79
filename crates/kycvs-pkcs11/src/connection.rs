use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use kycvs_token::{Algorithm, PublicKey};
use ring::digest;

use crate::module::OpenSession;
use crate::{Pkcs11Error, Pkcs11Key};

/// P-256 as `CKA_EC_PARAMS`: the OID 1.2.840.10045.3.1.7 in DER.
pub(crate) const P256_OID: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
/// Ed25519 by its name, a PrintableString (PKCS#11 3.0 section 2.3.1), and by its OID 1.3.101.112.
pub(crate) const ED25519_NAME: &[u8] = b"\x13\x0Cedwards25519";
const ED25519_OID: &[u8] = &[0x06, 0x03, 0x2B, 0x65, 0x70];

/// A session that is logged in, with the key found in it.
pub(crate) struct Connection {
    session: OpenSession,
    key: ObjectHandle,
    public: PublicKey,
    /// Whether a signature was held against the public half since the connection was made.
    is_checked: bool,
}

impl Connection {
    /// Logs in and finds the key by its label.
    pub(crate) fn open(key: &Pkcs11Key) -> Result<Self, Pkcs11Error> {
        let session = key.token.log_in(false)?;
        let private = one(&session, ObjectClass::PRIVATE_KEY, &key.label)?;
        let public = public_key(&session, &key.label)?;
        Ok(Self { session, key: private, public, is_checked: false })
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs. The first signature is held against `public`, so that nothing leaves that another key signed, or that is
    /// encoded otherwise.
    pub(crate) fn sign(&mut self, message: &[u8], public: &PublicKey) -> Result<[u8; 64], Pkcs11Error> {
        let signature = match public.algorithm() {
            Algorithm::Es256 => {
                let hash = digest::digest(&digest::SHA256, message);
                self.session.sign(&Mechanism::Ecdsa, self.key, hash.as_ref())?
            }
            Algorithm::EdDsa => {
                let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
                self.session.sign(&mechanism, self.key, message)?
            }
        };
        let signature = signature.try_into().map_err(|_| Pkcs11Error::NotItsSignature)?;
        if !self.is_checked && !public.verifies(message, &signature) {
            return Err(Pkcs11Error::NotItsSignature);
        }
        self.is_checked = true;
        Ok(signature)
    }
}

/// The public half of a key, as its token has it.
pub(crate) fn public_key(session: &Session, label: &str) -> Result<PublicKey, Pkcs11Error> {
    let public = one(session, ObjectClass::PUBLIC_KEY, label)?;
    let (mut curve, mut point) = (Vec::new(), Vec::new());
    for attribute in session.get_attributes(public, &[AttributeType::EcParams, AttributeType::EcPoint])? {
        match attribute {
            Attribute::EcParams(bytes) => curve = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            _ => {}
        }
    }
    let no_key = || Pkcs11Error::NoKey { label: label.to_owned() };
    let algorithm = match &curve[..] {
        P256_OID => Algorithm::Es256,
        ED25519_NAME | ED25519_OID => Algorithm::EdDsa,
        _ => return Err(no_key()),
    };
    // Most modules wrap the point in an OCTET STRING, as the standard says; some do not.
    let point = match &point[..] {
        [0x04, 0x41, point @ ..] if point.len() == 65 => point,
        [0x04, 0x20, point @ ..] if point.len() == 32 => point,
        point => point,
    };
    PublicKey::from_bytes(algorithm, point).map_err(|_| no_key())
}

fn one(session: &Session, class: ObjectClass, label: &str) -> Result<ObjectHandle, Pkcs11Error> {
    let found = session.find_objects(&[Attribute::Class(class), Attribute::Label(label.as_bytes().to_vec())])?;
    match found[..] {
        [one] => Ok(one),
        _ => Err(Pkcs11Error::NoKey { label: label.to_owned() }),
    }
}
