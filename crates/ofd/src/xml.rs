//! XML, hardened: no document type, no entities beyond the five, bounded depth and size, UTF-8 or GBK.
//! Elements are found by local name: writers use the prefix `ofd:`, another one, or none.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::{Fault, Limits, Result};

/// The namespace of GB/T 33190-2016.
pub const NAMESPACE: &str = "http://www.ofdspec.org/2016";
/// Files written before the norm came out.
pub const OLD_NAMESPACE: &str = "http://www.ofdspec.org";

/// An element with what stands in it. Text of mixed content is joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element<'a> {
    /// Without prefix.
    pub name: Cow<'a, str>,
    pub attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub children: Vec<Element<'a>>,
    pub text: Cow<'a, str>,
}

impl<'a> Element<'a> {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| value.trim())
    }

    pub fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element<'a>> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Free of the text it was read from.
    pub fn into_owned(self) -> Element<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Element {
            name: own(self.name),
            attributes: self.attributes.into_iter().map(|(name, value)| (own(name), own(value))).collect(),
            children: self.children.into_iter().map(Element::into_owned).collect(),
            text: own(self.text),
        }
    }

    /// Text without the white space around it; empty when there is none.
    pub fn value(&self) -> &str {
        self.text.trim()
    }

    /// Text of the first child of that name, `None` when absent or empty.
    pub fn value_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(Element::value).filter(|value| !value.is_empty())
    }
}

/// The text of an XML file: UTF-8 with or without a byte order mark, GBK when the declaration says so.
/// Errors: `xml.encoding`.
pub fn text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = String::from_utf8_lossy(&plain[..plain.len().min(120)]).to_ascii_lowercase();
    let declaration = head.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()).unwrap_or("");
    let chinese = ["gbk", "gb2312", "gb18030"].iter().any(|name| declaration.contains(name));
    let text = match std::str::from_utf8(plain) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) if chinese => encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(plain),
        Err(_) => None,
    };
    text.ok_or_else(|| Fault::new("xml.encoding", "neither UTF-8 nor GBK as declared"))
}

/// The root element.
///
/// Errors: `xml.syntax`, `xml.doctype`, `xml.entity`, `xml.character`, `xml.depth`, `xml.elements`.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Element<'a>> {
    if let Some(odd) = text.chars().find(|c| !is_allowed(*c)) {
        return Err(Fault::new("xml.character", format!("U+{:04X}", odd as u32)));
    }
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.check_comments = true;
    config.allow_dangling_amp = false;
    let mut tree = Tree { limits, open: vec![], root: None, count: 0 };
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position();
        match event.map_err(|error| Fault::new("xml.syntax", format!("{error} at {at}")))? {
            Event::Start(start) => tree.open(&start, text)?,
            Event::Empty(start) => {
                tree.open(&start, text)?;
                tree.close()?;
            }
            Event::End(_) => tree.close()?,
            Event::Text(part) => tree.text(part.xml10_content())?,
            Event::CData(part) => tree.text(part.xml10_content())?,
            Event::GeneralRef(part) => tree.text(Cow::Owned(character(&part)?.to_string()))?,
            Event::DocType(_) => return Err(Fault::new("xml.doctype", at.to_string())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match (tree.root, tree.open.is_empty()) {
        (Some(root), true) => Ok(root),
        _ => Err(Fault::new("xml.syntax", "no complete root element")),
    }
}

/// The text with one more element of the same prefix at the end of the first element called `parent`. Nothing
/// else of the text changes. Errors: `xml.syntax` when there is no such element.
pub fn append(text: &str, parent: &str, name: &str, value: &str) -> Result<String> {
    let mut reader = Reader::from_str(text);
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| Fault::new("xml.syntax", error.to_string()))?;
        match event {
            Event::End(end) if local(end.name().into_inner()) == parent => {
                let tag = end.name().into_inner();
                let prefix = tag.strip_suffix(parent).unwrap_or("");
                let mut escaped = String::new();
                escape(&mut escaped, value, false);
                let element = format!("<{prefix}{name}>{escaped}</{prefix}{name}>");
                return Ok([&text[..at], &element, &text[at..]].concat());
            }
            Event::Eof => return Err(Fault::new("xml.syntax", parent)),
            _ => {}
        }
    }
}

struct Tree<'a, 'l> {
    limits: &'l Limits,
    open: Vec<Element<'a>>,
    root: Option<Element<'a>>,
    /// Elements and attributes so far.
    count: usize,
}

impl<'a> Tree<'a, '_> {
    fn open(&mut self, start: &BytesStart<'_>, source: &'a str) -> Result<()> {
        if self.root.is_some() {
            return Err(Fault::new("xml.syntax", "a second root element"));
        }
        if self.open.len() >= self.limits.depth {
            return Err(Fault::new("xml.depth", self.limits.depth.to_string()));
        }
        let name = within(source, start.name().into_inner())?;
        let mut element = Element { name: Cow::Borrowed(local(name)), ..Element::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Fault::new("xml.syntax", error.to_string()))?;
            let name = within(source, attribute.key.into_inner())?;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| Fault::new("xml.entity", error.to_string()))?;
            if let Some(odd) = value.chars().find(|c| !is_allowed(*c)) {
                return Err(Fault::new("xml.character", format!("U+{:04X}", odd as u32)));
            }
            let value = match value {
                Cow::Borrowed(value) => Cow::Borrowed(within(source, value)?),
                Cow::Owned(value) => Cow::Owned(value),
            };
            if name != "xmlns" && !name.starts_with("xmlns:") {
                element.attributes.push((Cow::Borrowed(local(name)), value));
            }
        }
        // Two per object and its text, and room for what is not drawn.
        self.count += 1 + element.attributes.len() / 4;
        if self.count > self.limits.objects.saturating_mul(4) {
            return Err(Fault::new("xml.elements", self.count.to_string()));
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let element = self.open.pop().ok_or_else(|| Fault::new("xml.syntax", "an end without a start"))?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, part: Cow<'a, str>) -> Result<()> {
        match self.open.last_mut() {
            Some(element) if element.text.is_empty() => element.text = part,
            Some(element) => element.text.to_mut().push_str(&part),
            None if part.trim().is_empty() => {}
            None => return Err(Fault::new("xml.syntax", "text outside the root element")),
        }
        Ok(())
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The same text as a part of `source`: the parser lends names for the life of its event only.
fn within<'a>(source: &'a str, part: &str) -> Result<&'a str> {
    let start = (part.as_ptr() as usize).checked_sub(source.as_ptr() as usize);
    start
        .and_then(|start| source.get(start..start + part.len()))
        .ok_or_else(|| Fault::new("xml.syntax", part))
}

/// A character reference or one of the five entities.
fn character(reference: &BytesRef<'_>) -> Result<char> {
    let fault = |reason| Fault::new(reason, format!("&{};", reference.chars().take(20).collect::<String>()));
    if let Some(c) = reference.resolve_char_ref().map_err(|_| fault("xml.entity"))? {
        return if is_allowed(c) { Ok(c) } else { Err(fault("xml.character")) };
    }
    match &reference[..] {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(fault("xml.entity")),
    }
}

/// Characters of XML 1.0 §2.2.
fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Writes elements with the prefix `ofd:`, without white space between them.
#[derive(Debug)]
pub struct Writer {
    out: String,
    open: Vec<&'static str>,
    /// The start tag just written still lacks its `>`.
    pending: bool,
}

impl Writer {
    /// Begins a file with its root element.
    pub fn new(root: &'static str) -> Writer {
        let out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let mut writer = Writer { out, open: vec![], pending: false };
        writer.open(root).attribute("xmlns:ofd", NAMESPACE);
        writer
    }

    pub fn open(&mut self, name: &'static str) -> &mut Writer {
        self.finish_tag();
        self.out.push_str("<ofd:");
        self.out.push_str(name);
        self.open.push(name);
        self.pending = true;
        self
    }

    /// Of the element opened last, before anything is put into it.
    pub fn attribute(&mut self, name: &str, value: impl AsRef<str>) -> &mut Writer {
        debug_assert!(self.pending, "an attribute behind the start tag");
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value.as_ref(), true);
        self.out.push('"');
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Writer {
        if !text.is_empty() {
            self.finish_tag();
            escape(&mut self.out, text, false);
        }
        self
    }

    pub fn close(&mut self) -> &mut Writer {
        let Some(name) = self.open.pop() else { return self };
        if self.pending {
            self.out.push_str("/>");
            self.pending = false;
        } else {
            self.out.push_str("</ofd:");
            self.out.push_str(name);
            self.out.push('>');
        }
        self
    }

    /// An element with text alone.
    pub fn leaf(&mut self, name: &'static str, text: &str) -> &mut Writer {
        self.open(name).text(text).close()
    }

    /// Closes what is open. Errors: `xml.character` for text that XML cannot carry.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        while !self.open.is_empty() {
            self.close();
        }
        match self.out.chars().find(|c| !is_allowed(*c)) {
            Some(odd) => Err(Fault::new("xml.character", format!("U+{:04X}", odd as u32))),
            None => Ok(self.out.into_bytes()),
        }
    }

    fn finish_tag(&mut self) {
        if self.pending {
            self.out.push('>');
            self.pending = false;
        }
    }
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if attribute => out.push_str("&quot;"),
            '\t' if attribute => out.push_str("&#9;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> &'static str {
        parse(text, &Limits::default()).unwrap_err().reason
    }

    #[test]
    fn prefixes_do_not_matter() {
        for text in ["<a><b c='1'>x</b></a>", "<o:a xmlns:o='u'><o:b o:c='1'><![CDATA[x]]></o:b></o:a>"] {
            let root = parse(text, &Limits::default()).unwrap();
            assert_eq!(root.name, "a");
            assert!(root.attributes.is_empty());
            assert_eq!(root.child("b").unwrap().attribute("c"), Some("1"));
            assert_eq!(root.value_of("b"), Some("x"));
        }
    }

    #[test]
    fn the_five_entities_and_characters_by_number() {
        let root =
            parse("<a b='&lt;&#x4E00;'>&amp;&gt;&quot;&apos;&lt;&#19968;</a>", &Limits::default()).unwrap();
        assert_eq!(root.attribute("b"), Some("<一"));
        assert_eq!(root.text, "&>\"'<一");
    }

    #[test]
    fn hostile_texts_are_refused_by_name() {
        assert_eq!(reason("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "xml.doctype");
        assert_eq!(reason("<a>&b;</a>"), "xml.entity");
        assert_eq!(reason("<a b='&c;'/>"), "xml.entity");
        assert_eq!(reason(&format!("<a>&a{};</a>", "鼢".repeat(20))), "xml.entity", "cut between characters");
        assert_eq!(reason("<a>&#0;</a>"), "xml.entity");
        assert_eq!(reason("<a>&#1;</a>"), "xml.character");
        assert_eq!(reason("<a b='&#1;'/>"), "xml.character");
        assert_eq!(reason("<a>\u{1}</a>"), "xml.character");
        assert_eq!(reason(&"<a>".repeat(65)), "xml.depth");
        for broken in ["", "<a>", "</a>", "<a></b>", "<a/><a/>", "<a/>x", "x<a/>", "<a b='1' b='2'/>", "<a"] {
            assert_eq!(reason(broken), "xml.syntax", "{broken}");
        }
        let few = Limits { objects: 2, ..Limits::default() };
        assert_eq!(parse(&format!("<a>{}</a>", "<b/>".repeat(8)), &few).unwrap_err().reason, "xml.elements");
    }

    #[test]
    fn texts_in_the_encodings_of_the_country() {
        let gbk = encoding_rs::GBK.encode("<?xml version='1.0' encoding='gb2312'?><a>政务</a>").0;
        assert!(text(&gbk).unwrap().ends_with("<a>政务</a>"));
        assert_eq!(text("\u{FEFF}<a/>".as_bytes()).unwrap(), "<a/>");
        assert_eq!(text(&gbk[39..]).unwrap_err().reason, "xml.encoding", "undeclared");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let odd = "a<b>&\"'\t\n\r 一\u{20000}";
        let mut xml = Writer::new("A");
        xml.attribute("b", format!("x{odd}x")).leaf("C", odd).open("D").close();
        let bytes = xml.finish().unwrap();
        let text = text(&bytes).unwrap();
        let root = parse(&text, &Limits::default()).unwrap();
        assert_eq!(root.attribute("b").unwrap(), format!("x{odd}x"));
        assert_eq!(root.child("C").unwrap().text, odd);
        assert_eq!(root.child("D").unwrap().text, "");
    }
}
