//! Starting and stopping, wherever that happens.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use spotify_emulator::{Emulator, Fault};

use crate::support::*;

fn host(emulator: &Emulator) -> &str {
    emulator.base_url().strip_prefix("http://").unwrap().strip_suffix("/v1").unwrap()
}

/// A request without any HTTP library, and the connection on which its response will come.
fn send_raw(emulator: &Emulator) -> TcpStream {
    let mut stream = TcpStream::connect(host(emulator)).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    let token = emulator.valid_token();
    write!(stream, "GET /v1/me/albums HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
    stream
}

fn wait_until(mut condition: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !condition() {
        assert!(start.elapsed() < HANG);
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn it_serves_a_program_without_a_runtime() {
    let emulator = Emulator::start().unwrap();
    let mut stream = send_raw(&emulator);
    let mut start = [0; 15];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    emulator.stop();
}

#[test]
fn it_listens_on_the_ipv4_loopback_interface_only() {
    let emulator = Emulator::start().unwrap();
    let address: std::net::SocketAddr = host(&emulator).parse().unwrap();
    assert_eq!(address.ip(), std::net::Ipv4Addr::LOCALHOST);
    assert_ne!(address.port(), 0);
    assert_eq!(emulator.base_url(), format!("http://127.0.0.1:{}/v1", address.port()));
}

#[tokio::test]
async fn it_can_be_dropped_inside_a_single_threaded_runtime() {
    let emulator = Emulator::start().unwrap();
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
    drop(emulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_dropped_inside_a_multi_threaded_runtime() {
    let emulator = Emulator::start().unwrap();
    assert_eq!(get(&emulator, "/me/albums").await.status, 200);
    tokio::spawn(async move { emulator.stop() }).await.unwrap();
}

#[test]
fn everything_may_cross_threads() {
    fn assert_send_and_sync<T: Send + Sync + 'static>() {}
    assert_send_and_sync::<Emulator>();
    assert_send_and_sync::<spotify_emulator::Faults>();
    assert_send_and_sync::<Fault>();
    assert_send_and_sync::<spotify_emulator::SeenRequest>();
}

#[test]
fn it_can_be_shared_between_threads() {
    let emulator = Emulator::start().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut start = [0; 12];
                send_raw(&emulator).read_exact(&mut start).unwrap();
                assert_eq!(&start, b"HTTP/1.1 200");
            });
        }
    });
    assert_eq!(emulator.connections(), 8);
    assert_eq!(emulator.requests().len(), 8);
}

#[tokio::test]
async fn many_run_at_once_and_know_nothing_of_each_other() {
    let emulators: Vec<_> = (0..20).map(|_| Emulator::start().unwrap()).collect();
    for (index, emulator) in emulators.iter().enumerate() {
        for _ in 0..=index {
            assert_eq!(get(emulator, "/me/albums").await.status, 200);
        }
    }
    for (index, emulator) in emulators.iter().enumerate() {
        assert_eq!(emulator.requests().len(), index + 1);
    }
}

#[test]
fn after_it_has_stopped_nobody_answers() {
    let emulator = Emulator::start().unwrap();
    let host = host(&emulator).to_owned();
    emulator.stop();
    TcpStream::connect(host).unwrap_err();
}

#[test]
fn a_port_can_be_chosen_and_is_free_again_afterwards() {
    let emulator = Emulator::start().unwrap();
    let port: u16 = host(&emulator).rsplit_once(':').unwrap().1.parse().unwrap();
    let error = Emulator::builder().port(port).start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    emulator.stop();
    let again = Emulator::builder().port(port).start().unwrap();
    assert!(again.base_url().ends_with(&format!(":{port}/v1")));
}

#[test]
fn stopping_closes_an_idle_connection() {
    let emulator = Emulator::start().unwrap();
    let mut stream = TcpStream::connect(host(&emulator)).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    wait_until(|| emulator.connections() == 1);
    emulator.stop();
    assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
}

#[test]
fn stopping_does_not_wait_for_a_delayed_answer() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(100_000)));
    let mut stream = send_raw(&emulator);
    wait_until(|| emulator.requests().len() == 1);
    drop(emulator);
    assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
}

#[test]
fn stopping_does_not_wait_for_an_endless_answer_that_nobody_reads() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::endless());
    let mut stream = send_raw(&emulator);
    stream.read_exact(&mut [0; 1000]).unwrap();
    drop(emulator);
}

#[test]
fn stopping_does_not_wait_for_an_endless_answer_that_is_being_read() {
    let emulator = Emulator::start().unwrap();
    emulator.faults().fail_next(1, Fault::endless());
    let mut stream = send_raw(&emulator);
    let (began, beginning) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut buffer = vec![0; 100_000];
        while stream.read(&mut buffer).is_ok_and(|length| length > 0) {
            let _ = began.send(());
        }
    });
    beginning.recv_timeout(HANG).unwrap();
    drop(emulator);
    reader.join().unwrap();
}

#[test]
fn stopping_does_not_wait_for_a_truncated_or_dripping_answer() {
    for fault in [Fault::endless().truncated(usize::MAX), Fault::drip(1, Duration::from_secs(100_000))] {
        let emulator = Emulator::start().unwrap();
        emulator.faults().fail_next(1, fault);
        let mut stream = send_raw(&emulator);
        stream.read_exact(&mut [0; 20]).unwrap();
        drop(emulator);
    }
}

#[tokio::test]
async fn connections_are_counted_and_kept_alive() {
    let emulator = Emulator::start().unwrap();
    assert_eq!(emulator.connections(), 0);
    let client = client();
    for _ in 0..5 {
        let request = client.get(address(&emulator, "/me/albums")).bearer_auth(emulator.valid_token());
        assert_eq!(read(request.send().await.unwrap()).await.status, 200);
    }
    assert_eq!(emulator.connections(), 1);
    get(&emulator, "/me/albums").await;
    assert_eq!(emulator.connections(), 2);
}
