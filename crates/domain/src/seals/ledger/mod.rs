//! What the authority behind the seals has written down: whom it certified, whom it believes, what it revoked.

mod store;

pub(super) use store::{
    anchors, authorities, destroy_key, insert_anchor, insert_authority, insert_key, insert_revocation_list,
    revocation_list, revocation_number, revoked,
};
