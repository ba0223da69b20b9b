//! Filling a form as its schema asks, with plainly synthetic answers.

use serde_json::{Map, Value, json};

/// Valid answers to every required question of a guide.
pub fn answers(guide: &Value) -> Value {
    let fields: Vec<&Value> = list(&guide["pages"]).iter().flat_map(|page| list(&page["fields"])).collect();
    let mut answers = Map::new();
    for field in fields.iter().filter(|field| field["required"] == true) {
        answers.insert(key(field), json!([sample(field)]));
    }
    // Some questions become required by what was answered.
    for field in &fields {
        if !answers.contains_key(&key(field)) && holds(&field["required_if"], &answers) {
            answers.insert(key(field), json!([sample(field)]));
        }
    }
    Value::Object(answers)
}

/// Whether a material is asked for these answers, and can only be brought as a document.
pub fn needs_document(material: &Value, answers: &Value) -> bool {
    let Some(answers) = answers.as_object() else { return false };
    let asked = material["when"].is_null() || holds(&material["when"], answers);
    asked
        && !matches!(material["satisfied_by"].as_str(), Some("form" | "certificate"))
        && material["key"] != "identity"
}

fn holds(condition: &Value, answers: &Map<String, Value>) -> bool {
    let Some(field) = condition["field"].as_str() else { return false };
    let given = answers.get(field).map(list).unwrap_or_default();
    given.iter().any(|value| list(&condition["is"]).contains(value))
}

fn key(field: &Value) -> String {
    field["element"].as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn sample(field: &Value) -> String {
    // Whoever applies names herself: only so does her account stand in for her identity card.
    if matches!(field["element"].as_str(), Some("person.name" | "trade.leader")) {
        return "演示·王小明".to_owned();
    }
    let first = list(&field["options"]).first().and_then(Value::as_str);
    match (field["type"].as_str().unwrap_or_default(), first) {
        (_, Some(option)) => option.to_owned(),
        ("date", _) if field["earliest"] == "today" => "2099-12-31".into(),
        ("date", _) => "2026-01-05".into(),
        ("number" | "amount", _) => "1".into(),
        ("citizen_number", _) => "320102199001019998".into(),
        ("credit_code", _) => "91320102MA1XY2T8XJ".into(),
        ("phone", _) => "13800138001".into(),
        ("url", _) => "https://shop.example.com/1".into(),
        _ => "演示内容".into(),
    }
}

/// The smallest document a reader opens.
pub const DOCUMENT: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
