//! The tables of every module, in order. The texts live in `migrations/` at the root of the repository.

use db::Migration;

macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../../../migrations/", $name, ".sql")),
        }
    };
}

pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "0001_db_jobs_and_outbox", sql: db::MIGRATION_SQL },
    migration!(2, "0002_journal_events"),
    migration!(3, "0003_identity_accounts"),
    migration!(4, "0004_catalog_items"),
    migration!(5, "0005_certs_certificates"),
    migration!(6, "0006_casework_cases"),
    migration!(7, "0007_feedback_ratings"),
    migration!(8, "0008_seals_seals"),
    migration!(9, "0009_identity_registration"),
    migration!(10, "0010_certs_library"),
    migration!(11, "0011_documents_documents"),
    migration!(12, "0012_evidence_signatures"),
    migration!(13, "0013_casework_supplements"),
    migration!(14, "0014_documents_copies"),
    migration!(15, "0015_identity_organisations"),
    migration!(16, "0016_certs_changes"),
    migration!(18, "0018_identity_unknown_logins"),
    migration!(19, "0019_casework_corrections"),
    migration!(20, "0020_identity_offices"),
    migration!(21, "0021_casework_queues"),
];
