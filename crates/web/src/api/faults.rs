//! What is wrong with a request, in words and at its field: what the reader of JSON says is English and names no
//! place a program could look at.

use crate::error::Failure;
use base::Error;

/// A body that is no JSON, or not the JSON that is asked for. `path` is where the reader stood.
pub(super) fn of_json(path: &str, wrong: &serde_json::Error) -> Failure {
    match wrong.classify() {
        serde_json::error::Category::Data => of_data(path, &wrong.to_string()),
        _ => {
            let place = format!("第 {} 行第 {} 列", wrong.line(), wrong.column());
            Error::refused_at("malformed", "body", format!("请求不是完整的 JSON：{place}")).into()
        }
    }
}

/// What must be said and is not.
pub(super) fn missing(name: &str) -> Failure {
    Error::refused_at("malformed", name, format!("缺少“{name}”")).into()
}

/// One value that does not fit.
pub(super) fn of_data(path: &str, wrong: &str) -> Failure {
    let path = if path == "." { "" } else { path };
    let quoted = |start: &str| wrong.strip_prefix(start).and_then(|rest| rest.split('`').next());
    let (field, message) = if let Some(name) = quoted("missing field `") {
        (joined(path, name), format!("缺少“{name}”"))
    } else if let Some(name) = quoted("unknown field `") {
        (joined(path, name), format!("不认识“{name}”，请去掉"))
    } else if let Some(name) = quoted("duplicate field `") {
        (joined(path, name), format!("“{name}”写了两次"))
    } else if wrong.starts_with("unknown variant `") {
        let known: Vec<&str> = wrong.split('`').skip(1).step_by(2).skip(1).collect();
        (path.to_owned(), format!("“{path}”只能是 {}", known.join("、")))
    } else {
        (path.to_owned(), format!("“{path}”应为{}", wanted(wrong)))
    };
    let field = if field.is_empty() { "body".to_owned() } else { field };
    Error::refused_at("malformed", field, message).into()
}

/// The reader names a missing field at its parent, an unknown one at itself.
fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// What was expected, in words.
fn wanted(wrong: &str) -> &'static str {
    let expected = wrong.split_once("expected ").map_or(wrong, |(_, expected)| expected);
    let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
    match () {
        () if begins(&["a text or a list"]) => "文字，或者文字的列表",
        () if begins(&["a string", "string", "a borrowed string"]) => "文字",
        () if begins(&["a boolean"]) => " true 或 false",
        () if begins(&["a sequence"]) => "列表",
        () if begins(&["a map", "struct"]) => " JSON 对象",
        () if begins(&["i", "u", "invalid digit", "number too", "cannot parse integer"]) => {
            "整数，并且不能太大"
        }
        () => "另一种内容，请看接口文档",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        File,
        Paper,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Part {
        key: String,
        way: Way,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Whole {
        item: String,
        count: u32,
        yes: bool,
        #[serde(default)]
        parts: Vec<Part>,
    }

    fn fault(body: &str) -> (String, String) {
        let mut json = serde_json::Deserializer::from_slice(body.as_bytes());
        let wrong = serde_path_to_error::deserialize::<_, Whole>(&mut json).expect_err("it is wrong");
        let failure = of_json(&wrong.path().to_string(), wrong.inner());
        let Error::Refused(refusals) = failure.0.as_ref() else { panic!("refused") };
        (refusals[0].field.clone().expect("a field"), refusals[0].message.clone())
    }

    #[test]
    fn every_fault_has_its_field_and_chinese_words() {
        for (body, field, words) in [
            (r#"{"count":1,"yes":true}"#, "item", "缺少“item”"),
            (r#"{"item":"x","count":1,"yes":true,"zzz":1}"#, "zzz", "不认识“zzz”"),
            (r#"{"item":"x","item":"y"}"#, "item", "写了两次"),
            (r#"{"item":7}"#, "item", "应为文字"),
            (r#"{"count":"x"}"#, "count", "应为整数"),
            (r#"{"count":-1}"#, "count", "应为整数"),
            (r#"{"yes":"yes"}"#, "yes", "true 或 false"),
            (r#"{"parts":{}}"#, "parts", "应为列表"),
            (r#"{"parts":[{"key":"k"}]}"#, "parts[0].way", "缺少“way”"),
            (r#"{"parts":[{"key":"k","way":"x"}]}"#, "parts[0].way", "file、paper"),
            (r#"{"parts":[{"key":"k","odd":"x"}]}"#, "parts[0].odd", "不认识“odd”"),
            (r#"{"item":"#, "body", "第 1 行"),
        ] {
            let (at, message) = fault(body);
            assert_eq!(at, field, "{body}: {message}");
            assert!(message.contains(words), "{body}: {message}");
        }
    }
}
