//! Which fonts a browser may take for the name of a font in a document.

use crate::model::Font;

const SONG: &str = "SimSun,'Songti SC',STSong,'Noto Serif CJK SC','Source Han Serif SC',serif";
const FANG: &str = "FangSong,FangSong_GB2312,STFangsong,'Noto Serif CJK SC',serif";
const KAI: &str = "KaiTi,KaiTi_GB2312,STKaiti,'Kaiti SC','Noto Serif CJK SC',serif";
const HEI: &str = "SimHei,'Heiti SC',STHeiti,'Noto Sans CJK SC','Source Han Sans SC',sans-serif";
const MONO: &str = "'Courier New','Liberation Mono',monospace";
const LATIN: &str = "'Times New Roman','Liberation Serif',serif";
const SANS: &str = "Arial,'Liberation Sans',sans-serif";

/// A value of `font-family`: the font's own name first, then those of its kind. Safe within an attribute.
pub(super) fn families(font: Option<&Font>) -> String {
    let Some(font) = font else { return SONG.to_owned() };
    let own: Vec<String> = [&font.name, &font.family].into_iter().filter_map(|name| quoted(name)).collect();
    let kind = kind(&format!("{} {}", font.name, font.family).to_lowercase());
    match own.as_slice() {
        [] => kind.to_owned(),
        [first, second] if first != second => format!("{first},{second},{kind}"),
        [first, ..] => format!("{first},{kind}"),
    }
}

/// The first kind that the name speaks of. 仿宋 comes before 宋, which is a part of it.
fn kind(name: &str) -> &'static str {
    const KINDS: [(&[&str], &str); 7] = [
        (&["仿宋", "fangsong", "fang song"], FANG),
        (&["楷", "kai"], KAI),
        (&["黑", "hei", "gothic", "yahei", "雅黑", "sans cjk", "dengxian", "等线"], HEI),
        (&["宋", "song", "simsun", "ming", "serif cjk"], SONG),
        (&["courier", "mono", "consolas"], MONO),
        (&["times", "georgia", "roman"], LATIN),
        (&["arial", "helvetica", "verdana", "tahoma", "calibri"], SANS),
    ];
    KINDS
        .iter()
        .find(|(words, _)| words.iter().any(|word| name.contains(word)))
        .map_or(SONG, |(_, list)| list)
}

/// Letters, digits, spaces and a few signs; whatever else a name holds is left out.
fn quoted(name: &str) -> Option<String> {
    let kept: String =
        name.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')).take(60).collect();
    (!kept.trim().is_empty()).then(|| format!("'{}'", kept.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_official_fonts_lead_to_their_kind() {
        let of = |name: &str| families(Some(&Font { name: name.into(), ..Font::default() }));
        assert!(of("仿宋_GB2312").starts_with("'仿宋_GB2312',FangSong,"));
        assert!(of("SimSun").contains(SONG));
        assert!(of("方正小标宋简体").contains(SONG));
        assert!(of("楷体_GB2312").contains(KAI));
        assert!(of("SimHei").contains(HEI));
        assert!(of("Courier New").contains(MONO));
        assert_eq!(families(None), SONG);
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let font = Font { name: "x';url(//e.example)\"><script>".into(), ..Font::default() };
        assert!(families(Some(&font)).starts_with("'xurle.examplescript',"), "{}", families(Some(&font)));
    }
}
