//! What to bring: what the product has already is struck out.

use crate::session::Visit;
use base::Result;
use domain::casework::IDENTITY_CARD;
use domain::casework::{self, PlannedMaterial, Way};
use domain::catalog::{Answers, BaseItem, Catalogue, Material, Need, SatisfiedBy};
use domain::identity;
use norms::{MaterialForm, MaterialNeed, MaterialSource};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The materials of the short version.
#[derive(Debug, Clone, Default)]
pub(in crate::portal) struct MaterialList<'a> {
    pub rows: Vec<MaterialRow<'a>>,
    /// Asked in some situations only: (name, in which).
    pub conditional: Vec<(&'a str, Cow<'a, str>)>,
    /// How many of those can come together at most.
    pub together: usize,
    /// Planned for whoever is logged in.
    pub personal: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::portal) struct MaterialRow<'a> {
    pub name: Cow<'a, str>,
    pub form: &'static str,
    /// What the applicant does about it.
    pub todo: Cow<'a, str>,
    /// 免交.
    pub waived: bool,
    /// Nothing to bring: it is made from the answers.
    pub made: bool,
    /// Government has it and finds it once the applicant is known.
    pub findable: bool,
}

impl MaterialList<'_> {
    /// How many the applicant must bring.
    pub fn asked(&self) -> usize {
        self.rows.iter().filter(|row| !row.waived && !row.made).count()
    }

    /// The same when every situation that can be hers at once is hers.
    pub fn most(&self) -> usize {
        self.asked() + self.together
    }

    pub fn waived(&self) -> usize {
        self.rows.iter().filter(|row| row.waived).count()
    }

    /// How many may be waived after logging in.
    pub fn findable(&self) -> usize {
        self.rows.iter().filter(|row| row.findable).count()
    }
}

/// For whoever is logged in as planned for her, before any question is answered; for a visitor as the guide
/// says.
pub(super) async fn list<'a>(
    visit: &Visit,
    catalogue: &'a Catalogue,
    offer: &'a BaseItem,
) -> Result<MaterialList<'a>> {
    let personal = visit.cx.actor.person().is_some();
    let rows = match personal {
        true => planned(visit, offer).await?.into_iter().map(planned_row).collect(),
        false => offer.materials.iter().filter_map(|material| general_row(catalogue, material)).collect(),
    };
    let (conditional, together) = (conditional(catalogue, offer), together(offer));
    Ok(MaterialList { rows, conditional, together, personal })
}

/// Conditional materials that one applicant can be asked for: of answers to the same question, the one with
/// the most.
fn together(offer: &BaseItem) -> usize {
    let only = offer.materials.iter().filter(|material| material.need == Need::Conditional);
    let mut asked: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for when in only.filter_map(|material| material.when.as_ref()) {
        for answer in &when.is {
            *asked.entry(&when.field).or_default().entry(answer).or_default() += 1;
        }
    }
    asked.values().filter_map(|answers| answers.values().max()).sum()
}

async fn planned(visit: &Visit, offer: &BaseItem) -> Result<Vec<PlannedMaterial>> {
    let cx = &visit.cx;
    let answers = offer.with_given(&Answers::new());
    let read = cx.db().read(async |tx| {
        let profile = identity::profile_of(tx, cx).await?;
        casework::plan_materials(tx, cx, offer, &answers, &profile).await
    });
    read.await
}

fn planned_row(plan: PlannedMaterial) -> MaterialRow<'static> {
    let made = plan.waived == Some(Way::Form);
    let form = form(&plan.material);
    let todo = match (&plan.waived, plan.material.need) {
        (None, Need::Deferred) => "可以受理后再补交".into(),
        (None, _) if plan.because.is_empty() => plan.material.note.clone().into(),
        _ => plan.because,
    };
    MaterialRow {
        name: plan.name.into(),
        form,
        todo,
        waived: plan.waived.is_some() && !made,
        made,
        findable: false,
    }
}

fn general_row<'a>(catalogue: &'a Catalogue, material: &'a Material) -> Option<MaterialRow<'a>> {
    let kind = catalogue.kind(&material.kind)?;
    if material.need == Need::Conditional {
        return None;
    }
    let verified = kind.satisfied_by == SatisfiedBy::Resource && material.kind == IDENTITY_CARD;
    let findable = kind.satisfied_by == SatisfiedBy::Certificate || verified;
    let todo = match kind.satisfied_by {
        SatisfiedBy::Form => "按您填写的内容自动生成，不用上传".into(),
        SatisfiedBy::Certificate => "登录后从证照库取，取到就免交".into(),
        SatisfiedBy::Resource if verified => "本人账户已实名的免交".into(),
        SatisfiedBy::Resource => material.note.as_str().into(),
        SatisfiedBy::Document if material.need == Need::Deferred => "可以受理后再补交".into(),
        SatisfiedBy::Document => material.note.as_str().into(),
    };
    let made = kind.satisfied_by == SatisfiedBy::Form;
    let name = kind.name.as_str().into();
    Some(MaterialRow { name, form: form(material), todo, waived: false, made, findable })
}

/// (name, in which situation).
fn conditional<'a>(catalogue: &'a Catalogue, offer: &'a BaseItem) -> Vec<(&'a str, Cow<'a, str>)> {
    let only = offer.materials.iter().map(Arc::as_ref).filter(|material| material.need == Need::Conditional);
    let row = |material: &'a Material| {
        Some((catalogue.kind(&material.kind)?.name.as_str(), situation(catalogue, material)))
    };
    only.filter_map(row).collect()
}

/// 由家人代办的; the bare question and answer where the item has no words for them.
pub(super) fn situation<'a>(catalogue: &Catalogue, material: &'a Material) -> Cow<'a, str> {
    let Some(when) = &material.when else { return "".into() };
    if !when.words.is_empty() {
        return when.words.as_str().into();
    }
    let label = catalogue.element(&when.field).map_or("", |element| &element.label);
    format!("“{label}”选“{}”的", when.is.join("”或“")).into()
}

/// The words of the norm where it has them; files write `electronic`, the norm says 电子.
pub(super) fn form(material: &Material) -> &'static str {
    MaterialForm::from_word(&material.form).map_or("其他", |form| form.name())
}

pub(super) fn source(material: &Material) -> Cow<'static, str> {
    let source = MaterialSource::from_word(&material.source).map_or("其他", |source| source.name());
    if material.issuer.is_empty() {
        source.into()
    } else {
        format!("{source}（{}）", material.issuer).into()
    }
}

pub(super) fn need<'a>(catalogue: &Catalogue, material: &'a Material) -> Cow<'a, str> {
    match material.need {
        Need::Required => MaterialNeed::Required.name().into(),
        Need::Deferred => MaterialNeed::MayFollow.name().into(),
        Need::Conditional => situation(catalogue, material),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::tests::catalogue;

    fn row(waived: bool, made: bool, findable: bool) -> MaterialRow<'static> {
        MaterialRow { name: "x".into(), form: "电子", todo: "".into(), waived, made, findable }
    }

    #[test]
    fn what_is_made_or_waived_is_not_asked() {
        let rows = vec![row(false, true, false), row(true, false, false), row(false, false, true)];
        let list = MaterialList { rows, ..MaterialList::default() };
        assert_eq!((list.asked(), list.waived(), list.findable()), (1, 1, 1));
    }

    #[test]
    fn every_situation_has_words_of_its_own() {
        let catalogue = catalogue();
        let materials = catalogue.base_items.iter().flat_map(|item| &item.materials);
        let only: Vec<_> = materials.filter(|material| material.need == Need::Conditional).collect();
        assert!(only.len() > 40, "{}", only.len());
        for material in only {
            let when = situation(&catalogue, material);
            assert!(!when.is_empty() && !when.contains('“'), "{}: {when}", material.kind);
        }
    }

    /// A lorry is there already or not yet: nobody brings the papers of both.
    #[test]
    fn what_excludes_each_other_is_not_added_up() {
        let catalogue = catalogue();
        let item = catalogue.base_items.iter().find(|item| item.slug == "freight-transport-licence");
        let item = item.expect("the item");
        let only = item.materials.iter().filter(|material| material.need == Need::Conditional);
        assert_eq!((only.count(), together(item)), (3, 2));
    }
}
