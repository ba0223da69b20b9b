//! A notice of one page and a certificate, from parsed template and values to the document.

use divan::Bencher;
use ofd::layout::{Fonts, Template, lay_out};

const NOTICE: &str = include_str!("../../../data/layouts/notice.toml");
const ACCEPTANCE: &str = include_str!("../../../data/layouts/acceptance.toml");
const CERTIFICATE: &str = include_str!("../../../data/layouts/certificate.toml");

fn main() {
    divan::main();
}

fn template(key: &str) -> Template {
    let files = [("notice", NOTICE), ("acceptance", ACCEPTANCE), ("certificate", CERTIFICATE)];
    let templates = Template::parse_all(&files).unwrap();
    templates.into_iter().find(|template| template.key == key).unwrap()
}

#[divan::bench(args = ["acceptance", "certificate"])]
fn page(bencher: Bencher<'_, '_>, key: &str) {
    let template = template(key);
    bencher.bench(|| lay_out(&template, template.sample(), &Fonts::new()).unwrap());
}

/// The notice without its QR code: what the text alone costs.
#[divan::bench]
fn text(bencher: Bencher<'_, '_>) {
    let template = template("acceptance");
    let mut values = template.sample().clone();
    values.remove("verify_url");
    bencher.bench(|| lay_out(&template, &values, &Fonts::new()).unwrap());
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Template::parse(divan::black_box(NOTICE)).unwrap());
}
