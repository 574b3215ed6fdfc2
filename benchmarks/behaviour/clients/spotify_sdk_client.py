import asyncio
import logging

from spotify_sdk import AsyncSpotifyClient, SpotifyClient
from spotify_sdk.auth import ClientCredentials, TokenInfo

from common import *

client = SpotifyClient(access_token=TOKEN)


def after_a_read(call):
    client.albums.get(ALBUM)
    wait_for_go()
    return call()


async def many():
    async with AsyncSpotifyClient.from_client_credentials(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    ) as client:
        await client.albums.get(ALBUM)
        wait_for_go()
        return len(await asyncio.gather(*(client.albums.get(ALBUM) for _ in range(CALLS))))


def debug():
    logging.basicConfig(level=logging.DEBUG)
    SpotifyClient.from_client_credentials(client_id=CLIENT_ID, client_secret=CLIENT_SECRET).albums.get(ALBUM)
    client.albums.get(ALBUM)
    client.playlists.add_items(PLAYLIST, [TRACK_URI])


def representation():
    print(repr(client))
    print(repr(ClientCredentials(client_id=CLIENT_ID, client_secret=CLIENT_SECRET)))
    print(repr(TokenInfo(access_token=TOKEN, expires_at=0.0)))


run({
    "album": lambda: client.albums.get(ALBUM) and None,
    "read": lambda: after_a_read(lambda: client.albums.get(ALBUM)) and None,
    "track": lambda: client.tracks.get(TRACK) and None,
    "artist": lambda: client.artists.get(ARTIST) and None,
    "me": lambda: client.users.get_current_profile() and None,
    "playlist": lambda: client.playlists.get(PLAYLIST) and None,
    "playlist_items": lambda: client.playlists.get_items(PLAYLIST) and None,
    "playlists": lambda: client.playlists.get_for_current_user() and None,
    "saved": lambda: client.tracks.get_saved() and None,
    "devices": lambda: client.player.get_devices() and None,
    "playback": lambda: client.player.get_playback_state() and None,
    "search": lambda: client.search.search("love", types=["playlist"], limit=5) and None,
    "next_track": lambda: client.player.skip_to_next() and None,
    "add": lambda: after_a_read(lambda: client.playlists.add_items(PLAYLIST, [TRACK_URI])) and None,
    "append": lambda: client.playlists.add_items(PLAYLIST, [TRACK_URI]) and None,
    "queue": lambda: after_a_read(lambda: client.player.add_to_queue(TRACK_URI)) and None,
    "skip": lambda: after_a_read(client.player.skip_to_next) and None,
    "many": lambda: asyncio.run(many()),
    "debug": debug,
    "representation": representation,
    "save": lambda: client.library.save_items([TRACK_URI]),
    "create": lambda: client.playlists.create("Behaviour") and None,
})
