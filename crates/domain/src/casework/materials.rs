//! Materials: what is asked of this applicant in this situation, and what stands in for it.
//!
//! For each required material in order: own certificate → data the verified account already proves →
//! the form itself → deferred (容缺) → upload. The applicant sees what was waived and why, and may always
//! choose the paper way (优化营商环境条例 art. 37).

use crate::Cx;
use crate::catalog::{Answers, BaseItem, Catalogue, ElementType, Field, Material, Need, SatisfiedBy, wants};
use crate::certs;
use crate::identity::Profile;
use base::{Refusal, Result};
use db::Tx;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// How a material is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// Made from the answers; nothing to bring.
    Form,
    /// Proven by the verified account.
    Account,
    Certificate {
        identifier: String,
    },
    File {
        /// What the file is found by ([`super::StoredFile`]), lower-case hexadecimal.
        digest: String,
        name: String,
        /// The next ones, when the material came in several files: pages somebody photographed one by one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        further: Vec<GivenFile>,
    },
    /// 容缺后补: to be handed in after acceptance.
    Later,
    /// The applicant brings or sends it on paper.
    Paper,
}

/// One of the files a material is given in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenFile {
    /// What the file is found by ([`super::StoredFile`]), lower-case hexadecimal.
    pub digest: String,
    pub name: String,
}

/// The most files of one material.
pub const MOST_FILES: usize = 10;

impl Way {
    /// One file.
    pub fn file(digest: impl Into<String>, name: impl Into<String>) -> Way {
        Way::File { digest: digest.into(), name: name.into(), further: Vec::new() }
    }

    /// Files in their order, the same content once; nothing when there is none.
    pub fn of_files(files: impl IntoIterator<Item = GivenFile>) -> Option<Way> {
        let mut kept: Vec<GivenFile> = Vec::new();
        for file in files {
            if kept.iter().all(|other| other.digest != file.digest) {
                kept.push(file);
            }
        }
        let mut kept = kept.into_iter();
        let GivenFile { digest, name } = kept.next()?;
        Some(Way::File { digest, name, further: kept.collect() })
    }

    /// The files it is given in; none when it is given otherwise.
    pub fn files(&self) -> Vec<GivenFile> {
        let Way::File { digest, name, further } = self else { return Vec::new() };
        let first = GivenFile { digest: digest.clone(), name: name.clone() };
        std::iter::once(first).chain(further.iter().cloned()).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenMaterial {
    pub key: String,
    #[serde(flatten)]
    pub way: Way,
}

impl GivenMaterial {
    /// Its files, each with what an address names it by: `plan`, `plan.2`, `plan.3`.
    pub fn marked_files(&self) -> Vec<(String, GivenFile)> {
        let mark = |at: usize| if at == 0 { self.key.clone() } else { format!("{}.{}", self.key, at + 1) };
        self.way.files().into_iter().enumerate().map(|(at, file)| (mark(at), file)).collect()
    }
}

/// One more than [`MOST_FILES`], or many more.
pub(super) fn too_many_files(key: &str) -> Refusal {
    let message = format!("一份材料最多{MOST_FILES}个文件，请合并一些再上传");
    Refusal::at("casework.too_many_files", format!("material.{key}"), message)
}

/// A material as this applicant meets it.
#[derive(Debug, Clone)]
pub struct PlannedMaterial {
    pub material: Arc<Material>,
    pub name: String,
    pub satisfied_by: SatisfiedBy,
    /// What stands in for it without the applicant doing anything.
    pub waived: Option<Way>,
    /// Why nothing need be brought, or why it is asked; a sentence.
    pub because: Cow<'static, str>,
}

/// The kind of material that a verified account stands in for.
pub const IDENTITY_CARD: &str = "identity-card";

/// Assurance level from which an account proves the identity of its holder.
const VERIFIED: u8 = 2;

/// The materials of an item for these answers, in the order of the item.
pub async fn plan_materials(
    tx: &mut Tx<'_>,
    cx: &Cx,
    item: &BaseItem,
    answers: &Answers,
    applicant: &Profile,
) -> Result<Vec<PlannedMaterial>> {
    let mut planned = Vec::new();
    for material in item.materials.iter().filter(|material| is_asked(material, answers)) {
        let Some(kind) = cx.catalogue.kind(&material.kind) else { continue };
        let (waived, because): (_, Cow<'static, str>) = match kind.satisfied_by {
            SatisfiedBy::Form => (Some(Way::Form), "按您填写的内容自动生成，不用上传".into()),
            SatisfiedBy::Certificate => {
                let type_key = kind.certificate.as_deref().unwrap_or_default();
                match certs::find_of_type(tx, cx, applicant, type_key).await? {
                    Some(held) => {
                        let because = format!("已从证照库取得：{} {}，不用上传", held.type_name, held.number);
                        (Some(Way::Certificate { identifier: held.identifier }), because.into())
                    }
                    None => (None, format!("证照库里没有找到您的{}，请上传", kind.name).into()),
                }
            }
            SatisfiedBy::Resource if material.kind == IDENTITY_CARD && is_verified(cx) => {
                match proves_whom_it_names(cx, item, answers, applicant) {
                    true => (Some(Way::Account), "您的账户已实名核验，不用上传".into()),
                    false => (None, "您填写的姓名或身份证号不是您本人的，请上传这个人的身份证".into()),
                }
            }
            SatisfiedBy::Resource | SatisfiedBy::Document => {
                (None, because_asked(&cx.catalogue, material).into())
            }
        };
        planned.push(PlannedMaterial {
            name: kind.name.clone(),
            satisfied_by: kind.satisfied_by,
            material: Arc::clone(material),
            waived,
            because,
        });
    }
    Ok(planned)
}

fn is_asked(material: &Material, answers: &Answers) -> bool {
    match (&material.need, &material.when) {
        (Need::Conditional, Some(when)) => wants(when, answers),
        _ => true,
    }
}

fn is_verified(cx: &Cx) -> bool {
    cx.actor.person().is_some_and(|person| person.assurance >= VERIFIED)
}

/// Whether the account's own verification proves everybody the answers name. It does for whoever applies for herself;
/// for an organisation only when the agent is the person asked about.
fn proves_whom_it_names(cx: &Cx, item: &BaseItem, answers: &Answers, applicant: &Profile) -> bool {
    let answered = |key: &str| answers.get(key).and_then(|values| values.first());
    let of_type = |field: &&Field| {
        cx.catalogue.element(&field.element).is_some_and(|e| e.element_type == ElementType::CitizenNumber)
    };
    let mut numbers = item.fields().filter(of_type).filter_map(|field| answered(&field.element)).peekable();
    if applicant.organisation.is_some() && numbers.peek().is_none() {
        return false;
    }
    let names = ["person.name", "trade.leader"];
    numbers.all(|number| *number == applicant.number)
        && (applicant.organisation.is_some()
            || names.iter().filter_map(|key| answered(key)).all(|name| *name == applicant.name))
}

fn because_asked(catalogue: &Catalogue, material: &Material) -> String {
    let Some(when) = &material.when else { return String::new() };
    let label = catalogue.element(&when.field).map_or("", |element| &element.label);
    format!("因为您的“{label}”是“{}”", when.is.join("”或“"))
}

/// Settles every planned material with what the applicant gave: the waiver unless she chose otherwise,
/// or one refusal for each that is missing.
pub fn settle(
    planned: &[PlannedMaterial],
    given: &[GivenMaterial],
) -> Result<Vec<GivenMaterial>, Vec<Refusal>> {
    let mut settled = Vec::new();
    let mut refusals = Vec::new();
    for plan in planned {
        let key = &plan.material.key;
        match settle_one(plan, given.iter().find(|g| g.key == *key).map(|g| &g.way)) {
            Ok(way) => settled.push(GivenMaterial { key: key.clone(), way }),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(settled) } else { Err(refusals) }
}

/// One refusal for each given material the item does not ask of anybody.
pub(super) fn unknown_materials(item: &BaseItem, given: &[GivenMaterial]) -> Vec<Refusal> {
    given
        .iter()
        .filter(|given| item.material(&given.key).is_none())
        .map(|given| unknown(&given.key))
        .collect()
}

/// One refusal for each material given more than once: of several only one would be kept.
pub(super) fn repeated_materials(item: &BaseItem, given: &[GivenMaterial]) -> Vec<Refusal> {
    let times = |key: &str| given.iter().filter(|given| given.key == key).count();
    let repeated = item.materials.iter().filter(|material| times(&material.key) > 1);
    let refuse = |material: &Material| {
        let message = "同一份材料写了不止一次，请只留一次；有多个文件的，写在同一份材料里";
        Refusal::at("casework.material_twice", format!("material.{}", material.key), message)
    };
    repeated.map(|material| refuse(material)).collect()
}

pub(super) fn unknown(key: &str) -> Refusal {
    let shown: String = key.chars().take(60).collect();
    let message = format!("这个事项不需要材料“{shown}”，请去掉");
    Refusal::at("casework.material_unknown", format!("material.{shown}"), message)
}

/// How many materials nobody had to bring: 免提交材料.
pub fn waived_materials(given: &[GivenMaterial]) -> usize {
    given.iter().filter(|g| matches!(g.way, Way::Form | Way::Account | Way::Certificate { .. })).count()
}

/// Materials a certificate could have satisfied and did not, and why: it was not in the library, or the
/// applicant chose another way. Kept with the case, because a body may ask for nothing else (免证办).
pub(super) fn not_from_library(
    planned: &[PlannedMaterial],
    settled: &[GivenMaterial],
) -> Vec<(String, &'static str)> {
    let other = |plan: &&PlannedMaterial| {
        let way = settled.iter().find(|given| given.key == plan.material.key).map(|given| &given.way);
        plan.satisfied_by == SatisfiedBy::Certificate && !matches!(way, None | Some(Way::Certificate { .. }))
    };
    let why = |plan: &PlannedMaterial| if plan.waived.is_some() { "own_choice" } else { "not_in_library" };
    planned.iter().filter(other).map(|plan| (plan.material.key.clone(), why(plan))).collect()
}

fn settle_one(plan: &PlannedMaterial, given: Option<&Way>) -> Result<Way, Refusal> {
    let field = || format!("material.{}", plan.material.key);
    match (given, &plan.waived) {
        (Some(way @ (Way::File { .. } | Way::Paper)), _) => Ok(way.clone()),
        (Some(Way::Later), None) if plan.material.need == Need::Deferred => Ok(Way::Later),
        (Some(Way::Later), None) => {
            let message = format!("“{}”不能后补，请上传", plan.name);
            Err(Refusal::at("casework.not_deferrable", field(), message))
        }
        // Whatever else was claimed, only what the product itself found counts.
        (_, Some(waived)) => Ok(waived.clone()),
        (_, None) => Err(Refusal::at("casework.material_missing", field(), format!("请上传“{}”", plan.name))),
    }
}
