"""What stands in for Spotify's hosts.

No client is changed: each talks to https://api.spotify.com and https://accounts.spotify.com as it always does, and is
led here, by its process's look-up of names or, where that cannot be changed, by this being a proxy. What arrives for
those hosts goes to the emulator byte by byte, so that also a connection that the emulator resets is reset here. Any
other host is played by this itself, which notes what was sent there.
"""

import select
import socket
import ssl
import struct
import subprocess
import threading
from pathlib import Path

SPOTIFY = {"api.spotify.com", "accounts.spotify.com"}
ELSEWHERE = "elsewhere.example"


def make_certificates(folder: Path):
    """A certificate authority for the time of a run, and a certificate for the hosts; gives the file to trust."""
    names = ",".join(f"DNS:{name}" for name in sorted(SPOTIFY | {ELSEWHERE}))
    (folder / "extensions").write_text(
        f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
        "authorityKeyIdentifier=keyid\n"
    )
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in (
        ["req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Behaviour",
         "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
        ["req", *new_key, "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=api.spotify.com"],
        ["x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-out", "host.pem", "-extfile", "extensions"],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return folder / "ca.pem"


class Front:
    def __init__(self, folder: Path, emulator_port: int):
        self.emulator_port = emulator_port
        self.elsewhere = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "host.pem", folder / "host.key")
        self.context.set_alpn_protocols(["http/1.1"])
        self.context.sni_callback = lambda connection, name, _: setattr(connection, "host", name)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if connection.recv(1, socket.MSG_PEEK) == b"C":
                read_head(connection)
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            connection = self.context.wrap_socket(connection, server_side=True)
            if connection.host in SPOTIFY:
                self._pass_on(connection)
            else:
                self._play_elsewhere(connection)
        except (OSError, AttributeError):
            connection.close()

    def _pass_on(self, client):
        server = socket.create_connection(("127.0.0.1", self.emulator_port))
        try:
            while True:
                ready = [client] if client.pending() else select.select([client, server], [], [])[0]
                if client in ready:
                    chunk = client.recv(65536)
                    if not chunk:
                        break
                    server.sendall(chunk)
                if server in ready:
                    chunk = server.recv(65536)
                    if not chunk:
                        break
                    client.sendall(chunk)
        except ConnectionResetError:
            # The emulator has reset its connection: so is the client's.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        except OSError:
            pass
        close(server)
        close(client)

    def _play_elsewhere(self, client):
        head = read_head(client).decode()
        self.elsewhere.append(head)
        body = b'{"href":"","items":[],"limit":50,"next":null,"offset":0,"previous":null,"total":0}'
        client.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
                       b"content-length: %d\r\n\r\n%s" % (len(body), body))
        close(client)


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(4096)
        if not chunk:
            raise OSError("closed before a request")
        head += chunk
    return head


def close(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
