//! The desk: lists, the review screen, and what happens when two people act on one case.

mod common;

use common::{Answer, Caller, TestApp};
use domain::casework::{GivenMaterial, Way, submit};
use domain::identity::{PostKind, Role};
use domain::testing::{DAY, FOOD, HOME, REGISTRATION};

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
    assert!(list.body.contains("还剩 ") && list.body.contains(" 个工作日"), "how long there still is");
    assert!(!list.body.contains("王小明"), "names in lists are masked");
    let found = app.get(&clerk, &format!("/desk?number={}", receipt.ticket)).await;
    assert_eq!(found.location(), at);
    let unknown = app.get(&clerk, "/desk?number=3201-20260924-999999").await;
    assert!(unknown.status == 422 && unknown.body.contains("没有找到这个编号"));
    assert!(unknown.body.contains("id=\"number-error\""), "said at the field too");

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
    assert!(
        second.body.contains("这个办件刚刚有了变化") && second.body.contains("场所不符合要求，详见现场记录")
    );
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
    let journal = app.get(&audit, "/admin/journal?what=identity.account_disabled").await.body;
    assert!(journal.contains("data-label=\"做了什么\">停用账户</th>"), "{journal}");
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

#[tokio::test]
async fn the_desk_sees_what_became_of_the_certificate_a_case_rests_on() {
    let app = TestApp::new().await;
    let (clerk, approver) = (app.clerk().await, app.staff("approver", HOME, PostKind::Approver).await);
    let (_, identifier) = app.certificate("rested-on").await;
    let submission = app.town.submission(FOOD, "rests-on-a-licence");
    let case = domain::casework::submit(&app.town.cx(&app.town.citizen), submission).await.unwrap().case;
    let at = format!("/desk/cases/{case}");
    let warning = "材料里的营业执照现在是“吊销”";
    assert!(!app.get(&clerk, &at).await.body.contains(warning));
    let manager = app.town.stepped_up(&app.town.market(PostKind::Approver));
    let cx = app.town.cx(&manager);
    let revoke = app.town.world.db.write(async |tx| {
        let act = domain::certs::Act::Revoke;
        domain::certs::change_status(tx, &cx, &identifier, act, "依据处罚决定", None).await
    });
    revoke.await.unwrap();
    let page = app.get(&clerk, &at).await;
    assert!(page.body.contains(warning) && page.body.contains("吊销，不能作为准予的依据"), "{}", page.body);
    let told = app.get(&clerk, &format!("/api/v1/cases/{case}")).await.json();
    let materials = told["materials"].as_array().unwrap();
    let licence = materials.iter().find(|material| material["way"] == "certificate").unwrap();
    assert_eq!((&licence["counts"], &licence["standing"]), (&false.into(), &"吊销".into()), "{licence}");

    act(&app, &clerk, &format!("{at}/acceptance"), &version(&page), &[]).await;
    let reviewer = app.staff("reviewer", HOME, PostKind::Reviewer).await;
    for (step, officers) in [("review", ""), ("inspect", "演示·甲、演示·乙")] {
        let page = app.get(&reviewer, &at).await;
        let fields = [("step", step), ("passed", "yes"), ("opinion", "材料齐全"), ("officers", officers)];
        act(&app, &reviewer, &format!("{at}/reviews"), &version(&page), &fields).await;
    }
    let page = app.get(&approver, &at).await;
    let grant = [("granted", "yes"), ("reason", "符合条件")];
    let refused = act(&app, &approver, &format!("{at}/decision"), &version(&page), &grant).await;
    assert!(refused.status == 422 && refused.body.contains("href=\"#decide-granted\""), "{}", refused.body);
    assert!(refused.body.contains("符合条件") && refused.body.contains("核实后作出不予许可决定"));
}

#[tokio::test]
async fn an_act_shows_its_document_first_and_nothing_is_done_by_looking() {
    let app = TestApp::new().await;
    let (clerk, citizen) = (app.clerk().await, app.citizen().await);
    let case = food(&app, "look-before-you-leap").await.case;
    let at = format!("/desk/cases/{case}");
    let seen = version(&app.get(&clerk, &at).await);
    let typed = [("kind", "not_accepted"), ("reason", "场所不在商业用途的房屋内")];
    let preview: Vec<_> = typed.iter().copied().chain([("stage", "preview")]).collect();
    let page = act(&app, &clerk, &format!("{at}/rejection"), &seen, &preview).await;
    assert!(page.status == 200 && page.body.contains("预览：不予受理通知书"), "{}", page.body);
    assert!(page.body.contains("预览，未盖章") && page.body.contains("<svg"));
    for (name, value) in typed.iter().chain([("version", seen.as_str())].iter()) {
        let kept = format!("name=\"{name}\" value=\"{value}\"");
        assert_eq!(page.body.matches(&kept).count(), 2, "for the act and for changing it: {kept}");
    }
    // The picture of the page is text: what was typed stands on the document, in pieces of a line each.
    let drawn: String =
        page.body.split("<tspan").skip(1).filter_map(|span| span.split(['>', '<']).nth(1)).collect();
    assert!(drawn.contains("场所不在商业用途的房屋内"), "{drawn}");

    let before = app.get(&citizen, &format!("/cases/{case}")).await.body;
    assert!(before.contains("待受理") && !before.contains("不予受理通知书"), "nobody was told");
    assert_eq!(version(&app.get(&clerk, &at).await), seen, "nothing was written");
    let back: Vec<_> = typed.iter().copied().chain([("stage", "change")]).collect();
    let back = act(&app, &clerk, &format!("{at}/rejection"), &seen, &back).await;
    assert!(back.status == 200 && back.body.contains(">场所不在商业用途的房屋内</textarea>"));
    assert!(!back.body.contains("<title>错误") && back.body.contains("id=\"reject\" open"));

    // A preview is refused as its act is, and to the same people.
    let empty = act(&app, &clerk, &format!("{at}/rejection"), &seen, &[("stage", "preview")]).await;
    assert!(empty.status == 422 && empty.body.contains("href=\"#reject-kind\""));
    let reviewer = app.staff("reviewer", HOME, PostKind::Reviewer).await;
    for (who, status) in [(&reviewer, 403), (&app.foreign_clerk().await, 404), (&citizen, 403)] {
        let answer = act(&app, who, &format!("{at}/rejection"), &seen, &preview).await;
        assert_eq!(answer.status, status, "{}", who.name);
    }
    let done = act(&app, &clerk, &format!("{at}/rejection"), &seen, &typed).await;
    assert_eq!(done.location(), format!("{at}?done=rejected"));
    let late = act(&app, &clerk, &format!("{at}/acceptance"), &seen, &[("stage", "preview")]).await;
    assert_eq!(late.status, 409, "somebody was quicker");
}

#[tokio::test]
async fn full_numbers_are_shown_once_to_the_desk_that_says_why() {
    let app = TestApp::new().await;
    let (clerk, audit) = (app.clerk().await, app.administrator("audit", Role::Audit).await);
    let case = food(&app, "full-numbers").await.case;
    let at = format!("/desk/cases/{case}");
    let silent = app.post(&clerk, &format!("{at}/numbers"), &[("reason", " ")]).await;
    assert!(silent.status == 422 && silent.body.contains("id=\"numbers-reason-error\""), "{}", silent.body);
    assert!(!silent.body.contains("320102199001019998"));
    let shown = app.post(&clerk, &format!("{at}/numbers"), &[("reason", "电话核实地址")]).await;
    assert!(shown.status == 200 && shown.body.contains("320102199001019998"), "{}", shown.body);
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert!(!app.get(&clerk, &at).await.body.contains("320102199001019998"), "once");
    let csv = app.post(&audit, "/admin/journal/export", &[("what", "desk.")]).await.body;
    assert!(
        csv.contains("desk.numbers_shown") && csv.contains("电话核实地址") && csv.lines().count() == 2,
        "{csv}"
    );
    let journal = app.get(&audit, "/admin/journal?what=desk.").await.body;
    assert!(journal.contains("data-label=\"做了什么\">查看办件的完整号码</th>"), "{journal}");
    // Not hers to see: no event either.
    for (who, status) in [(app.foreign_clerk().await, 404), (app.citizen().await, 403), (audit, 403)] {
        let refused = app.post(&who, &format!("{at}/numbers"), &[("reason", "好奇")]).await;
        assert_eq!(refused.status, status, "{}", who.name);
    }
    let citizen = app.get(&app.citizen().await, &format!("/cases/{case}")).await;
    assert!(
        citizen.status == 200 && !citizen.body.contains("电话核实地址"),
        "the page of the case still reads"
    );
}

#[tokio::test]
async fn the_journal_names_the_case_and_the_reason_and_is_narrowed_to_one_case() {
    let app = TestApp::new().await;
    let (clerk, audit) = (app.clerk().await, app.administrator("audit", Role::Audit).await);
    let (one, other) = (food(&app, "journal-one").await, food(&app, "journal-other").await);
    for (case, reason) in [(one.case, "核实身份32010219900307123X"), (other.case, "另一件的缘由")] {
        app.post(&clerk, &format!("/desk/cases/{case}/numbers"), &[("reason", reason)]).await;
    }
    let all = app.get(&audit, "/admin/journal?what=desk.").await.body;
    assert!(all.contains(&one.ticket) && all.contains(&other.ticket), "{all}");
    assert!(all.contains("另一件的缘由") && all.contains("核实身份320"), "{all}");
    assert!(!all.contains("19900307"), "no number of a person");
    assert!(all.contains("没有写起始日"), "how far it looked is told");
    assert!(all.contains(&format!("case={}\">办件 {}</a>", one.ticket, one.ticket)), "{all}");
    let only = app.get(&audit, &format!("/admin/journal?case={}", one.ticket)).await.body;
    assert!(only.contains("data-label=\"做了什么\">提交申请</th>"), "{only}");
    assert!(only.contains("核实身份") && !only.contains(&other.ticket) && !only.contains("另一件的缘由"));
    assert!(!only.contains("没有写起始日"), "one case is read as a whole");
    let both = app.get(&audit, &format!("/admin/journal?case={}&what=desk.", one.ticket)).await.body;
    assert!(both.contains("查看办件的完整号码</th>") && !both.contains("提交申请</th>"), "{both}");
    let later = format!("/admin/journal?case={}&from=2030-01-01", one.ticket);
    assert!(app.get(&audit, &later).await.body.contains("这一页没有记录"));
    let none = app.get(&audit, "/admin/journal?case=320102-0").await;
    assert!(none.status == 422 && none.body.contains("没有这个编号的办件"), "{}", none.body);
    let csv = app.post(&audit, "/admin/journal/export", &[("case", &one.ticket), ("what", "desk.")]).await;
    assert_eq!(csv.body.lines().count(), 2, "{}", csv.body);
    assert_eq!(app.post(&audit, "/admin/journal/export", &[("case", "320102-0")]).await.status, 422);
}

#[tokio::test]
async fn the_work_list_is_narrowed_by_item_and_by_day() {
    let app = TestApp::new().await;
    let clerk = app.clerk().await;
    let food = food(&app, "narrowed").await.ticket;
    let other = app.case("narrowed-too").await.ticket;
    let item = app.town.item(FOOD);
    let narrowed = app.get(&clerk, &format!("/desk?queue=clerk&item={}", item.code)).await.body;
    assert!(narrowed.contains(&food) && !narrowed.contains(&other), "{narrowed}");
    let late = app.get(&clerk, "/desk?queue=clerk&due=over").await.body;
    assert!(late.contains("没有符合条件的办件") && late.contains("看全部"), "{late}");
    app.town.clock.advance(20 * domain::testing::DAY);
    // Her session has ended meanwhile.
    let clerk = app.staff("later-clerk", HOME, PostKind::Clerk).await;
    let late = app.get(&clerk, "/desk?queue=clerk&due=over").await.body;
    assert!(late.contains(&food) && late.contains(&other) && late.contains("超期"), "{late}");
    assert!(app.get(&clerk, "/desk?queue=clerk&due=soon").await.body.contains("没有符合条件的办件"));
}

#[tokio::test]
async fn the_list_is_turned_by_a_link_that_keeps_filters_and_pages() {
    let app = TestApp::new().await;
    let item = app.town.item(REGISTRATION).clone();
    let mut tickets = Vec::new();
    for number in 0..21 {
        let key = format!("turned-{number}");
        tickets.push(app.town.submit(&app.town.citizen, REGISTRATION, &key).await.ticket);
        if number == 0 {
            app.town.clock.advance(DAY);
        }
    }
    let clerk = app.clerk().await;
    let filters = format!("/desk?body={}&queue=clerk&item={}&due=", item.body.credit_code, item.code);
    let list = app.get(&clerk, &format!("{filters}&page=1")).await.body;
    assert!(list.contains("aria-sort=\"ascending\"") && list.contains("先到期的在前</caption>"), "{list}");
    assert!(list.contains(&tickets[0]) && !list.contains(&tickets[20]));
    let turned = format!("{filters}&order=latest");
    assert!(list.contains(&format!("href=\"{}\"", turned.replace('&', "&#38;"))), "{list}");

    let list = app.get(&clerk, &turned).await.body;
    assert!(list.contains("aria-sort=\"descending\"") && list.contains("后到期的在前</caption>"), "{list}");
    assert!(list.contains("<option value=\"latest\" selected>"), "the form of the filters keeps it");
    assert!(list.contains(&tickets[20]) && !list.contains(&tickets[0]));
    let next = format!("{turned}&page=2");
    assert!(list.contains(&format!("href=\"{}\"", next.replace('&', "&#38;"))), "{list}");
    let last = app.get(&clerk, &next).await.body;
    assert!(last.contains(&tickets[0]) && !last.contains(&tickets[20]));

    let nonsense = app.get(&clerk, &format!("{filters}&order=upwards")).await;
    assert!(nonsense.status == 200 && nonsense.body.contains("aria-sort=\"ascending\""));
    let done = app.get(&clerk, &format!("/desk?body={}&queue=done", item.body.credit_code)).await.body;
    assert!(done.contains("<option value=\"latest\" selected>后办结的在前"), "{done}");
}
