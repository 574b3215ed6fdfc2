"""Who is measured."""

from dataclasses import dataclass

from tools import PYTHON, RELEASE, ROOT


@dataclass(frozen=True)
class Rival:
    key: str
    title: str
    # What comes before the command.
    program: tuple
    # How many calls take long enough to compare, some seconds: sequential, and 32 at a time.
    calls: tuple = (20_000, 48_000)
    # How many pages at once the library is read with.
    at_once: int = 1
    through_proxy: bool = False
    # Whether it signs in with PKCE, since what it refreshes with has no secret.
    pkce: bool = False


def rust(name):
    return (RELEASE / f"rival-{name}",)


def python(name):
    return (PYTHON, ROOT / "rivals/python/client.py", name)


SDK = Rival("sdk", "**spotify-sdk**", rust("sdk"))
SDK_AT_ONCE = Rival("sdk-8", "**spotify-sdk**, `.concurrency(8)`", rust("sdk"), at_once=8)
RAW = Rival("raw", "reqwest + serde_json", rust("raw"))
RSPOTIFY = Rival("rspotify", "rspotify", rust("rspotify"))
SPOTIFY_RS = Rival("spotify-rs", "spotify-rs ¹", rust("spotify-rs"), through_proxy=True)
RAW_PROXY = Rival("raw-proxy", "reqwest + serde_json ¹", rust("raw"), through_proxy=True)
SDK_PYTHON = Rival("spotify-sdk-python", "spotify-sdk (Python)", python("spotify-sdk-python"), calls=(320, 640))
SPOTIPY = Rival("spotipy", "spotipy (Python)", python("spotipy"), calls=(320, 640))
TEKORE = Rival("tekore", "tekore (Python)", python("tekore"), calls=(320, 640))
TYPESCRIPT = Rival(
    "typescript",
    "@spotify/web-api-ts-sdk",
    ("node", ROOT / "rivals/typescript/client.mjs"),
    calls=(960, 1920),
    pkce=True,
)

RUST_CLIENTS = [SDK, RAW, RSPOTIFY, SPOTIFY_RS]
ALL = [SDK, RAW, RSPOTIFY, SPOTIFY_RS, RAW_PROXY, SDK_PYTHON, SPOTIPY, TEKORE, TYPESCRIPT]
# Those that are not a rival, but a floor or ourselves.
NOT_RIVALS = {"sdk", "sdk-8", "raw", "raw-proxy"}

TITLES = {rival.key: rival.title for rival in [*ALL, SDK_AT_ONCE]}

# What decodes: the name of its programs, and its title.
DECODERS = [
    ("sdk", "**spotify-sdk**"),
    ("rspotify", "rspotify"),
    ("spotify-rs", "spotify-rs"),
    ("flatten", "serde with `flatten`"),
    ("plain", "serde without `extra`"),
    ("ignored", "serde_json `IgnoredAny`"),
    ("value", "serde_json `Value`"),
]
PAGES = ["saved tracks with markets", "saved tracks", "playlist items", "search", "album"]
