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
