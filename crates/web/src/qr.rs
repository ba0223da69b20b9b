//! QR codes as SVG that inherits the page's colours: no picture is drawn on the server.

use fast_qr::QRBuilder;

/// An inline SVG with one path; `label` says to a screen reader what the code holds.
pub(crate) fn svg(content: &str, label: &str) -> String {
    let Ok(code) = QRBuilder::new(content).build() else { return String::new() };
    let size = code.size;
    let mut path = String::new();
    for (row, line) in code.data[..size * size].chunks(size).enumerate() {
        for (column, module) in line.iter().enumerate().filter(|(_, module)| module.value()) {
            let _ = module;
            path.push_str(&format!("M{} {}h1v1h-1z", column + 4, row + 4));
        }
    }
    let side = size + 8;
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}
