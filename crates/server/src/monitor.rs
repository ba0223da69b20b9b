//! Health and metrics, on an address of their own that the public never sees.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use domain::World;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::Arc;

#[derive(Clone)]
struct Monitor {
    world: Arc<World>,
    metrics: PrometheusHandle,
}

/// `GET /healthz` (200 while the database answers; it says when nothing can be written) and `GET /metrics` (Prometheus text).
pub fn router(world: Arc<World>) -> Result<Router, String> {
    let metrics = PrometheusBuilder::new().install_recorder().map_err(|e| e.to_string())?;
    let monitor = Monitor { world, metrics };
    Ok(Router::new().route("/healthz", get(health)).route("/metrics", get(show)).with_state(monitor))
}

async fn health(State(monitor): State<Monitor>) -> (StatusCode, &'static str) {
    match monitor.world.db.healthy().await {
        // Reading goes on: to take the process out of service would end that as well.
        Ok(()) if monitor.world.db.commit_failing() => {
            (StatusCode::OK, "reading only: changes cannot be committed\n")
        }
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

async fn show(State(monitor): State<Monitor>) -> String {
    let items = monitor.world.catalogue.load().items().count();
    metrics::gauge!("yiwang_items").set(items as f64);
    metrics::gauge!("yiwang_clock_astray_seconds").set(monitor.world.clock.astray() as f64 / 1000.0);
    let failing = monitor.world.db.commit_failing();
    metrics::gauge!("yiwang_commit_failing").set(f64::from(u8::from(failing)));
    monitor.metrics.run_upkeep();
    monitor.metrics.render()
}
