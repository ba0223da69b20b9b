use super::*;
use crate::model::A4;

#[test]
fn a_seal_across_pages_shows_each_strip_once_and_ends_at_the_edge() {
    let stamps = across_pages(&[A4; 4], 40.0, 40.0, 150.0);
    let mut shown = 0.0;
    for (page, stamp) in stamps.iter().enumerate() {
        let clip = stamp.clip.unwrap();
        assert_eq!((stamp.page, clip.x, clip.w), (page, shown, 10.0));
        // The right end of the strip, on the page.
        assert!((stamp.boundary.x + clip.x + clip.w - 210.0).abs() < 1e-9);
        assert_eq!((stamp.boundary.y, stamp.boundary.h), (130.0, 40.0));
        shown += clip.w;
    }
    assert_eq!(shown, 40.0);
}

#[test]
fn the_list_counts_on_from_what_stands_there() {
    let old = br#"<Signatures><MaxSignId>7</MaxSignId><Signature ID="12" BaseLoc="a"/></Signatures>"#;
    let mut list = List::read(old, &Limits::default()).unwrap();
    list.add("Sign", "/b");
    let text = String::from_utf8(list.write().unwrap()).unwrap();
    assert!(text.contains("<ofd:MaxSignId>13</ofd:MaxSignId>"), "{text}");
    assert!(
        text.contains(r#"ID="12" Type="Seal" BaseLoc="a""#) && text.contains(r#"ID="s013" Type="Sign""#),
        "{text}"
    );
}

fn sealing(stamps: &[Stamp], seal: &[u8]) -> (Package, Result<()>) {
    let signature = ses::SealSignature::parse(&crate::sample::signature(), &Limits::default()).unwrap();
    let signer =
        crate::sm2::LocalSigner::new(crate::sample::signer_key(), signature.signer().clone()).unwrap();
    let mut package = Package::default();
    let entrance =
        "<x:OFD xmlns:x='http://www.ofdspec.org'><x:DocBody><x:DocRoot>D.xml</x:DocRoot></x:DocBody></x:OFD>";
    package.put("OFD.xml", entrance.into()).unwrap();
    package
        .put("D.xml", b"<Document><Pages><Page ID='7' BaseLoc='P.xml'/></Pages></Document>".to_vec())
        .unwrap();
    let time = crate::sample::time("20260924020000Z");
    let done = super::seal(&mut package, &NewSealing { seal, stamps, time }, &signer);
    (package, done)
}

const STAMP: Stamp = Stamp { page: 0, boundary: Rect::new(150.0, 220.0, 42.0, 42.0), clip: None };

#[test]
fn a_foreign_package_with_its_document_at_the_root_can_be_sealed() {
    let (package, done) = sealing(&[STAMP], &crate::sample::seal());
    done.unwrap();
    let entrance = String::from_utf8(package.get("OFD.xml").unwrap().to_vec()).unwrap();
    assert!(entrance.ends_with("<x:Signatures>/Signs/Signatures.xml</x:Signatures></x:DocBody></x:OFD>"));
    let trust = crate::sample::trust();
    let now = crate::sample::time("20260924020000Z");
    let seal_status = &|_: &crate::ses::Seal, _: Time| crate::verdict::SealStatus::Valid;
    let context = crate::verdict::Context { trust: &trust, now, making: false, seal_status, memory: None };
    let found = crate::verify::verify_package(&package, &Limits::default(), &context).unwrap();
    assert!(found.ok(), "{found:?}");
}

#[test]
fn what_cannot_be_sealed_leaves_the_package_as_it_was() {
    let endless = Stamp { boundary: Rect::new(f64::NAN, 0.0, 1.0, 1.0), ..STAMP };
    let flat = Stamp { clip: Some(Rect::new(0.0, 0.0, 0.0, 1.0)), ..STAMP };
    for stamps in [&[][..], &[Stamp { page: 1, ..STAMP }], &[endless], &[flat]] {
        let (package, done) = sealing(stamps, &crate::sample::seal());
        assert_eq!(done.unwrap_err().reason, "sign.stamp");
        assert_eq!(package.paths().count(), 2);
    }
    let (package, done) = sealing(&[STAMP], b"no seal");
    assert!(done.is_err());
    assert_eq!(package.paths().count(), 2);
    assert!(!package.get("OFD.xml").unwrap().windows(10).any(|part| part == b"Signatures"));
}
