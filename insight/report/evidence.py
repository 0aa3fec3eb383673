"""What opens behind a number: people's own words, chosen by stated rules."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.report import wording

LIMIT = 600
"""Characters of a message that the page shows; the rest is cut and said to be cut."""

RULES = {
    "typical": "Typical: nearest to the centre of the topic",
    "random": "Random: drawn by chance",
    "opposite": "Opposite: same topic, other tone",
    "newest": "Newest",
}


def quotes_of(picked: pd.DataFrame, *, tz: str) -> list[dict[str, Any]]:
    """Group picked quotes by the rule that chose them."""
    groups = []
    for rule, label in RULES.items():
        rows = picked[picked["rule"] == rule]
        if len(rows):
            quotes = [_quote(row, tz=tz) for row in rows.to_dict("records")]
            groups.append({"label": label, "quotes": quotes})
    return groups


def _quote(row: dict[str, Any], *, tz: str) -> dict[str, Any]:
    when = wording.date(row["created_at"], tz=tz) if pd.notna(row["created_at"]) else "no date"
    where = row["platform"] if pd.isna(row["channel"]) else f"{row['platform']}, {row['channel']}"
    return {
        "parts": marked(row["text"], row["spans"]),
        "source": wording.plain(f"{when} · {where}"),
        "reason": wording.plain(str(row["reason"])),
        "cut": max(0, len(row["text"]) - LIMIT),
    }


def marked(text: str, spans: list[tuple[int, int]]) -> list[list[Any]]:
    """Split a text into [words, matched?]; a long text is cut to a window that holds the first match."""
    begin = 0
    if len(text) > LIMIT and spans and min(spans)[1] > LIMIT:
        begin = max(0, min(spans)[0] - LIMIT // 3)
    end = min(len(text), begin + LIMIT)
    parts: list[list[Any]] = [["… ", 0]] if begin else []
    at = begin
    for start, stop in sorted(spans):
        start, stop = max(start, at), min(stop, end)
        if start < stop:
            parts += [[text[at:start], 0], [text[start:stop], 1]]
            at = stop
    parts.append([text[at:end], 0])
    if end < len(text):
        parts.append([" …", 0])
    return [[wording.plain(words), mark] for words, mark in parts if words]
