//! The lines of a report and what they come to: the conclusion follows from the marks that were printed, never from
//! anything else.

use crate::terminal::say;
use domain::documents::{not_checked, sentence, words};
use domain::evidence::Standing;
use ofd::verdict::{Code, Finding, Mark, Report};
use std::process::ExitCode;

/// Nothing is wrong, but not all is proven that could be.
const UNPROVEN: u8 = 3;

#[derive(Default)]
pub struct Conclusion {
    fails: bool,
    unproven: bool,
    unchecked: bool,
}

impl Conclusion {
    pub fn line(&mut self, mark: Mark, code: &str, words: &str) {
        let word = match mark {
            Mark::Holds => "通过",
            Mark::Warned => "提示",
            Mark::Fails => "不符",
            Mark::NotChecked => "未检查",
        };
        self.fails |= mark == Mark::Fails;
        self.unchecked |= mark == Mark::NotChecked;
        say!("  {word} {words}（{code}）");
    }

    /// Every step, in the order of the norm; those with findings say what.
    pub fn steps(&mut self, steps: impl Iterator<Item = (Code, Mark)>, findings: &[Finding]) {
        for (code, mark) in steps {
            match mark {
                Mark::Holds => self.line(mark, code.name(), words(code).0),
                Mark::NotChecked => self.line(mark, code.name(), &not_checked(code)),
                Mark::Warned | Mark::Fails => {
                    for finding in findings.iter().filter(|finding| finding.code == code) {
                        self.line(mark, code.name(), &sentence(finding));
                    }
                }
            }
        }
    }

    pub fn report(&mut self, report: &Report) {
        let steps = Code::ALL.into_iter().map(|code| (code, report.mark(code)));
        self.steps(steps, report.findings());
    }

    /// A line about an archive.
    pub fn archive(&mut self, standing: Standing, code: &str, words: &str) {
        match standing {
            Standing::Holds => self.line(Mark::Holds, code, words),
            Standing::Note => self.line(Mark::Warned, code, words),
            Standing::Fails => self.line(Mark::Fails, code, words),
            Standing::Unproven => {
                self.unproven = true;
                say!("  未证明 {words}（{code}）");
            }
        }
    }

    pub fn words(&self) -> &'static str {
        match (self.fails, self.unproven, self.unchecked) {
            (true, ..) => "结论：不通过",
            (_, true, _) => "结论：没有发现改动，但有的记录还没有封存证明；请在导出一分钟以后重新导出再验证",
            (_, _, true) => "结论：通过（只就检查过的项目而言，“未检查”的除外）",
            _ => "结论：通过",
        }
    }

    /// Prints it.
    pub fn tell(&self) -> ExitCode {
        say!("{}", self.words());
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match (self.fails, self.unproven) {
            (true, _) => 1,
            (false, true) => UNPROVEN,
            (false, false) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conclusion_follows_from_the_marks() {
        let mut conclusion = Conclusion::default();
        conclusion.line(Mark::Holds, "A", "好");
        conclusion.line(Mark::Warned, "B", "知道就好");
        assert_eq!((conclusion.code(), conclusion.words()), (0, "结论：通过"));
        conclusion.line(Mark::NotChecked, "C", "没有查");
        assert!(conclusion.code() == 0 && conclusion.words().contains("未检查"));
        conclusion.archive(Standing::Unproven, "D", "还没有封存");
        assert!(conclusion.code() == 3 && !conclusion.words().contains("结论：通过"));
        conclusion.line(Mark::Fails, "UNPROTECTED", "不在保护范围");
        assert_eq!((conclusion.code(), conclusion.words()), (1, "结论：不通过"));
    }
}
