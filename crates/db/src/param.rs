//! The four storage types and NULL, as they go into and come out of both engines.

use base::Id;

/// One value of a statement: a parameter, or a column of a row. It borrows; nothing is copied on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param<'a> {
    Null,
    Text(&'a str),
    Int(i64),
    Bool(bool),
    Blob(&'a [u8]),
}

/// A value that waits for its statement to be sent.
#[derive(Debug)]
pub(crate) enum Owned {
    Null,
    Text(String),
    Int(i64),
    Bool(bool),
    Blob(Vec<u8>),
}

impl From<Param<'_>> for Owned {
    fn from(param: Param<'_>) -> Owned {
        match param {
            Param::Null => Owned::Null,
            Param::Text(text) => Owned::Text(text.to_owned()),
            Param::Int(number) => Owned::Int(number),
            Param::Bool(truth) => Owned::Bool(truth),
            Param::Blob(bytes) => Owned::Blob(bytes.to_vec()),
        }
    }
}

impl Owned {
    pub(crate) fn param(&self) -> Param<'_> {
        match self {
            Owned::Null => Param::Null,
            Owned::Text(text) => Param::Text(text),
            Owned::Int(number) => Param::Int(*number),
            Owned::Bool(truth) => Param::Bool(*truth),
            Owned::Blob(bytes) => Param::Blob(bytes),
        }
    }
}

/// `params![id, &name, None::<i64>]`: an array of [`Param`], each made by `From`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::Param::from($value)),*]
    };
}

impl Param<'_> {
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Param::Null => "NULL",
            Param::Text(_) => "TEXT",
            Param::Int(_) => "BIGINT",
            Param::Bool(_) => "BOOLEAN",
            Param::Blob(_) => "BLOB",
        }
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $param:expr;)*) => {
        $(impl<'a> From<$source> for Param<'a> {
            fn from($value: $source) -> Self {
                $param
            }
        })*
    };
}

from! {
    &'a str => |v| Param::Text(v);
    &'a &'a str => |v| Param::Text(v);
    &'a String => |v| Param::Text(v);
    &'a std::borrow::Cow<'a, str> => |v| Param::Text(v);
    i64 => |v| Param::Int(v);
    &'a i64 => |v| Param::Int(*v);
    i32 => |v| Param::Int(i64::from(v));
    &'a i32 => |v| Param::Int(i64::from(*v));
    u32 => |v| Param::Int(i64::from(v));
    &'a u32 => |v| Param::Int(i64::from(*v));
    u16 => |v| Param::Int(i64::from(v));
    u8 => |v| Param::Int(i64::from(v));
    Id => |v| Param::Int(v.0);
    &'a Id => |v| Param::Int(v.0);
    bool => |v| Param::Bool(v);
    &'a bool => |v| Param::Bool(*v);
    &'a [u8] => |v| Param::Blob(v);
    &'a Vec<u8> => |v| Param::Blob(v);
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Param::Blob(bytes)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// One by one: a generic `From<&Option<T>>` sends the compiler round in circles.
macro_rules! from_option {
    ($($held:ty),*) => {
        $(impl<'a> From<&'a Option<$held>> for Param<'a> {
            fn from(value: &'a Option<$held>) -> Self {
                value.as_ref().map_or(Param::Null, Into::into)
            }
        })*
    };
}

from_option!(String, &'a str, Vec<u8>, Id, i64, i32, u32, bool);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_stored_becomes_one_of_four_types() {
        let (name, note, bytes) = ("名".to_owned(), None::<String>, vec![1, 2]);
        let kept = Some("x".to_owned());
        let made =
            params![&name, "b", 7_i64, 8_u32, true, Id(9), &bytes, &note, &kept, None::<i64>, Some(Id(1))];
        assert_eq!(
            made,
            [
                Param::Text("名"),
                Param::Text("b"),
                Param::Int(7),
                Param::Int(8),
                Param::Bool(true),
                Param::Int(9),
                Param::Blob(&[1, 2]),
                Param::Null,
                Param::Text("x"),
                Param::Null,
                Param::Int(1),
            ]
        );
    }
}
