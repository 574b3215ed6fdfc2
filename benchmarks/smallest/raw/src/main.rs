use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::new();
    let url = "https://api.spotify.com/v1/albums/5K79FLRUCSysQnVESLcTdb";
    let answer = client.get(url).bearer_auth("your access token").send().await?.error_for_status()?;
    let album: Value = serde_json::from_slice(&answer.bytes().await?)?;
    println!("{}", album["name"]);
    Ok(())
}
