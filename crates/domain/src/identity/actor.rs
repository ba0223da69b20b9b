//! Whoever acts: a visitor, a person (for herself or for an organisation), staff, an administrator, or the
//! product itself.

use super::Role;
use super::person::SealedProfile;
use super::step_up;
use base::{Error, Id, Millis, Result};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Visitor,
    Person(PersonActor),
    Staff(StaffActor),
    Administrator(AdministratorActor),
    /// Background jobs and automatic steps.
    System,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonActor {
    pub account: Id,
    pub person: Id,
    pub name: String,
    /// Assurance level 1–4.
    pub assurance: u8,
    pub acting_for: Option<ActingFor>,
    /// Came with the session; an actor made without one has none.
    pub profile: Option<Arc<SealedProfile>>,
}

/// The organisation a person acts for: as its legal representative, or under mandates valid today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingFor {
    pub organisation: Id,
    pub name: String,
    pub credit_code: String,
    /// She represents it by law (法定代表人); else she is an agent (经办人).
    pub representative: bool,
    /// Base codes the mandates cover; empty means all.
    pub items: Vec<String>,
}

impl PersonActor {
    /// Whether her mandate, if she acts under one, covers the item with this handling code.
    pub fn covers(&self, handling_code: &str) -> bool {
        // Body 18, level 1, base code 12, sequence 2 (GB/T 39554.1).
        let base = handling_code.get(19..31).unwrap_or_default();
        let covers =
            |acting: &ActingFor| acting.items.is_empty() || acting.items.iter().any(|item| item == base);
        self.acting_for.as_ref().is_none_or(covers)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffActor {
    pub account: Id,
    pub name: String,
    pub posts: Vec<Post>,
    /// When this session last gave a second factor on purpose ([`super::step_up`]); 0 = never.
    pub stepped_up_at: Millis,
}

/// One desk somebody sits at: a body and what is done there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Credit code of the body.
    pub body: String,
    pub division: String,
    pub post: PostKind,
}

/// 受理 / 审查 / 决定 / 印章保管.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    Clerk,
    Reviewer,
    Approver,
    /// Orders, uses and stops the seals of a body; handles no case.
    Keeper,
}

impl PostKind {
    pub const ALL: [PostKind; 4] =
        [PostKind::Clerk, PostKind::Reviewer, PostKind::Approver, PostKind::Keeper];

    pub fn word(self) -> &'static str {
        match self {
            PostKind::Clerk => "clerk",
            PostKind::Reviewer => "reviewer",
            PostKind::Approver => "approver",
            PostKind::Keeper => "keeper",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            PostKind::Clerk => "受理岗",
            PostKind::Reviewer => "审查岗",
            PostKind::Approver => "决定岗",
            PostKind::Keeper => "印章保管岗",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorActor {
    pub account: Id,
    pub name: String,
    pub role: Role,
}

/// A subject of rights: who a case, a certificate or a mandate belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Party {
    Person(Id),
    Organisation(Id),
}

impl Party {
    pub fn kind(self) -> &'static str {
        match self {
            Party::Person(_) => "person",
            Party::Organisation(_) => "organisation",
        }
    }

    pub fn id(self) -> Id {
        match self {
            Party::Person(id) | Party::Organisation(id) => id,
        }
    }

    pub fn from_parts(kind: &str, id: Id) -> Option<Self> {
        match kind {
            "person" => Some(Party::Person(id)),
            "organisation" => Some(Party::Organisation(id)),
            _ => None,
        }
    }
}

impl Actor {
    pub fn account(&self) -> Option<Id> {
        match self {
            Actor::Person(person) => Some(person.account),
            Actor::Staff(staff) => Some(staff.account),
            Actor::Administrator(administrator) => Some(administrator.account),
            Actor::Visitor | Actor::System => None,
        }
    }

    /// Whose matters this actor handles: the organisation when acting for one, else the person.
    pub fn party(&self) -> Option<Party> {
        let Actor::Person(person) = self else { return None };
        Some(match &person.acting_for {
            Some(acting) => Party::Organisation(acting.organisation),
            None => Party::Person(person.person),
        })
    }

    pub fn person(&self) -> Option<&PersonActor> {
        if let Actor::Person(person) = self { Some(person) } else { None }
    }

    /// Whoever is logged in for herself or a firm. A visitor is asked to log in; for staff there is nothing
    /// here.
    pub fn require_person(&self) -> Result<&PersonActor> {
        match self {
            Actor::Person(person) => Ok(person),
            Actor::Visitor => Err(Error::Unauthenticated),
            _ => Err(Error::NotFound),
        }
    }

    pub fn require_party(&self) -> Result<Party> {
        self.require_person()?;
        self.party().ok_or(Error::NotFound)
    }

    pub fn require_account(&self) -> Result<Id> {
        self.account().ok_or(Error::Unauthenticated)
    }

    pub fn staff(&self) -> Option<&StaffActor> {
        if let Actor::Staff(staff) = self { Some(staff) } else { None }
    }

    /// Acts that bind a body (a seal is used, stopped, authorised; a certificate is changed) or give much away (an
    /// archive is exported) ask for a second factor given just now.
    pub fn require_step_up(&self, now: Millis) -> Result<()> {
        match self {
            Actor::System => Ok(()),
            Actor::Staff(staff) if step_up::is_fresh(staff.stepped_up_at, now) => Ok(()),
            Actor::Visitor => Err(Error::Unauthenticated),
            _ => Err(step_up::needed()),
        }
    }

    pub fn display_name(&self) -> &str {
        match self {
            Actor::Visitor => "访客",
            Actor::Person(person) => &person.name,
            Actor::Staff(staff) => &staff.name,
            Actor::Administrator(administrator) => &administrator.name,
            Actor::System => "系统",
        }
    }

    /// The name that enters the journal. Staff answer by name for what they do; a citizen's name is
    /// personal data and stays out of a log that is kept forever.
    pub fn journal_actor_name(&self) -> String {
        match self {
            Actor::Person(person) => norms::mask::name(&person.name),
            other => other.display_name().to_owned(),
        }
    }

    pub fn journal_name(&self) -> String {
        match self.account() {
            Some(account) => format!("account:{account}"),
            None if *self == Actor::System => "system".to_owned(),
            None => "visitor".to_owned(),
        }
    }

    pub fn on_behalf_of(&self) -> String {
        match self.party() {
            Some(Party::Organisation(id)) => format!("organisation:{id}"),
            _ => String::new(),
        }
    }

    /// Bodies where this actor sits at `post`.
    pub fn bodies_at(&self, post: PostKind) -> impl Iterator<Item = &Post> {
        self.staff().into_iter().flat_map(move |staff| staff.posts.iter().filter(move |p| p.post == post))
    }

    pub fn sits_at(&self, body: &str, post: PostKind) -> bool {
        self.bodies_at(post).any(|p| p.body == body)
    }
}
