"""The rivals in Python, asked and answering as those in Rust are: `client.py NAME calls N TASKS`, `NAME library N` and
`NAME expired N`; and for `day`, `spotipy PROGRAM`, with JSON on the standard input. Only the library that is measured is
imported."""

import asyncio
import json
import os
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

REDIRECT_URI = "http://127.0.0.1/callback"


class Target:
    def __init__(self):
        for name in (
            "base_url",
            "accounts_url",
            "access_token",
            "refresh_token",
            "client_id",
            "client_secret",
            "album",
        ):
            setattr(self, name, os.environ.get(f"BENCHMARK_{name.upper()}", ""))
        self.expired = False


class Threads:
    """A client that is not async: its tasks are threads."""

    def run(self, calls, tasks):
        if tasks == 1:
            for _ in range(calls):
                self.album()
            return
        with ThreadPoolExecutor(tasks) as pool:
            for _ in pool.map(lambda _: self.album(), range(calls)):
                pass

    def each(self, tasks):
        def attempt(_):
            try:
                self.album()
            except Exception as error:
                return error

        with ThreadPoolExecutor(tasks) as pool:
            return list(pool.map(attempt, range(tasks)))

    def library(self, count):
        for page in self.pages():
            count(page)


class Async:
    """A client that is async, all of it in one thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()

    def run(self, calls, tasks):
        async def worker(calls):
            for _ in range(calls):
                await self.album()

        async def workers():
            await asyncio.gather(*(worker(calls // tasks) for _ in range(tasks)))

        self.loop.run_until_complete(workers())

    def each(self, tasks):
        async def all_of_them():
            return await asyncio.gather(*(self.album() for _ in range(tasks)), return_exceptions=True)

        return [end if isinstance(end, Exception) else None for end in self.loop.run_until_complete(all_of_them())]

    def library(self, count):
        async def read():
            async for page in self.pages():
                count(page)

        self.loop.run_until_complete(read())


class SpotifySdk(Async):
    """spotify-sdk has no helper for pages."""

    def __init__(self, target):
        super().__init__()
        from spotify_sdk import AsyncSpotifyClient
        from spotify_sdk._async import auth
        from spotify_sdk._async._base_client import AsyncBaseClient
        from spotify_sdk._auth_shared import InMemoryTokenCache, TokenInfo

        AsyncBaseClient.BASE_URL = target.base_url
        auth.TOKEN_URL = f"{target.accounts_url}/api/token"
        self.target = target
        if not target.expired:
            self.client = AsyncSpotifyClient(target.access_token)
            return
        cache = InMemoryTokenCache()
        cache.set(TokenInfo(target.access_token, time.time() - 3600, target.refresh_token))
        provider = auth.AsyncAuthorizationCode(target.client_id, target.client_secret, REDIRECT_URI, token_cache=cache)
        self.client = AsyncSpotifyClient(auth_provider=provider)

    async def album(self):
        await self.client.albums.get(self.target.album)

    async def pages(self):
        offset = 0
        while True:
            page = await self.client.tracks.get_saved(limit=50, offset=offset)
            yield len(page.items)
            offset += len(page.items)
            if not page.items or page.next is None:
                return


class Spotipy(Threads):
    def __init__(self, target):
        import spotipy
        from spotipy.cache_handler import MemoryCacheHandler
        from spotipy.oauth2 import SpotifyOAuth

        self.target = target
        if target.expired:
            SpotifyOAuth.OAUTH_TOKEN_URL = f"{target.accounts_url}/api/token"
            cache = MemoryCacheHandler(
                {
                    "access_token": target.access_token,
                    "refresh_token": target.refresh_token,
                    "token_type": "Bearer",
                    "expires_in": 3600,
                    "expires_at": int(time.time()) - 3600,
                    "scope": "",
                }
            )
            manager = SpotifyOAuth(target.client_id, target.client_secret, REDIRECT_URI, cache_handler=cache)
            self.client = spotipy.Spotify(auth_manager=manager)
        else:
            self.client = spotipy.Spotify(auth=target.access_token)
        self.client.prefix = f"{target.base_url}/"

    def album(self):
        self.client.album(self.target.album)

    def pages(self):
        page = self.client.current_user_saved_tracks(limit=50)
        while page:
            yield len(page["items"])
            page = self.client.next(page)

    # The programs of a day.

    def daemon(self, polls):
        last = None
        for _ in range(polls):
            track = self.client.current_user_playing_track()["item"]
            if track["id"] != last:
                self.client.album(track["album"]["id"])
                last = track["id"]

    def backup(self):
        playlists, page = [], {"next": True}
        while page["next"]:
            page = self.client.current_user_playlists(limit=50, offset=len(playlists))
            playlists += page["items"]
        for playlist in playlists:
            self.client.playlist_items(playlist["id"], limit=50)

    def web(self, tokens, visits):
        import spotipy

        clients = [spotipy.Spotify(auth=token) for token in tokens]
        for client in clients:
            client.prefix = self.client.prefix
        for user, album in visits:
            clients[user].album(album)

    def many(self, ids, size):
        for start in range(0, len(ids), size):
            part = ids[start : start + size]
            self.client.tracks(part) if size > 1 else self.client.track(part[0])


class Tekore(Async):
    """Waits for 30 seconds, as spotify-sdk does: with the 5 of its default a thousand tasks get no connection in time,
    token or not. Waits on a rate limit too, which it does when asked to."""

    def __init__(self, target):
        super().__init__()
        import httpx
        import tekore

        tekore._client.base.prefix = f"{target.base_url}/"
        tekore._auth.expiring.client.OAUTH_TOKEN_URL = f"{target.accounts_url}/api/token"
        self.target = target
        token = target.access_token
        if target.expired:
            token = tekore.RefreshingToken(
                tekore.Token(
                    {
                        "access_token": target.access_token,
                        "refresh_token": target.refresh_token,
                        "token_type": "Bearer",
                        "expires_in": -3600,
                    },
                    uses_pkce=False,
                ),
                tekore.Credentials(target.client_id, target.client_secret, REDIRECT_URI),
            )
        sender = tekore.AsyncSender(httpx.AsyncClient(timeout=30))
        self.client = tekore.Spotify(token, sender=tekore.RetryingSender(sender=sender))

    async def album(self):
        await self.client.album(self.target.album)

    async def pages(self):
        first = await self.client.saved_tracks(limit=50)
        async for page in self.client.all_pages(first):
            yield len(page.items)


RIVALS = {"spotify-sdk-python": SpotifySdk, "spotipy": Spotipy, "tekore": Tekore}


def peak_kb():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM:")).split()[1])


def calls(target, rival, calls, tasks):
    client = rival(target)
    # The connections are made before.
    client.run(tasks, tasks)
    cpu, start = time.process_time(), time.perf_counter()
    client.run(calls, tasks)
    seconds = time.perf_counter() - start
    return {"calls": calls, "seconds": seconds, "cpu_seconds": time.process_time() - cpu, "peak_kb": peak_kb()}


def library(target, rival, _at_once):
    client, tracks, failed = rival(target), 0, None

    def count(items):
        nonlocal tracks
        tracks += items

    cpu, start = time.process_time(), time.perf_counter()
    try:
        client.library(count)
    except Exception as error:
        failed = f"{type(error).__name__}: {error}"
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"tracks": tracks, "seconds": seconds, "cpu_seconds": cpu, "peak_kb": peak_kb(), "error": failed}


def expired(target, rival, tasks):
    target.expired = True
    client = rival(target)
    urllib.request.urlopen(f"{target.accounts_url}/_emulator/tokens/expire", data=b"").read()
    start = time.perf_counter()
    ends = client.each(tasks)
    errors = [f"{type(error).__name__}: {error}" for error in ends if error is not None]
    seconds = time.perf_counter() - start
    return {
        "tasks": tasks,
        "succeeded": tasks - len(errors),
        "seconds": seconds,
        "error": errors[0] if errors else None,
    }


def program(target, rival, name):
    client, asked, failed = rival(target), json.load(sys.stdin), None
    start = time.perf_counter()
    try:
        getattr(client, name)(**asked)
    except Exception as error:
        failed = f"{type(error).__name__}: {error}"
    return {"seconds": time.perf_counter() - start, "error": failed}


def main():
    name, command, *numbers = sys.argv[1:]
    if command in ("daemon", "backup", "web", "many"):
        print(json.dumps(program(Target(), RIVALS[name], command)))
        return
    do = {"calls": calls, "library": library, "expired": expired}[command]
    print(json.dumps(do(Target(), RIVALS[name], *map(int, numbers))))


if __name__ == "__main__":
    main()
