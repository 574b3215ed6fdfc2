"""What the programs in Python share: the arguments, and how they say what came of it."""

import json
import os
import socket
import sys
import traceback

TOKEN = os.environ["BEHAVIOUR_TOKEN"]
CLIENT_ID = os.environ["BEHAVIOUR_CLIENT_ID"]
CLIENT_SECRET = os.environ["BEHAVIOUR_CLIENT_SECRET"]
ALBUM = os.environ["BEHAVIOUR_ALBUM"]
ARTIST = os.environ["BEHAVIOUR_ARTIST"]
TRACK = os.environ["BEHAVIOUR_TRACK"]
PLAYLIST = os.environ["BEHAVIOUR_PLAYLIST"]
TRACK_URI = f"spotify:track:{TRACK}"
CALLS = int(os.environ["BEHAVIOUR_CALLS"])

_FRONT = ("127.0.0.1", int(os.environ["BEHAVIOUR_FRONT"]))
_connect = socket.socket.connect


def _look_up(host, port, family=0, type=0, proto=0, flags=0):
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]


# Every name leads to what stands in for Spotify. A proxy would not do: urllib3 takes a connection that is lost behind a
# proxy for a proxy that cannot be reached, and tries again where it would not without one.
socket.getaddrinfo = _look_up
socket.socket.connect = lambda self, address: _connect(self, _FRONT if address[1] == 443 else address)


def wait_for_go():
    """Everything is set up: the driver now starts to count."""
    print("ready", flush=True)
    sys.stdin.readline()


def report(ok, **more):
    print(json.dumps({"ok": ok, **more}), flush=True)


def run(actions):
    name = sys.argv[1]
    if name not in actions:
        report(False, error="the client has no such operation", missing=True)
        return
    try:
        report(True, result=actions[name]())
    except Exception as error:
        traceback.print_exc()
        report(False, error=f"{type(error).__name__}: {error}"[:600])
