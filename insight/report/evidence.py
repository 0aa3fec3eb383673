"""What opens behind a number: people's own words, chosen by stated rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from insight.archives.privacy.pseudonyms import mask_note
from insight.mentions import among
from insight.needs.phrases import NEED_SIGNALS
from insight.needs.quotes import QuoteLine, deal_quotes, line_up_quotes, quotes_at, voices_of

from . import first_screen as answers
from . import format as wording
from .results import Results

MAX_CHARACTERS = 400
"""Of a message on the page; a longer one is cut around its first matched words."""

MAX_STORED = 60
"""Messages of a need or topic, nearest to its centre, that the page holds beside the picked quotes."""

RULES = {
    "typical": "Typical: nearest to the centre",
    "random": "Random: drawn by chance",
    "opposite": "Opposite: praise of the same thing",
    "newest": "Newest",
    "noted": "With a note by the team",
}


Lines = dict[int | str, QuoteLine]
"""Topic or need -> its messages in the order of each rule."""


def collect_evidence(
    results: Results,
    *,
    n: int,
    tz: str,
    random_state: int,
    lines: Lines | None = None,
    whole: Results | None = None,
) -> dict[str, Any]:
    """Collect people's words for the first `n` needs and topics.

    Of a slice, `whole` are the results that it was cut from and `lines` the messages lined up so far, which
    grow; the words come from the slice alone.
    """
    if results.topics is None or results.signals is None:
        return {}
    lines = {} if lines is None else lines
    source = whole or results
    notes, within = notes_of(results), None
    if whole is not None:
        within = among(whole.customers["mention_id"], results.customers["mention_id"])
    found = {}

    def words(key: int | str) -> dict[str, Any]:
        if key not in lines:
            lines[key] = _line(source, key, random_state=random_state)
        return _chosen(lines[key], within, notes, tz=tz)

    for _, need in answers.shown_needs(results).head(n).iterrows():
        claim, told = answers.need_claim(need), need_facts(need, tz=tz)
        found[str(need["need"])] = {"claim": claim, "facts": told, **words(str(need["need"]))}
    for _, topic in answers.shown_topics(results).head(n).iterrows():
        claim = f"{answers.name_of(topic)}: {wording.share_of_people(int(topic['n_people']), topic)}"
        told = f"{wording.count(topic['n'], 'message')}."
        key = f"topic-{topic['topic']}"
        found[key] = {"claim": claim, "facts": told, **words(int(topic["topic"]))}
    return found


def notes_of(results: Results) -> dict[str, str]:
    """Give what the team noted on a message; the page shows it without addresses, handles and numbers."""
    if results.notes is None:
        return {}
    told = zip(results.notes["mention_id"], results.notes["note"], strict=True)
    return {str(mention): wording.shorten(mask_note(note), limit=MAX_CHARACTERS) for mention, note in told}


def _chosen(line: QuoteLine, within: np.ndarray | None, notes: dict[str, str], *, tz: str) -> dict[str, Any]:
    """Pick quotes by rule, those with a note, and the nearest others for search and the file of the rest."""
    picked = deal_quotes(line, max_length=MAX_CHARACTERS, within=within)
    may = np.ones(len(line.rows), dtype=bool) if within is None else within[line.rows.index]
    may[[quote["at"] for quote in picked]] = False
    nearest = line.order["typical"]
    if notes:
        noted = np.flatnonzero(may & line.rows["mention_id"].isin(notes).to_numpy())
        may[noted] = False
        told = quotes_at(line, {"typical": noted.tolist()}, max_length=MAX_CHARACTERS)
        picked += [{**quote, "rule": "noted", "reason": ""} for quote in told]
    stored = [at for at in nearest[:MAX_STORED].tolist() if may[at]]
    rest = quotes_at(line, {"typical": stored}, max_length=MAX_CHARACTERS)
    return {
        "groups": quote_groups(picked, notes, tz=tz),
        "rest": [quoted(row, tz=tz) for row in rest],
        "n_left": int(may[nearest].sum()) - len(stored),
    }


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


def _line(results: Results, key: int | str, *, random_state: int) -> QuoteLine:
    signals, assignments, topic, voicing = results.signals, results.topics.assignments, key, None
    if isinstance(key, str):
        signals, assignments, topic = voices_of(results.voiced, key)
        voicing = NEED_SIGNALS
    return line_up_quotes(
        results.customers,
        signals,
        assignments=assignments,
        topic=int(topic),
        voicing=voicing,
        random_state=random_state,
    )


def quote_groups(picked: list[dict[str, Any]], notes: dict[str, str], *, tz: str) -> list[dict[str, Any]]:
    """Group picked quotes by the rule that chose them."""
    groups = []
    for rule, label in RULES.items():
        rows = [row for row in picked if row["rule"] == rule]
        if rows:
            quotes = [quoted({**row, "note": notes.get(row["mention_id"], "")}, tz=tz) for row in rows]
            groups.append({"label": label, "quotes": quotes})
    return groups


def quoted(row: dict[str, Any], *, tz: str) -> dict[str, Any]:
    """Turn a message into what the panel prints: words, date, place, the reason it was chosen, its note."""
    when = wording.date(row["created_at"], tz=tz) if pd.notna(row["created_at"]) else "no date"
    where = [wording.place(str(row["platform"]))]
    if isinstance(row["channel"], str) and row["channel"] != row["platform"]:
        where.append(row["channel"])
    return {
        "parts": marked(row["text"], row["spans"]),
        "source": wording.shorten(f"{when} · {', '.join(where)}"),
        "reason": wording.plain(str(row["reason"])),
        "note": row.get("note", ""),
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
