//! What a character may do at the ends of a line.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Han characters and whatever else stands for itself: a line may break on both sides.
    Han,
    /// Never last in a line.
    Open,
    /// Never first in a line.
    Close,
    /// `…` and `—`: never first in a line, never parted from another of them.
    Pair,
    /// Letters: a word is not parted.
    Word,
    Digit,
    /// Signs within words and numbers: `@`, `+`, `_`.
    Joint,
    /// Signs within words and numbers that may not begin a line either: `.`, `%`, `-`.
    JointClose,
    /// 年, 元, 条 … stay with the number before them.
    Unit,
    /// ¥ and № stay with the number after them.
    Prefix,
    Space,
}

use Class::*;

pub fn of(c: char) -> Class {
    if c.is_ascii() {
        return ascii(c);
    }
    match c {
        '（' | '《' | '「' | '『' | '【' | '〈' | '〖' | '〔' | '〘' | '“' | '‘' | '［' | '｛' | '〝'
        | '«' | '‹' | '＜' | '⟨' | '⟪' => Open,
        '，' | '。' | '、' | '；' | '：' | '？' | '！' | '）' | '》' | '」' | '』' | '】' | '〉' | '〗'
        | '〕' | '〙' | '”' | '’' | '］' | '｝' | '〞' | '»' | '›' | '＞' | '⟩' | '⟫' | '．' | '·' | '・'
        | '～' | '〜' | '－' | '–' | '％' | '‰' | '℃' | '℉' | '°' | '′' | '″' | '㎡' | '㎥' | '々' | '〻'
        | '｡' | '｣' | '､' | '／' | '゛' | '゜' | 'ー' | '‥' | '⁈' | '⁇' | '⁉' | '‼' => {
            Close
        }
        '…' | '—' | '―' | '─' | '⋯' => Pair,
        '年' | '月' | '日' | '时' | '分' | '秒' | '元' | '角' | '号' | '条' | '款' | '项' | '页' | '次'
        | '倍' | '度' | '个' | '件' | '份' | '名' | '人' | '天' | '万' | '亿' => Unit,
        '¥' | '￥' | '＄' | '№' | '£' | '€' | '￡' => Prefix,
        '０'..='９' => Digit,
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Word,
        '\u{a0}' => Joint,
        '\u{3000}' | '\u{2000}'..='\u{200a}' | '\u{205f}' => Space,
        _ if ('\u{c0}'..='\u{1fff}').contains(&c) && c != '×' && c != '÷' => Word,
        _ => Han,
    }
}

fn ascii(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Word,
        '0'..='9' => Digit,
        ' ' => Space,
        '(' | '[' | '{' => Open,
        ')' | ']' | '}' => Close,
        ',' | '.' | ':' | ';' | '!' | '?' | '%' | '-' | '/' | '~' => JointClose,
        '$' => Prefix,
        _ => Joint,
    }
}

impl Class {
    pub fn may_begin(self) -> bool {
        !matches!(self, Close | Pair | JointClose)
    }

    pub fn may_end(self) -> bool {
        self != Open
    }

    fn in_word(self) -> bool {
        matches!(self, Word | Digit | Joint | JointClose)
    }
}

/// May a line end between these two.
pub fn may_part(left: Class, right: Class) -> bool {
    if !right.may_begin() || right == Space || !left.may_end() {
        return false;
    }
    match (left, right) {
        (Digit, Unit) | (Prefix, Digit) => false,
        _ => !(left.in_word() && right.in_word()),
    }
}

/// May white be put between these two to fill a line.
pub fn may_stretch(left: Class, right: Class) -> bool {
    !(left.in_word() && right.in_word() || left == Pair && right == Pair || left == Prefix)
}

/// Closing and opening marks whose full-width glyph is half empty.
pub fn is_half_empty(c: char, class: Class) -> bool {
    match class {
        Open => !c.is_ascii(),
        Close => matches!(
            c,
            '，' | '。'
                | '、'
                | '；'
                | '：'
                | '？'
                | '！'
                | '）'
                | '》'
                | '」'
                | '』'
                | '】'
                | '〉'
                | '〗'
                | '〕'
                | '”'
                | '’'
                | '］'
                | '｝'
        ),
        _ => false,
    }
}

/// Belongs to the character before it: combining marks, variation selectors, the joiner.
pub fn is_mark(c: char) -> bool {
    matches!(c as u32,
        0x300..=0x36F | 0x483..=0x489 | 0x64B..=0x65F | 0x670 | 0xF71..=0xF84 | 0xF8D..=0xFBC | 0x180B..=0x180D
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x200D | 0x20D0..=0x20FF | 0x302A..=0x302F | 0x3099 | 0x309A
        | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xE0100..=0xE01EF)
}
