"""The parts of the benchmarks. Each gives what it has measured, for `report.py` to put into words.

Rivals take turns: each repetition measures all of them once, so that whatever else the machine does meets all alike."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from day import day
from emulator import ALBUM, Emulator
from tools import CLI, ENVIRONMENT, RELEASE, RESULTS, ROOT, ask, instructions_each, run, say

from rivals import ALL, DECODERS, PAGES, RAW, RSPOTIFY, SDK, SDK_AT_ONCE

LIBRARY = 10_000
LATENCIES = [0, 20, 50]
RATE_LIMIT = 100
RATE_LIMIT_SECONDS = 180


def turns(rivals, repetition):
    """Each repetition begins with another, so that none is always first."""
    start = repetition % len(rivals)
    return [*rivals[start:], *rivals[:start]]


def decode(quick):
    """Pages in memory into models."""
    repetitions, millis = (3, 100) if quick else (9, 200)
    speed = {page: {key: [] for key, _ in DECODERS} for page in PAGES}
    cannot, allocations, counted = {page: {} for page in PAGES}, {page: {} for page in PAGES}, {}
    for repetition in range(repetitions):
        say(f"  speed, {repetition + 1} of {repetitions}")
        for page in PAGES:
            for key, _ in turns(DECODERS, repetition):
                told = ask([RELEASE / f"{key}-decode", page, "millis", millis])
                if "cannot" in told:
                    cannot[page][key] = told["cannot"]
                else:
                    speed[page][key].append(told["rounds"] * told["bytes"] / told["seconds"] / 1e6)
    say("  allocations and instructions")
    for page in PAGES:
        for key, _ in DECODERS:
            if key not in cannot[page]:
                allocations[page][key] = ask([RELEASE / f"{key}-allocations", page])
    for page in PAGES[:2]:
        counted[page] = {
            key: instructions_each(lambda n, key=key, page=page: [RELEASE / f"{key}-decode", page, "rounds", n], 2)
            for key, _ in DECODERS
        }
    return {"speed": speed, "cannot": cannot, "allocations": allocations, "instructions": counted}


def instructions(quick):
    """One call in instructions. The emulator is another process, so that the client's alone are counted."""
    repetitions, calls = (1, 50) if quick else (3, 100)
    told = {}
    with Emulator() as emulator:
        for repetition in range(repetitions):
            say(f"  {repetition + 1} of {repetitions}")
            for rival in [SDK, RAW, RSPOTIFY]:
                for call, command in (("album", ("calls", 1)), ("profile", ("profiles",))):
                    name, *rest = command
                    each = instructions_each(
                        lambda n: [*rival.program, name, n, *rest], calls, emulator.environment(rival)
                    )
                    told.setdefault(call, {}).setdefault(rival.key, []).append(each)
    return {"calls": calls, "instructions": told}


def calls(quick):
    """Calls a second: one after the other on one connection, and from 32 tasks."""
    repetitions = 2 if quick else 5
    told = {str(tasks): {} for tasks in (1, 32)}
    with Emulator() as emulator:
        for repetition in range(repetitions):
            say(f"  {repetition + 1} of {repetitions}")
            for tasks, number in ((1, 0), (32, 1)):
                for rival in turns(ALL, repetition):
                    emulator.forget()
                    count = rival.calls[number] // (4 if quick else 1)
                    answer = ask([*rival.program, "calls", count, tasks], emulator.environment(rival))
                    told[str(tasks)].setdefault(rival.key, []).append(answer)
    return told


def library(quick):
    """All saved tracks, at several distances."""
    repetitions = 1 if quick else 2
    told = {str(latency): {} for latency in LATENCIES}
    memory = {}
    with Emulator("--library", LIBRARY) as emulator:
        for repetition in range(repetitions):
            for latency in LATENCIES:
                say(f"  {latency} ms, {repetition + 1} of {repetitions}")
                emulator.delay(latency)
                for rival in turns([SDK_AT_ONCE, *ALL], repetition):
                    emulator.forget()
                    answer = ask([*rival.program, "library", rival.at_once], emulator.environment(rival), timeout=120)
                    answer["requests"] = emulator.requests("GET", "/v1/me/tracks")
                    told[str(latency)].setdefault(rival.key, []).append(answer)
    for tracks in (1_000, 10_000, 100_000):
        say(f"  {tracks} tracks in how much memory")
        with Emulator("--library", tracks) as emulator:
            for _ in range(repetitions):
                for rival in [SDK, SDK_AT_ONCE, RSPOTIFY]:
                    answer = ask([*rival.program, "library", rival.at_once], emulator.environment(rival))
                    memory.setdefault(str(tracks), {}).setdefault(rival.key, []).append(answer)
    return {"library": told, "memory": memory}


def limited(_quick):
    """The same library under a rate limit.

    Mostly waiting, so that all wait at the same time, each at an emulator of its own."""

    def read(rival):
        with Emulator("--library", LIBRARY, "--rate-limit", RATE_LIMIT) as emulator:
            start = time.perf_counter()
            answer = ask([*rival.program, "library", rival.at_once], emulator.environment(rival), RATE_LIMIT_SECONDS)
            answer["wall"] = time.perf_counter() - start
            answer["refused"] = emulator.control("GET", "rate-limit")["refused"]
            answer["requests"] = emulator.requests("GET", "/v1/me/tracks")
            return rival.key, answer

    with ThreadPoolExecutor(len(ALL) + 1) as pool:
        told = dict(pool.map(read, [SDK_AT_ONCE, *(rival for rival in ALL if rival.key != "raw-proxy")]))
    return {"limit": RATE_LIMIT, "seconds": RATE_LIMIT_SECONDS, "tracks": LIBRARY, "rivals": told}


def expired(quick):
    """A thousand tasks that find that the access token has expired."""
    repetitions = 1 if quick else 3
    told = {}
    for repetition in range(repetitions):
        say(f"  {repetition + 1} of {repetitions}")
        for rival in ALL:
            if rival.key == "raw-proxy":
                continue
            with Emulator() as emulator:
                grant = emulator.grant(rival.pkce)
                emulator.forget()
                answer = ask([*rival.program, "expired", 1000], emulator.environment(rival, grant), timeout=120)
                answer["token_requests"] = emulator.requests("POST", "/api/token")
                told.setdefault(rival.key, []).append(answer)
    return told


SMALLEST = ["sdk", "sdk-native-tls", "raw", "rspotify", "rspotify-rustls", "spotify-rs"]


def build(quick):
    """The smallest program: how long it takes to build, and how large it is."""
    repetitions = 1 if quick else 2
    told = {key: {"seconds": []} for key in SMALLEST}
    run("cargo", "fetch", "--locked")
    for repetition in range(repetitions):
        for key in SMALLEST:
            say(f"  smallest-{key} from nothing, {repetition + 1} of {repetitions}")
            with tempfile.TemporaryDirectory(dir=RESULTS) as target:
                start = time.perf_counter()
                run("cargo", "build", "--locked", "--offline", "-p", f"smallest-{key}", "--target-dir", target)
                told[key]["seconds"].append(time.perf_counter() - start)
    for key in SMALLEST:
        say(f"  smallest-{key} in release")
        package = f"smallest-{key}"
        tree = run("cargo", "tree", "--locked", "-p", package, "-e", "normal", "--prefix", "none", "--no-dedupe")
        # The program itself is not one that it depends on.
        told[key]["crates"] = len({line for line in tree.splitlines() if line.strip()}) - 1
        run("cargo", "build", "--release", "--locked", "-p", package)
        binary = RELEASE / package
        told[key]["bytes"] = binary.stat().st_size
        with tempfile.NamedTemporaryFile() as stripped:
            run("strip", "-o", stripped.name, binary)
            told[key]["stripped"] = os.stat(stripped.name).st_size
    return told


def cli(quick):
    """What the command line takes to start, next to curl."""
    with Emulator() as emulator, tempfile.NamedTemporaryFile() as file:
        environment = {
            **ENVIRONMENT,
            "SPOTIFY_SDK_BASE_URL": emulator.about["base_url"],
            "SPOTIFY_SDK_ACCESS_TOKEN": emulator.about["access_token"],
            "SPOTIFY_SDK_ACCOUNTS_URL": emulator.accounts_url,
        }
        token = f"Authorization: Bearer {emulator.about['access_token']}"
        run(
            "hyperfine",
            "-N",
            "--warmup",
            "3",
            "--runs",
            20 if quick else 100,
            "--export-json",
            file.name,
            "-n",
            "`spotify-cli --help`",
            f"{CLI} --help",
            "-n",
            "`spotify-cli --json album …`",
            f"{CLI} --json album {ALBUM}",
            "-n",
            "`curl` of the same album",
            f"curl -s -H '{token}' {emulator.about['base_url']}/albums/{ALBUM}",
            env=environment,
        )
        results = json.loads(Path(file.name).read_text())["results"]
        return [
            {"name": result["command"], **{key: result[key] for key in ("median", "min", "max")}} for result in results
        ]


PARTS = {
    "decode": decode,
    "instructions": instructions,
    "calls": calls,
    "library": library,
    "limited": limited,
    "expired": expired,
    "build": build,
    "cli": cli,
    "day": day,
}


def prepare(parts):
    """Builds the programs, and installs the rivals in other languages."""
    install()
    say("Building the emulator and the rivals in Rust.")
    packages = ["day"] if "day" in parts else []
    others = set(parts) - {"day"}
    if others:
        run("cargo", "build", "--release", "--locked", "-p", "spotify-sdk-cli", cwd=ROOT.parent)
        packages += ["tls-proxy", "rival-sdk", "rival-raw", "rival-rspotify", "rival-spotify-rs"]
    # One after the other, so that none is built with features that only another asked for.
    for package in packages:
        run("cargo", "build", "--release", "--locked", "-p", package)
    say("Installing the rivals in Python and TypeScript.")
    venv = ROOT / "rivals/python/venv"
    if not (venv / "bin/pip").exists():
        run("python3", "-m", "venv", venv)
    run(venv / "bin/pip", "install", "-q", "--disable-pip-version-check", "-r", ROOT / "rivals/python/requirements.txt")
    if others:
        run("npm", "ci", "--no-audit", "--no-fund", cwd=ROOT / "rivals/typescript")


def succeeds(*command):
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def install():
    """What is missing on a Debian machine."""
    packages = {
        "valgrind": "valgrind",
        "hyperfine": "hyperfine",
        "curl": "curl",
        "node": "nodejs",
        "npm": "npm",
        "strip": "binutils",
        "pkg-config": "pkg-config",
        "git": "git",
        "cc": "gcc",
    }
    missing = [package for program, package in packages.items() if not shutil.which(program)]
    # The rivals in Rust take the system's TLS.
    if "pkg-config" in missing or not succeeds("pkg-config", "--exists", "openssl"):
        missing.append("libssl-dev")
    if not succeeds("python3", "-c", "import ensurepip, venv"):
        missing.append("python3-venv")
    if missing:
        say(f"Installing {', '.join(missing)}.")
        run("apt-get", "update", "-q")
        run("apt-get", "install", "-y", "-q", "--no-install-recommends", *missing)
