// Spotify's own SDK for TypeScript, asked and answering as the rivals in Rust are: `client.mjs calls N TASKS`, `library N`
// and `expired N`.
import { readFileSync } from "node:fs";
import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const read = (name) => process.env[`BENCHMARK_${name}`] ?? "";
const target = {
  baseUrl: read("BASE_URL"),
  accountsUrl: read("ACCOUNTS_URL"),
  album: read("ALBUM"),
};

// It has no setting for its addresses: its calls go through a `fetch` of the caller's, its refreshing through the global one.
const direct = globalThis.fetch;
const send = (url, init) =>
  direct(
    String(url)
      .replace("https://api.spotify.com/v1", target.baseUrl)
      .replace("https://accounts.spotify.com", target.accountsUrl),
    init,
  );
globalThis.fetch = send;

function connect(expired) {
  const token = {
    access_token: read("ACCESS_TOKEN"),
    refresh_token: read("REFRESH_TOKEN"),
    token_type: "Bearer",
    expires_in: 3600,
    expires: Date.now() + (expired ? -3_600_000 : 3_600_000),
  };
  // What it refreshes with has no secret, so the token is one of PKCE.
  return SpotifyApi.withAccessToken(read("CLIENT_ID"), token, { fetch: send });
}

function peakKb() {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function calls(calls, tasks) {
  const client = connect(false);
  const run = (calls) =>
    Promise.all(
      Array.from({ length: tasks }, async () => {
        for (let left = calls / tasks; left >= 1; left -= 1) {
          await client.albums.get(target.album);
        }
      }),
    );
  // The connections are made before.
  await run(tasks);
  const [cpu, start] = [cpuSeconds(), performance.now()];
  await run(calls);
  const seconds = (performance.now() - start) / 1000;
  return { calls, seconds, cpu_seconds: cpuSeconds() - cpu, peak_kb: peakKb() };
}

// It has no helper for pages.
async function library() {
  const client = connect(false);
  let tracks = 0;
  let error = null;
  const [cpu, start] = [cpuSeconds(), performance.now()];
  try {
    for (;;) {
      const page = await client.currentUser.tracks.savedTracks(50, tracks);
      tracks += page.items.length;
      if (page.items.length === 0 || page.next === null) {
        break;
      }
    }
  } catch (failed) {
    error = String(failed);
  }
  const seconds = (performance.now() - start) / 1000;
  return { tracks, seconds, cpu_seconds: cpuSeconds() - cpu, peak_kb: peakKb(), error };
}

async function expired(tasks) {
  const client = connect(true);
  await direct(`${target.accountsUrl}/_emulator/tokens/expire`, { method: "POST" });
  const start = performance.now();
  const ends = await Promise.allSettled(Array.from({ length: tasks }, () => client.albums.get(target.album)));
  const failed = ends.filter((end) => end.status === "rejected");
  return {
    tasks,
    succeeded: tasks - failed.length,
    seconds: (performance.now() - start) / 1000,
    error: failed.length > 0 ? String(failed[0].reason).slice(0, 300) : null,
  };
}

const [command, ...numbers] = process.argv.slice(2);
console.log(JSON.stringify(await { calls, library, expired }[command](...numbers.map(Number))));
