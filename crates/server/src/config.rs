//! Configuration: command line and environment first, then the TOML file, then defaults.

use clap::Args;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Cli {
    /// 配置文件（TOML，键名与参数相同） / TOML file with the same names
    #[arg(long, global = true, env = "YIWANG_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
}

/// Every setting as it may be given in any of the three places.
#[derive(Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Given {
    /// 数据文件夹：数据库、上传的文件、主密钥 / data folder [default: yiwang-data]
    #[arg(long, global = true, env = "YIWANG_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// 门户和接口的地址 / address of portal and API [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "YIWANG_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// 健康检查和指标的地址 / address of health and metrics [default: 127.0.0.1:8081]
    #[arg(long, global = true, env = "YIWANG_ADMIN_LISTEN", value_name = "ADDR")]
    admin_listen: Option<SocketAddr>,
    /// 使用 PostgreSQL / use PostgreSQL: postgres://user:password@host/database [default: embedded SQLite]
    #[arg(long, global = true, env = "YIWANG_DATABASE_URL", value_name = "URL")]
    database_url: Option<String>,
    /// 群众访问的网址 / the address people use [default: http://<listen>]
    #[arg(long, global = true, env = "YIWANG_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// 是否演示环境（合成人员、公开的演示密码） / demonstration province with synthetic persons [default: true]
    #[arg(long, global = true, env = "YIWANG_DEMO", value_name = "BOOL")]
    demo: Option<bool>,
    /// 首次来访显示的区划 / division shown to a first visitor [default: 320102]
    #[arg(long, global = true, env = "YIWANG_HOME_DIVISION", value_name = "CODE")]
    home_division: Option<String>,
    /// 每个来源每分钟的请求数 / requests a minute from one peer [default: 1200]
    #[arg(long, global = true, env = "YIWANG_REQUESTS_PER_MINUTE", value_name = "N")]
    requests_per_minute: Option<u32>,
    /// 每个来源每分钟猜测口令的次数 / tries at secrets a minute from one peer [default: 20]
    #[arg(long, global = true, env = "YIWANG_GUESSES_PER_MINUTE", value_name = "N")]
    guesses_per_minute: Option<u32>,
    /// 可信代理的网段，逗号分隔；只有它们转报的来访地址才算数 / networks of trusted proxies, comma-separated [default: none]
    #[arg(long, global = true, env = "YIWANG_TRUSTED_PROXIES", value_name = "CIDR,…", value_delimiter = ',')]
    trusted_proxies: Option<Vec<String>>,
    /// 可信代理写来访地址的请求头 / the header they write: x-forwarded-for or forwarded [default: x-forwarded-for]
    #[arg(long, global = true, env = "YIWANG_PROXY_HEADER", value_name = "NAME")]
    proxy_header: Option<String>,
    /// 共用一个 PostgreSQL 的进程各有编号 / number of this process among those on one PostgreSQL [default: 0]
    #[arg(long, global = true, env = "YIWANG_NODE", value_name = "0-127")]
    node: Option<u8>,
    /// 登记机关的单位数据（每行一个 JSON），改动后自动读入 / registry of organisations, one JSON object on each line [default: none]
    #[arg(long, global = true, env = "YIWANG_REGISTRY", value_name = "FILE")]
    registry: Option<PathBuf>,
    /// 画印章和文书的字体文件，字体集写成 FILE#序号 / font file for seals and documents; FILE#N in a collection [default: searched in the usual folders]
    #[arg(long, global = true, env = "YIWANG_FONT", value_name = "FILE")]
    font: Option<String>,
}

/// What holds after all three places were read.
#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    /// Somebody named the folder: it is not the default.
    pub data_given: bool,
    pub listen: SocketAddr,
    pub admin_listen: SocketAddr,
    pub database_url: Option<String>,
    pub public_url: String,
    pub demo: bool,
    pub home_division: String,
    pub limits: web::Limits,
    pub proxies: web::Proxies,
    pub node: u8,
    pub font: Option<String>,
    pub registry: Option<PathBuf>,
}

impl Config {
    pub fn read(cli: Cli) -> Result<Config, String> {
        let file = match &cli.config {
            None => Given::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|e| format!("读不到配置文件 {}：{e}", path.display()))?;
                toml::from_str(&text).map_err(|e| format!("配置文件 {} 有误：{e}", path.display()))?
            }
        };
        Config::merge(cli.given, file)
    }

    fn merge(given: Given, file: Given) -> Result<Config, String> {
        let listen = given.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = given.public_url.or(file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        let usual = web::Limits::default();
        let data = given.data.or(file.data);
        let config = Config {
            data_given: data.is_some(),
            data: data.unwrap_or_else(|| PathBuf::from("yiwang-data")),
            listen,
            admin_listen: given
                .admin_listen
                .or(file.admin_listen)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8081))),
            database_url: given.database_url.or(file.database_url),
            public_url: public_url.trim_end_matches('/').to_owned(),
            demo: given.demo.or(file.demo).unwrap_or(true),
            home_division: given.home_division.or(file.home_division).unwrap_or_else(|| "320102".into()),
            limits: web::Limits {
                requests_per_minute: given
                    .requests_per_minute
                    .or(file.requests_per_minute)
                    .unwrap_or(usual.requests_per_minute),
                guesses_per_minute: given
                    .guesses_per_minute
                    .or(file.guesses_per_minute)
                    .unwrap_or(usual.guesses_per_minute),
            },
            proxies: proxies(
                given.trusted_proxies.or(file.trusted_proxies).unwrap_or_default(),
                given.proxy_header.or(file.proxy_header),
            )?,
            node: given.node.or(file.node).unwrap_or(0),
            font: given.font.or(file.font),
            registry: given.registry.or(file.registry),
        };
        config.check()
    }

    fn check(self) -> Result<Config, String> {
        let url = &self.public_url;
        let Some(host) = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")) else {
            return Err(format!("public_url 应以 http:// 或 https:// 开头，现在是“{url}”"));
        };
        // Pages and cookies belong to a whole host.
        if host.is_empty() || host.contains(|c: char| "/?#@\\".contains(c) || c.is_whitespace()) {
            return Err(format!(
                "public_url 只写到主机名或端口为止，不能带路径或参数，例如 https://zwfw.example.cn，现在是“{url}”"
            ));
        }
        if self.limits.requests_per_minute == 0 || self.limits.guesses_per_minute == 0 {
            return Err("requests_per_minute 和 guesses_per_minute 至少为 1：为 0 时谁也进不来".into());
        }
        if self.node > 127 {
            return Err("node 应在 0 到 127 之间".into());
        }
        Ok(self)
    }

    /// The defaults, in a folder.
    #[cfg(test)]
    pub fn on(data: &std::path::Path) -> Config {
        let given = Given { data: Some(data.to_owned()), ..Given::default() };
        Config::merge(given, Given::default()).expect("the defaults hold")
    }

    pub fn location(&self) -> db::Location {
        match &self.database_url {
            Some(url) => db::Location::Postgres(url.clone()),
            None => db::Location::Folder(self.data.clone()),
        }
    }
}

fn proxies(trusted: Vec<String>, header: Option<String>) -> Result<web::Proxies, String> {
    let networks = trusted.iter().filter(|text| !text.trim().is_empty()).map(|text| text.parse());
    let trusted = networks.collect::<Result<_, _>>().map_err(|e: String| format!("trusted_proxies：{e}"))?;
    let header = header.map(|name| name.parse()).transpose()?.unwrap_or_default();
    Ok(web::Proxies { trusted, header })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins_over_the_file_and_the_file_over_the_default() {
        let file: Given = toml::from_str("listen = \"127.0.0.1:9000\"\nhome_division = \"320508\"").unwrap();
        let given = Given { listen: "127.0.0.1:9999".parse().ok(), ..Given::default() };
        let config = Config::merge(given, file).unwrap();
        assert_eq!(config.listen.port(), 9999);
        assert_eq!(config.home_division, "320508");
        assert_eq!(config.public_url, "http://127.0.0.1:9999");
        assert!(config.demo);
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        let error = toml::from_str::<Given>("listem = \"127.0.0.1:9000\"").unwrap_err().to_string();
        assert!(error.contains("listem"), "{error}");
    }

    #[test]
    fn trusted_proxies_are_networks_and_one_header() {
        let file = "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nproxy_header = \"forwarded\"";
        let config = Config::merge(Given::default(), toml::from_str(file).unwrap()).unwrap();
        assert_eq!(config.proxies.trusted.len(), 2);
        assert_eq!(config.proxies.header, web::ForwardingHeader::Forwarded);
        for wrong in ["trusted_proxies = [\"10.0.0.0/40\"]", "proxy_header = \"x-real-ip\""] {
            assert!(Config::merge(Given::default(), toml::from_str(wrong).unwrap()).is_err(), "{wrong}");
        }
        let none = Config::merge(Given::default(), Given::default()).unwrap();
        assert!(none.proxies.trusted.is_empty(), "nobody is believed unless named");
    }

    #[test]
    fn an_address_people_cannot_open_is_refused() {
        let read = |url: &str| {
            let given = Given { public_url: Some(url.into()), ..Given::default() };
            Config::merge(given, Given::default())
        };
        for wrong in [
            "ftp://x",
            "https://",
            "https://x/portal",
            "https://x?a=b",
            "http://x#a",
            "http://a@x",
            "http://x y",
        ] {
            assert!(read(wrong).unwrap_err().contains("public_url"), "{wrong}");
        }
        assert_eq!(read("https://x.example.cn:8443/").unwrap().public_url, "https://x.example.cn:8443");
    }

    #[test]
    fn limits_that_let_nobody_in_are_refused() {
        for wrong in ["requests_per_minute = 0", "guesses_per_minute = 0"] {
            assert!(Config::merge(Given::default(), toml::from_str(wrong).unwrap()).is_err(), "{wrong}");
        }
    }
}
