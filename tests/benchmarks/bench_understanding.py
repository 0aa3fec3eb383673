"""Known exports read as if no format were known: `python -m tests.benchmarks understanding`.

Each spec that reads a table or JSON gets an invented export of its layout, with all columns that the spec names. It
is read twice, by the spec and with every signature hidden, and compared message by message: for how many formats are
texts, times, people, ids, parents, ratings, sides and threads the same? Real exports under INSIGHT_REAL_DATA are read too, if there.
"""

# ruff: noqa: E501 (rows of exports are as long as they are)
from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import re
import tempfile
from pathlib import Path
from unittest import mock

import pandas as pd

from insight.archives import reading
from insight.archives.detect import load_specs, sources
from insight.mentions import InsightError
from tests.archives.test_round_trip import SHAPED

N_ROWS = 40
ROLES = ("text", "time", "person", "id", "parent", "rating", "side", "thread")
PEOPLE = [f"{first}{last}" for first in ("mara", "tom", "ida", "kim", "ola") for last in ("_k", "berg", "77")]
WORDS = [
    "the",
    "kettle",
    "lid",
    "leaks",
    "again",
    "since",
    "monday",
    "and",
    "nobody",
    "answers",
    "my",
    "mail",
    "about",
    "the",
    "cord",
    "or",
    "a",
    "refund",
]
NOISE = {
    "url": "https://example.org/{n}",
    "count": "{n}",
    "id": "77{m}",
    "name": "Plan {m}",
    "type": "kind {m}",
    "platform": "example",
}
START = pd.Timestamp("2024-03-01 09:00:07")


def moment(n: int) -> pd.Timestamp:
    return START + pd.Timedelta(hours=29 * n)


def written(way: str, n: int) -> str:
    """A date as the first format of a spec has it."""
    if way.startswith("epoch"):
        scale = 1_000 if way == "epoch_ms" else 1
        return str(int(moment(n).timestamp()) * scale)
    named = {
        "ctime": "%a %b %d %H:%M:%S +0000 %Y",
        "ISO8601": "%Y-%m-%dT%H:%M:%SZ",
        "day_month": "%d/%m/%Y %H:%M",
    }
    return moment(n).tz_localize("UTC").strftime(named.get(way, way))


def cell(role: str, entry: object, n: int, way: str, rng: random.Random, header: str = "") -> str:
    """An invented value for a role, as a column of this header has it."""
    own = entry if isinstance(entry, dict) else {}
    if "values" in own:
        return rng.choice([str(value) for value in own["values"]])
    native = {
        "link": f"https://x.com/kim/status/{10**17 + n}",
        "review_id": f"https://play.google.com/x?reviewid=gp:A{n}",
    }
    if role == "id":
        as_link = f"https://example.org/m/{n}" if re.search("url|link", header, re.I) else f"{10**8 + 7 * n}"
        return native.get(own.get("conv", ""), as_link)
    if role in ("reply_to", "reposted", "quoted"):
        return (
            ""
            if n % 3 or role != "reply_to"
            else native["link"]
            if own.get("conv") == "link"
            else f"{10**8 + 7 * (n - 1)}"
        )
    values = {
        "created_at": written(way, n), "retrieved_at": written(way, n + 60),
        "text": " ".join(rng.choices(WORDS, k=9)) + f" {n}", "title": " ".join(rng.choices(WORDS, k=3)),
        "author": PEOPLE[n * n % len(PEOPLE)], "handle": PEOPLE[n * n % len(PEOPLE)], "lang": rng.choice(["en", "de"]),
        "rating": str(rng.randint(1, 5)), "url": f"https://example.org/m/{n}", "conversation": f"{5 * 10**8 + 7 * (n // 4)}",
        "channel": rng.choice(["kettles", "lamps"]), "is_public": "true",
    }  # fmt: skip
    return str(rng.randint(0, 90)) if role.endswith("_count") else values.get(role, "")


def export(spec) -> tuple[str, str] | None:
    """Make an export of the layout of a spec: file name and content."""
    if spec.name in SHAPED:
        rng = random.Random(1)
        rows = [
            (
                10**8 + 7 * n,
                PEOPLE[n * n % len(PEOPLE)],
                moment(n).to_pydatetime(),
                cell("text", {}, n, "", rng),
                n,
            )
            for n in range(N_ROWS)
        ]
        return f"{spec.name}.json", json.dumps(SHAPED[spec.name](rows))
    is_table = "table" in spec.readers
    if spec.shape or not (is_table or "json" in spec.readers) or spec.records:
        return None
    rng, way = random.Random(spec.name), (spec.time.get("formats") or ["ISO8601"])[0]
    filled = {
        source: (role, entry)
        for role, entry in [*spec.map.items()][::-1]
        for source in sources(entry)[:1]
        if source[0] != "_"
    }
    if spec.reply:
        filled |= {
            sources(spec.reply["text"])[0]: ("reply", {}),
            sources(spec.reply["created_at"])[0]: ("reply_at", {}),
        }
    marks = [*spec.detect.get("all", []), *spec.detect.get("any", []), *(spec.detect.get("keys") or [[]])[0]]
    noise = [
        name for name in [*marks, *spec.detect.get("known", [])] if "*" not in name and name not in filled
    ]
    rows = [row_of(filled, noise, n, way, rng) for n in range(N_ROWS)]
    if is_table:
        out = io.StringIO()
        table = csv.DictWriter(out, list(dict.fromkeys([*filled, *noise])), restval="")
        table.writeheader()
        table.writerows(rows)
        return f"{spec.name}.csv", out.getvalue()
    return f"{spec.name}.ndjson", "\n".join(json.dumps(nested(row)) for row in rows)


def row_of(filled: dict, noise: list[str], n: int, way: str, rng: random.Random) -> dict[str, str]:
    row = {}
    for name in noise:
        kind = next((value for part, value in NOISE.items() if part in name.casefold()), "some {m}")
        row[name] = kind.format(n=rng.randint(1, 500), m=rng.randint(1, 4))
    for name, (role, entry) in filled.items():
        if role == "reply":
            row[name] = f"Sorry about that, please write to us {n}" if n % 4 == 0 else ""
        elif role == "reply_at":
            row[name] = written(way, n + 1) if n % 4 == 0 else ""
        else:
            row[name] = cell(role, entry, n, way, rng, name)
    return row


def nested(row: dict[str, str]) -> dict[str, object]:
    item: dict[str, object] = {}
    for path, value in row.items():
        *steps, last = path.split(".")
        here = item
        for step in steps:
            inner = here.setdefault(step, {})
            here = inner if isinstance(inner, dict) else {}
        here[last] = int(value) if value.isdigit() else value
    return item


def native(ids: pd.Series) -> list[str | None]:
    """Ids without what our specs put before them, and without those made from the content."""
    return [bare_id(value) if isinstance(value, str) else None for value in ids.astype(object)]


def bare_id(value: str) -> str | None:
    own = re.sub(r"^(?:t\d_|ticket-|conversation-)|#reply$", "", value.partition(":")[2]).rpartition("/")[2]
    return None if re.fullmatch(r"[0-9a-f]{16}(?:[.+]\d+)*", own) else own


def messages(path: Path, *, hidden: bool) -> pd.DataFrame:
    from insight.archives import read_archive

    with mock.patch.object(reading, "detect", return_value=None) if hidden else contextlib.nullcontext():
        found = read_archive(
            path, key=path.with_name("key"), privacy="internal", include_private=True, brands=None
        ).mentions
    table = pd.DataFrame({
        "text": found["text"].str.replace(r"\s+", " ", regex=True), "time": found["created_at"],
        "person": found["author_id"].astype(object), "id": native(found["mention_id"]),
        "parent": native(found["reply_to_id"]), "rating": found["rating"],
        "side": found["side"].astype(object).where(found["side"].isin(["brand", "customer"]), None),
        "thread": found["conversation_id"].astype(object),
    })  # fmt: skip
    return table[(table["text"] != "") & ~table["text"].duplicated(keep=False)]


def compare(path: Path) -> dict[str, bool | None]:
    """Say for each role whether it is the same; None where the format has none."""
    known = messages(path, hidden=False)
    if known.empty:
        return dict.fromkeys(ROLES)
    try:
        alone = messages(path, hidden=True)
    except InsightError:
        return {role: False if known[role].notna().any() else None for role in ROLES}
    both = known.merge(
        alone.drop_duplicates("text"), on="text", how="left", suffixes=("", "_alone"), indicator=True
    )
    same: dict[str, bool | None] = {"text": bool((both["_merge"] == "both").mean() > 0.95)}
    for role in ROLES[1:]:
        mine, other = both[role], both[f"{role}_alone"]
        if (
            not mine.notna().any()
            or (role == "thread" and mine.is_unique)
            or (role == "side" and mine.nunique() < 2)
        ):
            same[role] = None
        elif role in ("person", "thread"):
            same[role] = same_people(mine, other)
        else:
            equal = (mine == other).fillna(False).astype(bool) | (mine.isna() & other.isna())
            same[role] = bool(equal.mean() > 0.95)
    return same


def same_people(mine: pd.Series, other: pd.Series) -> bool:
    """Whether nearly all messages are by the same people: names differ, so each person is judged as a set."""
    pairs = pd.DataFrame({"a": mine, "b": other}).dropna(how="all")
    n = pairs.groupby(["a", "b"]).size().sort_values(ascending=False).reset_index()
    one_each = n[~n["a"].duplicated() & ~n["b"].duplicated()]
    return bool(one_each[0].sum() > 0.95 * len(pairs))


REAL = (
    "archives/twcs/twcs.csv", "archives/crowdtangle/crowdtangle_subset_columns.csv", "archives/discourse/topic.json",
    "archives/hackernews/datasette-io.json", "archives/play_console/just-3-reviews-for-testing.csv",
    "archives/talkwalker/talkwalker_sample.xlsx", "archives/telegram/test_single_export.json",
    "archives/twitter_archive/smithjd_tweets.js", "archives/twitter_v2_twarc/two_tweets.jsonl",
    "archives/youtube/comment_threads_multi.json", "archives/zeeschuimer/tiktok-test.ndjson",
    "archives/zeeschuimer/twitter-test.ndjson", "archives/zendesk/ticket_comment_data.csv", "archives/zendesk/ticket_data.csv",
    "archives/airline_sentiment/Tweets_original_layout.csv", "archives/mastodon/dealingwith_outbox.json",
    "archives/discord/example_guild_general.json", "archives/brandwatch/api_mentions_retrieving-mentions_3.json",
)  # fmt: skip


def report(rows: dict[str, dict[str, bool | None]], heading: str) -> None:
    print(f"\n{heading}: {len(rows)} formats")
    for name, same in sorted(rows.items()):
        missed = [role for role in ROLES if same[role] is False]
        if missed:
            print(f"  {name}: not the same: {', '.join(missed)}")
    for role in ROLES:
        asked = [same[role] for same in rows.values() if same[role] is not None]
        print(f"  {role:8} {sum(asked):3} of {len(asked):3} ({sum(asked) / max(len(asked), 1):.0%})")


def main() -> None:
    invented, real = {}, {}
    with tempfile.TemporaryDirectory() as name:
        for spec in load_specs().values():
            made = export(spec)
            if made is not None:
                path = Path(name) / made[0]
                path.write_text(made[1], encoding="utf-8")
                invented[spec.name] = compare(path)
    report(invented, "Invented exports, signatures hidden")
    folder = Path(os.environ.get("INSIGHT_REAL_DATA", ""))
    with tempfile.TemporaryDirectory() as name:
        for place in REAL if folder.name else ():
            copy = Path(name) / place.replace("/", "-")
            copy.write_bytes((folder / place).read_bytes())
            real[place] = compare(copy)
    if real:
        report(real, "Real exports, signatures hidden")


if __name__ == "__main__":
    main()
