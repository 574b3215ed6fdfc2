"""Reads what `cargo metadata` prints, and fails where a dependency needs a later Rust than spotify-sdk promises."""

import json
import sys


def version(text):
    parts = [int(part) for part in text.split("-")[0].split(".")]
    return parts + [0] * (3 - len(parts))


packages = json.load(sys.stdin)["packages"]
ours = next(package["rust_version"] for package in packages if package["name"] == "spotify-sdk")
late = [
    "{name} {version} needs Rust {rust_version}".format(**package)
    for package in packages
    if package["rust_version"] and version(package["rust_version"]) > version(ours)
]
sys.exit("\n".join(late) or None)
