//! Layout templates, which administrators write: parsed, and laid out with their own sample.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ofd::layout::{Fonts, Template, preview};

fuzz_target!(|text: &str| {
    if let Ok(template) = Template::parse(text) {
        let _ = preview(&template, &Fonts::new());
    }
});
