//! Whose tokens are in Redis.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::entry::Entry;
use super::error::TokenCacheError;
use super::scripts::COMMAND_LIMIT;
use super::store::Store;
use super::value;

/// About how many entries are read at a time.
const BATCH: usize = 200;

/// A user whose token is stored. It tells nothing of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredUser {
    /// What the app calls the user; empty where the app has one user.
    pub user: String,
    /// When the access token expires.
    pub expires_at: Timestamp,
    /// When the user agreed; `None` where that is not known.
    pub authorized_at: Option<Timestamp>,
    /// When the token was stored last, by the clock of the process that stored it.
    pub stored_at: Timestamp,
}

type Page = (u64, Vec<(String, Option<Vec<u8>>)>);

/// Reads the whole index of an app, a batch at a time, so that no command holds the server up.
pub(super) async fn users(store: &Store, client_id: &str) -> Result<Vec<StoredUser>, TokenCacheError> {
    let mut users = Vec::new();
    let mut cursor = 0;
    loop {
        let (next, page) = page(store, client_id, cursor).await?;
        for (id, value) in page {
            let Some(value) = value.map(Zeroizing::new) else { continue };
            let read = value::read(&value, &Entry::with_id(client_id, id), store.keys.as_ref())?;
            users.push(StoredUser {
                user: read.user,
                expires_at: read.token.expires_at(),
                authorized_at: read.token.authorized_at(),
                stored_at: read.stored_at,
            });
        }
        if next == 0 {
            break;
        }
        cursor = next;
    }
    // A scan can give an element more than once.
    users.sort_by(|one, other| one.user.cmp(&other.user));
    users.dedup_by(|one, other| one.user == other.user);
    Ok(users)
}

async fn page(store: &Store, client_id: &str, cursor: u64) -> Result<Page, TokenCacheError> {
    let client_id = client_id.to_owned();
    let read = store.connection.run(COMMAND_LIMIT, move |mut link| async move {
        let index = Entry::with_id(&client_id, String::new()).index();
        let mut scan = redis::cmd("SSCAN");
        scan.arg(&index).arg(cursor).arg("COUNT").arg(BATCH);
        let (next, ids): (u64, Vec<String>) = scan.query_async(&mut link).await?;
        let mut page = Vec::with_capacity(ids.len());
        let mut gone = Vec::new();
        for id in ids {
            let mut get = redis::cmd("HGET");
            get.arg(Entry::with_id(&client_id, id.clone()).token()).arg("token");
            let value: Option<Vec<u8>> = get.query_async(&mut link).await?;
            if value.is_none() {
                gone.push(id.clone());
            }
            page.push((id, value));
        }
        // Tokens that have expired leave their ids behind.
        if !gone.is_empty() {
            redis::cmd("SREM").arg(&index).arg(gone).query_async::<()>(&mut link).await?;
        }
        Ok((next, page))
    });
    read.await.map_err(|error| TokenCacheError::command("list the users", &error))
}
