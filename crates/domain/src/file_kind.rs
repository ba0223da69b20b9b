//! What a file is, by its content: the name only has to agree, and what was cut off on its way is not taken.

use ofd::Limits;
use ofd::package::Package;

/// A kind of file that may be uploaded.
#[derive(Debug)]
pub struct Kind {
    pub extensions: &'static [&'static str],
    pub media: &'static str,
    begins: &'static [u8],
    is_whole: fn(&[u8]) -> bool,
}

const KINDS: [Kind; 4] = [
    Kind { extensions: &["pdf"], media: "application/pdf", begins: b"%PDF-", is_whole: pdf_is_whole },
    Kind {
        extensions: &["jpg", "jpeg"],
        media: "image/jpeg",
        begins: b"\xFF\xD8\xFF",
        is_whole: jpeg_is_whole,
    },
    Kind { extensions: &["png"], media: "image/png", begins: b"\x89PNG\r\n\x1a\n", is_whole: png_is_whole },
    Kind { extensions: &["ofd"], media: "application/ofd", begins: b"PK\x03\x04", is_whole: ofd_is_whole },
];

/// Word and its relatives, old and new: known so that the refusal can say what to do.
const WORD: [&str; 4] = ["doc", "docx", "wps", "rtf"];

impl Kind {
    /// By the first bytes.
    pub fn of(content: &[u8]) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| content.starts_with(kind.begins))
    }

    pub fn of_media(media: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.media == media)
    }

    /// Nothing of the content is missing: a page, a photograph or a package broken off in the middle is noticed by
    /// the applicant, not a week later by the clerk.
    pub fn is_whole(&self, content: &[u8]) -> bool {
        (self.is_whole)(content)
    }

    pub fn is_one_of(&self, extensions: &[String]) -> bool {
        extensions.iter().any(|extension| self.extensions.contains(&extension.as_str()))
    }
}

/// Every extension of what may be uploaded.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    KINDS.iter().flat_map(|kind| kind.extensions.iter().copied())
}

pub fn is_word(extension: &str) -> bool {
    WORD.contains(&extension)
}

/// ISO 32000-1, 7.5.5: the last line says so.
fn pdf_is_whole(content: &[u8]) -> bool {
    const END: &[u8] = b"%%EOF";
    content.windows(END.len()).rev().any(|window| window == END)
}

/// ITU-T T.81, annex B: segments of a given length up to the end of image. A thumbnail within has an end of its own,
/// so the segments are walked; bytes of no segment (scans, and what some cameras leave) are passed over.
fn jpeg_is_whole(content: &[u8]) -> bool {
    const END: u8 = 0xD9;
    let mut at = 2;
    while let Some(found) = content.get(at..).and_then(|rest| rest.windows(2).position(is_marker)) {
        let marker = at + found;
        if content[marker + 1] == END {
            return true;
        }
        let Some(length) = content.get(marker + 2..marker + 4) else { return false };
        at = marker + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
    }
    false
}

/// Neither a stuffed byte, nor a fill, nor one of the restarts and others that stand alone.
fn is_marker(pair: &[u8]) -> bool {
    pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0x01 | 0xFF | 0xD0..=0xD8)
}

/// PNG, 5.3: chunks of a given length up to the end chunk.
fn png_is_whole(content: &[u8]) -> bool {
    let mut at = 8;
    while let Some([l0, l1, l2, l3, name @ ..]) = content.get(at..at + 8) {
        let end = at + 12 + u32::from_be_bytes([*l0, *l1, *l2, *l3]) as usize;
        if name == b"IEND" {
            return end <= content.len();
        }
        at = end;
    }
    false
}

/// GB/T 33190, 7.3: a package whose entry is `OFD.xml`.
fn ofd_is_whole(content: &[u8]) -> bool {
    Package::open(content, &Limits::default()).is_ok_and(|package| package.get("OFD.xml").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One white dot.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
        \0\0\0\nIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xeeV\0\0\0\0IEND\xaeB`\x82";

    /// A thumbnail with an end of its own within a segment, a stray byte, a scan with a stuffed byte and a restart.
    const JPEG: &[u8] =
        b"\xFF\xD8\xFF\xE1\0\x06\xFF\xD8\xFF\xD9\0\xFF\xDA\0\x02ab\xFF\0c\xFF\xD0d\xFF\xFF\xD9";

    fn ofd() -> Vec<u8> {
        let mut package = Package::default();
        package.put("OFD.xml", b"<ofd:OFD/>".to_vec()).unwrap();
        package.to_bytes()
    }

    #[test]
    fn what_is_whole_is_taken_and_what_is_cut_off_is_not() {
        for content in [b"%PDF-1.7\n1 0 obj\n%%EOF\n", JPEG, PNG, &ofd()] {
            let kind = Kind::of(content).unwrap();
            assert!(kind.is_whole(content), "{}", kind.media);
            let end = content.len() - usize::from(kind.media == "application/pdf");
            for cut in 0..end {
                assert!(!kind.is_whole(&content[..cut]), "{} cut at {cut}", kind.media);
            }
            assert!(Kind::of_media(kind.media).is_some_and(|same| same.extensions == kind.extensions));
        }
    }

    #[test]
    fn a_package_without_an_entry_is_no_document() {
        let mut package = Package::default();
        package.put("word/document.xml", b"<w/>".to_vec()).unwrap();
        let content = package.to_bytes();
        assert!(!Kind::of(&content).unwrap().is_whole(&content));
    }

    proptest! {
        #[test]
        fn noise_behind_any_beginning_is_read_to_its_end(at in 0..KINDS.len(), noise: Vec<u8>) {
            let content = [KINDS[at].begins, &noise].concat();
            KINDS[at].is_whole(&content);
        }
    }
}
