//! The list of screens, with their error and empty states.

use crate::steps::citizen::Receipt;

pub struct Screen {
    pub path: String,
    pub act: Act,
}

/// What is done to the page before it is looked at.
pub enum Act {
    None,
    /// A form is sent as it is, and comes back with its errors.
    Press(&'static str),
    /// A form is sent as it is, and answers with a page to look at.
    Look(&'static str),
    /// All details are opened.
    Unfold,
    AskProgress(Receipt),
}

impl Screen {
    pub fn at(path: impl Into<String>) -> Screen {
        Screen { path: path.into(), act: Act::None }
    }

    fn with(path: impl Into<String>, act: Act) -> Screen {
        Screen { path: path.into(), act }
    }
}

fn all(paths: &[&str]) -> Vec<Screen> {
    paths.iter().map(|path| Screen::at(*path)).collect()
}

pub fn public() -> Vec<Screen> {
    let mut screens = all(&[
        "/",
        "/legal",
        "/person",
        "/items",
        "/items?side=legal&page=2",
        "/search?q=开店",
        "/search?q=kaidian",
        "/search?q=",
        "/search?q=龘龘龘",
        "/divisions",
        "/divisions?city=320500",
        "/progress",
        "/verify",
        "/verify?identifier=1.2.156",
        "/help",
        "/halls",
        "/about",
        "/about/accessibility",
        "/about/privacy",
        "/sitemap",
        "/login",
        "/register",
        "/register/notice",
        "/nothing-here",
    ]);
    for slug in ["individual-business-registration", "food-business-licence", "unemployment-registration"] {
        screens.push(Screen::with(format!("/items/{slug}"), Act::Unfold));
    }
    screens.push(Screen::with("/login", Act::Press("登录")));
    screens.push(Screen::with("/register", Act::Press("注册")));
    screens.push(Screen::with("/progress", Act::Press("查进度")));
    screens
}

pub fn empty_space() -> Vec<Screen> {
    all(&["/", "/me", "/me/cases", "/me/certificates", "/me/capacity", "/me/security"])
}

pub fn agent() -> Vec<Screen> {
    all(&["/legal", "/me", "/me/capacity"])
}

pub fn administrators() -> [(&'static str, Vec<Screen>); 3] {
    let accounts = || Screen::with("/admin/accounts", Act::Unfold);
    [
        ("admin-system", {
            let mut screens = all(&[
                "/admin",
                "/admin/system",
                "/admin/searches",
                "/admin/layouts",
                "/admin/layouts/acceptance",
                "/me/security",
            ]);
            screens.push(Screen::with("/admin/openings", Act::Press("开户")));
            screens.push(Screen::with("/admin/openings", Act::Unfold));
            screens
        }),
        ("admin-security", vec![Screen::at("/admin"), accounts()]),
        ("admin-audit", all(&["/admin", "/admin/journal", "/admin/journal?from=2026-02-30"])),
    ]
}

/// Somebody with a draft, a granted case that can be rated, one under way, and a certificate.
pub fn applicant(draft: &str, rated: &Receipt, food: &Receipt, certificate: &str) -> Vec<Screen> {
    let case = &rated.case;
    let mut screens = vec![
        Screen::at("/"),
        Screen::with("/me", Act::Unfold),
        Screen::at("/me/cases"),
        Screen::at("/me/certificates"),
        Screen::at(certificate),
        Screen::with(case, Act::Unfold),
        Screen::with(&food.case, Act::Unfold),
        Screen::with(format!("{}/owed/rules", food.case), Act::Press("补交")),
        Screen::at(format!("{case}/receipt")),
        Screen::at(format!("{case}/withdrawal")),
        Screen::at(format!("{case}/rating")),
        Screen::at(format!("{case}/rating?asked=1")),
        Screen::at(format!("{case}/rating?grade=1")),
        Screen::at(format!("{case}/rating?grade=5")),
        Screen::with(format!("{case}/rating?grade=5"), Act::Press("提交评价")),
        Screen::at(format!("{}/rating", food.case)),
        Screen::with("/progress", Act::AskProgress(food.clone())),
        Screen::with(format!("{draft}/materials"), Act::Unfold),
        Screen::at(format!("{draft}/check")),
        Screen::with(format!("{draft}/check"), Act::Press("提交申请")),
    ];
    screens.extend((1..=3).map(|page| Screen::at(format!("{draft}/pages/{page}?back=check"))));
    screens
}

/// The papers and the certificate of a granted case.
pub fn holder(certificate: &str, document: &str) -> Vec<Screen> {
    vec![
        Screen::at(document),
        Screen::with(format!("{certificate}/show"), Act::Unfold),
        Screen::with(format!("{certificate}/grant"), Act::Press("授权使用一次")),
        Screen::at("/me/grants"),
        Screen::at("/me/uses"),
    ]
}

/// A case that waits for its applicant.
pub fn waiting_to_supplement(supplement: &str) -> Vec<Screen> {
    let case = supplement.trim_end_matches("/supplement");
    vec![Screen::with(supplement, Act::Unfold), Screen::at(case), Screen::at("/me")]
}

/// Seals, the library and stock, as somebody at the deciding post sees them.
pub fn authority(seal: &str, certificate: &str) -> Vec<Screen> {
    let mut screens =
        all(&["/desk/seals", "/desk/certificates", "/desk/grants", "/desk/fetches", "/desk/imports", seal]);
    screens.push(Screen::with(format!("/desk/certificates/{certificate}"), Act::Unfold));
    screens.push(Screen::with("/desk/imports", Act::Press("上传")));
    screens.push(Screen::with("/desk/fetches", Act::Press("查申请人的证照")));
    screens
}

/// What a keeper of seals fills in.
pub fn keeper() -> Vec<Screen> {
    vec![Screen::at("/desk/seals"), Screen::with("/desk/seals/order", Act::Press("提交申请"))]
}

/// Somebody who waits for the clerk.
pub fn waiting(case: &Receipt) -> Vec<Screen> {
    vec![Screen::at("/me"), Screen::at(&case.case), Screen::at(format!("{}/withdrawal", case.case))]
}

/// A clerk's own pages besides her cases.
pub fn window() -> Vec<Screen> {
    let mut screens = all(&["/desk", "/desk/identity"]);
    screens.push(Screen::with("/desk/identity", Act::Press("通过核验")));
    screens
}

pub fn clerk(case: &str) -> Vec<Screen> {
    vec![
        Screen::at("/desk"),
        Screen::at("/desk?queue=done"),
        Screen::with(case, Act::Unfold),
        Screen::with(case, Act::Look("受理")),
        Screen::with(case, Act::Press("预览决定书")),
        Screen::with(case, Act::Press("预览不予受理通知书")),
        Screen::with(case, Act::Press("查看并记录")),
    ]
}

pub fn reviewer(case: &str) -> Vec<Screen> {
    vec![
        Screen::at("/desk"),
        Screen::with(case, Act::Unfold),
        Screen::with(case, Act::Press("提交审查意见")),
        Screen::with(case, Act::Press("退回给申请人")),
    ]
}

pub fn approver(case: &str) -> Vec<Screen> {
    vec![Screen::at("/desk"), Screen::at(case), Screen::with(case, Act::Press("预览决定书"))]
}
