use spotify_sdk::{AsyncSpotifyClient, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let client = AsyncSpotifyClient::new("your access token")?;
    let album = client.albums().get("5K79FLRUCSysQnVESLcTdb").await?;
    println!("{}", album.name);
    Ok(())
}
