import logging
from concurrent.futures import ThreadPoolExecutor

import tekore

from common import *

client = tekore.Spotify(TOKEN)


def after_a_read(call):
    client.album(ALBUM)
    wait_for_go()
    return call()


def many():
    client = tekore.Spotify(tekore.request_client_token(CLIENT_ID, CLIENT_SECRET))
    client.album(ALBUM)
    wait_for_go()
    # Tokens are renewed by the client that is not async alone, so it is threads.
    with ThreadPoolExecutor(CALLS) as pool:
        return len(list(pool.map(lambda _: client.album(ALBUM), range(CALLS))))


def debug():
    logging.basicConfig(level=logging.DEBUG)
    tekore.Spotify(tekore.request_client_token(CLIENT_ID, CLIENT_SECRET)).album(ALBUM)
    client.album(ALBUM)
    client.playlist_add(PLAYLIST, [TRACK_URI])


def representation():
    print(repr(client))
    print(repr(tekore.Credentials(CLIENT_ID, CLIENT_SECRET)))
    print(repr(tekore.request_client_token(CLIENT_ID, CLIENT_SECRET)))


run({
    "album": lambda: client.album(ALBUM) and None,
    "read": lambda: after_a_read(lambda: client.album(ALBUM)) and None,
    "track": lambda: client.track(TRACK) and None,
    "artist": lambda: client.artist(ARTIST) and None,
    "me": lambda: client.current_user() and None,
    "playlist": lambda: client.playlist(PLAYLIST) and None,
    "playlist_items": lambda: client.playlist_items(PLAYLIST) and None,
    "playlists": lambda: client.followed_playlists() and None,
    "saved": lambda: client.saved_tracks() and None,
    "devices": lambda: client.playback_devices() and None,
    "playback": lambda: client.playback() and None,
    "search": lambda: client.search("love", types=("playlist",), limit=5) and None,
    "next_track": lambda: client.playback_next() and None,
    "add": lambda: after_a_read(lambda: client.playlist_add(PLAYLIST, [TRACK_URI])) and None,
    "append": lambda: client.playlist_add(PLAYLIST, [TRACK_URI]) and None,
    "queue": lambda: after_a_read(lambda: client.playback_queue_add(TRACK_URI)) and None,
    "skip": lambda: after_a_read(client.playback_next) and None,
    "many": many,
    "pages": lambda: len(list(client.all_items(client.saved_tracks(limit=50)))),
    "debug": debug,
    "representation": representation,
    "save": lambda: client.saved_tracks_add([TRACK]),
    "create": lambda: client.playlist_create(client.current_user().id, "Behaviour") and None,
})
