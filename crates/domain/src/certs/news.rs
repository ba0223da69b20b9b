//! What became of one's certificates, as news: read from their history, which the act itself wrote. Nothing can be
//! done to a certificate without its holder finding it here.

use super::{Act, Proposed, store};
use crate::Cx;
use crate::identity::{self, Action, Thing, authorize};
use base::{Millis, Result};
use db::Tx;
use norms::Day;

/// The holder's remedies against an act that takes a certificate from her.
macro_rules! against {
    () => {
        "如有不服，您可以向发证机关陈述、申辩；也可以自知道之日起六十日内申请行政复议，或者六个月内向人民法院起诉。"
    };
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct News {
    /// The certificate the news leads to.
    pub identifier: String,
    /// Which certificate, what was done, from when.
    pub words: String,
    /// By whom and why, and what the holder can do now.
    pub more: String,
    pub at: Millis,
}

/// An act on a certificate, with what is printed on it.
pub(super) struct Told {
    pub identifier: String,
    pub type_name: String,
    pub number: String,
    pub issuer_name: String,
    pub act: String,
    pub reason: String,
    pub at: Millis,
}

/// The newest acts on the certificates of whoever is logged in.
pub async fn news_of(tx: &mut Tx<'_>, cx: &Cx, most: u32) -> Result<Vec<News>> {
    let profile = identity::profile_of(tx, cx).await?;
    authorize(&cx.actor, Action::CertificateRead, Thing::owned(profile.party()))?;
    let told = store::acts_on_those_of(tx, &profile.holder_index(cx), i64::from(most)).await?;
    Ok(told.into_iter().filter_map(news).collect())
}

/// What the holder will read of an act that is not done yet.
pub fn foretold(cx: &Cx, proposed: &Proposed, act: Act) -> Option<News> {
    let certificate = &proposed.certificate;
    news(Told {
        identifier: certificate.identifier.clone(),
        type_name: certificate.type_name.clone(),
        number: certificate.number.clone(),
        issuer_name: certificate.issuer_name.clone(),
        act: act.word().to_owned(),
        reason: proposed.reason.clone(),
        at: cx.now,
    })
}

fn news(told: Told) -> Option<News> {
    let (done, then) = match told.act.as_str() {
        "change" => ("变更为新的版本", "旧版本不能再用，请以新版本为准。"),
        "renew" => ("延续为新的版本", "旧版本不能再用，请以新版本为准。"),
        "transfer_in" => ("由新的发证机关换发", "原证照不能再用，请以这一张为准。"),
        word => told_of(Act::from_word(word)?),
    };
    let from = Day::from_millis_shanghai(told.at).chinese();
    let Told { type_name, number, issuer_name, reason, .. } = told;
    Some(News {
        words: format!("“{type_name}”（编号 {number}）自{from}起{done}"),
        more: format!("{issuer_name}办理。理由：{}。{then}", reason.trim_end_matches('。')),
        identifier: told.identifier,
        at: told.at,
    })
}

/// What was done, and what the holder can do now: 行政处罚法 art. 7, 行政许可法 art. 7, 行政复议法 art. 20,
/// 行政诉讼法 art. 46.
fn told_of(act: Act) -> (&'static str, &'static str) {
    match act {
        Act::Suspend => ("被暂扣", concat!("暂扣期间不能使用。", against!())),
        Act::Resume => ("结束暂扣，恢复有效", "可以照常使用。"),
        Act::Withdraw => ("被撤销", concat!("这张证照不能再用。", against!())),
        Act::Cancel => ("被注销", concat!("这张证照不能再用。", against!())),
        Act::Revoke => ("被吊销", concat!("这张证照不能再用。", against!())),
        Act::TransferOut => ("转出", "原证照不能再用，请等新的发证机关换发。"),
    }
}
