//! Accounts an operator opens by hand: the first administrators of a real installation.

use crate::config::Config;
use crate::terminal::say;
use crate::world;
use base::{Error, Rng};
use clap::Args;
use domain::identity::{self, Actor, GivenAdministrator, Role};
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
    /// 丢了手机或忘了密码：给已有的管理员换新密码和验证器密钥 / a new password and second factor for one who is there
    #[arg(long)]
    reset: bool,
}

/// Opens an administrator's account, or lets its owner in again. The password comes from standard input, so that it
/// stands in no process list and no shell history; the secret of the second factor is printed once.
pub async fn open_administrator(
    config: &Config,
    arguments: AdministratorArguments,
) -> Result<ExitCode, String> {
    let role = Role::from_word(&arguments.role).ok_or("角色应为 system、security 或 audit")?;
    let login = arguments.login.trim().to_ascii_lowercase();
    let given = GivenAdministrator { login, name: arguments.name, role, reset: arguments.reset };
    let world = world::connect(config).await?;
    let cx = world.cx(Actor::System);
    let checked = cx.db().read(async |tx| identity::check_administrator(tx, &cx, &given).await).await;
    checked.map_err(|e| refusal(&e))?;
    eprintln!("请输入 {} 的密码（至少12位）：", given.login);
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).map_err(|e| e.to_string())?;
    let password = password.trim_end_matches(['\r', '\n']);
    let hash =
        identity::new_password(cx.rng(), password, &[given.login.as_str()]).await.map_err(|e| refusal(&e))?;
    let secret = identity::new_secret(cx.rng() as &dyn Rng);
    let set =
        async |tx: &mut db::Tx<'_>| identity::set_administrator(tx, &cx, &given, hash.clone(), &secret).await;
    cx.db().write(set).await.map_err(|e| refusal(&e))?;
    let done = if given.reset { "已重设" } else { "已开通" };
    say!("{done} {}（{}）。请把这个密钥加入验证器应用，它只显示这一次：", given.login, role.name());
    say!("{}", identity::secret_text(&secret));
    Ok(ExitCode::SUCCESS)
}

fn refusal(error: &Error) -> String {
    match error.code() {
        "identity.administrator_exists" => {
            format!("{error}。她丢了手机或忘了密码时，加上 --reset 换新密码和验证器密钥")
        }
        "identity.no_administrator" => format!("{error}。--reset 只用于已经开通的管理员账户"),
        _ => error.to_string(),
    }
}
