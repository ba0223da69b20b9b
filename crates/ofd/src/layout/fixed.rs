//! Fixed frames: their text shrinks until it fits, and says so when it cannot.

use super::Layout;
use super::block::{Block, What};
use super::build::{Builder, Piece};
use super::draw::{self, Canvas, Yield};
use super::frame::{Frame, Upright};
use super::galley::Um;
use crate::{Fault, Result};

/// Hundredths of the size from one try to the next.
const STEP: i32 = 4;

/// Draws the blocks of one fixed frame on a page.
pub fn place<'a>(
    builder: &mut Builder<'a>,
    frame: &Frame,
    blocks: &[&'a Block],
    at: (usize, usize),
    canvas: &mut Canvas,
    layout: &mut Layout,
    spare: Option<usize>,
) -> Result<()> {
    let (page, pages) = ((at.0 + 1).to_string(), at.1.to_string());
    let own = [("title", builder.template.title.as_str()), ("page", &page), ("pages", &pages)];
    let mark = (builder.galley.mark(), builder.rows.len());
    builder.scale = 100;
    loop {
        builder.galley.rewind(mark.0);
        builder.rows.truncate(mark.1);
        builder.pieces.clear();
        builder.several = false;
        for block in blocks {
            builder.block(block, frame.area.w, &own)?;
        }
        let least = builder.scale <= frame.least;
        if height(&builder.pieces) <= frame.area.h && (least || !builder.several) {
            break;
        }
        if least {
            let longest = longest_field(blocks, builder).unwrap_or_default();
            let place = format!("frame {} cannot hold field {longest}", frame.key);
            return Err(Fault::new("layout.overflow", place));
        }
        builder.scale = (builder.scale - STEP).max(frame.least);
    }
    let free = frame.area.h - height(&builder.pieces);
    let mut y = frame.area.y
        + match frame.upright {
            Upright::Top => 0,
            Upright::Middle => free / 2,
            Upright::Bottom => free,
        };
    let mut more = Yield::new(layout, at.0, spare);
    for (index, piece) in builder.pieces.iter().enumerate() {
        y += if index == 0 { 0 } else { piece.before };
        draw::piece(builder, piece, (frame.area.x, y), canvas, &mut more)?;
        y += piece.height;
    }
    Ok(())
}

fn height(pieces: &[Piece]) -> Um {
    let first = pieces.first().map_or(0, |piece| piece.before);
    pieces.iter().map(|piece| piece.before + piece.height).sum::<Um>() - first
}

/// The field with the longest text, for the refusal.
fn longest_field(blocks: &[&Block], builder: &Builder<'_>) -> Option<String> {
    let mut longest: Option<(usize, String)> = None;
    for block in blocks.iter().filter(|block| !matches!(block.what, What::Picture(..))) {
        block.fields(&mut |name, _| {
            let length = builder.values.text_len(name);
            if longest.as_ref().is_none_or(|(most, _)| length > *most) {
                longest = Some((length, name.to_owned()));
            }
        });
    }
    longest.map(|(_, name)| name)
}
