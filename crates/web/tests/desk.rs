//! The desk: lists, the review screen, and what happens when two people act on one case.

mod common;

use common::{Answer, Caller, TestApp};
use domain::casework::{GivenMaterial, Way, submit};
use domain::identity::{PostKind, Role};
use domain::testing::{FOOD, HOME};

/// A licence to be reviewed and decided, applied for by the first citizen on paper.
async fn food(app: &TestApp, key: &str) -> domain::casework::Receipt {
    let mut submission = app.town.submission(FOOD, key);
    submission.materials.push(GivenMaterial { key: "licence".into(), way: Way::Paper });
    submit(&app.town.cx(&app.town.citizen), submission).await.expect("a case")
}

fn version(page: &Answer) -> String {
    let mark = "name=\"version\" value=\"";
    let start = page.body.find(mark).unwrap_or_else(|| panic!("no form: {}", page.body)) + mark.len();
    page.body[start..].chars().take_while(char::is_ascii_digit).collect()
}

async fn act(app: &TestApp, who: &Caller, path: &str, version: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = [("version", version)].into_iter().chain(fields.iter().copied()).collect();
    app.post(who, path, &fields).await
}

#[tokio::test]
async fn a_case_goes_across_the_desk() {
    let app = TestApp::new().await;
    let (clerk, reviewer) = (app.clerk().await, app.staff("reviewer", HOME, PostKind::Reviewer).await);
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let receipt = food(&app, "across-the-desk").await;
    let at = format!("/desk/cases/{}", receipt.case);

    let list = app.get(&clerk, "/desk").await;
    assert_eq!(list.status, 200);
    assert!(
        list.body.contains(&receipt.ticket)
            && list.body.contains("待受理 <span class=\"count count--alert\">1")
    );
    assert!(!list.body.contains("王小明"), "names in lists are masked");
    let found = app.get(&clerk, &format!("/desk?number={}", receipt.ticket)).await;
    assert_eq!(found.location(), at);
    let unknown = app.get(&clerk, "/desk?number=3201-20260924-999999").await;
    assert!(unknown.status == 422 && unknown.body.contains("没有找到这个编号"));

    let page = app.get(&clerk, &at).await;
    assert!(page.body.contains("演示·王小明") && page.body.contains("320***********9998"));
    assert!(!page.body.contains("320102199001019998"), "numbers are masked");
    let refused =
        act(&app, &clerk, &format!("{at}/rejection"), &version(&page), &[("reason", "不归我们管")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("href=\"#reject-kind\"") && refused.body.contains("不归我们管"));
    let both = act(&app, &clerk, &format!("{at}/rejection"), &version(&page), &[]).await;
    assert!(both.body.contains("href=\"#reject-kind\"") && both.body.contains("href=\"#reject-reason\""));
    let unreal = [("due_on_y", "2026"), ("due_on_m", "2"), ("due_on_d", "30")];
    let unreal = act(&app, &clerk, &format!("{at}/supplement"), &version(&page), &unreal).await;
    assert!(
        unreal.body.contains("没有“2026-02-30”这一天")
            && unreal.body.contains("href=\"#supplement-missing\"")
    );
    assert!(unreal.body.contains("href=\"#supplement-due_on\""));
    let accepted = act(&app, &clerk, &format!("{at}/acceptance"), &version(&page), &[]).await;
    assert_eq!(
        (accepted.status.as_u16(), accepted.location()),
        (303, format!("{at}?done=accepted").as_str())
    );

    let page = app.get(&reviewer, &at).await;
    assert!(
        page.body.contains("主体业态与经营项目相符") && page.body.contains("id=\"review-inspect-officers\"")
    );
    let bad = [("step", "inspect"), ("checked", "制度目录齐全"), ("officers", "演示·甲")];
    let bad = act(&app, &reviewer, &format!("{at}/reviews"), &version(&page), &bad).await;
    assert_eq!(bad.status, 422);
    for id in ["passed", "opinion", "checked", "officers"] {
        assert!(bad.body.contains(&format!("href=\"#review-inspect-{id}\"")), "everything at once: {id}");
    }
    for (step, check, officers) in
        [("review", "制度目录齐全", ""), ("inspect", "场所与布局图一致", "演示·甲、演示·乙")]
    {
        let seen = version(&app.get(&reviewer, &at).await);
        let fields = [
            ("step", step),
            ("passed", "yes"),
            ("opinion", "材料齐全"),
            ("checked", check),
            ("officers", officers),
        ];
        let done = act(&app, &reviewer, &format!("{at}/reviews"), &seen, &fields).await;
        assert_eq!(done.location(), format!("{at}?done=reviewed"), "{}", done.body);
        let again = act(&app, &reviewer, &format!("{at}/reviews"), &seen, &fields).await;
        assert!(again.status == 409 && again.body.contains("您自己刚才已经办理过"), "{}", again.body);
    }
    assert!(app.get(&reviewer, &at).await.body.contains("核查人员：演示·甲、演示·乙"));
    let page = app.get(&approver, &at).await;
    assert!(page.body.contains("作出决定") && page.body.contains("材料齐全"));
    let none = act(&app, &approver, &format!("{at}/decision"), &version(&page), &[("granted", "no")]).await;
    assert!(none.status == 422 && none.body.contains("decide-reason-error"), "a refusal says why");
    let granted =
        act(&app, &approver, &format!("{at}/decision"), &version(&page), &[("granted", "yes")]).await;
    assert_eq!(granted.location(), format!("{at}?done=granted"));
    assert!(app.get(&clerk, "/desk?queue=done").await.body.contains(&receipt.ticket));
    assert!(!app.get(&approver, &at).await.body.contains("class=\"actionbar\""));
}

#[tokio::test]
async fn the_second_of_two_loses_nothing_she_typed() {
    let app = TestApp::new().await;
    let clerk = app.clerk().await;
    let other = app.staff("other-clerk", HOME, PostKind::Clerk).await;
    let case = food(&app, "two-at-once").await.case;
    let at = format!("/desk/cases/{case}");
    let seen = version(&app.get(&clerk, &at).await);
    let first = act(&app, &clerk, &format!("{at}/acceptance"), &seen, &[]).await;
    assert_eq!(first.status, 303);
    let typed = [("kind", "not_accepted"), ("reason", "场所不符合要求，详见现场记录")];
    let second = act(&app, &other, &format!("{at}/rejection"), &seen, &typed).await;
    assert_eq!(second.status, 409);
    assert!(second.body.contains("别人刚刚办理了") && second.body.contains("场所不符合要求，详见现场记录"));
    assert!(!second.body.contains("id=\"reject\""), "it cannot be rejected any more");
    let blind = app.post(&clerk, &format!("{at}/acceptance"), &[]).await;
    assert_eq!(blind.status, 409, "a form without its version is too old");
}

#[tokio::test]
async fn the_desk_is_for_those_who_sit_there() {
    let app = TestApp::new().await;
    let case = food(&app, "who-may-look").await.case;
    let at = format!("/desk/cases/{case}");
    assert_eq!(
        app.get(&app.citizen().await, &at).await.status,
        404,
        "not even one's own case, seen from the desk"
    );
    assert_eq!(app.get(&app.foreign_clerk().await, &at).await.status, 404);
    assert!(app.get(&app.visitor(), "/desk").await.location().starts_with("/login"));
    let reviewer = app.staff("reviewer", HOME, PostKind::Reviewer).await;
    let page = app.get(&reviewer, &at).await;
    assert!(page.status == 200 && !page.body.contains("id=\"accept\""), "a reviewer does not accept");
    let denied = act(&app, &reviewer, &format!("{at}/acceptance"), "1", &[]).await;
    assert!(denied.status == 403 && denied.body.contains("您的岗位不能办理这一步"));
    let citizen = app.citizen().await;
    let denied = act(&app, &citizen, &format!("{at}/acceptance"), "1", &[]).await;
    assert!(denied.status == 403 && denied.body.contains("由工作人员办理") && !denied.body.contains("岗位"));
    let path = format!("/api/v1/cases/{case}/acceptance");
    for (who, words) in [(&citizen, "由工作人员办理"), (&reviewer, "您的岗位不能办理这一步")]
    {
        let denied = app.api(who, "POST", &path, &serde_json::json!({})).await;
        assert!(denied.json()["detail"].as_str().unwrap().contains(words), "{}", denied.body);
    }
}

#[tokio::test]
async fn each_administrator_sees_her_own_work() {
    let app = TestApp::new().await;
    let security = app.administrator("security", Role::Security).await;
    let audit = app.administrator("audit", Role::Audit).await;
    let system = app.administrator("system", Role::System).await;
    for (who, own) in [(&security, "/admin/accounts"), (&audit, "/admin/journal"), (&system, "/admin/system")]
    {
        assert_eq!(app.get(who, "/desk").await.location(), "/admin");
        let home = app.get(who, "/admin").await;
        for path in ["/admin/accounts", "/admin/journal", "/admin/system"] {
            assert_eq!(home.body.contains(path), path == own, "{} {path}", who.name);
            assert_eq!(app.get(who, path).await.status == 200, path == own, "{} {path}", who.name);
        }
    }
    let account = app.town.neighbour.account().unwrap();
    let path = format!("/admin/accounts/{account}/state");
    let without = app.post(&security, &path, &[("state", "disabled")]).await;
    assert!(
        without.status == 422
            && without.body.contains("请写明原因")
            && without.body.contains("<details open>")
    );
    let with =
        app.post(&security, &path, &[("state", "disabled"), ("reason", "本人申请"), ("page", "1")]).await;
    assert_eq!(with.location(), "/admin/accounts?page=1&done=disabled");
    assert!(app.get(&security, "/admin/accounts").await.body.contains("已停用"));
    assert!(app.get(&audit, "/admin/journal").await.body.contains("identity.account_disabled"));
}

#[tokio::test]
async fn an_agent_chooses_for_whom_she_acts() {
    let app = TestApp::new().await;
    let agent = app.agent().await;
    let page = app.get(&agent, "/me/capacity?return=/apply/x").await;
    assert!(page.body.contains("金陵小厨") && page.body.contains("可以办理全部事项"));
    let none = app.post(&agent, "/me/capacity", &[]).await;
    assert!(none.status == 422 && none.body.contains("请选择您为谁办事"));
    let own = app.post(&agent, "/me/capacity", &[("capacity", "self"), ("return", "/apply/x")]).await;
    assert_eq!(own.location(), "/apply/x");
    let gone = app.post(&agent, "/me/capacity", &[("capacity", "4711")]).await;
    assert!(gone.status == 422 && gone.body.contains("这份授权已经失效"));
}

#[tokio::test]
async fn a_special_procedure_names_its_time_and_the_applicant_reads_it() {
    let app = TestApp::new().await;
    let (clerk, citizen) = (app.clerk().await, app.citizen().await);
    let reviewer = app.staff("reviewer", HOME, PostKind::Reviewer).await;
    let case = food(&app, "time-needed").await.case;
    let at = format!("/desk/cases/{case}");
    act(&app, &clerk, &format!("{at}/acceptance"), "1", &[]).await;
    let version = version(&app.get(&reviewer, &at).await);
    let stop = async |days: &'static str| {
        let fields = [("procedure", "专家评审"), ("reason", "工艺复杂"), ("working_days", days)];
        act(&app, &reviewer, &format!("{at}/suspension"), &version, &fields).await
    };
    for days in ["", "几天", "0", "-3"] {
        let refused = stop(days).await;
        assert_eq!(refused.status, 422, "{days}: {}", refused.location());
        assert!(refused.body.contains("href=\"#suspend-working_days\"") && refused.body.contains("工艺复杂"));
    }
    let silent = serde_json::json!({ "procedure": "专家评审", "reason": "工艺复杂" });
    let silent = app.api(&reviewer, "POST", &format!("/api/v1/cases/{case}/suspension"), &silent).await;
    assert_eq!(silent.json()["errors"][0]["field"], "working_days", "{}", silent.body);
    assert!(stop("6").await.location().ends_with("?done=suspended"));
    let page = app.get(&citizen, &format!("/cases/{case}")).await;
    assert!(
        page.body.contains("预计需要6个工作日") && page.body.contains("暂停计时，预计到"),
        "{}",
        page.body
    );
    assert!(app.get(&reviewer, &at).await.body.contains("预计需要6个工作日"));
}
