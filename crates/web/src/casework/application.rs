//! An application while it is being filled in: what all its pages share.

use crate::error::Failure;
use crate::session::Visit;
use crate::words;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Error, Id, Refusal};
use domain::casework::{self, Draft, PlannedMaterial, Prefilled};
use domain::catalog::{Answers, BaseItem, Field, Item, check_answers, visible_pages, wants};
use domain::identity;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) struct Application {
    pub draft: Draft,
    pub item: Arc<Item>,
    /// The item as this body offers it.
    pub offer: std::sync::Arc<BaseItem>,
    /// What the product knew beforehand, with its source.
    pub known: BTreeMap<String, Prefilled>,
    pub planned: Vec<PlannedMaterial>,
}

/// What stands beside every page of an application: whom to ask, what to have at hand, that nothing is lost.
pub(crate) struct Aside {
    pub body: String,
    pub phone: String,
    /// Left out where the page itself lists them.
    pub materials: Vec<String>,
    pub saved: String,
}

impl Application {
    /// One's own draft with the form and the materials it leads to.
    pub(crate) async fn open(visit: &Visit, id: Id) -> Result<Application, Failure> {
        let cx = &visit.cx;
        let read = cx.db().read(async |tx| {
            let draft = casework::find_draft(tx, cx, id).await?;
            let item = cx.catalogue.item(&draft.item_code).ok_or(Error::NotFound)?.clone();
            let offer = item.offer();
            let profile = identity::profile_of(tx, cx).await?;
            let known = casework::prefill(tx, cx, &offer, &profile).await?;
            let answers = offer.with_given(&draft.answers);
            let planned = casework::plan_materials(tx, cx, &offer, &answers, &profile).await?;
            Ok(Application { draft, item, offer, known, planned })
        });
        Ok(read.await?)
    }

    /// A draft that has become a case leads to its receipt, whichever of its pages is opened again.
    pub(crate) fn receipt(&self) -> Option<Response> {
        let case = self.draft.case?;
        Some(Redirect::to(&format!("/cases/{case}/receipt")).into_response())
    }

    /// All stations of the way: the pages of the form, the materials, the check.
    pub(crate) fn steps(&self) -> Vec<String> {
        let pages = visible_pages(&self.offer).into_iter().map(|page| page.title.clone());
        pages.chain(["材料".to_owned(), "核对提交".to_owned()]).collect()
    }

    pub(crate) fn page_href(&self, page: usize) -> String {
        format!("/drafts/{}/pages/{page}", self.draft.id)
    }

    pub(crate) fn materials_href(&self) -> String {
        format!("/drafts/{}/materials", self.draft.id)
    }

    pub(crate) fn check_href(&self) -> String {
        format!("/drafts/{}/check", self.draft.id)
    }

    /// The last page before the materials, for "back".
    pub(crate) fn last_page_href(&self) -> String {
        match visible_pages(&self.offer).len() {
            0 => format!("/apply/{}", self.item.code),
            pages => self.page_href(pages),
        }
    }

    /// The page, counted from 1, that asks this element.
    pub(crate) fn page_of(&self, element: &str) -> Option<usize> {
        let asks = |fields: &[Field]| fields.iter().any(|field| field.element == element);
        visible_pages(&self.offer).iter().position(|page| asks(&page.fields)).map(|index| index + 1)
    }

    /// Whether a field is worth showing on its page: one that depends on an earlier page is left out when
    /// the answer there says that nobody needs it. On the same page both are shown, for without script the
    /// page cannot change under the reader.
    pub(crate) fn is_asked(&self, field: &Field) -> bool {
        let Some(when) = &field.required_if else { return true };
        let here = self.page_of(&field.element);
        match self.page_of(&when.field) {
            Some(page) if Some(page) >= here => true,
            _ => wants(when, &self.answers()),
        }
    }

    pub(crate) fn aside(&self) -> Aside {
        let asked = self.planned.iter().filter(|plan| plan.waived.is_none());
        Aside {
            body: self.item.body.name.clone(),
            phone: self.item.phone.clone(),
            materials: asked.map(|plan| plan.name.clone()).collect(),
            saved: words::instant(&self.draft.updated_at),
        }
    }

    pub(crate) fn answers(&self) -> Answers {
        self.offer.with_given(&self.draft.answers)
    }

    /// Everything that stands in the way of submitting: answers, then materials.
    pub(crate) fn open_points(&self, visit: &Visit) -> Vec<Refusal> {
        let cx = &visit.cx;
        // What an older form asked is left out, as submitting leaves it out.
        let mut asked = self.draft.answers.clone();
        asked.retain(|element, _| self.offer.knows(element));
        let answers = check_answers(&cx.catalogue, &self.offer, &asked, cx.today());
        let mut points = answers.err().unwrap_or_default();
        points.extend(casework::settle(&self.planned, &self.draft.materials).err().unwrap_or_default());
        points
    }
}

/// The number of a page in an address, counted from 1.
pub(crate) fn page_number(text: &str) -> Result<usize, Error> {
    text.parse().ok().filter(|number| *number > 0).ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_one() {
        assert_eq!(page_number("3").unwrap(), 3);
        for wrong in ["0", "-1", "x", ""] {
            assert!(matches!(page_number(wrong), Err(Error::NotFound)), "{wrong:?}");
        }
    }
}
