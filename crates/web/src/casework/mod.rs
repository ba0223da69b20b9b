//! Applying, following one's case, one's own space, and the desk.

mod application;
pub(crate) mod apply;
pub(crate) mod came_back;
mod came_from;
pub(crate) mod check;
pub(crate) mod desk;
pub(crate) mod desk_case;
pub(crate) mod evidence;
pub(crate) mod materials;
pub(crate) mod owed;
pub(crate) mod receipt;
pub(crate) mod show;
mod slot;
pub(crate) mod space;
mod start;
mod stations;
pub(crate) mod supplement;
pub(crate) mod withdraw;

use came_from::CameFrom;
use domain::casework::Light;

pub(crate) use show::{LimitBar, disposition, limit_bar};
pub(crate) use stations::{Station, coming};

/// The word by which `_light.html` draws a light.
pub(crate) fn light_kind(light: Light) -> &'static str {
    match light {
        Light::Normal => "normal",
        Light::Warning => "soon",
        Light::DueToday => "today",
        Light::Overdue(_) | Light::Late(_) => "over",
        Light::Paused => "paused",
        Light::OnTime => "closed",
    }
}
