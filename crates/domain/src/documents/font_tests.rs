//! A case in an installation that was given a font: what its documents carry, and what is read out of them.

use super::tests::{checked, codes, decided, made};
use super::*;
use crate::fonts::Fonts;
use crate::testing::story;
use ofd::Limits;
use ofd::font::Face;
use ofd::layout::characters;
use ofd::package::Package;
use std::io::Write;
use std::process::{Command, Stdio};

/// What a program of poppler-utils says about a PDF. `bin/check` installs it.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let piped = || Stdio::piped();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(piped())
        .stdout(piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; install poppler-utils"));
    let mut input = child.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{program}");
    String::from_utf8(output.stdout).unwrap()
}

/// The texts between the tags of a drawing, without spaces.
fn words(svg: &str) -> String {
    let texts = svg.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    joined(&texts.collect::<String>())
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn documents_of_a_case_in_a_configured_font_carry_it_and_are_sealed_drawn_and_read_like_any_other() {
    story(async |town| {
        let given = Fonts::found().given().expect("bin/check installs a Chinese font");
        let town = town.in_font(Fonts::configured(&given).unwrap());
        let case = decided(&town, "own-font").await;
        let made = made(&town, case).await;
        assert_eq!(made.len(), 4, "receipt, acceptance, decision, certificate");
        for (document, content) in &made {
            let name = document.file_name();
            let checked = checked(&town, content).await.unwrap();
            assert!(checked.intact() && checked.known.is_some(), "{name}: {:?}", codes(&checked));

            // Every letter that is shown lies in the file itself.
            let limits = Limits::default();
            let pages = ofd::read::read(&Package::open(content, &limits).unwrap(), &limits).unwrap();
            let used = characters(&pages);
            for (font, used) in pages.fonts.iter().zip(&used).filter(|(_, used)| !used.is_empty()) {
                let file = font.file.as_ref().unwrap_or_else(|| panic!("{name}: {} is a name", font.name));
                let own = Face::parse(file, 0).unwrap();
                assert_eq!(own.missing(&used.iter().collect::<String>()), [], "{name}: {}", font.name);
            }
            let package = Package::open(content, &limits).unwrap();
            let files = package.paths().filter(|path| path.contains("/Font_")).count();
            assert_eq!(files, 1, "{name}: one face, one file under however many names");
            assert!(content.len() < 400_000, "{name}: {} bytes, a subset and not the font", content.len());

            let said = joined(&text(content).unwrap());
            let drawn: String = super::pages(content).unwrap().iter().map(|page| words(page)).collect();
            let pdf = pdf(document, content).unwrap();
            let printed = joined(&poppler("pdftotext", &["-layout", "-", "-"], &pdf));
            let wanted = match document.kind {
                Kind::Certificate => ["营业执照", "个体工商户"],
                _ => ["王小明", document.number.as_str()],
            };
            for words in wanted {
                for (way, text) in [("text", &said), ("SVG", &drawn), ("PDF", &printed)] {
                    assert!(text.contains(words), "{name}: {words} is not in the {way}: {text}");
                }
            }
            let fonts = poppler("pdffonts", &["-"], &pdf);
            assert!(
                !fonts.contains("STSong-Light"),
                "{name}: a letter of the PDF is left to the reader\n{fonts}"
            );
        }
    })
    .await;
}
