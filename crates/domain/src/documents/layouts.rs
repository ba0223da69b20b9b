//! Layouts: how documents look, as data with versions.

use super::store;
use crate::Cx;
use crate::catalog::Sources;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Result};
use db::Tx;
use ofd::layout::Template;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The newest version of every layout, by key. Replaced as a whole, like the catalogue.
#[derive(Debug, Default)]
pub struct Layouts {
    newest: BTreeMap<String, Arc<Layout>>,
}

#[derive(Debug)]
pub struct Layout {
    pub key: String,
    pub version: i64,
    pub template: Template,
}

impl Layouts {
    /// A layout the product cannot do without.
    pub fn get(&self, key: &str) -> Result<&Arc<Layout>> {
        self.find(key).ok_or_else(|| Error::bug(format!("no layout {key}")))
    }

    pub fn find(&self, key: &str) -> Option<&Arc<Layout>> {
        self.newest.get(key)
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<Layout>> {
        self.newest.values()
    }
}

/// Publishes the layouts of `data/layouts` that are new. What was published under a version never changes: a
/// different text under an old version is an error that names the file.
pub async fn publish_layouts(tx: &mut Tx<'_>, cx: &Cx, sources: &Sources) -> Result<usize> {
    let files: Vec<(&str, &str)> = sources.folder("layouts/").collect();
    let templates = Template::parse_all(&files).map_err(|fault| Error::bug(format!("data/{fault}")))?;
    let known = store::layouts(tx).await?;
    let mut published = 0;
    for template in &templates {
        let (key, version) = (template.key.as_str(), i64::from(template.version));
        let path = format!("layouts/{key}.toml");
        let text = files.iter().find(|(file, _)| *file == path).map(|(_, text)| *text);
        let text =
            text.ok_or_else(|| Error::bug(format!("data/{path} is missing: a layout's file is its key")))?;
        match known.iter().find(|(k, v, _)| k == key && *v == version) {
            Some((_, _, definition)) if definition == text => continue,
            Some(_) => {
                let message = format!("data/{path}: version {version} was published with another text");
                return Err(Error::bug(message));
            }
            None => {}
        }
        store::insert_layout(tx, cx, key, version, text).await?;
        say(tx, cx, key, version).await?;
        published += 1;
    }
    Ok(published)
}

async fn say(tx: &mut Tx<'_>, cx: &Cx, key: &str, version: i64) -> Result<()> {
    let detail = json!({ "key": key, "version": version });
    let event = NewEvent {
        // What followers of the catalogue look for.
        subject_kind: "base_item",
        subject_id: Id(0),
        area: "",
        kind: "documents.layout_published",
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(|_| ())
}

pub async fn load_layouts(tx: &mut Tx<'_>) -> Result<Layouts> {
    let mut texts = BTreeMap::new();
    // In order of version: the last one stays.
    for (key, _, definition) in store::layouts(tx).await? {
        texts.insert(format!("layouts/{key}.toml"), definition);
    }
    let files: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let templates = Template::parse_all(&files).map_err(|fault| Error::bug(fault.to_string()))?;
    let layout = |template: Template| {
        let (key, version) = (template.key.clone(), i64::from(template.version));
        (key.clone(), Arc::new(Layout { key, version, template }))
    };
    Ok(Layouts { newest: templates.into_iter().map(layout).collect() })
}
