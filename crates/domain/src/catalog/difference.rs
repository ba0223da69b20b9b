//! What a claim says differently from its base item: the lattice in one struct.

use super::{BaseItem, LimitText};
use base::Refusal;
use norms::Limit;
use serde::{Deserialize, Serialize};

/// Only what differs is stored; an empty difference is a plain claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Differences {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised: Option<LimitText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Keys of materials this body does not ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waived_materials: Vec<String>,
}

impl Differences {
    /// The base item as this claim offers it. Call [`Differences::faults`] before storing: a difference
    /// that breaks the lattice is not applied silently, it is never stored.
    pub fn apply(&self, base: &BaseItem) -> BaseItem {
        let mut item = base.clone();
        if let Some(promised) = &self.promised {
            item.promised = promised.clone();
        }
        item.materials.retain(|material| !self.waived_materials.contains(&material.key));
        item
    }

    /// Every breach of the lattice: a field that is not open, a longer limit, a material the base item
    /// does not know. Fewer and faster is allowed, more and slower is not.
    pub fn faults(&self, base: &BaseItem) -> Vec<Refusal> {
        let mut faults = Vec::new();
        let mut closed = |field: &str, used: bool| {
            if used && !base.open.fields.iter().any(|open| open == field) {
                faults.push(Refusal::at("catalog.field_not_open", field, format!("“{field}”不允许下级修改")));
            }
        };
        closed("promised", self.promised.is_some());
        closed("place", self.place.is_some());
        closed("hours", self.hours.is_some());
        closed("phone", self.phone.is_some());
        closed("materials", !self.waived_materials.is_empty());
        if let Some(longer) =
            self.promised.as_ref().filter(|own| is_longer(&own.limit(), &base.promised.limit()))
        {
            let message = format!("承诺时限{longer}比上级规定的{}长", base.promised);
            faults.push(Refusal::at("catalog.limit_longer", "promised", message));
        }
        for key in self.waived_materials.iter().filter(|key| base.material(key).is_none()) {
            let message = format!("基本目录里没有材料“{key}”");
            faults.push(Refusal::at("catalog.unknown_material", "materials", message));
        }
        faults
    }
}

fn is_longer(own: &Limit, above: &Limit) -> bool {
    own.compare(*above).is_gt()
}
