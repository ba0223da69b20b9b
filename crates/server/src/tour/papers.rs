//! What the citizen takes home: documents under seal, saved and verified, and the evidence of the case.

use super::client::{Client, text};
use super::steps::Tour;
use crate::world::{AUTHORITY, progress_bar};
use base::Millis;
use domain::documents::{Kind, told};
use domain::{evidence, journal};
use ofd::package::Package;
use serde_json::{Value, json};
use std::time::Duration;

impl Tour<'_> {
    /// Asks for the receipt, saves every document of the case as OFD, and has each verified as a stranger
    /// would. Those `wanted` must be among them.
    pub(super) fn documents(
        &mut self,
        citizen: &Client,
        receipt: &Value,
        name: &str,
        wanted: &[Kind],
    ) -> Result<(), String> {
        let case = text(receipt, "id")?;
        let path = format!("/api/v1/cases/{case}/receipt");
        self.step(&citizen.who, "取收件凭证", || citizen.post(&path, &json!({}), &[]), number)?;
        let path = format!("/api/v1/cases/{case}/documents");
        let (ticket, number_of_case) = (text(receipt, "ticket")?, text(receipt, "number")?);
        let told = |list: &Value| {
            let documents = list["rows"].as_array().map_or(0, Vec::len);
            format!("{ticket} 编号 {number_of_case}，{documents} 份")
        };
        let listed = self.step(&citizen.who, "看全部文书", || citizen.get(&path), told)?;
        let rows = listed["rows"].as_array().cloned().unwrap_or_default();
        if let Some(missing) = wanted.iter().find(|kind| !rows.iter().any(|row| row["kind"] == kind.word())) {
            return Err(format!("办件 {case} 没有文书 {}：{listed}", missing.word()));
        }
        rows.iter().try_for_each(|row| self.document(citizen, row, name))
    }

    fn document(&mut self, citizen: &Client, row: &Value, name: &str) -> Result<(), String> {
        let word = text(row, "kind")?;
        let kind = Kind::from_word(word).ok_or_else(|| format!("没有见过的文书 {word}"))?;
        let named = format!("{} {}", text_of(row, "title"), text_of(row, "number"));
        let file = format!("{name}-{word}.ofd");
        self.verified_file(citizen, text(row, "id")?, kind, named.trim(), &file).map(drop)
    }

    /// A copy of the certificate for one purpose: a file of its own, which says so to whoever checks it.
    pub(super) fn annotated_copy(
        &mut self,
        citizen: &Client,
        certificate: &Value,
        name: &str,
    ) -> Result<(), String> {
        let path = format!("/api/v1/certificates/{}/copies", text(certificate, "identifier")?);
        let until = norms::Day::from_millis_shanghai(super::steps::now()).plus(30).to_string();
        let body = json!({ "purpose": "办理开户（演示）", "receiver": "演示银行", "valid_until_on": until });
        let identifier = text(certificate, "identifier")?;
        let told = |copy: &Value| format!("{identifier}，{}，有效到 {until}", text_of(copy, "purpose"));
        let copy = self.step(&citizen.who, "制作证照加注件", || citizen.post(&path, &body, &[]), told)?;
        let file = format!("{name}-annotated_copy.ofd");
        let named = format!("加注件 {identifier}");
        let report =
            self.verified_file(citizen, text(&copy, "document")?, Kind::AnnotatedCopy, &named, &file)?;
        let note = &report["annotation"];
        if note["purpose"] != body["purpose"] || note["valid_until_on"] != until || note["over"] != false {
            return Err(format!("{file} 没有说明用途和有效期：{report}"));
        }
        Ok(())
    }

    /// Saves a document and has it verified as a stranger would. One changed bit must not pass: tried once for each
    /// kind, because look-ups that fail are few for each caller and minute.
    fn verified_file(
        &mut self,
        citizen: &Client,
        id: &str,
        kind: Kind,
        title: &str,
        file: &str,
    ) -> Result<Value, String> {
        let content = citizen.fetch(&format!("/api/v1/documents/{id}/file"))?;
        self.keep(file, &content)?;
        let visitor = Client::visitor(self.base);
        let verify = || visitor.send("/api/v1/verifications", "application/ofd", &content, &[]);
        let report = self.step(&visitor.who, &format!("验证{title}"), verify, |report| {
            let seal = if report["intact"] == true { "签章有效" } else { "签章无效" };
            match report["identifier"].as_str() {
                Some(identifier) => format!("{file}，证照 {identifier}，{seal}"),
                None => format!("{file}，{seal}"),
            }
        })?;
        if report["intact"] != true || report["known"] != true {
            return Err(format!("{file} 没有通过验证：{report}"));
        }
        if !self.kinds.insert(kind) {
            return Ok(report);
        }
        let mut spoilt = content.clone();
        let middle = spoilt.len() / 2;
        spoilt[middle] ^= 1;
        match visitor.send("/api/v1/verifications", "application/ofd", &spoilt, &[]) {
            Ok(spoilt) if spoilt["intact"] == true => Err(format!("{file} 改动一位以后仍然通过验证")),
            _ => Ok(report),
        }
    }

    /// The evidence of a case whose last act was at `ended`, asked for when that has settled in the journal: then
    /// all of it is proven.
    pub(super) fn evidence(
        &mut self,
        citizen: &Client,
        receipt: &Value,
        ended: Millis,
    ) -> Result<(), String> {
        let rest = (ended + journal::SETTLED + 1000 - super::steps::now()).max(0).unsigned_abs();
        let seconds = rest.div_ceil(1000);
        let wait = || {
            let bar = progress_bar();
            bar.set_length(seconds);
            bar.set_message("等日志封存");
            for _ in 0..seconds {
                std::thread::sleep(Duration::from_secs(1));
                bar.inc(1);
            }
            bar.finish_and_clear();
            Ok(())
        };
        self.step(&citizen.who, "等日志可以封存", wait, |()| format!("还要 {seconds} 秒"))?;
        let path = format!("/api/v1/cases/{}/evidence", text(receipt, "id")?);
        let (ticket, number) = (text(receipt, "ticket")?, text(receipt, "number")?);
        let told = |bytes: &Vec<u8>| format!("{ticket} 编号 {number}，{} 字节", bytes.len());
        let archive = self.step(&citizen.who, "导出证据包", || citizen.order(&path), told)?;
        self.keep("food-evidence.zip", &archive)?;
        self.authority(&archive)
    }

    /// The certificates that travel with the evidence, in a folder of their own: whoever believes them names it with
    /// `--anchor`. Here the server that issued them is the source; elsewhere they come by a way that can be trusted.
    fn authority(&self, archive: &[u8]) -> Result<(), String> {
        let package = Package::open(archive, &evidence::LIMITS).map_err(|fault| told(&fault))?;
        let folder = self.out.join(AUTHORITY);
        std::fs::create_dir_all(&folder).map_err(|e| format!("不能建立 {}：{e}", folder.display()))?;
        for path in package.paths() {
            if let Some(name) = path.strip_prefix("certificates/") {
                self.keep(&format!("{AUTHORITY}/{name}"), package.get(path).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn keep(&self, name: &str, content: &[u8]) -> Result<(), String> {
        std::fs::write(self.out.join(name), content).map_err(|e| format!("不能保存 {name}：{e}"))
    }
}

fn number(document: &Value) -> String {
    text_of(document, "number")
}

fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
