//! A server for one tour: free port, fresh folder; the folder is gone afterwards unless somebody named it.

use crate::config::Config;
use crate::{drain, jobs, serve, world};
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub struct OwnServer {
    pub base: String,
    /// To be removed afterwards; none when somebody named it.
    passing: Option<PathBuf>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

pub async fn start(config: &Config) -> Result<OwnServer, String> {
    let folder = match config.data_given {
        true => empty(&config.data)?,
        false => std::env::temp_dir().join(format!("yiwang-tour-{}", std::process::id())),
    };
    let passing = (!config.data_given).then(|| folder.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let config = Config {
        data: folder,
        // Never the operator's database: the tour enters synthetic persons.
        database_url: None,
        listen: address,
        public_url: format!("http://{address}"),
        demo: true,
        ..config.clone()
    };
    let world = world::open(&config).await?;
    let app = serve::web_app(&config, &world)?;
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(jobs::run(world, app.clone(), config.data.clone(), None, stopped.clone()));
    let mut stopping = stopped;
    let asked = async move {
        let _ = stopping.changed().await;
    };
    let serving = tokio::spawn(drain::serve(listener, web::app(app), asked, drain::Patience::default()));
    Ok(OwnServer { base: format!("http://{address}"), passing, stop, tasks: vec![working, serving] })
}

/// The tour enters synthetic persons: never into a folder that holds something.
fn empty(folder: &Path) -> Result<PathBuf, String> {
    let holds = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds {
        return Err(format!(
            "数据文件夹 {} 里已经有内容：巡检会写入演示人员。请用 --data 指定一个空文件夹，或者不指定（用完即删的临时文件夹），\
             也可以用 --base 指向正在运行的演示服务",
            folder.display()
        ));
    }
    Ok(folder.to_owned())
}

impl OwnServer {
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        // A folder that cannot be removed is left to the system's own cleaning of temporary files.
        if let Some(folder) = self.passing {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_holds_something_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(empty(folder.path()).unwrap(), folder.path());
        assert!(empty(&folder.path().join("new")).is_ok());
        std::fs::write(folder.path().join("yiwang.db"), b"x").unwrap();
        assert!(empty(folder.path()).unwrap_err().contains("--data"));
    }
}
