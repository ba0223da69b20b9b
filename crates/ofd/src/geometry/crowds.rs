//! Latin print on the half-width grid of Chinese fonts. Whoever names 宋体 lays each letter and digit into half an
//! em, as that font does; a reader that has another font in its place has wider letters, which then touch and
//! overlap. Together, slightly narrowed, they have room.

use std::ops::Range;

use super::glyphs::Glyph;

/// Glyphs next to each other that would not have room in their cells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Crowd {
    /// Positions among the glyphs.
    pub glyphs: Range<usize>,
    /// What their cells take together, millimetres.
    pub length: f64,
    /// What part of their own width that is: below one.
    pub narrowed: f64,
}

/// The crowds of a run. `em`: millimetres of one em along the line; `width`: of a character in ems.
pub(crate) fn crowds(glyphs: &[Glyph], em: f64, width: &mut dyn FnMut(char) -> f64) -> Vec<Crowd> {
    let cell = em / 2.0;
    let next = |a: &Glyph, b: &Glyph| (b.x - a.x - cell).abs() < em * 0.01 && a.y == b.y;
    // One letter tells its cell by what follows.
    let in_cells = |range: &Range<usize>| {
        range.len() > 1 || glyphs.get(range.end).is_some_and(|after| next(&glyphs[range.start], after))
    };
    let mut found = Vec::new();
    let mut start = 0;
    for part in glyphs.chunk_by(|a, b| is_latin(a) && is_latin(b) && next(a, b)) {
        let range = start..start + part.len();
        start = range.end;
        let own: f64 = part.iter().map(|glyph| width(glyph.character) * em).sum();
        let length = cell * part.len() as f64;
        if is_latin(&part[0]) && own > length && in_cells(&range) {
            found.push(Crowd { glyphs: range, length, narrowed: length / own });
        }
    }
    found
}

/// Letters with a mark of their own are left in their cells.
fn is_latin(glyph: &Glyph) -> bool {
    glyph.text.len() == glyph.character.len_utf8() && matches!(glyph.character, '!'..='~' | '¡'..='\u{24F}')
}

/// About what a character of Latin print takes in the serif fonts that stand in for 宋体, in ems.
pub(crate) fn usual_width(character: char) -> f64 {
    match character {
        'M' | 'W' | '@' | '%' | 'm' => 0.85,
        'J' => 0.48,
        'A'..='Z' if character != 'I' => 0.68,
        'w' => 0.78,
        '0'..='9' | '#' | '$' | '&' | '+' | '<'..='>' => 0.55,
        'i' | 'j' | 'l' | 'I' | 't' | 'f' | 'r' => 0.36,
        'a'..='z' => 0.53,
        '!'..='/' | ':' | ';' | '?' | '['..='`' | '{'..='~' => 0.33,
        _ => 0.55,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::glyphs::glyphs;
    use crate::model::Run;

    fn of(text: &str, steps: &[f64]) -> Vec<(String, Crowd)> {
        let run = Run { delta_x: steps.to_vec(), text: text.into(), ..Run::default() };
        let glyphs = glyphs(&run, &|_| 4.0);
        let words = |range: &Range<usize>| glyphs[range.clone()].iter().map(|glyph| glyph.text).collect();
        crowds(&glyphs, 4.0, &mut usual_width)
            .into_iter()
            .map(|crowd| (words(&crowd.glyphs), crowd))
            .collect()
    }

    #[test]
    fn letters_wider_than_their_cells_are_a_crowd() {
        let found = of("AM0号9号W", &[2.0, 2.0, 2.0, 4.0, 2.0, 4.0]);
        assert_eq!(found.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>(), ["AM0", "9"]);
        assert_eq!(found[0].1.length, 6.0);
        assert!((found[0].1.narrowed - 1.5 / (0.68 + 0.85 + 0.55)).abs() < 1e-9);
    }

    #[test]
    fn what_has_room_or_another_grid_stays_in_its_place() {
        assert_eq!(of("i.l;", &[2.0]), []);
        assert_eq!(of("MMM", &[4.0]), [], "a full em each");
        assert_eq!(of("MMM", &[3.4]), [], "the steps of a font with such letters");
        assert_eq!(of("年月日", &[2.0]), [], "crowded on purpose, and not Latin");
        assert_eq!(
            of("AM M", &[2.0]).len(),
            1,
            "a space is no letter, and the last has all the room it needs"
        );
        assert_eq!(of("M\u{301}", &[2.0, 2.0]), [], "a mark of its own");
    }
}
