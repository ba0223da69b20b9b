//! The four storage types on PostgreSQL's wire.

use crate::Param;
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, kind) {
            (Param::Null, _) => Ok(IsNull::Yes),
            // `$1 + 1` makes `$1` an INTEGER in PostgreSQL's eyes.
            (Param::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Param::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(kind, out),
            (Param::Int(number), &Type::INT8) => number.to_sql(kind, out),
            (Param::Bool(truth), &Type::BOOL) => truth.to_sql(kind, out),
            (Param::Blob(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (Param::Text(text), _) if <&str as ToSql>::accepts(kind) => text.to_sql(kind, out),
            _ => Err(format!("a {} parameter where PostgreSQL wants {kind}", self.type_name()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Param<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Param::Int),
            Type::INT4 => i32::from_sql(kind, raw).map(|n| Param::Int(n.into())),
            Type::INT2 => i16::from_sql(kind, raw).map(|n| Param::Int(n.into())),
            Type::BOOL => bool::from_sql(kind, raw).map(Param::Bool),
            Type::BYTEA => Ok(Param::Blob(raw)),
            _ if <&str as FromSql>::accepts(kind) => <&str>::from_sql(kind, raw).map(Param::Text),
            _ => Err(format!("a column of type {kind}: cast it").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Param::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
