//! Accounts an operator opens by hand: the first administrators of a real installation.

use crate::config::Config;
use crate::world;
use base::Rng;
use clap::Args;
use domain::identity::{self, AccountKind, Actor, NewAccount, Role};
use std::io::BufRead;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct AdministratorArguments {
    /// 登录名 / login
    login: String,
    /// system、security 或 audit
    role: String,
    /// 姓名 / name
    #[arg(long, default_value = "")]
    name: String,
}

/// Opens an administrator's account. The password comes from standard input, so that it stands in no
/// process list and no shell history; the secret of the second factor is printed once.
pub async fn open_administrator(
    config: &Config,
    arguments: AdministratorArguments,
) -> Result<ExitCode, String> {
    let role = Role::from_word(&arguments.role).ok_or("角色应为 system、security 或 audit")?;
    eprintln!("请输入 {} 的密码（至少12位）：", arguments.login);
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).map_err(|e| e.to_string())?;
    let world = world::connect(config).await?;
    let cx = world.cx(Actor::System);
    let hash = identity::hash_password(cx.rng(), password.trim_end_matches(['\r', '\n'])).await;
    let secret = identity::new_secret(cx.rng() as &dyn Rng);
    let new = NewAccount {
        login: arguments.login.clone(),
        kind: AccountKind::Administrator,
        name: if arguments.name.is_empty() { role.name().to_owned() } else { arguments.name },
        person: None,
        role: Some(role),
        assurance: 4,
        password: hash.map_err(|e| e.to_string())?,
        totp_secret: Some(secret.clone()),
        posts: Vec::new(),
    };
    let opened = cx.db().write(async |tx| identity::create_account(tx, &cx, new).await).await;
    opened.map_err(|e| format!("没有开通：{e}（登录名可能已经存在）"))?;
    println!("已开通 {}（{}）。请把这个密钥加入验证器应用，它只显示这一次：", arguments.login, role.name());
    println!("{}", identity::secret_text(&secret));
    Ok(ExitCode::SUCCESS)
}
