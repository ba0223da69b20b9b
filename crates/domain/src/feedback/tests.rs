//! One rating for each service, by whoever was served.

use super::*;
use crate::casework::{CaseId, decide};
use crate::identity::PostKind;
use crate::testing::{DAY, REGISTRATION, Town, story};
use base::Error;

async fn done_case(town: &Town) -> CaseId {
    let case = town.submit(&town.citizen, REGISTRATION, "rated-case").await.case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    town.world.db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await).await.unwrap();
    case
}

fn rating(grade: u8, options: &[&str]) -> NewRating {
    let options = options.iter().map(|code| (*code).to_owned()).collect();
    NewRating { grade, options, words: "很快".into(), anonymous: false }
}

#[tokio::test]
async fn a_case_is_rated_once_by_its_applicant() {
    story(async |town| {
        let case = done_case(&town).await;
        let db = &town.world.db;
        let give = async |actor, new| {
            let cx = town.cx(actor);
            db.write(async |tx| rate(tx, &cx, case, new).await).await
        };
        assert!(matches!(give(&town.neighbour, rating(1, &[])).await, Err(Error::NotFound)));
        assert_eq!(give(&town.citizen, rating(0, &[])).await.unwrap_err().code(), "feedback.grade");
        assert_eq!(give(&town.citizen, rating(5, &[])).await.unwrap_err().code(), "feedback.reason_needed");
        assert_eq!(give(&town.citizen, rating(5, &["101"])).await.unwrap_err().code(), "feedback.option");
        let turned = NewRating { words: "很\u{202e}快".into(), ..rating(1, &[]) };
        assert_eq!(give(&town.citizen, turned).await.unwrap_err().code(), "form.characters");
        assert_eq!(give(&town.citizen, rating(1, &["101"])).await.unwrap().grade_name, "非常满意");
        assert_eq!(give(&town.citizen, rating(1, &[])).await.unwrap_err().code(), "feedback.already_rated");
    })
    .await;
}

#[tokio::test]
async fn the_window_opens_at_the_end_and_closes_after_five_working_days() {
    story(async |town| {
        let open = town.submit(&town.citizen, REGISTRATION, "still-open").await.case;
        let cx = town.cx(&town.citizen);
        let state =
            async |case| town.world.db.read(async |tx| rating_state(tx, &cx, case).await).await.unwrap();
        assert_eq!(state(open).await, RatingState::TooEarly);
        let case = done_case(&town).await;
        assert!(
            matches!(state(case).await, RatingState::Open { until } if until.to_string() == "2026-10-09")
        );
        town.clock.advance(16 * DAY);
        let cx = town.cx(&town.citizen);
        let over = town.world.db.read(async |tx| rating_state(tx, &cx, case).await).await.unwrap();
        assert_eq!(over, RatingState::Over);
    })
    .await;
}
