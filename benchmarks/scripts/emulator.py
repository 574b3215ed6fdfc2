"""The emulator, in a process of its own."""

import base64
import hashlib
import json
import subprocess
import tempfile
import urllib.parse
import urllib.request

from tools import CLI, RELEASE

# 17 tracks, from the emulator's catalogue.
ALBUM = "5K79FLRUCSysQnVESLcTdb"
REDIRECT_URI = "http://127.0.0.1/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-what-pkce-wants"


class Emulator:
    """In extended mode, which sends what all rivals need to decode an answer, and the largest answers there are."""

    def __init__(self, *options):
        command = [CLI, "--json", "emulator", "--port", "0", "--quota", "extended", "--consent", "agree", *options]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.about = json.loads(self.process.stdout.readline())
        self.accounts_url = self.about["accounts_url"]
        self.proxy = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.process, self.proxy):
            if process:
                process.terminate()
                process.wait()

    def control(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.accounts_url}/_emulator/{path}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def delay(self, milliseconds):
        """What the network takes, on every answer."""
        self.control("DELETE", "faults")
        if milliseconds:
            self.control("POST", "faults", {"delay_ms": milliseconds})

    def forget(self):
        self.control("DELETE", "requests")

    def requests(self, method, path):
        """How many requests there were since `forget`."""
        seen = self.control("GET", "requests")["requests"]
        return sum(1 for request in seen if request["method"] == method and request["path"] == path)

    def grant(self, pkce=False):
        """Signs the first user in, and gives the tokens."""
        query = {
            "client_id": self.about["client_id"],
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": "user-library-read",
        }
        form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI}
        headers = {}
        if pkce:
            challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
            query |= {"code_challenge_method": "S256", "code_challenge": challenge}
            form |= {"client_id": self.about["client_id"], "code_verifier": VERIFIER}
        else:
            app = f"{self.about['client_id']}:{self.about['client_secret']}".encode()
            headers = {"authorization": "Basic " + base64.b64encode(app).decode()}
        page = f"{self.accounts_url}/authorize?{urllib.parse.urlencode(query)}"
        location = self.control("POST", "consent", {"url": page})["location"]
        form["code"] = urllib.parse.parse_qs(urllib.parse.urlparse(location).query)["code"][0]
        request = urllib.request.Request(
            f"{self.accounts_url}/api/token", data=urllib.parse.urlencode(form).encode(), headers=headers
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def environment(self, rival, grant=None):
        """What points a rival at this emulator."""
        variables = {
            "BENCHMARK_BASE_URL": self.about["base_url"],
            "BENCHMARK_ACCOUNTS_URL": self.accounts_url,
            "BENCHMARK_CLIENT_ID": self.about["client_id"],
            "BENCHMARK_CLIENT_SECRET": self.about["client_secret"],
            "BENCHMARK_ACCESS_TOKEN": (grant or self.about)["access_token"],
            "BENCHMARK_REFRESH_TOKEN": (grant or {}).get("refresh_token", ""),
            "BENCHMARK_ALBUM": ALBUM,
        }
        if rival.through_proxy:
            port, certificate = self.tls()
            variables |= {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": certificate}
            variables |= {"BENCHMARK_BASE_URL": "https://api.spotify.com/v1"}
        return variables

    def tls(self):
        """The proxy for clients that know no address but Spotify's own."""
        if not self.proxy:
            self.certificate = tempfile.NamedTemporaryFile(suffix=".pem")
            host = self.accounts_url.removeprefix("http://")
            self.proxy = subprocess.Popen(
                [str(RELEASE / "tls-proxy"), host, self.certificate.name],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self.port = int(self.proxy.stdout.readline())
        return self.port, self.certificate.name
