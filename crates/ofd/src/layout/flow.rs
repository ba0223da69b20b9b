//! Pieces run through the flow frames, page after page.

use super::Layout;
use super::build::{Builder, Draw, Piece};
use super::draw::{self, Canvas, Yield};
use super::frame::{Frame, On};
use super::galley::Um;
use crate::{Fault, Result};

/// More pages are a mistake in the values, not a document.
const MOST_PAGES: usize = 500;

/// Places all pieces of the builder; the pages begun.
pub fn place(builder: &Builder<'_>, layout: &mut Layout, spare: Option<usize>) -> Result<Vec<Canvas>> {
    let frames: Vec<&Frame> = builder.template.frames.iter().filter(|frame| frame.flow).collect();
    let mut flow = Flow {
        builder,
        layout,
        frames,
        frame: 0,
        y: 0,
        fresh: true,
        canvases: vec![Canvas::default()],
        spare,
    };
    if flow.frames.is_empty() {
        return Ok(flow.canvases);
    }
    if !flow.allowed() {
        flow.advance()?;
    }
    let pieces = &builder.pieces;
    let mut at = 0;
    while at < pieces.len() {
        let end = at + pieces[at..].iter().position(|piece| !piece.keep).map_or(pieces.len() - at, |n| n + 1);
        flow.group(at, end)?;
        at = end;
    }
    Ok(flow.canvases)
}

struct Flow<'a> {
    builder: &'a Builder<'a>,
    layout: &'a mut Layout,
    frames: Vec<&'a Frame>,
    frame: usize,
    /// Used height of the frame.
    y: Um,
    /// Nothing stands in the frame.
    fresh: bool,
    canvases: Vec<Canvas>,
    spare: Option<usize>,
}

impl Flow<'_> {
    /// Pieces that stay together; when they are taller than a frame they are parted after all.
    fn group(&mut self, from: usize, to: usize) -> Result<()> {
        let pieces = &self.builder.pieces[from..to];
        if !self.fits(pieces) {
            // A new frame only helps when the group has room there.
            let (tallest, whole) = (self.next_height(), self.height(pieces, true));
            if whole <= tallest && !self.fresh {
                self.turn(&pieces[0])?;
            }
        }
        for piece in pieces {
            if !self.fits(std::slice::from_ref(piece)) {
                if self.fresh {
                    return Err(Fault::new("layout.overflow", "a row or picture is taller than its frame"));
                }
                self.turn(piece)?;
                if !self.fits(std::slice::from_ref(piece)) {
                    return Err(Fault::new("layout.overflow", "a row or picture is taller than its frame"));
                }
            }
            self.put(piece)?;
        }
        Ok(())
    }

    fn fits(&self, pieces: &[Piece]) -> bool {
        self.y + self.height(pieces, self.fresh) <= self.frames[self.frame].area.h
    }

    fn height(&self, pieces: &[Piece], first: bool) -> Um {
        let own: Um = pieces.iter().map(|piece| piece.before + piece.height).sum();
        let dropped = if first { pieces[0].before } else { 0 };
        own - dropped + if first { self.head_height(&pieces[0]) } else { 0 }
    }

    fn head_height(&self, piece: &Piece) -> Um {
        piece.head.map_or(0, |head| self.builder.rows[head].height)
    }

    fn put(&mut self, piece: &Piece) -> Result<()> {
        if self.fresh
            && let Some(head) = piece.head
        {
            self.draw(&Piece::row(head, &self.builder.rows))?;
        }
        self.y += if self.y == 0 { 0 } else { piece.before };
        self.draw(piece)
    }

    fn draw(&mut self, piece: &Piece) -> Result<()> {
        let area = self.frames[self.frame].area;
        let page = self.canvases.len() - 1;
        let mut more = Yield::new(self.layout, page, self.spare);
        draw::piece(self.builder, piece, (area.x, area.y + self.y), &mut self.canvases[page], &mut more)?;
        self.y += piece.height;
        self.fresh = false;
        Ok(())
    }

    /// Goes on in the next frame; a row cut in two there is closed here and opened there.
    fn turn(&mut self, next: &Piece) -> Result<()> {
        let cut = match next.draw {
            Draw::Row(row) => Some(&self.builder.rows[row]).filter(|row| !row.above),
            _ => None,
        };
        let pen = cut.and_then(|row| row.pen.map(|pen| (pen, row.cells.last().map_or(0, |c| c.x + c.width))));
        self.close(pen);
        self.advance()?;
        if next.head.is_none() {
            self.close(pen);
        }
        Ok(())
    }

    fn close(&mut self, pen: Option<(super::table::Pen, Um)>) {
        let Some((pen, width)) = pen else { return };
        let area = self.frames[self.frame].area;
        let canvas = self.canvases.last_mut();
        canvas.into_iter().for_each(|canvas| draw::across(area.x, area.y + self.y, width, pen, canvas));
    }

    fn allowed(&self) -> bool {
        let on = self.frames[self.frame].on;
        on == On::Every || (on == On::First) == (self.canvases.len() == 1)
    }

    fn advance(&mut self) -> Result<()> {
        for _ in 0..=2 * self.frames.len() {
            self.frame += 1;
            if self.frame == self.frames.len() {
                self.frame = 0;
                self.canvases.push(Canvas::default());
            }
            if self.canvases.len() > MOST_PAGES {
                return Err(Fault::new("layout.pages", format!("more than {MOST_PAGES} pages")));
            }
            if self.allowed() {
                (self.y, self.fresh) = (0, true);
                return Ok(());
            }
        }
        Err(Fault::new("layout.frame", "the text goes on, and no frame takes it on further pages"))
    }

    /// Height of the frame that would come next, on this page or another.
    fn next_height(&self) -> Um {
        let page_ends = self.frame + 1 == self.frames.len();
        let later = self.frames.iter().filter(|frame| frame.on != On::First).map(|frame| frame.area.h).max();
        if page_ends { later.unwrap_or(0) } else { self.frames[self.frame + 1].area.h }
    }
}
