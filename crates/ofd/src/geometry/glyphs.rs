//! Where each character of a text object stands.

use super::sane;
use crate::model::Run;

/// A character with what belongs to it (combining marks, variation selectors), at its baseline point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph<'a> {
    /// The character and what belongs to it.
    pub text: &'a str,
    pub character: char,
    pub x: f64,
    pub y: f64,
}

/// The glyphs of a run. `advance` (millimetres) counts where the run says no step: a run of several
/// characters without `DeltaX` and `DeltaY` leaves the steps to the font.
pub(crate) fn glyphs<'a>(run: &'a Run, advance: &dyn Fn(char) -> f64) -> Vec<Glyph<'a>> {
    let steps = !run.delta_x.is_empty() || !run.delta_y.is_empty();
    let (mut x, mut y) = (sane(run.x), sane(run.y));
    let mut out: Vec<Glyph> = Vec::new();
    let mut begin = 0;
    for (position, (at, character)) in run.text.char_indices().enumerate() {
        let end = at + character.len_utf8();
        match out.last_mut() {
            Some(last) if belongs_to_the_one_before(character) => last.text = &run.text[begin..end],
            _ => {
                begin = at;
                out.push(Glyph { text: &run.text[at..end], character, x, y });
            }
        }
        if steps {
            x = sane(x + step(&run.delta_x, position));
            y = sane(y + step(&run.delta_y, position));
        } else if !belongs_to_the_one_before(character) {
            x = sane(x + advance(character));
        }
    }
    out
}

fn step(deltas: &[f64], position: usize) -> f64 {
    sane(deltas.get(position).or(deltas.last()).copied().unwrap_or(0.0))
}

fn belongs_to_the_one_before(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{200D}' | '\u{3099}' | '\u{309A}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Width without a font: a full-width character one em, the characters of Latin print half an em.
pub(crate) fn customary_advance(character: char) -> f64 {
    match character {
        '\u{0}'..='\u{2FF}' | '\u{FF61}'..='\u{FF9F}' => 0.5,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(run: &Run) -> Vec<(String, f64, f64)> {
        glyphs(run, &|c| customary_advance(c) * 4.0).iter().map(|g| (g.text.to_owned(), g.x, g.y)).collect()
    }

    #[test]
    fn the_last_step_repeats() {
        let run =
            Run { x: 1.0, y: 2.0, delta_x: vec![3.0, 5.0], text: "一网通办".into(), ..Run::default() };
        assert_eq!(places(&run).iter().map(|p| p.1).collect::<Vec<_>>(), [1.0, 4.0, 9.0, 14.0]);
        let down = Run { delta_y: vec![6.0], text: "竖排".into(), ..Run::default() };
        assert_eq!(places(&down), [("竖".into(), 0.0, 0.0), ("排".into(), 0.0, 6.0)]);
    }

    #[test]
    fn without_steps_the_widths_decide_and_marks_stay_with_their_base() {
        let run = Run { text: "A葛\u{E0101}b".into(), ..Run::default() };
        assert_eq!(
            places(&run),
            [("A".into(), 0.0, 0.0), ("葛\u{E0101}".into(), 2.0, 0.0), ("b".into(), 6.0, 0.0)]
        );
    }
}
