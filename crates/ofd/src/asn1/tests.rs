use super::*;
use proptest::prelude::*;

fn whole(bytes: &[u8]) -> Result<Element<'_>> {
    only(bytes, &Limits::default())
}

fn reason<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().reason
}

#[test]
fn what_is_not_der_is_refused_by_name() {
    assert_eq!(reason(whole(&[])), "der.missing");
    assert_eq!(reason(whole(&[0x30])), "der.length");
    assert_eq!(reason(whole(&[0x30, 0x80, 0, 0])), "der.length", "indefinite");
    assert_eq!(reason(whole(&[0x30, 0x85, 0, 0, 0, 0, 0])), "der.length", "five bytes of length");
    assert_eq!(reason(whole(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff])), "der.length", "longer than the bytes");
    assert_eq!(reason(whole(&[0x1f, 0x81, 1, 0])), "der.tag");
    assert_eq!(reason(whole(&[0x30, 0, 0])), "der.trailing");
    assert_eq!(reason(whole(&[2, 1, 5]).unwrap().inside()), "der.unexpected");
    assert_eq!(reason(whole(&[2, 0]).unwrap().small()), "der.integer");
    assert_eq!(reason(whole(&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap().small()), "der.integer");
    assert_eq!(reason(whole(&[3, 2, 1, 0xfe]).unwrap().bits()), "der.bits");
    assert_eq!(reason(whole(&[6, 1, 0x80]).unwrap().oid()), "der.oid");
    assert_eq!(reason(whole(&[12, 1, 0xff]).unwrap().text()), "der.text");
    assert_eq!(reason(whole(&[1, 2, 0, 0]).unwrap().boolean()), "der.boolean");
}

#[test]
fn depth_and_size_are_bounded() {
    let limits = Limits { depth: 2, ..Limits::default() };
    let nested = [0x30, 6, 0x30, 4, 0x30, 2, 5, 0];
    let mut inner = only(&nested, &limits).unwrap().inside().unwrap().sequence().unwrap();
    assert_eq!(reason(inner.sequence()), "der.depth");
    let limits = Limits { file_bytes: 7, ..Limits::default() };
    assert_eq!(reason(only(&nested, &limits)), "der.size");
}

#[test]
fn lengths_with_leading_zeros_are_read() {
    let element = whole(&[0x04, 0x82, 0, 1, 9]).unwrap();
    assert_eq!((element.body, element.whole.len()), (&[9][..], 5));
}

#[test]
fn text_of_every_kind_is_read() {
    assert_eq!(whole(&[0x1e, 4, 0x6c, 0x5f, 0x82, 0xcf]).unwrap().text().unwrap(), "江苏");
    assert_eq!(whole(&[0x14, 1, 0xe9]).unwrap().text().unwrap(), "é");
    assert_eq!(whole(&write::element(IA5, "印章".as_bytes())).unwrap().text().unwrap(), "印章");
    assert_eq!(reason(whole(&[0x1e, 1, 0x6c]).unwrap().text()), "der.text");
    assert_eq!(reason(whole(&[0x1e, 2, 0xd8, 0]).unwrap().text()), "der.text");
    assert_eq!(reason(whole(&[4, 1, b'x']).unwrap().text()), "der.text");
}

#[test]
fn instants_are_read_in_every_zone() {
    let read = |tag, text: &str| whole(&write::element(tag, text.as_bytes())).unwrap().time();
    let noon = Time::from_utc((2026, 9, 24, 2, 0, 0)).unwrap();
    for text in
        ["20260924020000Z", "20260924020000.302Z", "20260924100000+0800", "20260924100000", "2026092402Z"]
    {
        assert_eq!(read(GENERALIZED, text), Ok(noon), "{text}");
    }
    for text in ["260924020000Z", "2609240200Z", "260924100000+0800", "260923220000-0400"] {
        assert_eq!(read(UTC_TIME, text), Ok(noon), "{text}");
    }
    assert_eq!(read(UTC_TIME, "500101000000Z").unwrap().to_utc().0, 1950);
    assert_eq!(read(UTC_TIME, "491231235959Z").unwrap().to_utc().0, 2049);
    for text in [
        "",
        "Z",
        "2026",
        "20260230000000Z",
        "20260924020000+8",
        "2026092402000xZ",
        "20260924020000ZZ",
        "２０",
    ] {
        assert_eq!(reason(read(GENERALIZED, text)), "der.time", "{text}");
    }
}

#[test]
fn certificate_times_change_their_kind_in_2050() {
    let time = |year| Time::from_utc((year, 1, 1, 0, 0, 0)).unwrap();
    assert_eq!(write::certificate_time(time(2049)), b"\x17\x0d490101000000Z");
    assert_eq!(write::certificate_time(time(2050)), b"\x18\x0f20500101000000Z");
}

#[test]
fn identifiers_are_written_as_the_norm_prints_them() {
    assert_eq!(write::oid(oid::SM2_WITH_SM3), [6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75]);
    for dotted in
        [oid::SM3, oid::GM_SIGNED_DATA, oid::TIMESTAMP_INFO, "2.999.0.127.128", "0.9.2342", "1.39.1"]
    {
        assert_eq!(whole(&write::oid(dotted)).unwrap().oid().unwrap(), dotted);
    }
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes: Vec<u8>) {
        fn walk(element: Element<'_>) {
            let _ = (element.small(), element.text(), element.time(), element.oid(), element.bits());
            let Ok(mut inside) = element.inside() else { return };
            while let Ok(element) = inside.any() {
                walk(element);
            }
        }
        if let Ok(element) = whole(&bytes) {
            walk(element);
        }
    }

    #[test]
    fn what_is_written_is_read(number: u64, bytes in proptest::collection::vec(any::<u8>(), 0..70_000), flag: bool) {
        let der = write::sequence(&[
            &write::small(number), &write::octets(&bytes), &write::boolean(flag), &write::bits(&bytes),
        ]);
        let mut fields = whole(&der).unwrap().inside().unwrap();
        prop_assert_eq!(fields.small().unwrap(), number);
        prop_assert_eq!(fields.octets().unwrap(), &bytes[..]);
        prop_assert_eq!(fields.any().unwrap().boolean().unwrap(), flag);
        prop_assert_eq!(fields.bits().unwrap(), &bytes[..]);
        fields.end().unwrap();
    }
}
