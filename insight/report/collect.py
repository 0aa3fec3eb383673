"""The tables, quotes and figures of a finished run, ready for `export_tables`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.archives.privacy.pseudonyms import mask_note

from . import format as wording
from .page_facts import Page
from .results import Results
from .sections.finding import shown_topics

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from insight.archives import ImportReport

SHEETS = {
    "rate": "response rate",
    "rate_by_channel": "response rate by channel",
    "rate_by_intent": "response rate by intent",
    "curve": "response curve",
    "repeat": "repeat rate",
    "cohorts": "retention",
    "ledger": "ideas",
}
"""Names of sheets that are not those of the fields of `Results`."""

_APART = {"fitted", "topics", "changes", "needs", "voiced", "regulars"}
"""What is written in a sheet of its own kind, or not at all."""

_ONE_ROW_A_MESSAGE = {"mention_id", "author_id", "text"}


def collect_tables(results: Results, report: ImportReport) -> dict[str, pd.DataFrame]:
    """Collect every table of the run, and the account of the import; no message or person in them."""
    reasons = report.set_aside.groupby(["source_file", "reason"], observed=True).size()
    found = {
        "files": report.files,
        "skipped": reasons.rename("n").reset_index(),
        "columns": report.columns,
        "notes": pd.DataFrame({"note": [*report.notes, *results.warnings, *results.reasons.values()]}),
        "needs": results.needs,
        **_topic_tables(results),
    }
    for name in sorted(set(results.found) - _APART):
        found |= _frames(SHEETS.get(name, name), results.found[name])
    found["ideas"] = None if results.ledger is None else results.ledger.drop(columns="author_ids")
    return {name: table for name, table in found.items() if table is not None}


def _frames(name: str, value: Any) -> Iterator[tuple[str, pd.DataFrame]]:  # noqa: ANN401
    """Yield a table, or those that a result holds, if its rows are findings and not messages or people."""
    if isinstance(value, pd.DataFrame):
        if not _ONE_ROW_A_MESSAGE & set(value.columns):
            yield name.replace("_", " "), value
    elif is_dataclass(value):
        for part in fields(value):
            yield from _frames(f"{name} {part.name}", getattr(value, part.name))


def _topic_tables(results: Results) -> dict[str, pd.DataFrame]:
    if results.topics is None:
        return {}
    shown = shown_topics(results)
    kept = set(shown["topic"])
    tables = {"topics": shown, "terms": results.topics.terms, "stability": results.topics.stability}
    if results.changes is not None:
        tables["changes"] = results.changes.table
        tables["changed rates"] = results.changes.rates
    if results.changes is not None and results.changes.period == "run":
        tables["topics then and now"] = results.topics.changes
    tables = {name: table for name, table in tables.items() if "topic" in table.columns}
    return {name: table[table["topic"].isin(kept) | table["topic"].isna()] for name, table in tables.items()}


_QUOTED = [
    "need", "topic", "name", "similarity", "mention_id", "created_at", "platform", "channel", "rating",
    "text", "signals", "url",
]  # fmt: skip


def collect_quotes(results: Results) -> pd.DataFrame:
    """List every sentence of a need that is shown, by rank and nearest first, then every message of a topic.

    Returns need or topic, name, similarity, mention_id, created_at, platform, channel, rating, text, signals,
    url, and note where people take notes.
    """
    parts = [rows for rows in (_need_rows(results), _topic_rows(results)) if len(rows)]
    if not parts:
        return pd.DataFrame(columns=_QUOTED)
    rows = pd.concat(parts, ignore_index=True).merge(_voiced(results), on="mention_id", how="left")
    if results.notes is None:
        return rows[_QUOTED]
    return rows.assign(note=rows["mention_id"].map(notes_of(results)))[[*_QUOTED, "note"]]


def _need_rows(results: Results) -> pd.DataFrame:
    if results.voiced is None or results.needs is None:
        return pd.DataFrame()
    shown = results.needs[results.needs["n_people"] >= results.minimum]
    rows = results.voiced.members.merge(shown[["need", "name", "rank"]], on="need")
    rows = rows[~rows["echo"]].merge(results.customers, on="mention_id")
    source = rows["title"].where(rows["sentence"] < 0, rows["text"])
    rows["text"] = [text[a:b] for text, a, b in zip(source, rows["start"], rows["end"], strict=True)]
    by = ["rank", "similarity", "mention_id", "sentence", "start"]
    return rows.sort_values(by, ascending=[True, False, True, True, True]).assign(topic=pd.NA)


def _topic_rows(results: Results) -> pd.DataFrame:
    if results.topics is None:
        return pd.DataFrame()
    shown = shown_topics(results)[["topic", "name"]].assign(need=None)
    rows = results.topics.assignments[["mention_id", "topic", "similarity"]].merge(shown, on="topic")
    rows = rows.merge(results.customers, on="mention_id")
    return rows.sort_values(["topic", "similarity", "mention_id"], ascending=[True, False, True])


def _voiced(results: Results) -> pd.DataFrame:
    signals = results.signals
    if signals is None or signals.empty:
        return pd.DataFrame({"mention_id": pd.Series(dtype="str"), "signals": pd.Series(dtype="str")})
    distinct = signals[["mention_id", "signal"]].astype("str").drop_duplicates().sort_values("signal")
    joined = distinct.groupby("mention_id", sort=True)["signal"].agg(", ".join)
    return joined.rename("signals").reset_index()


def notes_of(results: Results) -> dict[str, str]:
    """Return what the team noted on a message, without addresses, handles and numbers."""
    if results.notes is None:
        return {}
    rows = zip(results.notes["mention_id"], results.notes["note"], strict=True)
    return {str(mention): wording.shorten(mask_note(note), limit=400) for mention, note in rows}


def collect_figures(page: Page) -> dict[str, go.Figure]:
    """Draw the figures of the page."""
    import plotly.graph_objects as go

    from insight.plots.theme import template

    drawn = {}
    for part in page.sections:
        for shown in part.shown:
            if shown.plot is not None:
                figure = go.Figure(data=shown.plot["data"], layout=shown.plot["layout"])
                title = shown.title.replace("<", "&lt;")
                drawn[shown.id] = figure.update_layout(title_text=title, template=template(), margin_t=84)
    return drawn
