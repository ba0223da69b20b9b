//! When a decision must say why, pure like the rest of the state machine.

use super::case::{Case, given};
use base::Refusal;

impl Case {
    /// A refusal says why, so that the applicant can answer it (行政许可法 art. 38); whoever grants what a
    /// reviewer spoke against says why too, for it stands in the file.
    pub(super) fn reason_of_decision(&self, granted: bool, reason: String) -> Result<String, Refusal> {
        let against = self.steps.iter().filter_map(|step| step.done.as_ref()).any(|done| !done.passed);
        match (granted, against) {
            (true, false) if reason.trim().is_empty() => Ok(String::new()),
            (true, false) => given(reason),
            (true, true) => given(reason).map_err(|refusal| match refusal.code {
                "casework.reason_needed" => Refusal {
                    message: "有审查环节的意见是“不通过”，准予的请写明理由".into(),
                    ..refusal
                },
                _ => refusal,
            }),
            (false, _) => given(reason).map_err(|refusal| refusal.by("行政许可法第三十八条第二款")),
        }
    }
}
