"""The part `day`: what real programs take in requests, and what saves them. The program of the same name measures; here it
is asked, and put into tables."""

import re

from tools import PYTHON, RELEASE, ROOT, ask

PROGRAMS = {
    "daemon": "what is playing, every 30 s for a day, and the album of each new track",
    "backup": "a backup of 200 playlists, of which 20 have changed since the night before",
    "web": "50 users, each of whom opens 36 of the same 500 albums, and 4 of them again, within an hour",
}
CLIENTS = {
    "rspotify": "rspotify",
    "spotipy": "spotipy (Python)",
    "sdk": "**spotify-sdk**, no cache",
    "sdk-revalidation": "**spotify-sdk**, cache",
    "sdk-fresh": "**spotify-sdk**, cache, `fresh_for(1h)`",
    "app-revalidation": "**spotify-sdk**, cache, one token of the app",
    "app-fresh": "**spotify-sdk**, cache, `fresh_for(1h)`, one token of the app",
}
WAYS = {
    "get_many": "`get_many`, `.concurrency(8)`",
    "get_many-batches": "`get_many`, `.concurrency(8)`, `Quota::Extended`",
    "get_many-refused": "`get_many`, `.concurrency(8)`, `Quota::Extended`, which the app does not have",
    "single": "one by one",
    "buffered": "`futures::stream`, `.buffered(8)`",
    "batches": "batches of 50",
}
QUOTA = 1_000
MIB = 1024 * 1024


def day(quick):
    """A day of real programs in requests, and what the cache itself takes."""
    ids, hits, entries = (1_000, 2_000, 100_000) if quick else (10_000, 20_000, 1_000_000)
    spotipy = {"BENCHMARK_SPOTIPY": f"{PYTHON} {ROOT / 'rivals/python/client.py'} spotipy"}

    def measure(*arguments):
        said = ask([RELEASE / "day", *arguments], spotipy)
        if "cannot" in said:
            raise SystemExit(f"day {arguments[0]}: {said['cannot']}")
        return said

    return {
        "programs": measure("programs"),
        "many": measure("many", ids),
        "ids": ids,
        "same": measure("same", 1_000),
        "hit": measure("hit", hits),
        "memory": [measure("memory", 64, entries, 500), measure("memory-over-http", 64, 24_000)],
    }


def of_quota(requests):
    left = QUOTA - requests
    return f"{left:,} left" if left >= 0 else f"ends after {QUOTA / requests:.0%}"


def end(error):
    if not error:
        return "yes"
    reason = re.sub(r"\s+", " ", re.sub(r" - http:\S+", "", error)).replace("|", "/")
    return f"no: {reason[:90]}"


def programs_table(told, table):
    rows = []
    for program, words in PROGRAMS.items():
        ran_by = told["day"]["programs"][program]
        for client, title in CLIENTS.items():
            if client not in ran_by:
                continue
            ran = ran_by[client]
            if "cannot" in ran:
                rows.append([words, title, f"cannot: {end(ran['cannot'])}", *["–"] * 6])
                continue
            passed = ran["passed"]
            rows.append(
                [
                    words,
                    title,
                    end(ran["error"]),
                    f"{passed['requests']:,}",
                    f"{passed['not_modified']:,}",
                    f"{passed['body_bytes'] / 1e6:.2f}",
                    passed["limited"],
                    f"{ran['seconds']:.0f}",
                    "–" if ran["error"] else of_quota(passed["requests"]),
                ]
            )
            words = ""
    head = ["program", "client", "finished", "requests", "of them 304", "MB in bodies", "429", "seconds", "of 1,000 a day"]
    return table(head, rows, left=3)


def many_table(told, table):
    rows, ids = [], told["day"]["ids"]
    for read in told["day"]["many"]:
        times = ids / read["ids"]
        passed = read["passed"]
        client = {"sdk": "**spotify-sdk**", "rspotify": "rspotify", "spotipy": "spotipy (Python)"}[read["client"]]
        rows.append(
            [
                read["quota"],
                f"{client}, {WAYS[read['way']]}{' ²' if times > 1 else ''}",
                end(read["error"]),
                f"{read['seconds'] * times:.1f}",
                f"{passed['requests'] * times:,.0f}",
                passed["forbidden"],
                passed["forbidden"] if read["error"] else 0,
            ]
        )
    head = ["app", f"{ids:,} tracks at 50 ms", "all read", "seconds", "requests", "403", "403 for the caller"]
    return table(head, rows, left=3)


def cost_table(told, table):
    of = told["day"]
    rows = [
        [f"requests of {same['tasks']:,} tasks for the same album: {CLIENTS[same['client']]}", f"{same['passed']['requests']:,}"]
        for same in of["same"]
    ]
    hit = of["hit"]
    rows.append(
        [
            f"a hit: an album of 17 tracks, {hit['body_bytes'] / 1000:.0f} kB, decoded",
            f"{hit['hit_us']:.1f} µs, of which decoding {hit['decode_us']:.1f} µs",
        ]
    )
    for memory in of["memory"]:
        grown = (memory["peak_kb"] - memory["before_kb"]) / 1024
        what = f"{memory['body_bytes']} bytes, in memory" if "body_bytes" in memory else "a track, over HTTP"
        rows.append(
            [
                f"{memory['entries']:,} different responses of {what}, `memory({memory['bound'] // MIB} MiB)`",
                f"{memory['responses']:,} kept, {memory['bytes'] / MIB:.1f} MiB by its own count; "
                f"the process grew by {grown:.1f} MiB, to {memory['peak_kb'] / 1024:.1f} MiB",
            ]
        )
    return table(["", "measured"], rows, left=2)


def goals(told):
    if "day" not in told:
        return []
    of = told["day"]
    requests = next(same["passed"]["requests"] for same in of["same"] if same["client"] == "sdk")
    grown = max((memory["peak_kb"] - memory["before_kb"]) * 1024 / memory["bound"] for memory in of["memory"])
    return [
        ["1,000 tasks that ask for the same album: one request", f"{requests:,}", requests == 1],
        ["a hit of the cache under 20 µs, with an album of 17 tracks decoded", f"{of['hit']['hit_us']:.1f} µs", of["hit"]["hit_us"] < 20],
        ["a cache of 64 MiB: the process grows by no more", f"{grown:.0%} of it", grown <= 1],
    ]
