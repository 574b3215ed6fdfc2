use spotify_rs::{ClientCredsClient, album};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientCredsClient::authenticate("your client id", "your client secret").await?;
    let album = album("5K79FLRUCSysQnVESLcTdb").get(&client).await?;
    println!("{}", album.name);
    Ok(())
}
