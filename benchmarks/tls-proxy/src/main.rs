//! `tls-proxy EMULATOR CERTIFICATE`: an HTTP proxy that takes every `CONNECT`, speaks TLS as Spotify's hosts, and passes
//! what it reads on to the emulator at the address `EMULATOR`. It writes the certificate that it is to be trusted by into a
//! file, prints its own port, and runs until it is ended.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [emulator, file] = &arguments[..] else { return Err("expected an address and a file".into()) };

    let hosts = ["api.spotify.com".to_owned(), "accounts.spotify.com".to_owned()];
    let certified = rcgen::generate_simple_self_signed(hosts)?;
    std::fs::write(file, certified.cert.pem())?;
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())?;
    let acceptor = TlsAcceptor::from(Arc::new(config));

    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        loop {
            let (stream, _) = listener.accept().await?;
            let (acceptor, emulator) = (acceptor.clone(), emulator.clone());
            tokio::spawn(async move {
                if let Err(error) = serve(stream, &acceptor, &emulator).await {
                    eprintln!("tls-proxy: {error}");
                }
            });
        }
    })
}

async fn serve(mut client: TcpStream, acceptor: &TlsAcceptor, emulator: &str) -> Result<()> {
    client.set_nodelay(true)?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
        if head.len() > 8192 || !b"CONNECT ".starts_with(&head[..head.len().min(8)]) {
            return Err("this proxy takes CONNECT only".into());
        }
    }
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let mut client = acceptor.accept(client).await?;
    let mut emulator = TcpStream::connect(emulator).await?;
    emulator.set_nodelay(true)?;
    // A client that goes away says nothing to TLS.
    let _ = copy_bidirectional(&mut client, &mut emulator).await;
    Ok(())
}
