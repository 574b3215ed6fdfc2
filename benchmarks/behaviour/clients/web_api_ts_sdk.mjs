import { createInterface } from "node:readline";
import { Agent, buildConnector, setGlobalDispatcher } from "undici";
import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const env = process.env;
// Every name leads to what stands in for Spotify.
const connect = buildConnector({});
const toFront = { host: "127.0.0.1", hostname: "127.0.0.1", port: env.BEHAVIOUR_FRONT };
setGlobalDispatcher(
  new Agent({
    connect: (options, callback) => connect({ ...options, ...toFront, servername: options.hostname }, callback),
  }),
);

const TOKEN = env.BEHAVIOUR_TOKEN;
const CLIENT_ID = env.BEHAVIOUR_CLIENT_ID;
const ALBUM = env.BEHAVIOUR_ALBUM;
const TRACK = env.BEHAVIOUR_TRACK;
const PLAYLIST = env.BEHAVIOUR_PLAYLIST;
const TRACK_URI = `spotify:track:${TRACK}`;
const CALLS = Number(env.BEHAVIOUR_CALLS);
const token = { access_token: TOKEN, token_type: "Bearer", expires_in: 3600, refresh_token: "" };
const client = SpotifyApi.withAccessToken(CLIENT_ID, token);

const lines = createInterface({ input: process.stdin });

function waitForGo() {
  console.log("ready");
  return new Promise((resolve) => lines.once("line", resolve));
}

async function afterARead(call) {
  await client.albums.get(ALBUM);
  await waitForGo();
  return call();
}

async function many() {
  const client = SpotifyApi.withClientCredentials(CLIENT_ID, env.BEHAVIOUR_CLIENT_SECRET);
  await client.albums.get(ALBUM);
  await waitForGo();
  return (await Promise.all(Array.from({ length: CALLS }, () => client.albums.get(ALBUM)))).length;
}

async function debug() {
  await SpotifyApi.withClientCredentials(CLIENT_ID, env.BEHAVIOUR_CLIENT_SECRET).albums.get(ALBUM);
  await client.albums.get(ALBUM);
  await client.playlists.addItemsToPlaylist(PLAYLIST, [TRACK_URI]);
}

const actions = {
  album: () => client.albums.get(ALBUM),
  read: () => afterARead(() => client.albums.get(ALBUM)),
  track: () => client.tracks.get(TRACK),
  artist: () => client.artists.get(env.BEHAVIOUR_ARTIST),
  me: () => client.currentUser.profile(),
  playlist: () => client.playlists.getPlaylist(PLAYLIST),
  playlist_items: () => client.playlists.getPlaylistItems(PLAYLIST),
  playlists: () => client.currentUser.playlists.playlists(),
  saved: () => client.currentUser.tracks.savedTracks(),
  devices: () => client.player.getAvailableDevices(),
  playback: () => client.player.getPlaybackState(),
  search: () => client.search("love", ["playlist"], undefined, 5),
  next_track: () => client.player.skipToNext(undefined),
  add: () => afterARead(() => client.playlists.addItemsToPlaylist(PLAYLIST, [TRACK_URI])),
  append: () => client.playlists.addItemsToPlaylist(PLAYLIST, [TRACK_URI]),
  queue: () => afterARead(() => client.player.addItemToPlaybackQueue(TRACK_URI)),
  skip: () => afterARead(() => client.player.skipToNext(undefined)),
  many,
  debug,
  representation: async () => console.log(client),
  save: () => client.currentUser.tracks.saveTracks([TRACK]),
  create: async () => client.playlists.createPlaylist((await client.currentUser.profile()).id, { name: "Behaviour" }),
};

const action = actions[process.argv[2]];
const report = (outcome) => console.log(JSON.stringify(outcome));
if (action === undefined) {
  report({ ok: false, error: "the client has no such operation", missing: true });
} else {
  try {
    const result = await action();
    report({ ok: true, result: typeof result === "number" ? result : null });
  } catch (error) {
    console.error(error);
    report({ ok: false, error: `${error}: ${error.cause ?? ""}`.slice(0, 600) });
  }
}
process.exit();
