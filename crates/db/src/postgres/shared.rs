//! Connections that many queries use at once.
//!
//! The server answers the statements of one connection in the order in which they came, so statements of different
//! requests may follow one another without waiting: server and client then wake once for several of them. Only for
//! queries of one short statement: a long one would hold up those behind it.

use base::Result;
use deadpool_postgres::{Object, Pool};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Mutex;

/// Two keep two cores of the server busy; each further one makes for fewer statements at a time.
pub(super) const CONNECTIONS: usize = 2;

pub(super) struct Shared {
    pool: Pool,
    connections: [Mutex<Option<Arc<Object>>>; CONNECTIONS],
    turn: AtomicUsize,
}

impl Shared {
    pub fn new(pool: Pool) -> Shared {
        Shared { pool, connections: Default::default(), turn: AtomicUsize::new(0) }
    }

    /// The next connection in turn, made anew when it was lost.
    pub async fn client(&self) -> Result<Arc<Object>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let mut place = self.connections[turn].lock().await;
        if let Some(client) = place.as_ref().filter(|client| !client.is_closed()) {
            return Ok(client.clone());
        }
        // The lost one must go home first: the pool has no place for another.
        *place = None;
        let client = Arc::new(super::take(&self.pool).await?);
        *place = Some(client.clone());
        Ok(client)
    }
}
