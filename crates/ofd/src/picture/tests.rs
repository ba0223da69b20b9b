use std::f64::consts::TAU;
use std::sync::OnceLock;

use super::cells::{Band, Cell, on_arc};
use super::*;
use crate::font::tests::cjk;
use crate::geometry::{bounds, then};
use crate::model::{Color, Path, Rect, Segment};

fn face() -> &'static Face {
    static FACE: OnceLock<Face> = OnceLock::new();
    FACE.get_or_init(|| cjk("SerifCJK-Bold"))
}

const NAMES: [&str; 5] = [
    "测试县政府",
    "江苏省测试市教育局",
    "江苏省测试市经济和信息化委员会",
    "江苏省测试市自然资源和规划局测试开发区分局",
    "江苏省测试市测试经济技术开发区管理委员会行政审批与政务服务管理局",
];

fn request(name: &str) -> SealPicture<'_> {
    SealPicture { name, purpose: "行政审批专用章", code: "32000020260001", width: 42.0 }
}

fn paths(picture: &Picture) -> Vec<&Path> {
    picture
        .vector
        .iter()
        .map(|object| match object {
            Object::Path(path) => path,
            other => panic!("not a path: {other:?}"),
        })
        .collect()
}

/// The corners of a turned rectangle.
fn corners(cell: &Cell) -> [(f64, f64); 4] {
    let (sin, cos) = cell.turn.sin_cos();
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(u, v)| {
        let (u, v) = (u * cell.width, v * cell.height);
        (cell.x + cos * u - sin * v, cell.y + sin * u + cos * v)
    })
}

/// Whether two turned rectangles share a point: none of their four directions separates them.
fn overlap(a: &Cell, b: &Cell) -> bool {
    let (ca, cb) = (corners(a), corners(b));
    let along = |turn: f64, points: &[(f64, f64); 4]| {
        let values = points.map(|(x, y)| x * turn.cos() + y * turn.sin());
        (
            values.iter().copied().fold(f64::INFINITY, f64::min),
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        )
    };
    [a.turn, a.turn + TAU / 4.0, b.turn, b.turn + TAU / 4.0].iter().all(|turn| {
        let (a, b) = (along(*turn, &ca), along(*turn, &cb));
        a.0 <= b.1 && b.0 <= a.1
    })
}

fn usual_band() -> Band {
    Band {
        centre: (21.0, 21.0),
        outer: (18.8, 18.8),
        tallest: 6.4,
        smallest: 3.2,
        reach: 115f64.to_radians(),
    }
}

#[test]
fn characters_of_a_name_never_overlap_and_never_touch_the_ring() {
    let long = "测".repeat(60);
    for name in NAMES.into_iter().chain(["测", "测试", long.as_str()]) {
        let cells = on_arc(name, &usual_band());
        assert_eq!(cells.iter().map(|cell| cell.character).collect::<String>(), name);
        for (position, cell) in cells.iter().enumerate() {
            for (x, y) in corners(cell) {
                let far = (x - 21.0).hypot(y - 21.0);
                assert!(
                    (8.0..19.4).contains(&far),
                    "{name}: {} at {far} mm; the ring begins at 19.8",
                    cell.character
                );
            }
            for other in &cells[position + 1..] {
                assert!(!overlap(cell, other), "{name}: {} and {}", cell.character, other.character);
            }
        }
        if name.chars().count() <= 30 {
            assert!(cells.iter().all(|cell| cell.width > 1.5 && cell.height > 3.1), "{name}: {:?}", cells[0]);
        }
    }
}

#[test]
fn a_name_stands_evenly_around_the_top() {
    for name in NAMES {
        let cells = on_arc(name, &usual_band());
        let turns: Vec<f64> = cells.iter().map(|cell| cell.turn).collect();
        let step = turns[1] - turns[0];
        assert!(turns.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 1e-3), "{name}: {turns:?}");
        assert!((turns[0] + turns[turns.len() - 1]).abs() < 1e-6, "as far to the left as to the right");
        for cell in cells {
            let angle = (cell.x - 21.0).atan2(21.0 - cell.y);
            assert!((angle - cell.turn).abs() < 1e-6, "a character stands upright on its radius");
        }
    }
}

#[test]
fn drawn_outlines_stay_in_their_cells() {
    for name in NAMES {
        let picture = round_seal(&request(name), Some(face())).unwrap();
        for (path, cell) in paths(&picture)[1..].iter().zip(on_arc(name, &usual_band())) {
            let (sin, cos) = (-cell.turn).sin_cos();
            let upright = then(&[1.0, 0.0, 0.0, 1.0, -cell.x, -cell.y], &[cos, sin, -sin, cos, 0.0, 0.0]);
            let ink = bounds(&path.segments, Some(&upright)).unwrap();
            let (across, down) = (cell.width * 0.52, cell.height * 0.52);
            let inside = ink.x > -across && ink.x + ink.w < across && ink.y > -down && ink.y + ink.h < down;
            assert!(inside, "{name}: {} is {ink:?} in {cell:?}", cell.character);
            assert!(ink.w > cell.width * 0.5 || ink.h > cell.height * 0.5, "{} is drawn", cell.character);
        }
    }
}

#[test]
fn the_lines_beneath_the_star_keep_clear_of_the_name_and_the_ring() {
    let picture = round_seal(&request(NAMES[4]), Some(face())).unwrap();
    let paths = paths(&picture);
    let (name, rest) = paths[1..].split_at(NAMES[4].chars().count());
    let boxes =
        |paths: &[&Path]| paths.iter().map(|p| bounds(&p.segments, None).unwrap()).collect::<Vec<_>>();
    let (star, purpose, code) = (&boxes(&rest[..1])[0], boxes(&rest[1..8]), boxes(&rest[8..]));
    assert_eq!((purpose.len(), code.len()), (7, 14));
    let lowest = boxes(name).iter().map(|b| b.y + b.h).fold(0.0, f64::max);
    assert!(purpose.iter().all(|b| b.y > star.y + star.h + 1.0 && b.y > lowest), "{lowest} {purpose:?}");
    for line in [&purpose, &code] {
        for pair in line.windows(2) {
            assert!(pair[0].x + pair[0].w < pair[1].x + 0.2, "left to right: {pair:?}");
        }
    }
    let far = |b: &crate::model::Rect| (b.x.max(42.0 - b.x) - 21.0).hypot(b.y + b.h - 21.0);
    assert!(purpose.iter().all(|b| far(b) < 17.4), "the number's digits begin at 17.2 mm");
    assert!(code.iter().all(|b| b.y > 33.0 && far(b) < 19.8));
}

#[test]
fn the_star_has_five_points_and_one_upright() {
    let picture = round_seal(&request("测试"), Some(face())).unwrap();
    let star = paths(&picture)[3];
    let points: Vec<(f64, f64)> = star
        .segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Move(x, y) | Segment::Line(x, y) => Some((x - 21.0, y - 21.0)),
            _ => None,
        })
        .filter(|(x, y)| (x.hypot(*y) - 7.0).abs() < 1e-9)
        .collect();
    let angles: Vec<f64> =
        points.iter().map(|(x, y)| x.atan2(-y).to_degrees().rem_euclid(360.0).round() % 360.0).collect();
    assert_eq!(angles, [0.0, 72.0, 144.0, 216.0, 288.0]);
}

struct Dots {
    width: usize,
    height: usize,
    /// Red, green, blue, alpha.
    dots: Vec<[u8; 4]>,
}

fn decode(png: &[u8]) -> Dots {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    let dots = bytes[..frame.buffer_size()].chunks(4).map(|dot| dot.try_into().unwrap()).collect();
    Dots { width: frame.width as usize, height: frame.height as usize, dots }
}

#[test]
fn the_png_is_small_red_and_clear_where_nothing_is() {
    for name in NAMES {
        let picture = round_seal(&request(name), Some(face())).unwrap();
        assert!(picture.png.len() < 14_000, "{name}: {} bytes", picture.png.len());
        let dots = decode(&picture.png);
        assert_eq!((dots.width, dots.height), (497, 497), "42 mm at 300 dots an inch");
        let at = |x: f64, y: f64| dots.dots[(y * 300.0 / 25.4) as usize * 497 + (x * 300.0 / 25.4) as usize];
        let Color { r, g, b, .. } = Color::SEAL;
        assert_eq!(at(21.0, 0.6), [r, g, b, 255], "the ring");
        assert_eq!(at(21.0, 21.0), [r, g, b, 255], "the star");
        for (x, y) in [(0.2, 0.2), (21.0, 1.6), (41.8, 41.8), (21.0, 29.3)] {
            assert_eq!(at(x, y)[3], 0, "{name} at {x}, {y}");
        }
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let draw = || round_seal(&request(NAMES[2]), Some(face())).unwrap();
    assert_eq!(draw(), draw());
}

#[test]
fn a_character_the_face_lacks_is_a_box_and_is_named() {
    let picture = round_seal(&request("测\u{E000}试"), Some(face())).unwrap();
    assert_eq!(picture.missing, ['\u{E000}']);
    let boxed = paths(&picture)[2];
    assert_eq!(boxed.segments.iter().filter(|s| matches!(s, Segment::Close)).count(), 2, "{boxed:?}");
    let rare = round_seal(&request("测𬭚㛃"), Some(face())).unwrap();
    assert!(rare.missing.is_empty());
}

#[test]
fn without_a_face_the_characters_are_texts_in_the_same_places() {
    let drawn = round_seal(&request(NAMES[1]), Some(face())).unwrap();
    let named = round_seal(&request(NAMES[1]), None).unwrap();
    assert!(named.png.is_empty());
    assert_eq!(named.fonts[0].name, "宋体");
    assert_eq!(named.vector.len(), drawn.vector.len());
    for (text, path) in named.vector.iter().zip(&drawn.vector) {
        let (Object::Text(text), Object::Path(path)) = (text, path) else { continue };
        let ctm = text.ctm.unwrap();
        // A full em square in the text's own space covers the drawn outline.
        let em = [Segment::Move(0.0, -0.9 * text.size), Segment::Line(text.size, 0.14 * text.size)];
        let ink = bounds(&path.segments, None).unwrap();
        let around = bounds(
            &[em[0], em[1], Segment::Line(0.0, 0.14 * text.size), Segment::Line(text.size, -0.9 * text.size)],
            Some(&ctm),
        )
        .unwrap();
        assert!(around.x - 0.3 < ink.x && around.y - 0.3 < ink.y, "{:?}: {around:?} {ink:?}", text.runs);
        assert!(around.x + around.w + 0.3 > ink.x + ink.w && around.y + around.h + 0.3 > ink.y + ink.h);
    }
}

#[test]
fn an_oval_seal_holds_long_names_and_a_number() {
    for name in NAMES {
        let request =
            SealPicture { name, purpose: "发票专用章", code: "91320000MA1ABCDEF0", width: 40.0 };
        let picture = oval_seal(&request, Some(face())).unwrap();
        assert_eq!((picture.width, picture.height), (40.0, 30.0));
        for path in &paths(&picture)[1..] {
            let ink = bounds(&path.segments, None).unwrap();
            for (x, y) in [
                (ink.x, ink.y),
                (ink.x + ink.w, ink.y),
                (ink.x, ink.y + ink.h),
                (ink.x + ink.w, ink.y + ink.h),
            ] {
                let far = ((x - 20.0) / 19.0).hypot((y - 15.0) / 14.0);
                assert!(far < 1.08, "{name}: {ink:?}");
            }
        }
        let band = Band {
            centre: (20.0, 15.0),
            outer: (18.1, 13.1),
            tallest: 4.6,
            smallest: 2.8,
            reach: 100f64.to_radians(),
        };
        let cells = on_arc(name, &band);
        for (position, cell) in cells.iter().enumerate() {
            assert!(
                cells[position + 1..].iter().all(|other| !overlap(cell, other)),
                "{name}: {}",
                cell.character
            );
            assert!(
                corners(cell).iter().all(|(x, y)| ((x - 20.0) / 19.0).hypot((y - 15.0) / 14.0) < 1.0),
                "{name}"
            );
        }
    }
}

#[test]
fn a_name_seal_reads_downwards_from_the_right() {
    let seal = |name| name_seal(&SealPicture { name, purpose: "", code: "", width: 20.0 }, None).unwrap();
    let read = |picture: &Picture| {
        let mut found: Vec<(i64, i64, String)> = Vec::new();
        for object in &picture.vector {
            if let Object::Text(text) = object {
                let [.., x, y] = text.ctm.unwrap();
                found.push((-(x.round() as i64), y.round() as i64, text.runs[0].text.clone()));
            }
        }
        found.sort();
        found.into_iter().map(|(_, _, text)| text).collect::<String>()
    };
    assert_eq!(read(&seal("测甲")), "测甲之印");
    assert_eq!(read(&seal("测试甲")), "测试甲印");
    assert_eq!(read(&seal("测试某甲")), "测试某甲");
    let long = seal("阿依古丽·买买提测试");
    assert!(long.height < 20.0 && long.height > 8.0, "{}", long.height);
    assert_eq!(long.vector.len(), 1 + 11, "the frame, ten characters, 印");
}

#[test]
fn what_no_seal_can_show_is_refused() {
    for (request, reason) in [
        (SealPicture { width: f64::NAN, ..request("测试") }, "seal.width"),
        (SealPicture { width: 4.0, ..request("测试") }, "seal.width"),
        (request(""), "seal.name"),
        (request("测\n试"), "seal.text"),
        (
            SealPicture {
                purpose: "一二三四五六七八九十一二三四五六七八九十一", ..request("测试")
            },
            "seal.text",
        ),
    ] {
        assert_eq!(round_seal(&request, None).unwrap_err().reason, reason);
    }
    assert_eq!(round_seal(&request(&"测".repeat(61)), None).unwrap_err().reason, "seal.name");
}

/// Dark or light at the middle of each module, told from the path alone by the even-odd rule.
fn modules(path: &Path, count: usize) -> Vec<Vec<bool>> {
    let module = path.boundary.w / count as f64;
    let [a, b, c, d, e, f] = path.ctm.expect("the path's unit is the module");
    assert_eq!((a, b, c, d, e, f), (module, 0.0, 0.0, module, 0.0, 0.0));
    let mut edges = Vec::new();
    let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
    for segment in &path.segments {
        let to = match *segment {
            Segment::Move(x, y) => {
                (at, start) = ((x, y), (x, y));
                continue;
            }
            Segment::Line(x, y) => (x, y),
            _ => start,
        };
        edges.push((at, to));
        at = to;
    }
    let dark = |column: usize, row: usize| {
        let (x, y) = (column as f64 + 0.5, row as f64 + 0.5);
        let crossed = |((x1, y1), (_, y2)): &&((f64, f64), (f64, f64))| *x1 > x && (*y1 > y) != (*y2 > y);
        edges.iter().filter(crossed).count() % 2 == 1
    };
    (0..count).map(|row| (0..count).map(|column| dark(column, row)).collect()).collect()
}

#[test]
fn a_code_has_the_modules_of_the_norm_and_a_quiet_zone() {
    for text in ["https://zw.example.cn/v?c=1.2.156.3005.2", "政务服务一网通办：证照编号 32000020260001", "7"]
    {
        let code = fast_qr::QRBuilder::new(text.as_bytes()).ecl(fast_qr::ECL::M).build().unwrap();
        let path = qr(text, 10.0, 20.0, 30.0).unwrap();
        assert_eq!(path.boundary, Rect::new(10.0, 20.0, 30.0, 30.0));
        let found = modules(&path, code.size + 8);
        let dark = (0..code.size).flat_map(|row| (0..code.size).map(move |column| (row, column)));
        let dark = dark.filter(|(row, column)| code[*row][*column].value()).count();
        for row in 0..code.size {
            for column in 0..code.size {
                assert_eq!(found[row + 4][column + 4], code[row][column].value(), "{text}: {row}, {column}");
            }
        }
        assert_eq!(
            found.iter().flatten().filter(|dark| **dark).count(),
            dark,
            "nothing stands in the quiet zone"
        );
        assert!(path.segments.len() < dark * 4, "fewer segments than four for each dark module");
    }
    assert_eq!(qr(&"x".repeat(5000), 0.0, 0.0, 30.0).unwrap_err().reason, "qr.text");
}
