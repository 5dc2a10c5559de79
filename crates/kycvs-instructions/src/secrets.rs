//! Comparisons of secrets, with what is wrong at their beginning, at their end or nowhere: each takes as many instructions.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use kycvs::consent::{CodeBinding, CodeKey, CodeProof, ConsentId, Identifier, NoticeHash, RequestId, StoredCode};
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{CollectingSender, ServiceKey, StatusService, WithdrawalCode};
use kycvs_memory::MemoryStore;

use crate::{at_once, ministry};

/// A code on a phone against what is stored of it, of which byte `wrong` differs.
pub(crate) fn codes(times: u64, wrong: Option<usize>) -> Result<()> {
    let key = CodeKey::new(&[1; 32]);
    let (request, notice) = (RequestId::from_random([2; 16]), NoticeHash::of("a notice"));
    let (entity, purpose) = (Identifier::parse("rail")?, Identifier::parse("booking")?);
    let binding =
        CodeBinding { request: &request, entity: &entity, purpose: &purpose, mobile: &[3; 16], notice: &notice };
    let proof = CodeProof::from_typed("482913")?;
    let mut bytes: Vec<u8> = serde_json::from_value(serde_json::to_value(key.store(binding, &proof))?)?;
    spoil(&mut bytes, wrong)?;
    let stored: StoredCode = serde_json::from_value(serde_json::to_value(bytes)?)?;
    for _ in 0..times {
        if key.accepts(binding, black_box(&proof), black_box(&stored)) != wrong.is_none() {
            bail!("the comparison is wrong");
        }
    }
    Ok(())
}

/// A code that withdraws a consent, of which byte `wrong` differs. A right one writes to the store, so there is always one.
pub(crate) fn withdrawals(times: u64, wrong: usize) -> Result<()> {
    let service = service()?;
    let consent = ConsentId::from_bytes([4; 16]);
    // base64 has no standard errors here.
    let code = BASE64URL.decode(service.withdrawal_code(&consent).secret());
    let mut bytes = code.map_err(|error| anyhow!("{error}"))?;
    spoil(&mut bytes, Some(wrong))?;
    let code = WithdrawalCode::parse(&BASE64URL.encode(&bytes))?;
    for _ in 0..times {
        if at_once(service.withdraw_by_code(black_box(&consent), black_box(&code)))?.is_ok() {
            bail!("a wrong code withdraws");
        }
    }
    Ok(())
}

fn spoil(bytes: &mut [u8], wrong: Option<usize>) -> Result<()> {
    if let Some(at) = wrong {
        *bytes.get_mut(at).ok_or_else(|| anyhow!("there is no such byte"))? ^= 1;
    }
    Ok(())
}

fn service() -> Result<StatusService> {
    let store = Arc::new(MemoryStore::new());
    let registry = at_once(SealedRegistry::open(&RegistryKey::from_bytes([5; 32]), store.clone()))??;
    let service = StatusService::builder()
        .fiduciary(ministry()?)
        .registry(registry)
        .store(store)
        .sender(CollectingSender::default())
        .issuer(TokenIssuer::new("https://kycvs.example", SigningKey::generate(Algorithm::Es256)?)?)
        .key(ServiceKey::from_bytes([6; 32]));
    Ok(service.build()?)
}
