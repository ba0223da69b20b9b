//! Templates and values that are wrong, and how they are told.

use super::*;

const HEAD: &str = "key = 't'\nversion = 1\ntitle = '证'\n[[frame]]\nkey = 'f'\nflow = true\nx = 10\ny = 10\nw = 100\nh = 200\n";

fn refused(blocks: &str) -> String {
    Template::parse_file("t.toml", &format!("{HEAD}{blocks}"), &[]).unwrap_err().to_string()
}

#[test]
fn a_wrong_template_is_refused_with_file_line_and_key() {
    let cases = [
        ("[[block]]\nkind = 'paragraph'\ntext = ''\nalgn = 'left'\n", "line 14, key algn: is not known here"),
        ("[[block]]\nkind = 'paragraf'\ntext = ''\n", "line 12, key kind: is no kind of block"),
        ("[[block]]\nkind = 'paragraph'\n", "line 12, key text: is missing"),
        ("[[block]]\nkind = 'paragraph'\ntext = 1\n", "line 13, key text: must be a text"),
        ("[[block]]\nkind = 'paragraph'\ntext = '{Name}'\n", "line 13, key text: needs a field's name"),
        ("[[block]]\nkind = 'paragraph'\ntext = ''\nalign = 'up'\n", "line 14, key align: must be one of"),
        ("[[block]]\nkind = 'paragraph'\ntext = ''\nsize = 1\n", "line 14, key size: must be from 4 to 200"),
        ("[[block]]\nkind = 'paragraph'\ntext = ''\nframe = 'g'\n", "line 14, key frame: names no frame"),
        (
            "[[block]]\nkind = 'paragraph'\ntext = ''\nwhen = 'A'\n",
            "line 14, key when: must be a field's name",
        ),
        ("[[block]]\nkind = 'paragraph'\ntext = ''\ncolor = 'red'\n", "line 14, key color: must be #RRGGBB"),
        (
            "[[block]]\nkind = 'table'\nlist = 'm'\n[[block.column]]\ntitle = 'a'\ntext = ''\nwidth = 101\n",
            "key column",
        ),
        ("[[block]]\nkind = 'seal'\nrole = 'r'\nx = 205\ny = 50\n", "line 14, key x: must be from 10 to 200"),
        (
            "[[block]]\nkind = 'border'\nx = 1\ny = 1\nw = 209.5\nh = 9\n",
            "line 15, key w: reaches beyond the page",
        ),
        (
            "[[block]]\nkind = 'paragraph'\ntext = ''\n[custom]\nzz = ''\n",
            "line 15, key zz: must be capital letters",
        ),
        (
            "[[block]]\nkind = 'paragraph'\ntext = ''\n[sample]\na = 1\n",
            "line 15, key a: must be a text or a list",
        ),
        ("[[block]]\nkind = 'paragraph'\ntext = ''\nkind = 'line'\n", "line 14, key (TOML)"),
        ("like = 'x'\n", "line 11, key like: is not known here"),
    ];
    for (blocks, expected) in cases {
        let said = refused(blocks);
        assert!(said.starts_with("template.key: t.toml ") && said.contains(expected), "{said} / {expected}");
    }
    let said = Template::parse("key='t'\nlike='x'\nversion=1\ntitle='t'\n").unwrap_err().to_string();
    assert_eq!(said, "template.key: template line 2, key like: names no template");
    let said = Template::parse("key='t'\ntitle='t'\n").unwrap_err().to_string();
    assert_eq!(said, "template.key: template line 1, key version: is missing");
}

#[test]
fn a_template_made_like_another_puts_its_blocks_before_the_tail() {
    let base = HEAD.replace("'t'", "'base'")
        + "[[block]]\nkind='paragraph'\ntext='{title}'\n[[block]]\nkind='paragraph'\ntail=true\ntext='{end}'\n\
           [sample]\nend='末'\n";
    let own = "key='own'\nlike='base'\nversion=3\ntitle='题'\n[[block]]\nkind='paragraph'\ntext='身'\n";
    let templates = Template::parse_all(&[("own.toml", own), ("base.toml", &base)]).unwrap();
    assert_eq!((templates[1].key.as_str(), templates[1].version), ("own", 3));
    let layout = preview(&templates[1], &Fonts::new()).unwrap();
    let said: Vec<String> = all_texts(&layout).into_iter().map(said).collect();
    assert_eq!(said, ["题", "身", "末"]);
    assert_eq!(templates[1].fields(), [Field { name: "end".to_owned(), optional: false }]);
}

#[test]
fn a_missing_field_is_named() {
    let template = paragraph(10, "[[block]]\nkind='qr'\ntext='{url}'\nsize=20\n");
    let said = lay_out(&template, &values(""), &Fonts::new()).unwrap_err().to_string();
    assert_eq!(said, "layout.field: no value for field url");
    let said = lay_out(&template, &Values::new(), &Fonts::new()).unwrap_err().to_string();
    assert_eq!(said, "layout.field: no value for field text");
}

#[test]
fn a_text_without_end_is_refused() {
    let text = "一\n".repeat(40_000);
    let said = lay_out(&paragraph(10, ""), &values(&format!("{text}二")), &Fonts::new()).unwrap_err();
    assert_eq!(said.reason, "layout.pages");
}

#[test]
fn controls_do_not_reach_the_page() {
    assert_eq!(lines(10, "甲\u{202e}乙\u{0}丙\r\n\r\n丁\t戊"), ["甲乙丙", "丁 戊"]);
}
