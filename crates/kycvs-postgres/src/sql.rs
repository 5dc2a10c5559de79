use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use kycvs_store::{Key, Version};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A parameter of a statement and its type, which a statement without a name has to tell.
pub(crate) type Param<'a> = (&'a (dyn ToSql + Sync), Type);

/// A [`Key`] as a `uuid`: 16 bytes without a length before them, so that an index over them is a quarter smaller than over
/// `bytea`, and compared as they are, in the order of keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Id(pub(crate) Key);

impl ToSql for Id {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Id {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Key::from(<[u8; 16]>::try_from(raw)?)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

/// A body as a `bytea`, which a driver that logs its parameters does not show.
pub(crate) struct Body<'a>(pub(crate) &'a [u8]);

impl ToSql for Body<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }

    to_sql_checked!();
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A version as a `bigint`. One beyond that was never given out, so it is at no record.
pub(crate) fn bigint(version: Version) -> i64 {
    i64::try_from(version.get()).unwrap_or(i64::MAX)
}

/// A version as it was stored; `None` when no adapter wrote it.
pub(crate) fn version(bigint: i64) -> Option<Version> {
    u64::try_from(bigint).ok().and_then(Version::from_stored)
}
