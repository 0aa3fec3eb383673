"""What opens behind a number: people's own words, chosen by stated rules."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.report import answers, wording
from insight.report.results import Results

MAX_CHARACTERS = 400
"""Of a message on the page; a longer one is cut around its first matched words."""

RULES = {
    "typical": "Typical: nearest to the centre of the topic",
    "random": "Random: drawn by chance",
    "opposite": "Opposite: same topic, other tone",
    "newest": "Newest",
}


def collect_evidence(results: Results, *, n: int, tz: str, random_state: int) -> dict[str, Any]:
    """Collect people's words for the first `n` needs and topics."""
    from insight.quotes import NEED_SIGNALS

    if results.topics is None or results.signals is None:
        return {}
    found = {}
    for _, need in answers.shown_needs(results).head(n).iterrows():
        picked = _pick(results, need["topic"], voicing=NEED_SIGNALS, random_state=random_state)
        claim, told = answers.need_claim(need), need_facts(need, tz=tz)
        found[str(need["need"])] = {"claim": claim, "facts": told, "groups": quote_groups(picked, tz=tz)}
    for _, topic in answers.shown_topics(results).head(n).iterrows():
        picked = _pick(results, topic["topic"], voicing=None, random_state=random_state)
        claim = f"{answers.name_of(topic)}: {wording.share_of_people(int(topic['n_people']), topic)}"
        told = f"{wording.count(topic['n'], 'message')}."
        found[f"topic-{topic['topic']}"] = {
            "claim": claim,
            "facts": told,
            "groups": quote_groups(picked, tz=tz),
        }
    return found


def need_facts(need: pd.Series, *, tz: str) -> str:
    """Say how a need is voiced, since when and where."""
    told = [f"{wording.count(need['n_mentions'], 'message')}: {voices(need)}."]
    if pd.notna(need["first_seen"]):
        told.append(f"First seen {wording.date(need['first_seen'], tz=tz)}.")
    if isinstance(need["channels"], str):
        told.append(f"In {wording.shorten(need['channels'])}.")
    return " ".join(told)


def voices(need: pd.Series) -> str:
    """Count those who complain, wish and work around."""
    verbs = {
        "n_complaint": "complain",
        "n_wish": "wish",
        "n_workaround": "work around it",
        "n_praise": "praise",
    }
    return wording.listing(
        [f"{wording.count(need[column])} {verb}" for column, verb in verbs.items() if need[column]]
    )


def _pick(
    results: Results, topic: int, *, voicing: tuple[str, ...] | None, random_state: int
) -> pd.DataFrame:
    from insight.needs import pick_quotes

    assignments = results.topics.assignments
    here = assignments[assignments["topic"] == topic]
    customers, signals = (_of(table, here) for table in (results.customers, results.signals))
    return pick_quotes(
        customers,
        signals,
        assignments=here,
        topic=int(topic),
        voicing=voicing,
        max_length=MAX_CHARACTERS,
        random_state=random_state,
    )


def _of(table: pd.DataFrame | None, here: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame() if table is None else table[table["mention_id"].isin(here["mention_id"])]


def quote_groups(picked: pd.DataFrame, *, tz: str) -> list[dict[str, Any]]:
    """Group picked quotes by the rule that chose them."""
    groups = []
    for rule, label in RULES.items():
        rows = picked[picked["rule"] == rule].to_dict("records")
        if rows:
            groups.append({"label": label, "quotes": [_quote(row, tz=tz) for row in rows]})
    return groups


def _quote(row: dict[str, Any], *, tz: str) -> dict[str, Any]:
    when = wording.date(row["created_at"], tz=tz) if pd.notna(row["created_at"]) else "no date"
    where = [wording.place(str(row["platform"]))]
    if isinstance(row["channel"], str) and row["channel"] != row["platform"]:
        where.append(row["channel"])
    return {
        "parts": marked(row["text"], row["spans"]),
        "source": wording.shorten(f"{when} · {', '.join(where)}"),
        "reason": wording.plain(str(row["reason"])),
    }


def marked(text: str, spans: list[tuple[int, int]]) -> list[list[Any]]:
    """Split a text into [words, 1 if matched else 0]."""
    parts: list[tuple[str, int]] = []
    at = 0
    for start, stop in sorted(spans):
        if max(start, at) < stop:
            parts += [(text[at : max(start, at)], 0), (text[max(start, at) : stop], 1)]
            at = stop
    parts.append((text[at:], 0))
    return [[wording.plain(words), mark] for words, mark in parts if words]
