//! Writes a sealed sample document for trials with other readers:
//! `cargo run -p ofd --example sample -- <file.ofd> [<ca.der>]`.
//! Keys and bodies are made up; the seal is worth nothing.

#[path = "../benches/common/mod.rs"]
mod common;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let parties = common::Parties::new()?;
    let mut package = ofd::write::write(&common::document())?;
    parties.seal(&mut package)?;
    std::fs::write(&file, package.to_bytes())?;
    if let Some(anchor) = arguments.next() {
        std::fs::write(anchor, parties.trust.anchors[0].der())?;
    }
    Ok(())
}
