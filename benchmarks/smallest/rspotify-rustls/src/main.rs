use rspotify::clients::BaseClient;
use rspotify::model::AlbumId;
use rspotify::{AuthCodeSpotify, Token};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = Token { access_token: "your access token".to_owned(), ..Token::default() };
    let client = AuthCodeSpotify::from_token(token);
    let album = client.album(AlbumId::from_id("5K79FLRUCSysQnVESLcTdb")?, None).await?;
    println!("{}", album.name);
    Ok(())
}
