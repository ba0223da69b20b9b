use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;
use crate::font::tests::cjk;
use crate::model::{Image, ImageFormat, Placed, Rect};
use crate::svg::StampPicture;
use crate::svg::tests::{any_document, sample, seal, text};

/// What a program of poppler-utils says about a PDF. `bin/check` installs it.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; install poppler-utils and poppler-data"));
    let mut input = child.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complaints.is_empty(), "{program}: {complaints}");
    output.stdout
}

fn words(pdf: &[u8]) -> Vec<String> {
    let text = String::from_utf8(poppler("pdftotext", &["-layout", "-", "-"], pdf)).unwrap();
    // Between characters with a gap, pdftotext guesses spaces: spaces are left out of the comparison.
    let lines = text.lines().map(|line| line.split_whitespace().collect::<String>());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Red, green and blue of a page at 72 dots an inch, and its width.
fn dots(pdf: &[u8]) -> (Vec<[u8; 3]>, usize) {
    let file = poppler("pdftoppm", &["-r", "72", "-f", "1", "-l", "1", "-"], pdf);
    let mut fields = file.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut field = || std::str::from_utf8(fields.next().unwrap()).unwrap().parse::<usize>();
    let (_, width) = (field(), field().unwrap());
    let at = file.len() - file.len() / (width * 3) * width * 3;
    (file[at..].chunks(3).map(|dot| [dot[0], dot[1], dot[2]]).collect(), width)
}

fn without_mark() -> Document {
    let mut document = sample();
    document.pages[0].annotations.clear();
    document
}

#[test]
fn the_words_of_a_page_can_be_taken_out() {
    let expected = ["准予行政许可决定书", "测试〔2026〕1号<A&B>\"引号\"", "姓名：测𬭚㛃"];
    let embedded = write(&without_mark(), &[], Some(&cjk("SerifCJK-Regular"))).unwrap();
    assert_eq!(words(&embedded), expected);
    let named = write(&without_mark(), &[], None).unwrap();
    assert_eq!(words(&named), expected);
    assert!(embedded.len() < 40_000 && named.len() < 20_000, "{} {}", embedded.len(), named.len());
}

/// How many separate pieces of ink stand side by side.
fn pieces(words: &str, size: f64, face: Option<&Face>) -> usize {
    let mut document = without_mark();
    document.pages[0].objects = vec![text(1, 20.0, 40.0, size, words)];
    let (dots, width) = dots(&write(&document, &[], face).unwrap());
    let inked = |column: usize| dots.iter().skip(column).step_by(width).any(|dot| dot[0] < 160);
    let columns: Vec<bool> = (0..width).map(inked).collect();
    columns.windows(2).filter(|pair| !pair[0] && pair[1]).count()
}

#[test]
fn letters_laid_into_half_widths_do_not_run_into_each_other() {
    for face in [Some(cjk("SerifCJK-Regular")), None] {
        assert_eq!(pieces("MWMW", 40.0, face.as_ref()), 4, "with a face: {}", face.is_some());
        assert_eq!(pieces("A一Q", 40.0, face.as_ref()), 3);
    }
}

#[test]
fn fonts_are_embedded_as_subsets_or_named() {
    let fonts = |face: Option<&Face>| {
        let list = poppler("pdffonts", &["-"], &write(&without_mark(), &[], face).unwrap());
        String::from_utf8(list).unwrap().lines().skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let face = cjk("SerifCJK-Regular");
    let both = fonts(Some(&face));
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both.iter().all(|line| line.contains("+Yiwang") && line.contains("yes yes yes")), "{both:?}");
    let named = fonts(None);
    assert!(
        named.iter().any(|line| line.starts_with("STSong-Light") && line.contains("no  no")),
        "{named:?}"
    );
    assert!(
        named.iter().any(|line| line.contains("+Yiwang")),
        "the document's own file is embedded: {named:?}"
    );
}

#[test]
fn a_page_looks_as_the_model_says() {
    let document = without_mark();
    let image = seal();
    let place = Rect::new(130.0, 200.0, 42.0, 42.0);
    let stamp = Stamp { boundary: place, clip: None, picture: StampPicture::Image(&image) };
    let half = Stamp {
        clip: Some(Rect::new(0.0, 0.0, 21.0, 42.0)),
        boundary: Rect::new(20.0, 200.0, 42.0, 42.0),
        ..stamp
    };
    let (dots, width) = dots(&write(&document, &[vec![stamp, half]], None).unwrap());
    assert_eq!((width, dots.len() / width), (596, 842), "A4 at 72 dots an inch");
    let at = |x: f64, y: f64| dots[(y * POINTS) as usize * width + (x * POINTS) as usize];
    let red = |dot: [u8; 3]| dot[0] > 180 && dot[1] < 120 && dot[2] < 120;
    assert!(red(at(100.0, 50.0)), "the line beneath the title: {:?}", at(100.0, 50.0));
    assert!(red(at(151.0, 221.0)), "the star of the seal");
    assert!(red(at(151.0, 200.6)), "the ring of the seal");
    assert_eq!(at(132.0, 202.0), [255; 3], "paper shows around the seal");
    assert!(red(at(20.7, 221.0)) && !red(at(61.3, 221.0)), "of the other seal only the left half is there");
    let title = (60..132).flat_map(|x| (30..38).map(move |y| (x, y)));
    assert!(
        title.filter(|(x, y)| at(f64::from(*x), f64::from(*y))[0] < 128).count() > 40,
        "the title is black on white"
    );
}

#[test]
fn the_file_says_what_it_is_and_nothing_of_today() {
    let pdf = write(&sample(), &[], None).unwrap();
    assert_eq!(pdf, write(&sample(), &[], None).unwrap());
    let info = String::from_utf8(poppler("pdfinfo", &["-rawdates", "-"], &pdf)).unwrap();
    for line in ["准予行政许可决定书", "测试机关", "D:20260924", "Pages:           1"] {
        assert!(info.contains(line), "{line}: {info}");
    }
    assert!(!info.contains("ModDate"));
}

#[test]
fn rare_characters_no_font_has_are_boxes_and_are_named() {
    let mut document = without_mark();
    document.pages[0].objects = vec![text(0, 25.0, 25.0, 20.0, "甲\u{2B359}\u{E000}")];
    let face = cjk("SerifCJK-Regular");
    assert_eq!(lacking(&document, Some(&face)), ['\u{E000}', '\u{2B359}']);
    assert_eq!(lacking(&document, None), ['甲', '\u{E000}', '\u{2B359}']);
    let pdf = write(&document, &[], Some(&face)).unwrap();
    assert_eq!(words(&pdf), ["甲\u{2B359}\u{E000}"], "who copies the text gets the characters");
    let (dots, width) = dots(&pdf);
    let dark = |x: f64, y: f64| dots[(y * POINTS) as usize * width + (x * POINTS) as usize][0] < 160;
    assert!(
        dark(46.8, 35.0) && dark(63.2, 35.0) && !dark(55.0, 35.0),
        "an empty box of one em at the second place"
    );
    assert!(dark(66.8, 35.0) && dark(83.2, 35.0) && !dark(75.0, 35.0), "and at the third");
}

#[test]
fn pictures_of_every_kind_are_drawn_or_framed() {
    let mut document = without_mark();
    // Two by two dots, 24 bits, rows upwards: below red and green, above blue and white.
    let mut bmp =
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0\0\0\0\0\x10\0\0\0"
            .to_vec();
    bmp.extend([0; 16]);
    bmp.extend([0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0]);
    document.images = vec![
        Image { format: ImageFormat::Bmp, bytes: bmp },
        Image { format: ImageFormat::Other, bytes: vec![1, 2, 3] },
    ];
    let placed = |image, x| {
        Object::Image(Placed { boundary: Rect::new(x, 20.0, 40.0, 40.0), ctm: None, alpha: 255, image })
    };
    document.pages[0].objects = vec![placed(0, 20.0), placed(1, 80.0), placed(7, 140.0)];
    let (dots, width) = dots(&write(&document, &[], None).unwrap());
    let at = |x: f64, y: f64| dots[(y * POINTS) as usize * width + (x * POINTS) as usize];
    assert_eq!([at(25.0, 25.0), at(25.0, 55.0), at(55.0, 55.0)], [[0, 0, 255], [255, 0, 0], [0, 255, 0]]);
    assert_eq!(at(100.0, 40.0), [255; 3]);
    let framed = |x: f64| [-0.2, 0.1, 0.4].iter().any(|step| at(x + step, 40.0)[0] < 220);
    assert!(framed(80.0) && framed(140.0), "a frame in place of what cannot be shown");
}

#[test]
fn a_document_without_pages_is_refused() {
    assert_eq!(write(&Document::default(), &[], None).unwrap_err().reason, "pdf.pages");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Hostile values give a file all the same; its numbers are numbers.
    #[test]
    fn any_page_can_be_written(document in any_document()) {
        let pdf = write(&document, &[], None).unwrap();
        prop_assert!(pdf.starts_with(b"%PDF-1.7"));
        prop_assert!(!pdf.windows(3).any(|three| three == b"NaN" || three == b"inf"));
    }

    #[test]
    fn damaged_pictures_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..3u8) {
        let (format, begin): (_, &[u8]) = match kind {
            0 => (ImageFormat::Png, b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"),
            1 => (ImageFormat::Jpeg, b"\xFF\xD8\xFF"),
            _ => (ImageFormat::Bmp, b"BM"),
        };
        let image = Image { format, bytes: [begin, &bytes].concat() };
        let _ = Images::new(1_000_000).name(&image);
    }
}
