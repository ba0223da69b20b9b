use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::geometry::bounds;

/// A font that `bin/check` installs (fonts-noto-cjk). Face 2 of its collections is the one for the mainland.
pub(crate) fn cjk(style: &str) -> Face {
    Face::parse(&cjk_bytes(style), 2).unwrap()
}

fn cjk_bytes(style: &str) -> Vec<u8> {
    find(&format!("Noto{style}.ttc"))
}

fn find(name: &str) -> Vec<u8> {
    let mut rooms = vec![PathBuf::from("/usr/share/fonts")];
    while let Some(room) = rooms.pop() {
        for entry in std::fs::read_dir(&room).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                rooms.push(path);
            } else if path.file_name().is_some_and(|file| file == name) {
                return std::fs::read(path).unwrap();
            }
        }
    }
    panic!("no {name} under /usr/share/fonts: install the package that bin/check names (fonts-noto-cjk)");
}

fn characters_of(file: &[u8]) -> BTreeSet<char> {
    let face = ttf_parser::Face::parse(file, 0).unwrap();
    let mut found = BTreeSet::new();
    for table in face.tables().cmap.unwrap().subtables {
        table.codepoints(|code| {
            found.extend(char::from_u32(code).filter(|c| *c != '\u{FFFF}'));
        });
    }
    found
}

#[test]
fn widths_and_heights_are_in_em() {
    let face = cjk("SerifCJK-Regular");
    assert_eq!(face.advance('政'), Some(1.0));
    assert!(face.advance('i').unwrap() < 0.5);
    assert_eq!((face.ascent(), face.descent()), (0.88, 0.12));
    assert_eq!(face.advance('\u{E000}'), None, "a private character has no glyph");
}

#[test]
fn an_outline_stands_on_the_baseline_with_y_downwards() {
    let face = cjk("SerifCJK-Regular");
    let h = bounds(&face.outline('H').unwrap(), None).unwrap();
    assert!(h.y < -0.6 && h.y + h.h < 0.01, "{h:?}");
    let full = bounds(&face.outline('国').unwrap(), None).unwrap();
    assert!(full.w > 0.7 && full.w < 1.0 && full.y > -0.9 && full.y + full.h < 0.13, "{full:?}");
    assert_eq!(face.outline(' '), Some(Vec::new()));
    assert_eq!(face.outline('\u{E000}'), None);
}

#[test]
fn rare_characters_of_names_are_there_or_named() {
    let face = cjk("SerifCJK-Regular");
    assert_eq!(face.missing("𬭚㛃江\u{E000}苏\u{E000}"), ['\u{E000}']);
    assert!(bounds(&missing_mark(), None).unwrap().w > 0.8);
}

#[test]
fn a_subset_holds_exactly_the_characters_asked_for() {
    let face = cjk("SerifCJK-Bold");
    let asked: BTreeSet<char> = "江苏省政务服务一网通办0123456789（）𬭚㛃".chars().collect();
    let file = face.subset(asked.iter().copied().chain(['\u{E000}'])).unwrap();
    assert_eq!(characters_of(&file), asked);
    assert!(file.len() < 60_000, "{} bytes", file.len());
    let small = Face::parse(&file, 0).unwrap();
    for character in asked {
        assert_eq!(small.outline(character), face.outline(character), "{character}");
        assert_eq!(small.advance(character), face.advance(character), "{character}");
    }
    assert_eq!(
        file,
        face.subset("𬭚㛃（）9876543210办通网一务服务政省苏江".chars()).unwrap(),
        "order plays no part"
    );
}

#[test]
fn a_subset_of_truetype_outlines_keeps_the_parts_of_its_glyphs() {
    let face = Face::parse(&find("LiberationSerif-Regular.ttf"), 0).unwrap();
    let file = face.subset("é Ag".chars()).unwrap();
    assert_eq!(characters_of(&file), "é Ag".chars().collect());
    assert_eq!(Face::parse(&file, 0).unwrap().outline('é'), face.outline('é'));
}

#[test]
fn the_tables_that_foreign_readers_ask_for_are_there_and_sum_up() {
    let file = cjk("SerifCJK-Bold").subset("印章".chars()).unwrap();
    let (kind, tables) = sfnt::read(&file).unwrap();
    assert_eq!(&kind, b"OTTO");
    let tags: Vec<_> = tables.iter().map(|(tag, _)| std::str::from_utf8(tag).unwrap()).collect();
    assert_eq!(tags, ["CFF ", "OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "name", "post"]);
    assert_eq!(sfnt::checksum(&file), 0xB1B0_AFBA, "the whole file sums up to the constant of the norm");
}

#[test]
fn what_is_not_a_font_is_refused() {
    for bytes in [
        &b""[..],
        b"not a font at all",
        &[0; 400],
        b"ttcf\0\x01\0\0\xFF\xFF\xFF\xFF",
        b"OTTO\xFF\xFF\0\0\0\0\0\0",
    ] {
        assert_eq!(Face::parse(bytes, 0).err().unwrap().reason, "font.format");
    }
    assert_eq!(Face::parse(&cjk_bytes("SansCJK-Regular"), 99).err().unwrap().reason, "font.format");
}

#[test]
fn a_damaged_font_leaves_no_subset_that_nobody_reads() {
    // Found by fuzzing: the widths begin beyond the end of the file.
    let mut bytes =
        Face::parse(&find("LiberationSerif-Regular.ttf"), 0).unwrap().subset("A".chars()).unwrap();
    let at = bytes.windows(4).position(|tag| tag == b"hmtx").unwrap();
    bytes[at + 8..at + 12].copy_from_slice(&[0x53, 0x2F, 0x32, 0x50]);
    let face = Face::parse(&bytes, 0).unwrap();
    assert_eq!(face.subset("A".chars()).unwrap_err().reason, "font.format");
}

#[test]
fn a_glyph_made_of_itself_is_missing_not_endless() {
    // Three glyphs, each made of sixty of the next, the last of the first: without the count, forever.
    let bytes = find("LiberationSerif-Regular.ttf");
    let small = Face::parse(&bytes, 0).unwrap().subset("ABC".chars()).unwrap();
    let (kind, mut tables) = sfnt::read(&small).unwrap();
    let (mut glyf, mut loca) = (Vec::new(), vec![0u8; 4]);
    for glyph in 0..4u16 {
        let mut data = vec![0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0];
        for part in 0..60 {
            data.extend(if part < 59 { [0, 0x20] } else { [0, 0] });
            data.extend((glyph % 3 + 1).to_be_bytes());
            data.extend([0, 0]);
        }
        glyf.extend(data);
        loca.extend((glyf.len() as u32).to_be_bytes());
    }
    for (tag, table) in &mut tables {
        match tag.as_slice() {
            b"glyf" => *table = glyf.clone(),
            b"loca" => *table = loca.clone(),
            b"head" => table[50..52].copy_from_slice(&[0, 1]),
            _ => {}
        }
    }
    let bomb = Face::parse(&sfnt::write(kind, tables).unwrap(), 0).unwrap();
    assert!(bomb.advance('A').is_some());
    assert_eq!(bomb.outline('A'), None);
    assert!(bomb.subset_glyphs("A".chars()).is_ok_and(|subset| subset.glyphs.is_empty()));
}

/// A PostScript font of one glyph for `A`, whose programs call each other `wide` times each, `deep` deep.
/// `swapped`: glyph 0 does, and the one for `A` draws nothing.
fn calling(deep: usize, wide: usize, swapped: bool) -> Face {
    let index = |items: &[Vec<u8>]| {
        let mut bytes = (items.len() as u16).to_be_bytes().to_vec();
        bytes.push(2);
        let mut end = 1u16;
        bytes.extend(end.to_be_bytes());
        for item in items {
            end += item.len() as u16;
            bytes.extend(end.to_be_bytes());
        }
        [bytes, items.concat()].concat()
    };
    // Number 32 is −107: the first program; the last one draws.
    let program = |next: usize| [[32 + next as u8, 29].repeat(wide), vec![11]].concat();
    let mut programs: Vec<Vec<u8>> = (1..deep).map(program).collect();
    programs.push(vec![149, 6, 149, 7, 11]);
    let glyph = [vec![139, 139, 21], vec![32, 29], vec![14]].concat();
    let (names, globals) = (index(&[b"T".to_vec()]), index(&programs));
    let at = (4 + names.len() + 13 + 2 + globals.len()) as u32;
    let top = index(&[[vec![29], at.to_be_bytes().to_vec(), vec![17]].concat()]);
    let head = vec![1, 0, 4, 1];
    let glyphs = if swapped { [glyph, vec![14]] } else { [vec![14], glyph] };
    let cff = [head, names, top, vec![0, 0], globals, index(&glyphs)].concat();
    let (kind, mut tables) = sfnt::read(&cjk("SerifCJK-Bold").subset("A".chars()).unwrap()).unwrap();
    tables.iter_mut().find(|(tag, _)| tag == b"CFF ").unwrap().1 = cff;
    Face::parse(&sfnt::write(kind, tables).unwrap(), 0).unwrap()
}

#[test]
fn a_program_that_calls_and_calls_is_missing_not_endless() {
    assert_eq!(calling(9, 2, false).outline('A').unwrap().len(), 1 + 2 * 256 + 1);
    // 400⁸ calls: without the count, forever.
    let bomb = calling(9, 400, false);
    assert_eq!(bomb.outline('A'), None);
    assert!(bomb.subset_glyphs("A".chars()).is_ok_and(|subset| subset.glyphs.is_empty()));
    let hidden = calling(9, 400, true);
    assert_eq!(hidden.subset("A".chars()).unwrap_err().place, "subset: glyph 0");
}

#[test]
fn no_glyph_of_a_sound_font_is_taken_for_a_bomb() {
    for style in ["SerifCJK-Bold", "SansCJK-Regular"] {
        let face = cjk(style);
        let missed: Vec<char> = ('\u{4E00}'..'\u{4F00}')
            .chain('!'..'~')
            .chain("龘齉靐𬭚㛃é（），。".chars())
            .filter(|c| face.advance(*c).is_some() && face.outline(*c).is_none())
            .collect();
        assert_eq!(missed, [], "{style}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes changed anywhere give a fault or some outline, never a panic.
    #[test]
    fn a_damaged_font_does_no_harm(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(), postscript in any::<bool>(),
    ) {
        static SMALL: std::sync::OnceLock<[Vec<u8>; 2]> = std::sync::OnceLock::new();
        let fonts = SMALL.get_or_init(|| [
            cjk("SerifCJK-Bold").subset("印章A 𬭚".chars()).unwrap(),
            Face::parse(&find("LiberationSerif-Regular.ttf"), 0).unwrap().subset("éAg".chars()).unwrap(),
        ]);
        let mut bytes = fonts[usize::from(!postscript)].clone();
        for (place, value) in changes {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(face) = Face::parse(&bytes, 0) {
            for character in "印章A 𬭚ég".chars() {
                let _ = (face.advance(character), face.outline(character));
            }
            let _ = face.subset("印章Aég".chars());
        }
    }
}
