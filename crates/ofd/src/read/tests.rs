//! Files in the dialects of other writers, and files made to harm.

use super::{read, read_noting};
use crate::Limits;
use crate::model::{Color, Document, Object, Rect, Segment};
use crate::package::Package;

/// The text after the first document declaration of each file.
fn package(files: &[(&str, &str)]) -> Package {
    let mut package = Package::default();
    for (name, text) in files {
        package.put(name, text.as_bytes().to_vec()).unwrap();
    }
    package
}

const ENTRANCE: &str = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"><ofd:DocBody>
    <ofd:DocInfo><ofd:DocID>0f</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>
    </ofd:DocBody></ofd:OFD>"#;

/// A page with this content, and these resources of the document.
fn one_page(content: &str, resources: &str) -> Package {
    let root = r#"<Document xmlns="http://www.ofdspec.org/2016"><CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox>
        </PageArea><DocumentRes>Res.xml</DocumentRes></CommonData><Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>"#;
    let content = format!("<Page><Content><Layer ID=\"2\">{content}</Layer></Content></Page>");
    let resources = format!("<Res BaseLoc=\"Res\">{resources}</Res>");
    package(&[
        ("OFD.xml", ENTRANCE),
        ("Doc_0/Document.xml", root),
        ("Doc_0/P.xml", &content),
        ("Doc_0/Res.xml", &resources),
        ("Doc_0/Res/a.bin", "\u{89}"),
    ])
}

fn document(content: &str, resources: &str) -> Document {
    read(&one_page(content, resources), &Limits::default()).unwrap()
}

fn reason(content: &str, resources: &str) -> &'static str {
    read(&one_page(content, resources), &Limits::default()).unwrap_err().reason
}

fn fill_of(element: &str, resources: &str) -> Color {
    let content = format!("<TextObject Boundary=\"0 0 1 1\">{element}<TextCode>a</TextCode></TextObject>");
    match &document(&content, resources).pages[0].objects[0] {
        Object::Text(text) => text.fill,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_older_file_with_absolute_places_and_gbk_is_read() {
    let old = "xmlns:o=\"http://www.ofdspec.org\"";
    let entrance = format!(
        "\u{FEFF}<?xml version=\"1.0\"?><o:OFD {old}><o:DocBody><o:DocRoot>/Doc_7/./Document.xml</o:DocRoot></o:DocBody></o:OFD>"
    );
    let root = format!(
        "<o:Document {old}><o:CommonData><o:PageArea><o:PhysicalBox>0 0 100 50</o:PhysicalBox></o:PageArea></o:CommonData><o:Pages><o:Page ID=\"5\" BaseLoc=\"/Doc_7/P/C.xml\"/></o:Pages></o:Document>"
    );
    let page = format!(
        "<?xml version=\"1.0\" encoding=\"GBK\"?><o:Page {old}><o:Content><o:Layer><o:TextObject><o:TextCode>政务</o:TextCode></o:TextObject></o:Layer></o:Content></o:Page>"
    );
    let mut package = package(&[("OFD.xml", &entrance), ("Doc_7/Document.xml", &root)]);
    package.put("Doc_7/P/C.xml", encoding_rs::GBK.encode(&page).0.into_owned()).unwrap();
    let reading = read_noting(&package, &Limits::default()).unwrap();
    let page = &reading.document.pages[0];
    assert_eq!(page.area, Rect::new(0.0, 0.0, 100.0, 50.0));
    let Object::Text(text) = &page.objects[0] else { panic!("text") };
    assert_eq!(text.runs[0].text, "政务");
    assert_eq!(text.boundary, page.area, "no boundary: the page");
    assert_eq!(reading.document.fonts[text.font].name, "宋体");
    assert_eq!(reading.notes, ["字体不存在，以宋体代替"]);
}

#[test]
fn steps_places_and_glyphs_of_text() {
    let content = "<TextObject Boundary='1 2 3 4' Font='9' Size='5' Visible='TRUE' Italic='True' Weight='700'>\
        <CGTransform CodePosition='0' GlyphCount='1' CodeCount='1'><Glyphs>17</Glyphs></CGTransform>\
        <TextCode X='1' Y='4' DeltaX='g 3 2.5 7'>一二三四五</TextCode><TextCode DeltaY='5'>六七</TextCode></TextObject>\
        <TextObject Boundary='0 0 1 1' Visible='False'><TextCode>x</TextCode></TextObject><Unknown/>";
    let document = document(content, "<Fonts><Font ID='9' FontName='黑体' Bold='TRUE'/></Fonts>");
    assert_eq!(document.pages[0].objects.len(), 1, "what is not visible is left out");
    let Object::Text(text) = &document.pages[0].objects[0] else { panic!("text") };
    assert_eq!((text.italic, text.weight, text.size), (true, 700, 5.0));
    assert!(document.fonts[text.font].bold);
    assert_eq!(text.runs[0].delta_x, [2.5, 2.5, 2.5, 7.0]);
    assert_eq!((text.runs[1].x, text.runs[1].y), (1.0, 4.0), "the place of the run before");
    assert_eq!(text.runs[1].delta_y, [5.0]);
}

#[test]
fn colours_of_every_space() {
    let spaces = "<ColorSpaces><ColorSpace ID='1' Type='GRAY'/><ColorSpace ID='2' Type='CMYK'/>\
        <ColorSpace ID='3' Type='RGB' BitsPerComponent='4'><Palette><CV>15 0 0</CV></Palette></ColorSpace></ColorSpaces>";
    let at = |element: &str| fill_of(element, spaces);
    assert_eq!(at(""), Color::BLACK);
    assert_eq!(at("<FillColor/>"), Color::BLACK);
    assert_eq!(at("<FillColor Value='255 128 0' Alpha='100'/>"), Color { a: 100, ..Color::rgb(255, 128, 0) });
    assert_eq!(at("<FillColor Value='#FF #80 #0'/>"), Color::rgb(255, 128, 0));
    assert_eq!(at("<FillColor ColorSpace='1' Value='51'/>"), Color::rgb(51, 51, 51));
    assert_eq!(at("<FillColor ColorSpace='2' Value='0 255 255 0'/>"), Color::rgb(255, 0, 0));
    assert_eq!(at("<FillColor ColorSpace='3' Index='0'/>"), Color::rgb(255, 0, 0));
    assert_eq!(at("<FillColor ColorSpace='77' Value='1 2 3'/>"), Color::rgb(1, 2, 3), "a space not there");
    let shade = "<FillColor><AxialShd><Segment><Color Value='9 8 7'/></Segment><Segment><Color Value='1 1 1'/></Segment></AxialShd></FillColor>";
    assert_eq!(at(shade), Color::rgb(9, 8, 7));
}

#[test]
fn drawing_parameters_are_inherited() {
    let params = "<DrawParams><DrawParam ID='1' LineWidth='2'><StrokeColor Value='1 0 0'/></DrawParam>\
        <DrawParam ID='2' Relative='1'><FillColor Value='0 2 0'/></DrawParam></DrawParams>";
    let content = "<PathObject Boundary='0 0 9 9' DrawParam='2' Fill='true' Rule='Even-Odd'>\
        <AbbreviatedData>S 0 0 M 1 1 L 2 2 Q 1 2 3 4 B 1 2 3 4 5 6 A 1 2 0 1 0 5 6 C</AbbreviatedData></PathObject>\
        <PathObject Boundary='0 0 9 9' Fill='true'><AbbreviatedData>M 1 1 L x</AbbreviatedData></PathObject>";
    let document = document(content, params);
    let Object::Path(path) = &document.pages[0].objects[0] else { panic!("path") };
    assert_eq!(path.fill, Some(Color::rgb(0, 2, 0)));
    let stroke = path.stroke.as_ref().unwrap();
    assert_eq!((stroke.width, stroke.color), (2.0, Color::rgb(1, 0, 0)));
    assert!(path.even_odd);
    assert_eq!(path.segments.len(), 7);
    let arc = Segment::Arc { rx: 1.0, ry: 2.0, rotation: 0.0, large: true, sweep: false, x: 5.0, y: 6.0 };
    assert_eq!(path.segments[5], arc);
    let Object::Path(path) = &document.pages[0].objects[1] else { panic!("path") };
    assert_eq!(path.fill, None, "a fill without a colour is transparent");
    assert_eq!(path.stroke.as_ref().unwrap().width, 0.353);
    assert_eq!(path.segments, [Segment::Move(1.0, 1.0)], "up to what cannot be read");
}

#[test]
fn templates_lie_below_and_layers_keep_their_order() {
    let text = |word: &str| format!("<TextObject><TextCode>{word}</TextCode></TextObject>");
    let page = format!(
        "<Page><Template TemplateID='8' ZOrder='Foreground'/><Template TemplateID='9'/><Content>\
        <Layer Type='Foreground'>{}</Layer><Layer><PageBlock>{}</PageBlock></Layer><Layer Type='Background'>{}</Layer></Content></Page>",
        text("上"),
        text("中"),
        text("下")
    );
    let template =
        |word| format!("<Page><Content><Layer Type='Body'>{}</Layer></Content></Page>", text(word));
    let root = "<Document><CommonData><TemplatePage ID='8' BaseLoc='T8.xml'/><TemplatePage ID='9' BaseLoc='Doc_0/T9.xml'/>\
        </CommonData><Pages><Page ID='1' BaseLoc='P.xml'/></Pages></Document>";
    let package = package(&[
        ("OFD.xml", ENTRANCE),
        ("Doc_0/Document.xml", root),
        ("Doc_0/P.xml", &page),
        ("Doc_0/T8.xml", &template("顶")),
        ("Doc_0/T9.xml", &template("底")),
    ]);
    let document = read(&package, &Limits::default()).unwrap();
    let word = |object: &Object| match object {
        Object::Text(text) => text.runs[0].text.clone(),
        other => panic!("{other:?}"),
    };
    let words: Vec<_> = document.pages[0].objects.iter().map(word).collect();
    assert_eq!(words, ["底", "下", "中", "顶", "上"]);
}

#[test]
fn pictures_that_are_missing_leave_a_note() {
    let resources = "<MultiMedias><MultiMedia ID='3' Type='Image'><MediaFile>a.bin</MediaFile></MultiMedia>\
        <MultiMedia ID='5' Type='IMAGE'><MediaFile>/Doc_0/Res/a.bin</MediaFile></MultiMedia>\
        <MultiMedia ID='4' Type='Image'><MediaFile>../../../b.png</MediaFile></MultiMedia></MultiMedias>";
    let content = "<ImageObject Boundary='0 0 8 9' ResourceID='3' Alpha='7'/><ImageObject ResourceID='4'/>\
        <ImageObject Boundary='0 0 8 9' CTM='8 0 0 9 0 0' ResourceID='5'/>";
    let reading = read_noting(&one_page(content, resources), &Limits::default()).unwrap();
    assert_eq!(reading.document.images.len(), 1, "one file is held once");
    assert_eq!(reading.document.pages[0].objects.len(), 2);
    assert_eq!(reading.notes, ["图片文件../../../b.png不存在", "图片4不存在"]);
}

#[test]
fn only_the_first_of_several_documents_is_read_with_a_note() {
    let mut package = one_page("", "");
    let twice =
        ENTRANCE.replace("</ofd:OFD>", "<ofd:DocBody><ofd:DocRoot>x</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
    package.put("OFD.xml", twice.into_bytes()).unwrap();
    let reading = read_noting(&package, &Limits::default()).unwrap();
    assert_eq!(reading.notes, ["文件包含2份文档，只显示第一份"]);
}

#[test]
fn cycles_are_refused() {
    let params = "<DrawParams><DrawParam ID='1' Relative='2'/><DrawParam ID='2' Relative='1'/></DrawParams>";
    assert_eq!(reason("<PathObject DrawParam='1'/>", params), "read.cycle");
    let units = "<CompositeGraphicUnits><CompositeGraphicUnit ID='1'><Content><CompositeObject ResourceID='2'/></Content></CompositeGraphicUnit>\
        <CompositeGraphicUnit ID='2'><Content><CompositeObject ResourceID='1'/></Content></CompositeGraphicUnit></CompositeGraphicUnits>";
    assert_eq!(reason("<CompositeObject ResourceID='1'/>", units), "read.cycle");
    let mut package = one_page("", "");
    let root = "<Document><CommonData><TemplatePage ID='8' BaseLoc='P.xml'/></CommonData><Pages><Page ID='1' BaseLoc='P.xml'/></Pages></Document>";
    package.put("Doc_0/Document.xml", root.into()).unwrap();
    package.put("Doc_0/P.xml", b"<Page><Template TemplateID='8'/></Page>".to_vec()).unwrap();
    assert_eq!(read(&package, &Limits::default()).unwrap_err().reason, "read.cycle");
}

#[test]
fn units_that_multiply_meet_the_limit() {
    let unit = |id: usize, inner: &str| {
        format!("<CompositeGraphicUnit ID='{id}'><Content>{inner}</Content></CompositeGraphicUnit>")
    };
    let tenfold = |id: usize| format!("<CompositeObject ResourceID='{id}'/>").repeat(10);
    let bomb: String = (1..20).map(|id| unit(id, &tenfold(id + 1))).collect();
    let bomb = format!("<CompositeGraphicUnits>{bomb}{}</CompositeGraphicUnits>", unit(20, "<PathObject/>"));
    assert_eq!(reason(&tenfold(1), &bomb), "read.objects");
    let chain: String =
        (1..100).map(|id| unit(id, &format!("<CompositeObject ResourceID='{}'/>", id + 1))).collect();
    let chain = format!("<CompositeGraphicUnits>{chain}{}</CompositeGraphicUnits>", unit(100, ""));
    assert_eq!(reason("<CompositeObject ResourceID='1'/>", &chain), "read.depth");
}

#[test]
fn limits_of_pages_and_files_are_met() {
    let limits = Limits::default();
    let package = one_page("", "<Fonts><Font ID='1'><FontFile>a.bin</FontFile></Font></Fonts>");
    assert_eq!(read(&package, &Limits { pages: 0, ..limits }).unwrap_err().reason, "read.pages");
    assert_eq!(read(&package, &Limits { total_bytes: 1, ..limits }).unwrap_err().reason, "read.size");
    assert!(read(&package, &limits).is_ok());
}

#[test]
fn a_page_or_document_that_is_not_there_is_refused() {
    for (gone, reason) in
        [("OFD.xml", "ofd.entrance"), ("Doc_0/Document.xml", "read.missing"), ("Doc_0/P.xml", "read.missing")]
    {
        let mut package = one_page("", "");
        package.remove(gone);
        assert_eq!(read(&package, &Limits::default()).unwrap_err().reason, reason, "{gone}");
    }
}
