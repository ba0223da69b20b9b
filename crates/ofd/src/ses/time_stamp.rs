//! Time stamps (RFC 3161, GM/T 0033) over a signature value.

use crate::asn1::{self, GENERALIZED, INTEGER, OCTET_STRING, oid};
use crate::signed_data::SignedData;
use crate::sm2::sm3;
use crate::verdict::Context;
use crate::x509::{Purpose, algorithm};
use crate::{Fault, Limits, Result, Time};

/// `TSTInfo`, as far as a check needs it.
struct Info {
    digest_algorithm: String,
    digest: Vec<u8>,
    time: Time,
}

/// The time a good stamp proves; else why it proves nothing.
pub(super) fn check(token: &[u8], value: &[u8], context: &Context<'_>) -> std::result::Result<Time, String> {
    let (data, info) = read(token).map_err(|fault| fault.to_string())?;
    if info.digest_algorithm != oid::SM3 {
        return Err(format!("DIGEST {}", info.digest_algorithm));
    }
    if info.digest != sm3(value) {
        return Err("OTHER_BYTES".to_owned());
    }
    let signer = data.verify(None).map_err(|fault| fault.to_string())?;
    let trusted = context.trust.check_for(signer, Purpose::TimeStamp, info.time, context.memory);
    trusted.map(|()| info.time).map_err(|reason| reason.name().to_owned())
}

/// The time a stamp states, whether or not it is a good one.
pub(super) fn stated_time(token: &[u8]) -> Result<Time> {
    read(token).map(|(_, info)| info.time)
}

fn read(token: &[u8]) -> Result<(SignedData, Info)> {
    let data = SignedData::parse(token)?;
    let refused = || Fault::new("time_stamp.content", data.content_type());
    let content =
        data.content().filter(|_| data.content_type() == oid::TIMESTAMP_INFO).ok_or_else(refused)?;
    let mut fields = asn1::only(content, &Limits::default())?.sequence()?;
    fields.take(INTEGER)?;
    fields.oid()?;
    let mut imprint = fields.sequence()?;
    let digest_algorithm = algorithm(&mut imprint)?;
    let digest = imprint.take(OCTET_STRING)?.body.to_vec();
    fields.take(INTEGER)?;
    let time = fields.take(GENERALIZED)?.time()?;
    Ok((data, Info { digest_algorithm, digest, time }))
}
