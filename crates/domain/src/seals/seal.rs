//! One seal from its order to its end, and the rules of each step. Pure.

use super::kind::{Category, Shape, State, Status};
use base::{Error, Id, Millis, Refusal, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub id: Id,
    /// Credit code.
    pub body: String,
    pub division: String,
    pub body_name: String,
    pub category: Category,
    /// What stands under the star (行政审批专用章); empty on a seal of the name alone. On a name seal the
    /// person's name.
    pub title: String,
    pub shape: Shape,
    pub width_mm: u32,
    pub height_mm: u32,
    pub purpose: String,
    pub state: State,
    pub valid_from_at: Millis,
    /// The first instant at which it counts no longer.
    pub valid_until_at: Millis,
    pub ordered_by: Option<Id>,
    pub ordered_by_name: String,
    pub ordered_at: Millis,
    /// Who approved or declined.
    pub settled_by: Option<Id>,
    pub settled_by_name: String,
    pub settled_at: Option<Millis>,
    /// Why it was declined, suspended or revoked.
    pub note: String,
    pub renews: Option<Id>,
    /// 14 digits, once made.
    pub es_id: Option<String>,
    pub made_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
    /// Signatures from here on do not count: the revocation, or the making when the key was exposed.
    pub void_from_at: Option<Millis>,
    pub version: i64,
    /// Words of the document kinds it may go on.
    pub kinds: Vec<String>,
    pub keepers: Vec<Keeper>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Keeper {
    pub account: Id,
    pub name: String,
}

impl Seal {
    /// The name in the seal: 南京市玄武区市场监督管理局行政审批专用章; on a name seal the person's.
    pub fn name(&self) -> String {
        match self.category {
            Category::Representative => self.title.clone(),
            _ => format!("{}{}", self.body_name, self.title),
        }
    }

    pub fn status(&self, now: Millis) -> Status {
        match self.state {
            State::Ordered => Status::Ordered,
            State::Declined => Status::Declined,
            State::Revoked => Status::Revoked,
            _ if now >= self.valid_until_at => Status::Expired,
            State::Approved => Status::Approved,
            State::Suspended => Status::Suspended,
            State::Made if now < self.valid_from_at => Status::NotYetInForce,
            State::Made => Status::InForce,
        }
    }

    pub fn is_kept_by(&self, account: Option<Id>) -> bool {
        account.is_some_and(|account| self.keepers.iter().any(|keeper| keeper.account == account))
    }

    /// Two persons: whoever ordered a seal neither approves nor declines it.
    pub(super) fn settle(&mut self, approved: bool, by: (Option<Id>, &str), now: Millis) -> Result<()> {
        self.must_be(&[State::Ordered])?;
        if by.0.is_some() && by.0 == self.ordered_by {
            return Err(Refusal::new(
                "seals.same_person",
                "申请印章的人不能审批自己的申请，请由决定岗的另一个人审批",
            )
            .into());
        }
        self.state = if approved { State::Approved } else { State::Declined };
        (self.settled_by, self.settled_by_name) = (by.0, by.1.to_owned());
        self.settled_at = Some(now);
        Ok(())
    }

    pub(super) fn suspend(&mut self, now: Millis) -> Result<()> {
        self.must_be(&[State::Made])?;
        self.must_last(now)?;
        self.state = State::Suspended;
        Ok(())
    }

    pub(super) fn resume(&mut self, now: Millis) -> Result<()> {
        self.must_be(&[State::Suspended])?;
        self.must_last(now)?;
        self.state = State::Made;
        Ok(())
    }

    /// Ends it for ever. When its key was `exposed`, nothing it ever signed counts any more.
    pub(super) fn revoke(&mut self, exposed: bool, now: Millis) -> Result<()> {
        self.must_be(&[State::Made, State::Suspended])?;
        self.state = State::Revoked;
        self.revoked_at = Some(now);
        self.void_from_at = if exposed { self.made_at } else { Some(now) };
        Ok(())
    }

    pub(super) fn must_be(&self, states: &[State]) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        let message = format!("这枚印章现在是“{}”，不能这样办理", name_of(self.state));
        Err(Error::refused("seals.wrong_state", message))
    }

    pub(super) fn must_last(&self, now: Millis) -> Result<()> {
        if now < self.valid_until_at {
            return Ok(());
        }
        Err(Error::refused("seals.expired", "这枚印章已经过期，请申请换发"))
    }
}

fn name_of(state: State) -> &'static str {
    match state {
        State::Ordered => Status::Ordered.name(),
        State::Declined => Status::Declined.name(),
        State::Approved => Status::Approved.name(),
        State::Made => "已制作",
        State::Suspended => Status::Suspended.name(),
        State::Revoked => Status::Revoked.name(),
    }
}

/// A reason somebody must give: 1 to 200 characters.
pub(super) fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::refused_at("seals.reason_needed", "reason", "请写明原因")),
        1..=200 => Ok(crate::legible::paragraph("reason", text).map(|()| text.to_owned())?),
        _ => Err(Error::refused_at("seals.reason_long", "reason", "原因最多 200 字")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Seal {
        Seal {
            id: Id(1),
            body: "11320102000000000X".into(),
            division: "320102".into(),
            body_name: "演示局".into(),
            category: Category::Business,
            title: "行政审批专用章".into(),
            shape: Shape::Round,
            width_mm: 42,
            height_mm: 42,
            purpose: "演示".into(),
            state: State::Made,
            valid_from_at: 100,
            valid_until_at: 200,
            ordered_by: Some(Id(7)),
            ordered_by_name: "甲".into(),
            ordered_at: 1,
            settled_by: None,
            settled_by_name: String::new(),
            settled_at: None,
            note: String::new(),
            renews: None,
            es_id: Some("32010200000001".into()),
            made_at: Some(90),
            revoked_at: None,
            void_from_at: None,
            version: 1,
            kinds: vec!["decision".into()],
            keepers: vec![],
        }
    }

    #[test]
    fn the_calendar_decides_without_writing() {
        let seal = made();
        let at = [99, 100, 199, 200].map(|now| seal.status(now));
        assert_eq!(at, [Status::NotYetInForce, Status::InForce, Status::InForce, Status::Expired]);
        let mut ended = made();
        ended.revoke(false, 150).unwrap();
        assert_eq!(ended.status(120), Status::Revoked, "a revoked seal is no seal in force on any page");
        assert_eq!(ended.status(300), Status::Revoked);
    }

    #[test]
    fn whoever_ordered_does_not_approve() {
        let mut seal = Seal { state: State::Ordered, ..made() };
        assert_eq!(seal.settle(true, (Some(Id(7)), "甲"), 5).unwrap_err().code(), "seals.same_person");
        assert_eq!(seal.settle(false, (Some(Id(7)), "甲"), 5).unwrap_err().code(), "seals.same_person");
        seal.settle(true, (Some(Id(8)), "乙"), 5).unwrap();
        assert_eq!((seal.state, seal.settled_by), (State::Approved, Some(Id(8))));
    }

    #[test]
    fn only_the_drawn_ways_lead_from_state_to_state() {
        use State::*;
        for state in [Ordered, Declined, Approved, Made, Suspended, Revoked] {
            let of = |act: &dyn Fn(&mut Seal) -> Result<()>| {
                let mut seal = Seal { state, ..made() };
                act(&mut seal).ok().map(|()| seal.state)
            };
            assert_eq!(of(&|s| s.settle(true, (Some(Id(8)), ""), 5)), (state == Ordered).then_some(Approved));
            assert_eq!(of(&|s| s.suspend(150)), (state == Made).then_some(Suspended));
            assert_eq!(of(&|s| s.resume(150)), (state == Suspended).then_some(Made));
            let alive = state == Made || state == Suspended;
            assert_eq!(of(&|s| s.revoke(false, 150)), alive.then_some(Revoked));
        }
        assert_eq!(made().suspend(200).unwrap_err().code(), "seals.expired");
    }

    #[test]
    fn an_exposed_key_voids_everything_it_signed() {
        let (mut lost, mut closed) = (made(), made());
        lost.revoke(true, 150).unwrap();
        closed.revoke(false, 150).unwrap();
        assert_eq!((lost.void_from_at, closed.void_from_at), (Some(90), Some(150)));
    }

    #[test]
    fn the_name_on_the_seal() {
        assert_eq!(made().name(), "演示局行政审批专用章");
        let person = Seal { category: Category::Representative, title: "演示·张三".into(), ..made() };
        assert_eq!(person.name(), "演示·张三");
    }
}
