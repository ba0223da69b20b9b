//! Divisions, items and search: what anybody may read.

use super::asked::{Sought, page_of};
use super::guide::Guide;
use super::listed::{Limit, Paged, Rows};
use crate::error::{Failure, Problem};
use crate::session::Caller;
use axum::Json;
use axum::extract::Path;
use base::Error;
use domain::catalog::{Catalogue, DivisionRow};
use domain::search::{Filter, Hit, Side};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DivisionsAsked {
    /// Code of the division whose children are asked for; all divisions without it.
    #[param(example = "320100")]
    parent: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Division {
    /// GB/T 2260, six digits.
    #[schema(example = "320102")]
    code: String,
    #[schema(example = "玄武区")]
    name: String,
    /// With the city before it.
    #[schema(example = "南京市玄武区")]
    full_name: String,
    /// `province`, `city` or `county`.
    level: String,
    /// Empty for the province.
    parent: String,
    /// False for functional zones, which are no divisions of the norm.
    statutory: bool,
}

/// 行政区划和功能区。
#[utoipa::path(
    get, path = "/api/v1/divisions", operation_id = "listDivisions", tag = "catalog",
    params(DivisionsAsked),
    responses(
        (status = 200, description = "In order of code", body = Rows<Division>),
        (status = 404, description = "`not_found`: no such division", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn divisions(
    caller: Caller,
    Sought(asked): Sought<DivisionsAsked>,
) -> Result<Json<Rows<Division>>, Failure> {
    let catalogue = &caller.cx.catalogue;
    let view = |row: &DivisionRow| division(catalogue, row);
    let rows = match asked.parent.as_deref() {
        Some(parent) => {
            catalogue.division(parent).ok_or(Error::NotFound)?;
            catalogue.children(parent).map(view).collect()
        }
        None => catalogue.divisions.values().map(view).collect(),
    };
    Ok(Json(Rows { rows }))
}

fn division(catalogue: &Catalogue, row: &DivisionRow) -> Division {
    Division {
        code: row.code.clone(),
        name: row.name.clone(),
        full_name: catalogue.full_name(&row.code),
        level: row.level.clone(),
        parent: row.parent.clone(),
        statutory: row.statutory,
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct ItemsAsked {
    /// Where it is to be done: decides `item`, `body` and `promised` of each row. The home division without it.
    #[param(example = "320102")]
    division: Option<String>,
    /// `person` or `legal`; both without it.
    #[param(example = "legal")]
    side: Option<String>,
    /// Topic code of that side, three digits.
    topic: Option<String>,
    /// Key of a department, for example `market`.
    department: Option<String>,
    /// Words, synonyms, pinyin or initials.
    q: Option<String>,
    /// Counted from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<u32>,
    /// 1–100, 20 without it.
    #[param(minimum = 1, maximum = 100)]
    size: Option<u32>,
}

/// One item as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemRow {
    #[schema(example = "food-business-licence")]
    slug: String,
    /// 12 digits, the same at every level.
    base_code: String,
    name: String,
    summary: String,
    department: String,
    /// Handling-item code (33) of the body that serves the division; null where nobody does.
    item: Option<String>,
    /// Name of that body.
    body: Option<String>,
    promised: Option<Limit>,
    /// The word of ours that stood in for the one that was asked.
    matched_synonym: Option<String>,
}

/// 事项列表，可按区划、对象、主题、部门和关键词筛选。
#[utoipa::path(
    get, path = "/api/v1/items", operation_id = "listItems", tag = "catalog",
    params(ItemsAsked),
    responses((status = 200, description = "Best first; the most wanted first without `q`", body = Paged<ItemRow>))
)]
pub(crate) async fn items(
    caller: Caller,
    Sought(asked): Sought<ItemsAsked>,
) -> Result<Json<Paged<ItemRow>>, Failure> {
    let filter = Filter {
        side: side(asked.side.as_deref())?,
        department: asked.department.filter(|key| !key.is_empty()),
        topic: asked.topic.filter(|code| !code.is_empty()),
        ..Filter::default()
    };
    let division = place(&caller, asked.division.as_deref())?;
    let page = page_of(asked.page, asked.size)?;
    let found =
        caller.app.world.search.load().search(asked.q.as_deref().unwrap_or_default(), &filter, page)?;
    Ok(Json(Paged::of(found.hits, |hit| item_row(&caller.cx.catalogue, &division, hit))))
}

fn side(word: Option<&str>) -> Result<Side, Error> {
    match word {
        None | Some("") => Ok(Side::Any),
        Some("person") => Ok(Side::Person),
        Some("legal") => Ok(Side::Legal),
        Some(_) => Err(Error::refused_at("catalog.side", "side", "side 应为 person 或 legal")),
    }
}

fn place(caller: &Caller, division: Option<&str>) -> Result<String, Error> {
    let code = division.filter(|code| !code.is_empty()).unwrap_or(&caller.app.settings.home_division);
    let known = caller.cx.catalogue.division(code);
    known
        .map(|row| row.code.clone())
        .ok_or_else(|| Error::refused_at("catalog.division", "division", "没有这个区划"))
}

fn item_row(catalogue: &Catalogue, division: &str, hit: Hit) -> ItemRow {
    let offer = catalogue.offer(&hit.code, division);
    ItemRow {
        item: offer.map(|item| item.code.clone()),
        body: offer.map(|item| item.body.name.clone()),
        promised: offer.map(|item| item.promised().into()),
        slug: hit.slug,
        base_code: hit.code,
        name: hit.title,
        summary: hit.summary,
        department: hit.department,
        matched_synonym: hit.matched_synonym,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GuideAsked {
    /// Needed with a slug: where it is to be done. The home division without it.
    #[param(example = "320102")]
    division: Option<String>,
}

/// 完整的办事指南：表单、材料、时限、依据。
#[utoipa::path(
    get, path = "/api/v1/items/{code}", operation_id = "showItem", tag = "catalog",
    params(("code" = String, Path, description = "Handling-item code (33 characters) or slug"), GuideAsked),
    responses((status = 200, description = "The guide in force", body = Guide))
)]
pub(crate) async fn item(
    caller: Caller,
    Path(code): Path<String>,
    Sought(asked): Sought<GuideAsked>,
) -> Result<Json<Guide>, Failure> {
    let catalogue = &caller.cx.catalogue;
    let item = match catalogue.base_item(&code) {
        Some(base) => catalogue.offer(&base.code, &place(&caller, asked.division.as_deref())?),
        None => catalogue.item(&code),
    };
    Ok(Json(Guide::of(catalogue, item.ok_or(Error::NotFound)?)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchAsked {
    /// Words, synonyms, pinyin or initials.
    #[param(example = "开饭店")]
    #[serde(default)]
    q: String,
    division: Option<String>,
    /// Counted from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<u32>,
    /// 1–100, 20 without it.
    #[param(minimum = 1, maximum = 100)]
    size: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    /// A better spelling, when there is one.
    did_you_mean: Option<String>,
    /// Words of the query that no item knows; the rows were found without them.
    left_out: Vec<String>,
    #[serde(flatten)]
    items: Paged<ItemRow>,
}

/// 搜索事项：同义词、拼音、首字母、错别字都能找到。
#[utoipa::path(
    get, path = "/api/v1/search", operation_id = "search", tag = "catalog",
    params(SearchAsked),
    responses((status = 200, description = "Best first", body = Found))
)]
pub(crate) async fn search(
    caller: Caller,
    Sought(asked): Sought<SearchAsked>,
) -> Result<Json<Found>, Failure> {
    let division = place(&caller, asked.division.as_deref())?;
    let index = caller.app.world.search.load();
    let found = index.search(&asked.q, &Filter::default(), page_of(asked.page, asked.size)?)?;
    let did_you_mean = index.did_you_mean(&asked.q)?;
    let items = Paged::of(found.hits, |hit| item_row(&caller.cx.catalogue, &division, hit));
    Ok(Json(Found { did_you_mean, left_out: found.left_out, items }))
}
