//! A material in a form that is sent as a whole: the files chosen now join those that an earlier try left.

use super::materials::store_files;
use crate::form::{element_id, error_of};
use crate::posted::{PostedFile, Uploads};
use crate::session::Visit;
use base::{Refusal, Result};
use domain::casework::{GivenFile, formats};
use domain::catalog::Material;

/// What a file input says of the files it takes.
pub(crate) struct Accepted {
    /// For the `accept` attribute: `.pdf,.jpg`.
    pub extensions: String,
    /// For people: `PDF、JPG`.
    pub formats: String,
    pub max_mb: u32,
}

impl Accepted {
    pub fn by(material: &Material) -> Accepted {
        let dotted: Vec<String> = material.accept.iter().map(|extension| format!(".{extension}")).collect();
        Accepted { extensions: dotted.join(","), formats: formats(&material.accept), max_mb: material.max_mb }
    }
}

pub(crate) struct Slot {
    pub key: String,
    pub id: String,
    pub name: String,
    pub accepted: Accepted,
    pub error: String,
    /// It may stay empty.
    pub optional: bool,
    /// Chosen on an earlier try that failed elsewhere.
    pub kept: Vec<GivenFile>,
}

impl Slot {
    pub fn new(material: &Material, name: String, kept: Vec<GivenFile>, refusals: &[Refusal]) -> Slot {
        let field = field(&material.key);
        Slot {
            id: element_id(&field),
            error: error_of(refusals, &field),
            accepted: Accepted::by(material),
            optional: false,
            key: material.key.clone(),
            name,
            kept,
        }
    }
}

pub(super) fn field(key: &str) -> String {
    format!("material.{key}")
}

/// Keeps every file that is right; says what is wrong with the others.
pub(super) async fn take(
    visit: &Visit,
    material: &Material,
    uploads: &Uploads,
) -> Result<(Vec<GivenFile>, Vec<Refusal>)> {
    let field = field(&material.key);
    let ours = |file: &&PostedFile| file.field == field && !file.is_nothing();
    let chosen: Vec<&PostedFile> = uploads.files.iter().filter(ours).collect();
    let (new, wrong) = store_files(visit, material, &chosen).await?;
    let mut files = kept(uploads, &material.key);
    for file in new {
        if files.iter().all(|known| known.digest != file.digest) {
            files.push(file);
        }
    }
    let at = |refusal: Refusal| Refusal { field: Some(field.clone()), ..refusal };
    Ok((files, wrong.into_iter().map(at).collect()))
}

/// What an earlier try left, but for what was unticked since.
fn kept(uploads: &Uploads, key: &str) -> Vec<GivenFile> {
    let name = format!("kept.{key}");
    let pairs = uploads.all(&name).filter_map(|kept| kept.split_once(' '));
    pairs.map(|(digest, name)| GivenFile { digest: digest.into(), name: name.into() }).collect()
}
