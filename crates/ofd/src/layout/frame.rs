//! Where blocks go on a page.

use super::galley::Um;
use super::keys::Keys;
use super::template::um;
use crate::Result;
use crate::model::Rect;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Every,
    First,
    Rest,
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upright {
    Top,
    Middle,
    Bottom,
}

#[derive(Debug, Clone)]
pub struct Frame {
    pub key: String,
    pub area: Area,
    pub on: On,
    /// Its text runs on in the next flow frame.
    pub flow: bool,
    pub upright: Upright,
    /// Least size of the text in hundredths, for fixed frames.
    pub least: i32,
}

/// Micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: Um,
    pub y: Um,
    pub w: Um,
    pub h: Um,
}

impl On {
    pub fn is(self, page: usize, pages: usize) -> bool {
        match self {
            On::Every => true,
            On::First => page == 0,
            On::Rest => page > 0,
            On::Last => page + 1 == pages,
        }
    }
}

pub(crate) fn on(keys: &mut Keys<'_>, otherwise: On) -> Result<On> {
    let words =
        [("", otherwise), ("every", On::Every), ("first", On::First), ("rest", On::Rest), ("last", On::Last)];
    keys.choice("on", &words)
}

pub(crate) fn read(mut keys: Keys<'_>, page: Rect) -> Result<Frame> {
    let key = keys.needed_text("key")?.to_owned();
    let flow = keys.flag("flow")?;
    let area = area(&mut keys, page)?;
    let on = on(&mut keys, if flow { On::Every } else { On::First })?;
    if flow && on == On::Last {
        return Err(keys.wrong("on", "a flow frame cannot know the last page"));
    }
    let upright = [("top", Upright::Top), ("middle", Upright::Middle), ("bottom", Upright::Bottom)];
    let upright = keys.choice("upright", &upright)?;
    let least = (keys.number_in("least", 0.4, 1.0, 0.7)? * 100.0).round() as i32;
    keys.finish()?;
    Ok(Frame { key, area, on, flow, upright, least })
}

/// The keys `x`, `y`, `w`, `h`, millimetres within the page.
pub(crate) fn area(keys: &mut Keys<'_>, page: Rect) -> Result<Area> {
    let mut side = |key: &'static str, most: f64| {
        let value = keys.number_in(key, 0.0, most, -1.0)?;
        if value < 0.0 { Err(keys.missing(key)) } else { Ok(value) }
    };
    let (x, y) = (side("x", page.w)?, side("y", page.h)?);
    let (w, h) = (side("w", page.w)?, side("h", page.h)?);
    if x + w > page.w + 1e-9 {
        return Err(keys.wrong("w", "reaches beyond the page"));
    }
    if y + h > page.h + 1e-9 {
        return Err(keys.wrong("h", "reaches beyond the page"));
    }
    Ok(Area { x: um(x), y: um(y), w: um(w), h: um(h) })
}
