//! Pages that are the same for every visitor of one division, side and mode, and main parts of pages that are the
//! same for whoever is logged in, too: rendered once for each catalogue and day, kept in memory within a bound.
//!
//! What differs from answer to answer is the token of forms, and around a main part the frame. A text is rendered
//! with a mark in the token's place and kept cut at the marks, so each answer gets a token of its own and nobody's
//! token is ever kept. The pieces are kept compressed as well: deflate lets them be put together with what is made
//! for one reader between and around them.

mod show;

use crate::gzip;
use axum::response::Response;
use base::Rng;
use domain::catalog::Catalogue;
use flate2::{Compress, Compression, Crc, FlushCompress};
use norms::Day;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Everything that what is kept depends on, besides catalogue and day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub kind: Kind,
    /// As it was asked for; of a main part, as the page itself would write it.
    pub path: String,
    pub division: String,
    pub side: &'static str,
    pub elder: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A visitor's page, all there is to the answer.
    Page,
    /// A visitor's page whose handler has more to do.
    PageAndMore,
    /// What stands in the frame of a page.
    Main,
}

/// Longer addresses are typed by nobody: a page of theirs is not kept, only what stands in its frame.
pub(crate) const LONGEST_PATH: usize = 300;
/// Bytes kept, compressed pieces included; beyond, all are forgotten and the wanted ones come back.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// What a page and its key cost besides their text.
const OVERHEAD: usize = 512;

pub(crate) struct SharedPages {
    /// Stands where a token belongs; as long as one, random, and never sent to anybody.
    mark: String,
    /// Stands where a main part belongs, likewise.
    place: String,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    catalogue: Option<Arc<Catalogue>>,
    day: Option<Day>,
    pages: HashMap<Key, Arc<SharedPage>>,
    bytes: usize,
}

impl SharedPages {
    pub(crate) fn new(rng: &dyn Rng) -> SharedPages {
        SharedPages { mark: base::token(rng, 32), place: base::token(rng, 32), kept: Mutex::default() }
    }

    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// The page as this catalogue gives it on this day.
    pub(crate) fn find(&self, catalogue: &Arc<Catalogue>, day: Day, key: &Key) -> Option<Arc<SharedPage>> {
        let kept = self.kept.lock().expect("nothing under this lock panics");
        kept.is_of(catalogue, day).then(|| kept.pages.get(key).cloned()).flatten()
    }

    pub(crate) fn keep(&self, catalogue: &Arc<Catalogue>, day: Day, key: Key, text: &str) -> Arc<SharedPage> {
        let page = Arc::new(SharedPage::cut(text, &self.mark));
        // Twice the text: compressed pieces come later and are smaller.
        let bytes = 2 * text.len() + key.path.len() + OVERHEAD;
        let mut kept = self.kept.lock().expect("nothing under this lock panics");
        if !kept.is_of(catalogue, day) || kept.bytes + bytes > MOST_BYTES {
            *kept = Kept { catalogue: Some(catalogue.clone()), day: Some(day), ..Kept::default() };
        }
        if kept.pages.insert(key, page.clone()).is_none() {
            kept.bytes += bytes;
        }
        page
    }
}

impl Kept {
    fn is_of(&self, catalogue: &Arc<Catalogue>, day: Day) -> bool {
        self.day == Some(day) && self.catalogue.as_ref().is_some_and(|own| Arc::ptr_eq(own, catalogue))
    }
}

/// A page cut where the tokens of its forms stand.
pub(crate) struct SharedPage {
    pieces: Vec<String>,
    /// Made for the first who takes them.
    deflated: OnceLock<Vec<Deflated>>,
}

/// A piece as it stands in a gzip file.
struct Deflated {
    /// Deflate blocks, ending on a whole byte.
    blocks: Vec<u8>,
    /// Of the piece: it is put together with that of the token, and the text is not read again.
    crc: Crc,
}

/// A last block with nothing in it.
const GZIP_END: [u8; 5] = [1, 0, 0, 0xff, 0xff];

impl SharedPage {
    fn cut(text: &str, mark: &str) -> SharedPage {
        SharedPage { pieces: text.split(mark).map(str::to_owned).collect(), deflated: OnceLock::new() }
    }

    pub(crate) fn answer(&self, token: &str, gzip: bool) -> Response {
        self.answer_within(["", ""], token, gzip)
    }

    /// The answer with a frame: what stands before and what stands behind.
    pub(crate) fn answer_within(&self, frame: [&str; 2], token: &str, gzip: bool) -> Response {
        let body = if gzip { self.gzip(frame, token) } else { self.plain(frame, token).into_bytes() };
        gzip::answer(body, gzip::HTML, gzip)
    }

    fn plain(&self, [before, after]: [&str; 2], token: &str) -> String {
        let own: usize = self.pieces.iter().map(|piece| piece.len() + token.len()).sum();
        let mut text = String::with_capacity(before.len() + own + after.len());
        text.push_str(before);
        for (at, piece) in self.pieces.iter().enumerate() {
            text.push_str(if at > 0 { token } else { "" });
            text.push_str(piece);
        }
        text.push_str(after);
        text
    }

    /// A gzip file (RFC 1952) of the kept blocks, with the token in stored blocks (RFC 1951 §3.2.4) and the frame
    /// pressed on the spot.
    fn gzip(&self, [before, after]: [&str; 2], token: &str) -> Vec<u8> {
        let deflated = self.deflated.get_or_init(|| self.pieces.iter().map(|piece| deflate(piece)).collect());
        let length = u16::try_from(token.len()).expect("a token is short");
        let mut crc = Crc::new();
        let own: usize = deflated.iter().map(|piece| piece.blocks.len() + 96).sum();
        let mut file = Vec::with_capacity(own + (before.len() + after.len()) / 2);
        file.extend_from_slice(&gzip::HEAD);
        gzip::press_part(before, &mut crc, &mut file);
        for (at, piece) in deflated.iter().enumerate() {
            if at > 0 {
                file.push(0);
                file.extend_from_slice(&length.to_le_bytes());
                file.extend_from_slice(&(!length).to_le_bytes());
                file.extend_from_slice(token.as_bytes());
                crc.update(token.as_bytes());
            }
            file.extend_from_slice(&piece.blocks);
            crc.combine(&piece.crc);
        }
        gzip::press_part(after, &mut crc, &mut file);
        file.extend_from_slice(&GZIP_END);
        gzip::end(&crc, &mut file);
        file
    }
}

/// Blocks that refer to nothing before them and end on a whole byte.
fn deflate(piece: &str) -> Deflated {
    let mut deflater = Compress::new(Compression::best(), false);
    let mut blocks = Vec::new();
    gzip::deflate(&mut deflater, piece.as_bytes(), FlushCompress::Sync, &mut blocks);
    let mut crc = Crc::new();
    crc.update(piece.as_bytes());
    Deflated { blocks, crc }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt;
    use std::io::Read;

    fn key(path: &str) -> Key {
        Key { kind: Kind::Page, path: path.into(), division: "320102".into(), side: "person", elder: false }
    }

    async fn sent(page: &SharedPage, frame: [&str; 2], token: &str, gzip: bool) -> String {
        let answer = page.answer_within(frame, token, gzip);
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        if !gzip {
            return String::from_utf8(bytes.to_vec()).unwrap();
        }
        let mut text = String::new();
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        text
    }

    #[tokio::test]
    async fn each_answer_carries_its_own_token_pressed_or_not() {
        let pages = SharedPages::new(&SeededRng::new(1));
        let (catalogue, day) = (Arc::new(Catalogue::default()), Day::MIN);
        let mark = pages.mark();
        let long = "办理食品经营许可要带什么材料".repeat(9000);
        for text in [
            String::new(),
            "没有表单".to_owned(),
            mark.to_owned(),
            format!("<a>{mark}</a>{long}<b>{mark}{mark}"),
        ] {
            let page = pages.keep(&catalogue, day, key(&text), &text);
            for token in ["0123456789abcdef", "f0", ""] {
                for frame in [["", ""], ["<html>办事", "指南</html>"], [long.as_str(), "x"]] {
                    let wanted = format!("{}{}{}", frame[0], text.replace(mark, token), frame[1]);
                    assert_eq!(sent(&page, frame, token, false).await, wanted);
                    assert_eq!(sent(&page, frame, token, true).await, wanted);
                }
            }
        }
    }

    #[test]
    fn a_new_catalogue_or_day_forgets_everything() {
        let pages = SharedPages::new(&SeededRng::new(1));
        let (old, new) = (Arc::new(Catalogue::default()), Arc::new(Catalogue::default()));
        let (today, tomorrow) = (Day::MIN, Day::MIN.plus(1));
        pages.keep(&old, today, key("/"), "旧");
        assert!(pages.find(&old, today, &key("/")).is_some());
        assert!(pages.find(&new, today, &key("/")).is_none());
        assert!(pages.find(&old, tomorrow, &key("/")).is_none());
        let other = [
            key("/x"),
            Key { division: "320000".into(), ..key("/") },
            Key { side: "legal", ..key("/") },
            Key { elder: true, ..key("/") },
            Key { kind: Kind::Main, ..key("/") },
        ];
        assert!(other.iter().all(|key| pages.find(&old, today, key).is_none()));
        pages.keep(&new, today, key("/"), "新");
        assert!(pages.find(&old, today, &key("/")).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let pages = SharedPages::new(&SeededRng::new(1));
        let (catalogue, day) = (Arc::new(Catalogue::default()), Day::MIN);
        let text = "x".repeat(100_000);
        for number in 0..500 {
            pages.keep(&catalogue, day, key(&number.to_string()), &text);
            assert!(pages.find(&catalogue, day, &key(&number.to_string())).is_some());
        }
        assert!(pages.kept.lock().unwrap().pages.len() <= MOST_BYTES / 200_000);
    }
}
