//! The seal of a person: the name in a red frame.

use super::cells::{Cell, on_line};
use super::pen::Pen;
use super::{Picture, SealPicture, finish};
use crate::Result;
use crate::font::Face;
use crate::model::{Object, Rect, Segment};

const USUAL: f64 = 20.0;
const FRAME: f64 = 1.0;
const GAP: f64 = 0.7;

/// A name seal, `request.width` mm wide. Up to four characters stand two by two in a square, read downwards
/// from the right: 王明之印, 王小明印, 欧阳小明. Longer names stand in rows of up to eight, read from the left, and
/// end in 印. Purpose and number are not shown.
pub fn name_seal(request: &SealPicture, face: Option<&Face>) -> Result<Picture> {
    request.check()?;
    let unit = request.width / USUAL;
    let inset = (FRAME + GAP) * unit;
    let room = request.width - 2.0 * inset;
    let name: Vec<char> = request.name.chars().collect();
    let (cells, height) = match name.as_slice() {
        [one] => (two_by_two([*one, '之', '印', '章'], inset, room), request.width),
        [one, two] => (two_by_two([*one, *two, '之', '印'], inset, room), request.width),
        [one, two, three] => (two_by_two([*one, *two, *three, '印'], inset, room), request.width),
        [one, two, three, four] => (two_by_two([*one, *two, *three, *four], inset, room), request.width),
        long => rows(long, inset, room),
    };
    let pen = Pen { face, area: Rect::new(0.0, 0.0, request.width, height) };
    let mut vector = vec![frame(&pen, FRAME * unit)];
    vector.extend(pen.characters(&cells));
    finish(request, face, vector, height)
}

fn two_by_two(characters: [char; 4], inset: f64, room: f64) -> Vec<Cell> {
    let half = room / 2.0;
    let place = |(position, character): (usize, char)| {
        let (column, row) = (1 - position / 2, position % 2);
        let at = |step: usize| inset + half * (step as f64 + 0.5);
        Cell { character, x: at(column), y: at(row), turn: 0.0, width: half * 0.96, height: half * 0.96 }
    };
    characters.into_iter().enumerate().map(place).collect()
}

/// The cells, and the height of the whole seal.
fn rows(name: &[char], inset: f64, room: f64) -> (Vec<Cell>, f64) {
    let characters: Vec<char> = name.iter().copied().chain(['印']).collect();
    let count = characters.len().div_ceil(8);
    let each = characters.len().div_ceil(count);
    let row = (room / each as f64 * 1.6).min(room / 2.0);
    let cells = characters.chunks(each).enumerate().flat_map(|(position, chunk)| {
        let text: String = chunk.iter().collect();
        let y = inset + row * (position as f64 + 0.5);
        on_line(&text, (inset + room / 2.0, y), room, row * 0.94, 0.9)
    });
    (cells.collect(), row * count as f64 + 2.0 * inset)
}

fn frame(pen: &Pen, width: f64) -> Object {
    let (near, right, bottom) = (width / 2.0, pen.area.w - width / 2.0, pen.area.h - width / 2.0);
    let corners = [(near, near), (right, near), (right, bottom), (near, bottom)];
    let mut segments = vec![Segment::Move(near, near)];
    segments.extend(corners[1..].iter().map(|(x, y)| Segment::Line(*x, *y)));
    segments.push(Segment::Close);
    Object::Path(pen.stroked(segments, width))
}
