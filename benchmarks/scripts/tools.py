"""What all parts of the benchmarks need: commands, numbers, and what this machine is."""

import json
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = ROOT.parent
RELEASE = ROOT / "target" / "release"
RESULTS = ROOT / "results"
CLI = REPOSITORY / "target" / "release" / "spotify-cli"
PYTHON = ROOT / "rivals" / "python" / "venv" / "bin" / "python"

ENVIRONMENT = {**os.environ, "CARGO_INCREMENTAL": "0", "CARGO_TERM_COLOR": "never"}


def say(text):
    print(text, flush=True)


def run(*command, **options):
    """Runs a command that has to succeed, and shows what it says if it does not."""
    options = {"env": ENVIRONMENT, "cwd": ROOT, **options}
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def ask(command, environment=None, timeout=None):
    """Runs a rival, and gives the JSON it answers with, or why there is none."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env={**ENVIRONMENT, **(environment or {})},
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        return {"cannot": f"it was not done after {timeout} s"}
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        lines = (done.stderr or done.stdout).strip().splitlines() or [f"it ended with {done.returncode}"]
        return {"cannot": lines[-1][:200]}


def instructions(command, environment=None):
    """How many instructions a program takes from its start to its end, or why they cannot be counted."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
        env={**ENVIRONMENT, **(environment or {})},
        cwd=ROOT,
        text=True,
        capture_output=True,
    )
    refused = re.search(r'"cannot": ?"([^"]*)"', done.stdout)
    if refused:
        return {"cannot": refused[1]}
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not collected:
        own = [line for line in done.stderr.splitlines() if line and not line.startswith("==")]
        return {"cannot": (own or ["nothing was counted"])[-1][:200]}
    return {"instructions": int(collected[1])}


def instructions_each(command_for, times, environment=None):
    """How many instructions one of many takes: the difference of N and 2N of them, so that the start does not count."""
    once, twice = (instructions(command_for(number), environment) for number in (times, 2 * times))
    for counted in (once, twice):
        if "cannot" in counted:
            return counted
    return {"instructions": (twice["instructions"] - once["instructions"]) / times}


def machine():
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    name = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    return {
        "cpu": cpu[1] if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory[1]) / 1024 / 1024, 1) if memory else None,
        "kernel": platform.release(),
        "system": name[1] if name else platform.system(),
        "load": os.getloadavg()[0],
    }


def locked(package):
    """The versions of a package that the benchmarks are built with."""
    lock = (ROOT / "Cargo.lock").read_text()
    return re.findall(rf'name = "{re.escape(package)}"\nversion = "([^"]*)"', lock)


def versions():
    required = dict(
        line.split("==") for line in (ROOT / "rivals/python/requirements.txt").read_text().split() if "==" in line
    )
    npm = json.loads((ROOT / "rivals/typescript/package-lock.json").read_text())["packages"]

    def first_line(*command):
        if not shutil.which(command[0]):
            return "not installed"
        done = subprocess.run(command, text=True, capture_output=True, cwd=ROOT)
        return (done.stdout or done.stderr).strip().splitlines()[0]

    commit = first_line("git", "rev-parse", "--short=12", "HEAD")
    changed = run("git", "status", "--porcelain", "--untracked-files=no", ":/crates", cwd=REPOSITORY).strip()
    return {
        "spotify-sdk": f"{locked('spotify-sdk')[0]} at {commit}{', changed' if changed else ''}",
        "reqwest": " and ".join(locked("reqwest")),
        "serde_json": locked("serde_json")[0],
        "rspotify": locked("rspotify")[0],
        "spotify-rs": locked("spotify-rs")[0],
        "spotify-sdk (Python)": required["spotify-sdk"],
        "spotipy": required["spotipy"],
        "tekore": required["tekore"],
        "@spotify/web-api-ts-sdk": npm["node_modules/@spotify/web-api-ts-sdk"]["version"],
        "Rust": first_line("rustc", "--version"),
        "Python": first_line(str(PYTHON), "--version") if PYTHON.exists() else platform.python_version(),
        "Node.js": first_line("node", "--version"),
        "valgrind": first_line("valgrind", "--version"),
    }
