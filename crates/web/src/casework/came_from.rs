//! The list of the desk a clerk came from, carried along while she works on its cases.

/// What an address or a form says of that list, read as the words of a list and nothing else: whoever makes up a
/// link can choose among the reader's own lists, and lead her nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CameFrom {
    /// The query of the list's address; empty when nobody came from a list.
    pub query: String,
}

/// What an address of the desk's list may say.
const NAMES: [&str; 6] = ["body", "queue", "item", "due", "order", "page"];
/// Longer than any code of ours.
const LONGEST: usize = 64;

impl CameFrom {
    pub(super) fn read(query: &str) -> CameFrom {
        let mut kept = form_urlencoded::Serializer::new(String::new());
        for name in NAMES {
            let said = form_urlencoded::parse(query.as_bytes()).find(|(own, _)| own == name);
            if let Some((_, value)) = said.filter(|(_, value)| is_word(value)) {
                kept.append_pair(name, &value);
            }
        }
        CameFrom { query: kept.finish() }
    }

    /// The list, or the desk as it opens.
    pub(super) fn list(&self) -> String {
        if self.query.is_empty() { "/desk".to_owned() } else { format!("/desk?{}", self.query) }
    }

    /// An address of a case, from which the way leads back to the list.
    pub(super) fn on(&self, address: &str) -> String {
        if self.query.is_empty() {
            return address.to_owned();
        }
        let (page, place) = address.split_once('#').map_or((address, ""), |(page, place)| (page, place));
        let mark = if page.contains('?') { '&' } else { '?' };
        let from: String = form_urlencoded::byte_serialize(self.query.as_bytes()).collect();
        let hash = if place.is_empty() { "" } else { "#" };
        format!("{page}{mark}from={from}{hash}{place}")
    }
}

fn is_word(value: &str) -> bool {
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    (1..=LONGEST).contains(&value.len()) && plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_list_of_the_desk_whatever_a_link_says() {
        let whole = "body=11320100MB0000001K&queue=clerk&due=soon&order=latest&page=2";
        assert_eq!(CameFrom::read(whole).list(), format!("/desk?{whole}"));
        for hostile in [
            "//evil.example",
            "https://evil.example/?queue",
            "queue=//evil.example",
            "queue=a%0d%0aSet-Cookie:b",
            "number=3201-20260924-000017",
            "queue=\"><script>",
            "page=&due=",
            &format!("item={}", "a".repeat(65)),
        ] {
            assert_eq!(CameFrom::read(hostile).list(), "/desk", "{hostile}");
        }
        assert_eq!(CameFrom::read("queue=done&return=//evil.example&queue=clerk").list(), "/desk?queue=done");
    }

    #[test]
    fn an_address_of_a_case_keeps_what_it_says() {
        let from = CameFrom::read("queue=done&page=2");
        assert_eq!(from.on("/desk/cases/7"), "/desk/cases/7?from=queue%3Ddone%26page%3D2");
        assert_eq!(
            from.on("/desk/cases/7?look=a#viewer"),
            "/desk/cases/7?look=a&from=queue%3Ddone%26page%3D2#viewer"
        );
        assert_eq!(CameFrom::default().on("/desk/cases/7?look=a#viewer"), "/desk/cases/7?look=a#viewer");
    }
}
