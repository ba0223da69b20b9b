//! Pages and JSON over the verbs of `domain`: no rule, no SQL.
//!
//! A page is a struct with a template of the same name; a handler parses, calls one verb or query, and
//! returns a page. HTML and JSON call the same verb. [`router`] is the table of all routes; [`error`] alone
//! turns an error into a status, a page or problem+json.

mod api;
mod casework;
mod certs;
mod csrf;
mod documents;
mod error;
mod feedback;
mod form;
mod gate;
mod gzip;
mod headers;
mod identity;
mod limit;
mod page;
mod portal;
mod posted;
mod proxy;
mod qr;
mod rest;
mod router;
mod seals;
mod session;
mod shared;
mod state;
mod static_files;
mod words;

pub use api::openapi;
pub use gate::Gate;
pub use proxy::{ForwardingHeader, Network, Proxies};
pub use router::{Need, ROUTES, RouteRow, app};
pub use state::{App, DemoAccount, Limits, Settings};
