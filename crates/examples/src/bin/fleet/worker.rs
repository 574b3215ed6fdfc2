//! A process in the background, whose calls let those of people go first.

use std::time::Duration;

use examples::Result;
use spotify_sdk::Priority;

use crate::processes::ended;
use crate::{Options, join};

const ALBUMS: [&str; 3] = ["5K79FLRUCSysQnVESLcTdb", "4aawyAB9vmqN3uQ7FjRGTy", "4Uv86qWpGTxf7fU7lG5X6F"];

pub(crate) async fn run(options: &Options, pause: Duration) -> Result {
    let (_fleet, client) = join(options).await?;
    println!("ready");
    let mut read = 0;
    let work = async {
        for album in ALBUMS.iter().cycle() {
            client.albums().get(*album).priority(Priority::Background).await?;
            read += 1;
            tokio::time::sleep(pause).await;
        }
        Ok(())
    };
    tokio::select! { () = ended(options) => Ok(()), done = work => done }.map_err(|error: spotify_sdk::Error| error)?;
    client.close().await;
    println!("{read} albums read");
    Ok(())
}
