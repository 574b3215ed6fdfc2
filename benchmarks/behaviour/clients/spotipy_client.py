import logging
from concurrent.futures import ThreadPoolExecutor

import spotipy
from spotipy.oauth2 import SpotifyClientCredentials

from common import *

client = spotipy.Spotify(auth=TOKEN)


def after_a_read(call):
    """With a connection in the pool, as in a program that has been running for a while."""
    client.album(ALBUM)
    wait_for_go()
    return call()


def many():
    client = spotipy.Spotify(auth_manager=SpotifyClientCredentials(CLIENT_ID, CLIENT_SECRET))
    client.album(ALBUM)
    wait_for_go()
    # It has no async client: threads are the way to many calls at once.
    with ThreadPoolExecutor(CALLS) as pool:
        return len(list(pool.map(lambda _: client.album(ALBUM), range(CALLS))))


def pages():
    page = client.current_user_saved_tracks(limit=50)
    seen = 0
    while page:
        seen += len(page["items"])
        page = client.next(page)
    return seen


def debug():
    logging.basicConfig(level=logging.DEBUG)
    spotipy.Spotify(auth_manager=SpotifyClientCredentials(CLIENT_ID, CLIENT_SECRET)).album(ALBUM)
    client.album(ALBUM)
    client.playlist_add_items(PLAYLIST, [TRACK_URI])


def representation():
    print(repr(client))
    print(repr(SpotifyClientCredentials(CLIENT_ID, CLIENT_SECRET)))


run({
    "album": lambda: client.album(ALBUM) and None,
    "read": lambda: after_a_read(lambda: client.album(ALBUM)) and None,
    "track": lambda: client.track(TRACK) and None,
    "artist": lambda: client.artist(ARTIST) and None,
    "me": lambda: client.me() and None,
    "playlist": lambda: client.playlist(PLAYLIST) and None,
    "playlist_items": lambda: client.playlist_items(PLAYLIST) and None,
    "playlists": lambda: client.current_user_playlists() and None,
    "saved": lambda: client.current_user_saved_tracks() and None,
    "devices": lambda: client.devices() and None,
    "playback": lambda: client.current_playback() and None,
    "search": lambda: client.search("love", type="playlist", limit=5) and None,
    "next_track": lambda: client.next_track() and None,
    "add": lambda: after_a_read(lambda: client.playlist_add_items(PLAYLIST, [TRACK_URI])),
    "append": lambda: client.playlist_add_items(PLAYLIST, [TRACK_URI]) and None,
    "queue": lambda: after_a_read(lambda: client.add_to_queue(TRACK_URI)),
    "skip": lambda: after_a_read(client.next_track),
    "many": many,
    "pages": pages,
    "debug": debug,
    "representation": representation,
    "save": lambda: client.current_user_saved_tracks_add([TRACK_URI]),
    "create": lambda: client.current_user_playlist_create("Behaviour") and None,
})
