//! A server for one tour: free port, fresh folder, gone afterwards.

use crate::config::Config;
use crate::{jobs, serve, world};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub struct OwnServer {
    pub base: String,
    folder: PathBuf,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

pub async fn start(config: &Config) -> Result<OwnServer, String> {
    let folder = std::env::temp_dir().join(format!("yiwang-tour-{}", std::process::id()));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let config = Config {
        data: folder.clone(),
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
    let service = web::app(app).into_make_service_with_connect_info::<SocketAddr>();
    let mut stopping = stopped;
    let serving = tokio::spawn(async move {
        let asked = async move {
            let _ = stopping.changed().await;
        };
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(asked).await {
            eprintln!("{error}");
        }
    });
    Ok(OwnServer { base: format!("http://{address}"), folder, stop, tasks: vec![working, serving] })
}

impl OwnServer {
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        // A folder that cannot be removed is left to the system's own cleaning of temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
