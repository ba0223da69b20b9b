use super::fixture::small;
use super::parse_sources;
use crate::catalog::{BaseItem, Differences, LimitText};
use norms::LimitUnit;
use proptest::prelude::*;

fn base() -> BaseItem {
    parse_sources(&small()).expect("the fixture has no mistake").base_items.remove(0)
}

fn limits() -> impl Strategy<Value = LimitText> {
    (0_u32..40, prop::sample::select(LimitUnit::ALL)).prop_map(|(days, unit)| LimitText { days, unit })
}

fn texts() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[一-龥]{1,5}")
}

prop_compose! {
    fn differences()(
        promised in prop::option::of(limits()),
        place in texts(),
        hours in texts(),
        phone in texts(),
        waived_materials in prop::collection::vec(prop::sample::select(vec!["licence", "plan", "absent"]), 0..3),
    ) -> Differences {
        let waived_materials = waived_materials.into_iter().map(str::to_owned).collect();
        Differences { promised, place, hours, phone, waived_materials }
    }
}

fn open() -> impl Strategy<Value = Vec<String>> {
    let fields = vec!["place", "hours", "phone", "promised", "materials"];
    prop::sample::subsequence(fields, 0..=5).prop_map(|open| open.into_iter().map(str::to_owned).collect())
}

proptest! {
    /// 四级四同: whatever passes the check is no slower, asks no more, and leaves the rest alone.
    #[test]
    fn a_claim_that_passes_is_never_worse_than_its_base(own in differences(), open in open()) {
        let mut base = base();
        base.open.fields = open;
        if !own.faults(&base).is_empty() {
            return Ok(());
        }
        let offer = own.apply(&base);
        prop_assert!(offer.promised.limit().compare(base.promised.limit()).is_le());
        prop_assert!(offer.materials.iter().all(|material| base.materials.contains(material)));
        let same = BaseItem { promised: base.promised.clone(), materials: base.materials.clone(), ..offer };
        prop_assert_eq!(same, base);
    }

    #[test]
    fn what_is_not_open_cannot_be_changed(own in differences()) {
        let mut base = base();
        base.open.fields.clear();
        prop_assert_eq!(own.faults(&base).is_empty(), own == Differences::default());
    }

    #[test]
    fn differences_are_stored_word_for_word(own in differences()) {
        let text = serde_json::to_string(&own).unwrap();
        prop_assert_eq!(serde_json::from_str::<Differences>(&text).unwrap(), own);
    }
}

#[test]
fn a_longer_promise_is_longer_in_any_unit() {
    let base = base();
    let promised =
        |days, unit| Differences { promised: Some(LimitText { days, unit }), ..Differences::default() };
    let code = |own: Differences| own.faults(&base).first().map(|fault| fault.code);
    assert_eq!(code(promised(5, LimitUnit::WorkingDay)), None);
    assert_eq!(code(promised(7, LimitUnit::NaturalDay)), None);
    assert_eq!(code(promised(8, LimitUnit::NaturalDay)), Some("catalog.limit_longer"));
    assert_eq!(code(promised(1, LimitUnit::Month)), Some("catalog.limit_longer"));
}
