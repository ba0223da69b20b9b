//! Who may do what to what: one table, printed to `docs/authz.golden`.
//!
//! Rights never depend on anything but the role, the action and the relation between actor and thing
//! (own, of my body, any). What an actor may not read looks to her as if it did not exist.

use super::{Actor, Party, PostKind, Role};
use base::{Error, Result};

/// Everything that can be asked of the product, resource first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    ItemRead,
    CertificateVerify,
    CaseSubmit,
    CaseRead,
    CaseAccept,
    CaseReview,
    CaseDecide,
    CaseSuspend,
    CaseWithdraw,
    /// Seeing the full numbers in a case, with a reason.
    CaseReveal,
    DeskRead,
    CertificateRead,
    /// Looking certificates up in the library of one's body.
    CertificateSearch,
    /// Suspending, ending and remaking certificates; entering stock.
    CertificateManage,
    /// Fetching a certificate for a case, or under a grant to one's body.
    CertificateUse,
    DocumentRead,
    RatingGive,
    /// Claiming an organisation as its legal representative.
    OrganisationClaim,
    /// Giving, continuing and taking back mandates of an organisation.
    MandateManage,
    /// Giving up a mandate one holds.
    MandateLayDown,
    SealRead,
    SealOrder,
    SealApprove,
    SealStop,
    SealAuthorise,
    IdentityConfirm,
    AccountOpen,
    AccountManage,
    JournalRead,
    SystemRead,
}

impl Action {
    pub const ALL: [Action; 30] = [
        Action::ItemRead,
        Action::CertificateVerify,
        Action::CaseSubmit,
        Action::CaseRead,
        Action::CaseAccept,
        Action::CaseReview,
        Action::CaseDecide,
        Action::CaseSuspend,
        Action::CaseWithdraw,
        Action::CaseReveal,
        Action::DeskRead,
        Action::CertificateRead,
        Action::CertificateSearch,
        Action::CertificateManage,
        Action::CertificateUse,
        Action::DocumentRead,
        Action::RatingGive,
        Action::OrganisationClaim,
        Action::MandateManage,
        Action::MandateLayDown,
        Action::SealRead,
        Action::SealOrder,
        Action::SealApprove,
        Action::SealStop,
        Action::SealAuthorise,
        Action::IdentityConfirm,
        Action::AccountOpen,
        Action::AccountManage,
        Action::JournalRead,
        Action::SystemRead,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Action::ItemRead => "item.read",
            Action::CertificateVerify => "certificate.verify",
            Action::CaseSubmit => "case.submit",
            Action::CaseRead => "case.read",
            Action::CaseAccept => "case.accept",
            Action::CaseReview => "case.review",
            Action::CaseDecide => "case.decide",
            Action::CaseSuspend => "case.suspend",
            Action::CaseWithdraw => "case.withdraw",
            Action::CaseReveal => "case.reveal",
            Action::DeskRead => "desk.read",
            Action::CertificateRead => "certificate.read",
            Action::CertificateSearch => "certificate.search",
            Action::CertificateManage => "certificate.manage",
            Action::CertificateUse => "certificate.use",
            Action::DocumentRead => "document.read",
            Action::RatingGive => "rating.give",
            Action::OrganisationClaim => "organisation.claim",
            Action::MandateManage => "mandate.manage",
            Action::MandateLayDown => "mandate.lay_down",
            Action::SealRead => "seal.read",
            Action::SealOrder => "seal.order",
            Action::SealApprove => "seal.approve",
            Action::SealStop => "seal.stop",
            Action::SealAuthorise => "seal.authorise",
            Action::IdentityConfirm => "identity.confirm",
            Action::AccountOpen => "account.open",
            Action::AccountManage => "account.manage",
            Action::JournalRead => "journal.read",
            Action::SystemRead => "system.read",
        }
    }
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    None,
    /// Things of the party the actor stands for.
    Own,
    /// Things handled by a body where the actor holds the post.
    Body,
    Any,
}

/// The columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Visitor,
    Citizen,
    /// Acting for an organisation she represents by law.
    Representative,
    Agent,
    /// An agent whose mandate names items: she handles cases of those and nothing else of the organisation's.
    LimitedAgent,
    Clerk,
    Reviewer,
    Approver,
    Keeper,
    SystemAdministrator,
    SecurityAdministrator,
    AuditAdministrator,
}

impl Column {
    pub const ALL: [Column; 12] = [
        Column::Visitor,
        Column::Citizen,
        Column::Representative,
        Column::Agent,
        Column::LimitedAgent,
        Column::Clerk,
        Column::Reviewer,
        Column::Approver,
        Column::Keeper,
        Column::SystemAdministrator,
        Column::SecurityAdministrator,
        Column::AuditAdministrator,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Column::Visitor => "visitor",
            Column::Citizen => "citizen",
            Column::Representative => "representative",
            Column::Agent => "agent",
            Column::LimitedAgent => "limited agent",
            Column::Clerk => "clerk",
            Column::Reviewer => "reviewer",
            Column::Approver => "approver",
            Column::Keeper => "keeper",
            Column::SystemAdministrator => "system",
            Column::SecurityAdministrator => "security",
            Column::AuditAdministrator => "audit",
        }
    }
}

/// The table itself.
pub fn scope(column: Column, action: Action) -> Scope {
    use Action::*;
    use Column::*;
    match (action, column) {
        (ItemRead | CertificateVerify, _) => Scope::Any,
        (CertificateRead, Citizen | Representative | Agent) => Scope::Own,
        (CaseSubmit | CaseWithdraw | RatingGive, Citizen | Representative | Agent | LimitedAgent) => {
            Scope::Own
        }
        (CertificateSearch | CertificateUse, Clerk | Reviewer | Approver) => Scope::Body,
        // Ending a licence weighs as much as granting it: the deciding post does it.
        (CertificateManage, Approver) => Scope::Body,
        (CaseRead | DocumentRead, Citizen | Representative | Agent | LimitedAgent) => Scope::Own,
        (CaseRead | CaseReveal | DocumentRead | DeskRead, Clerk | Reviewer | Approver) => Scope::Body,
        (CaseAccept, Clerk) => Scope::Body,
        (CaseReview, Clerk | Reviewer | Approver) => Scope::Body,
        // A clerk decides instant items only: the verb checks the item.
        (CaseDecide, Clerk | Approver) => Scope::Body,
        (CaseSuspend, Reviewer | Approver) => Scope::Body,
        // A mandate is personal: whoever holds one gives none (standards §10).
        (MandateManage, Representative) => Scope::Own,
        // On a written request of the organisation, and when something is wrong.
        (MandateManage, SecurityAdministrator) => Scope::Any,
        (OrganisationClaim | MandateLayDown, Citizen) => Scope::Own,
        (SealRead, Clerk | Reviewer | Approver | Keeper) => Scope::Body,
        // Two persons: the keeper orders, the body's approver approves and lets a stopped seal work again.
        (SealOrder | SealAuthorise, Keeper) => Scope::Body,
        (SealApprove, Approver) => Scope::Body,
        // Whoever sees that something is wrong must be able to stop it.
        (SealStop, Keeper | Approver) => Scope::Body,
        (IdentityConfirm, Clerk) => Scope::Body,
        // One administrator opens the way in, another gives it posts: nobody makes an official alone.
        (AccountOpen, SystemAdministrator) => Scope::Any,
        (AccountManage, SecurityAdministrator) => Scope::Any,
        (JournalRead, AuditAdministrator) => Scope::Any,
        (SystemRead, SystemAdministrator) => Scope::Any,
        _ => Scope::None,
    }
}

/// What an act is about, as far as rights care.
#[derive(Debug, Clone, Copy, Default)]
pub struct Thing<'a> {
    pub owner: Option<Party>,
    pub body: Option<&'a str>,
    /// The post the act belongs to; without it any post at the body will do.
    pub post: Option<PostKind>,
    /// Code of the handling item it is a case of.
    pub item: Option<&'a str>,
}

impl<'a> Thing<'a> {
    /// Something that belongs to nobody in particular: a catalogue, a list.
    pub const NOTHING: Thing<'static> = Thing { owner: None, body: None, post: None, item: None };

    pub fn of(owner: Party, body: &'a str) -> Self {
        Thing { owner: Some(owner), body: Some(body), ..Thing::NOTHING }
    }

    pub fn owned(owner: Party) -> Self {
        Thing { owner: Some(owner), ..Thing::NOTHING }
    }

    pub fn for_item(self, item: &'a str) -> Self {
        Thing { item: Some(item), ..self }
    }

    pub fn at(self, post: PostKind) -> Self {
        Thing { post: Some(post), ..self }
    }
}

/// The one place where a right is decided. `Unauthenticated` when nobody is logged in and the action
/// needs somebody; `NotFound` when the actor could not even read the thing; `Denied` otherwise.
pub fn authorize(actor: &Actor, action: Action, thing: Thing<'_>) -> Result<()> {
    if *actor == Actor::System
        || columns(actor).any(|(column, post)| reaches(actor, column, post, action, thing))
    {
        return Ok(());
    }
    if *actor == Actor::Visitor {
        return Err(Error::Unauthenticated);
    }
    let readable = Thing { post: None, ..thing };
    let may_read =
        columns(actor).any(|(column, post)| reaches(actor, column, post, Action::CaseRead, readable));
    Err(if may_read { Error::Denied } else { Error::NotFound })
}

/// Whether any of the actor's roles gives this action at all: what a menu shows and a list page needs.
pub fn permits(actor: &Actor, action: Action) -> bool {
    *actor == Actor::System || columns(actor).any(|(column, _)| scope(column, action) != Scope::None)
}

fn columns(actor: &Actor) -> impl Iterator<Item = (Column, Option<PostKind>)> {
    let single = match actor {
        Actor::Visitor => Some(Column::Visitor),
        Actor::Person(person) => Some(match &person.acting_for {
            Some(acting) if acting.representative => Column::Representative,
            Some(acting) if !acting.items.is_empty() => Column::LimitedAgent,
            Some(_) => Column::Agent,
            None => Column::Citizen,
        }),
        Actor::Administrator(administrator) => Some(match administrator.role {
            Role::System => Column::SystemAdministrator,
            Role::Security => Column::SecurityAdministrator,
            Role::Audit => Column::AuditAdministrator,
        }),
        Actor::Staff(_) | Actor::System => None,
    };
    let posts = actor.staff().map_or(&[][..], |staff| &staff.posts);
    single.map(|column| (column, None)).into_iter().chain(posts.iter().map(|post| {
        let column = match post.post {
            PostKind::Clerk => Column::Clerk,
            PostKind::Reviewer => Column::Reviewer,
            PostKind::Approver => Column::Approver,
            PostKind::Keeper => Column::Keeper,
        };
        (column, Some(post.post))
    }))
}

fn reaches(actor: &Actor, column: Column, post: Option<PostKind>, action: Action, thing: Thing<'_>) -> bool {
    match scope(column, action) {
        Scope::None => false,
        Scope::Any => true,
        Scope::Own => {
            let covered =
                thing.item.is_none_or(|item| actor.person().is_none_or(|person| person.covers(item)));
            thing.owner.is_some() && thing.owner == actor.party() && covered
        }
        Scope::Body => {
            let (Some(body), Some(post)) = (thing.body, post) else { return false };
            actor.sits_at(body, post) && thing.post.is_none_or(|needed| needed == post)
        }
    }
}

/// The table as text: what `docs/authz.golden` holds and a reviewer reads.
pub fn table() -> String {
    let mut text = String::from("action");
    for column in Column::ALL {
        text.push_str(&format!(" | {}", column.word()));
    }
    for action in Action::ALL {
        text.push_str(&format!("\n{}", action.word()));
        for column in Column::ALL {
            let word = match scope(column, action) {
                Scope::None => "-",
                Scope::Own => "own",
                Scope::Body => "body",
                Scope::Any => "any",
            };
            text.push_str(&format!(" | {word}"));
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{ActingFor, PersonActor, Post, StaffActor};
    use base::Id;

    fn citizen(person: i64) -> Actor {
        Actor::Person(PersonActor {
            account: Id(person + 100),
            person: Id(person),
            name: "演示".into(),
            assurance: 2,
            acting_for: None,
            profile: None,
        })
    }

    fn agent(person: i64, organisation: i64) -> Actor {
        let acting = ActingFor {
            organisation: Id(organisation),
            name: "演示".into(),
            credit_code: "".into(),
            representative: false,
            items: vec![],
        };
        let Actor::Person(actor) = citizen(person) else { unreachable!() };
        Actor::Person(PersonActor { acting_for: Some(acting), ..actor })
    }

    fn staff(body: &str, post: PostKind) -> Actor {
        let post = Post { body: body.into(), division: "320102".into(), post };
        Actor::Staff(StaffActor {
            account: Id(9), name: "演示".into(), posts: vec![post], stepped_up_at: 0
        })
    }

    #[test]
    fn what_is_not_ones_own_does_not_exist() {
        let thing = Thing::of(Party::Person(Id(1)), "body-a");
        assert!(authorize(&citizen(1), Action::CaseRead, thing).is_ok());
        assert!(matches!(authorize(&citizen(2), Action::CaseRead, thing), Err(Error::NotFound)));
        assert!(matches!(authorize(&agent(1, 7), Action::CaseRead, thing), Err(Error::NotFound)));
        assert!(matches!(authorize(&Actor::Visitor, Action::CaseRead, thing), Err(Error::Unauthenticated)));
        assert!(matches!(
            authorize(&staff("body-b", PostKind::Clerk), Action::CaseRead, thing),
            Err(Error::NotFound)
        ));
    }

    #[test]
    fn an_agent_stands_for_the_organisation_alone() {
        let thing = Thing::of(Party::Organisation(Id(7)), "body-a");
        assert!(authorize(&agent(1, 7), Action::CaseSubmit, thing).is_ok());
        assert!(matches!(authorize(&citizen(7), Action::CaseSubmit, thing), Err(Error::NotFound)));
    }

    #[test]
    fn a_post_is_not_another_post() {
        let thing = Thing::of(Party::Person(Id(1)), "body-a");
        assert!(authorize(&staff("body-a", PostKind::Clerk), Action::CaseAccept, thing).is_ok());
        let reviewer = staff("body-a", PostKind::Reviewer);
        assert!(matches!(authorize(&reviewer, Action::CaseAccept, thing), Err(Error::Denied)));
        let decide = thing.at(PostKind::Approver);
        assert!(matches!(
            authorize(&staff("body-a", PostKind::Clerk), Action::CaseDecide, decide),
            Err(Error::Denied)
        ));
    }

    #[test]
    fn the_three_administrators_share_nothing() {
        for action in Action::ALL {
            let holders =
                [Column::SystemAdministrator, Column::SecurityAdministrator, Column::AuditAdministrator]
                    .into_iter()
                    .filter(|column| scope(*column, action) != Scope::None)
                    .count();
            let public = scope(Column::Visitor, action) == Scope::Any;
            assert!(public || holders <= 1, "{action:?} is held by {holders} administrators");
        }
    }
}
