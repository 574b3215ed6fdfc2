"""Puts what was measured into `report.md`, and the main tables into `docs/performance.md` as well."""

import json
import re
from statistics import median

import day
from tools import REPOSITORY, RESULTS, ROOT

from rivals import DECODERS, NOT_RIVALS, PAGES, TITLES

SUMMARY = REPOSITORY / "docs" / "performance.md"
SMALLEST = {
    "sdk": "**spotify-sdk**",
    "sdk-native-tls": "**spotify-sdk**, `async` and `native-tls` alone",
    "raw": "reqwest + serde_json",
    "rspotify": "rspotify",
    "rspotify-rustls": "rspotify, `client-reqwest` and `reqwest-rustls-tls` alone",
    "spotify-rs": "spotify-rs",
}

PROXY_NOTE = (
    "¹ spotify-rs can be pointed at no address but Spotify's own. It is measured through a local proxy that speaks TLS "
    "for the emulator, and so is reqwest once more, to show what the proxy costs."
)


def table(head, rows, left=1):
    """A table of which the first columns are words, and the others numbers."""
    align = ["---"] * left + ["---:"] * (len(head) - left)
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in [head, align, *rows])


def number(value, digits=None):
    if digits is None:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def spread(values, digits=None):
    """The median, and how far apart the least and the most are."""
    if not values:
        return "–"
    middle = number(median(values), digits)
    low, high = number(min(values), digits), number(max(values), digits)
    return middle if low == high else f"{middle} ({low}–{high})"


def cannot(reason):
    return f"cannot: {reason.replace('|', '/').splitlines()[0][:160]}"


class Told:
    """What was measured, part by part."""

    def __init__(self):
        files = sorted(RESULTS.glob("*.json"))
        self.parts = {file.stem: json.loads(file.read_text()) for file in files}

    def __getitem__(self, part):
        return self.parts[part]["told"]

    def __contains__(self, part):
        return part in self.parts


# Decoding


def decode_table(told):
    rows = []
    for page in PAGES:
        speed, failed = told["decode"]["speed"][page], told["decode"]["cannot"][page]
        rows.append([page, *(cannot(failed[key]) if key in failed else spread(speed[key]) for key, _ in DECODERS)])
    return table(["MB/s", *(title for _, title in DECODERS)], rows)


def allocations_table(told):
    rows = []
    for page in PAGES:
        allocations = told["decode"]["allocations"][page]
        rows.append(
            [
                page,
                *(
                    f"{allocations[key]['count']:,} / {allocations[key]['bytes'] / 1000:,.0f} kB"
                    if key in allocations
                    else "–"
                    for key, _ in DECODERS
                ),
            ]
        )
    return table(["allocations", *(title for _, title in DECODERS)], rows)


def decode_instructions_table(told):
    rows = []
    for page, counted in told["decode"]["instructions"].items():
        rows.append(
            [
                page,
                *(
                    number(counted[key]["instructions"] / 1e6, 2) if "instructions" in counted[key] else "–"
                    for key, _ in DECODERS
                ),
            ]
        )
    return table(["million instructions", *(title for _, title in DECODERS)], rows)


# Calls


def calls_table(told):
    rows = []
    for key in told["calls"]["1"]:
        row = [TITLES[key]]
        for tasks in ("1", "32"):
            answers = told["calls"][tasks][key]
            good = [answer for answer in answers if "cannot" not in answer]
            if not good:
                row += [cannot(answers[0]["cannot"]), "–"]
                continue
            row.append(spread([answer["calls"] / answer["seconds"] for answer in good], 0))
            row.append(spread([answer["cpu_seconds"] / answer["calls"] * 1e6 for answer in good], 0))
        rows.append(row)
    head = ["", "one connection, calls/s", "CPU µs per call", "32 tasks, calls/s", "CPU µs per call"]
    return table(head, rows)


def instructions_of(told, call, key):
    return [each["instructions"] for each in told["instructions"]["instructions"][call][key] if "instructions" in each]


def instructions_table(told):
    calls = told["instructions"]["instructions"]
    rows = []
    for key in calls["album"]:
        row = [TITLES[key]]
        for call, answers in calls.items():
            counted, raw = instructions_of(told, call, key), instructions_of(told, call, "raw")
            if not counted:
                row += [cannot(answers[key][0]["cannot"]), "–"]
                continue
            row.append(spread([each / 1000 for each in counted], 1))
            row.append(f"{median(counted) / median(raw):.2f} ×" if raw else "–")
        rows.append(row)
    rows.append(
        [
            TITLES["spotify-rs"].rstrip(" ¹"),
            cannot("the instructions of TLS could not be told from its own"),
            "–",
            "–",
            "–",
        ]
    )
    head = ["thousand instructions", "album", "of reqwest + serde_json", "profile", "of reqwest + serde_json"]
    return table(head, rows)


# Libraries


def finished(answers, tracks=10_000):
    return [
        answer for answer in answers if "cannot" not in answer and not answer["error"] and answer["tracks"] == tracks
    ]


def library_table(told):
    measured = told["library"]["library"]
    rows = []
    for key in measured["0"]:
        row = [TITLES[key]]
        for answers in (of[key] for of in measured.values()):
            done = finished(answers)
            failed = answers[0].get("cannot") or answers[0].get("error") or "not all tracks were read"
            row.append(spread([answer["seconds"] for answer in done], 2) if done else cannot(failed))
        everything = [answer for of in measured.values() for answer in finished(of[key])]
        row.append(spread([answer["requests"] for answer in everything], 0))
        row.append(spread([answer["peak_kb"] / 1024 for answer in everything], 1))
        rows.append(row)
    head = ["", *(f"{latency} ms, seconds" for latency in measured), "requests", "peak memory, MiB"]
    return table(head, rows)


def peaks(told, tracks, key):
    return [answer["peak_kb"] / 1024 for answer in finished(told["library"]["memory"][tracks][key], int(tracks))]


def memory_table(told):
    measured = told["library"]["memory"]
    rows = [
        [f"{int(tracks):,} tracks", *(spread(peaks(told, tracks, key), 1) for key in of)]
        for tracks, of in measured.items()
    ]
    return table(["peak memory, MiB", *(TITLES[key] for key in measured["1000"])], rows)


def limited_table(told):
    measured = told["limited"]
    rows = []
    for key, answer in measured["rivals"].items():
        tracks = answer.get("tracks", 0)
        if tracks == measured["tracks"] and not answer.get("error"):
            end = "all tracks"
        elif "cannot" in answer:
            end = f"no: {answer['cannot']}"
        else:
            end = f"no: {tracks:,} tracks, then {answer.get('error')}"
        rows.append(
            [TITLES[key], end.replace("|", "/")[:160], number(answer["wall"], 1), answer["requests"], answer["refused"]]
        )
    return table(["", "finished", "seconds", "requests", "of them 429"], rows, left=2)


def expired_table(told):
    rows = []
    for key, answers in told["expired"].items():
        good = [answer for answer in answers if "cannot" not in answer]
        if not good:
            rows.append([TITLES[key], cannot(answers[0]["cannot"]), "–", "–"])
            continue
        error = (
            next((answer["error"] for answer in good if answer["error"]), "–").replace("|", "/").split("\n")[0][:120]
        )
        rows.append(
            [
                TITLES[key],
                error,
                spread([answer["token_requests"] for answer in good], 0),
                spread([answer["succeeded"] for answer in good], 0),
            ]
        )
    return table(["", "first error", "requests for a token", "calls of 1,000 that succeeded"], rows, left=2)


# Building and starting


def build_table(told):
    rows = []
    for key, title in SMALLEST.items():
        built = told["build"][key]
        rows.append(
            [
                title,
                spread(built["seconds"], 1),
                built["crates"],
                number(built["bytes"] / 1e6, 2),
                number(built["stripped"] / 1e6, 2),
            ]
        )
    return table(["", "cold debug build, s", "crates", "release binary, MB", "stripped, MB"], rows)


def cli_table(told):
    rows = [
        [run["name"], f"{run['median'] * 1000:.1f} ({run['min'] * 1000:.1f}–{run['max'] * 1000:.1f})"]
        for run in told["cli"]
    ]
    return table(["", "ms"], rows)


# Goals


def met(is_met):
    return "met" if is_met else "**missed**"


def ratio(ours, theirs):
    """Of what was measured one right after the other, since the machine may have been slower the next time."""
    return median([one / other for one, other in zip(ours, theirs)])


def rates(told, tasks, key):
    return [answer["calls"] / answer["seconds"] for answer in told["calls"][tasks][key]]


def goals(told):
    """What was wanted, what was measured, and whether that is met."""
    wanted = []
    if "decode" in told:
        speed = told["decode"]["speed"][PAGES[0]]
        of_rspotify, of_ignored = ratio(speed["sdk"], speed["rspotify"]), ratio(speed["sdk"], speed["ignored"])
        wanted.append(
            [
                "decoding saved tracks with markets at least 2.2 × as fast as rspotify",
                f"{of_rspotify:.2f} ×",
                met(of_rspotify >= 2.2),
            ]
        )
        wanted.append(
            [
                "… and at least 45 % of the speed of reading it into nothing",
                f"{of_ignored:.0%}",
                met(of_ignored >= 0.45),
            ]
        )
    if "calls" in told:
        for tasks, words in (("1", "calls a second on one connection"), ("32", "calls a second from 32 tasks")):
            share = ratio(rates(told, tasks, "sdk"), rates(told, tasks, "raw"))
            wanted.append(
                [f"{words}: at least 95 % of reqwest's with the same decoding", f"{share:.1%}", met(share >= 0.95)]
            )
    if "instructions" in told:
        for call, words in (("album", "an album of 17 tracks"), ("profile", "a user's profile")):
            times = ratio(instructions_of(told, call, "sdk"), instructions_of(told, call, "raw"))
            wanted.append(
                [
                    f"instructions to get {words}: at most 1.1 × reqwest's with the same decoding",
                    f"{times:.3f} ×",
                    met(times <= 1.1),
                ]
            )
    if "library" in told:
        seconds = {
            key: median([answer["seconds"] for answer in done])
            for key, answers in told["library"]["library"]["50"].items()
            if (done := finished(answers))
        }
        fastest = min((value, key) for key, value in seconds.items() if key not in NOT_RIVALS)
        times = fastest[0] / seconds["sdk-8"]
        wanted.append(
            [
                "10,000 tracks at 50 ms at least 6 × as fast as every rival, eight pages at once",
                f"{times:.1f} × the fastest, {TITLES[fastest[1]].rstrip(' ¹')}",
                met(times >= 6),
            ]
        )
        for key in ("sdk", "sdk-8"):
            small, large = (median(peaks(told, tracks, key)) for tracks in ("1000", "100000"))
            wanted.append(
                [
                    f"{TITLES[key].replace('**', '')}: 100,000 tracks in the memory of 1,000 and a quarter more",
                    f"{large:.1f} MiB and {small:.1f} MiB",
                    met(large <= small * 1.25),
                ]
            )
    if "build" in told:
        ours, theirs = told["build"]["sdk"], told["build"]["rspotify"]
        wanted.append(
            [
                "no more crates than rspotify",
                f"{ours['crates']} and {theirs['crates']}",
                met(ours["crates"] <= theirs["crates"]),
            ]
        )
        ours, theirs = median(ours["seconds"]), median(theirs["seconds"])
        wanted.append(
            ["a cold build no slower than rspotify's", f"{ours:.1f} s and {theirs:.1f} s", met(ours <= theirs)]
        )
    wanted += [[*words, met(is_met)] for *words, is_met in day.goals(told)]
    return wanted


def goals_table(told):
    """The goals of all parts: those that were not measured here, as they were reported last."""
    measured = goals(told)
    names = {row[0] for row in measured}
    earlier = [
        row for line in section("Goals").splitlines() if (row := line.strip("| ").split(" | ")) and len(row) == 3
    ]
    kept = [] if is_whole(told) else [row for row in earlier[1:] if row[0] not in names | {"---"}]
    return table(["goal", "measured", ""], kept + measured, left=3)


# The report

# For each part: its title, what is said about it, and its tables.
SECTIONS = {
    "decode": (
        "Decoding",
        "Pages in memory into models, one thread. Each decoder is a process of its own, with the features of "
        "its crates that it has by default. `IgnoredAny` reads the JSON and keeps nothing, which is as fast "
        "as serde_json can be.",
        ["decode", "decode-instructions", "allocations"],
    ),
    "instructions": (
        "Instructions per call",
        "Getting an album of 17 tracks, 30 kB, or the profile of the user, 0.5 kB, from the emulator, on one "
        "thread, counted by callgrind: the difference between N and 2N calls, so that the start does not "
        "count. reqwest + serde_json has the SDK's settings and decodes into the SDK's models.",
        ["instructions"],
    ),
    "calls": (
        "Calls per second",
        "Getting the same album, one after the other and from 32 tasks. The emulator runs on the same "
        "machine, and its share is in all numbers alike; the time on the processor is the client's alone. "
        + PROXY_NOTE,
        ["calls"],
    ),
    "library": (
        "A library of 10,000 saved tracks",
        "200 pages of 50, each answer so many milliseconds late. Clients with a helper for lists use it, the "
        "others a plain loop. " + PROXY_NOTE,
        ["library", "memory"],
    ),
    "limited": (
        "The same library under a rate limit",
        "As Spotify does it: only so many requests in any 30 seconds, then 429 with `Retry-After`, and a "
        "longer wait for those who go on. Clients have their default settings, and end after a while if they "
        "do not by themselves.",
        ["limited"],
    ),
    "expired": (
        "A thousand tasks, and a token that has expired",
        "The client knows that it has, and so does the emulator. One request for a new token is enough. What "
        "is not asked for again costs nothing, and where refresh tokens rotate, as with PKCE, asking twice "
        "can cost the user's sign-in.",
        ["expired"],
    ),
    "build": (
        "The smallest program",
        "One file that gets an album, with default features. The build is of everything, in debug, with all "
        "downloads done.",
        ["build"],
    ),
    "cli": (
        "Starting the command line",
        "",
        ["cli"],
    ),
    "day": (
        "Requests",
        "Programs against an app in Development Mode with 100 requests in any 30 seconds, each answer 20 ms late. The "
        "quota is counted, and not enforced, so that each program is seen to its end. The second table: ² measured with "
        "a twentieth of the ids.",
        ["day-programs", "day-many", "day-cost"],
    ),
}

TABLES = {
    "decode": ("decode", decode_table),
    "decode-instructions": ("decode", decode_instructions_table),
    "allocations": ("decode", allocations_table),
    "instructions": ("instructions", instructions_table),
    "calls": ("calls", calls_table),
    "library": ("library", library_table),
    "memory": ("library", memory_table),
    "limited": ("limited", limited_table),
    "expired": ("expired", expired_table),
    "build": ("build", build_table),
    "cli": ("cli", cli_table),
    "day-programs": ("day", lambda told: day.programs_table(told, table)),
    "day-many": ("day", lambda told: day.many_table(told, table)),
    "day-cost": ("day", lambda told: day.cost_table(told, table)),
}


def about(told):
    """When, where and with what: of the part that was measured last."""
    latest = max(told.parts.values(), key=lambda part: part["date"])
    machine = latest["machine"]
    loads = [part["machine"]["load"] for part in told.parts.values()]
    rows = [
        ["date", latest["date"][:10]],
        ["processor", f"{machine['cpu']}, {machine['cores']} cores"],
        ["memory", f"{machine['memory_gb']} GiB"],
        ["system", f"{machine['system']}, Linux {machine['kernel']}"],
        ["load before each part", f"{min(loads):.1f}–{max(loads):.1f}"],
        *latest["versions"].items(),
    ]
    return table(["", ""], rows, left=2)


def quick(told):
    parts = [name for name, part in told.parts.items() if part["quick"]]
    return f" These parts were measured with few repetitions: {', '.join(parts)}." if parts else ""


def mixed(told):
    """Whether the parts are of one state of the SDK."""
    states = {}
    for name, part in told.parts.items():
        states.setdefault(part["versions"]["spotify-sdk"], []).append(name)
    if len(states) == 1:
        return ""
    return " Not all parts are of one commit: " + "; ".join(f"{at}: {', '.join(of)}" for at, of in states.items()) + "."


def is_whole(told):
    """Whether all parts were measured on this machine."""
    return all(part in told for part in SECTIONS)


def section(title):
    """A section of the report as it is, or what comes before the first."""
    if not (ROOT / "report.md").exists():
        return ""
    start, *sections = re.split(r"^## ", (ROOT / "report.md").read_text(), flags=re.MULTILINE)
    if title is None:
        return start.strip()
    return next((text.removeprefix(title).strip() for text in sections if text.startswith(f"{title}\n")), "")


def write():
    told = Told()
    if not told.parts:
        return "Nothing has been measured yet."
    start = [
        "# Benchmarks",
        f"Written by `benchmarks/run`. Numbers are medians, with the least and the most in brackets.{quick(told)}{mixed(told)}",
        about(told),
    ]
    # Of parts that were measured elsewhere, the report keeps what it has.
    text = start if is_whole(told) or not section(None) else [section(None)]
    text += ["## Goals", goals_table(told)]
    for part, (title, words, tables) in SECTIONS.items():
        if part in told:
            text += [f"## {title}", *([words] if words else []), *(TABLES[name][1](told) for name in tables)]
        elif section(title):
            text += [f"## {title}", section(title)]
    (ROOT / "report.md").write_text("\n\n".join(text) + "\n")
    refresh_summary(told)
    return f"The report is in {ROOT / 'report.md'}."


def refresh_summary(told):
    """Writes each table between its marks, where the document has them."""
    if not SUMMARY.exists():
        return
    text = SUMMARY.read_text()
    fresh = {name: make(told) for name, (part, make) in TABLES.items() if part in told}
    fresh["goals"] = goals_table(told)
    if is_whole(told):
        fresh["about"] = about(told)
    for name, content in fresh.items():
        marks = re.compile(rf"(<!-- numbers: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = marks.sub(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text)
    SUMMARY.write_text(text)
