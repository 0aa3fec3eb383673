"""The tables, quotes and figures of a finished run, ready for `export_tables`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.report import answers
from insight.report.results import Results

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from insight.archives import ImportReport


def collect_tables(results: Results, report: ImportReport) -> dict[str, pd.DataFrame]:
    """Collect every table that the page draws from, and the account of the import; no message in them."""
    reasons = report.set_aside.groupby(["source_file", "reason"], observed=True).size()
    found = {
        "files": report.files,
        "set aside": reasons.rename("n").reset_index(),
        "columns": report.columns,
        "notes": pd.DataFrame({"note": [*report.notes, *results.doubts, *results.reasons.values()]}),
        "needs": results.needs,
        **_topic_tables(results),
        "response rate": results.rate,
        "response rate by channel": results.rate_by_channel,
        "response curve": results.curve,
        "repeat rate": results.repeat,
        "retention": results.cohorts,
        "growth": results.growth,
    }
    return {name: table for name, table in found.items() if table is not None}


def _topic_tables(results: Results) -> dict[str, pd.DataFrame]:
    if results.topics is None:
        return {}
    shown = answers.shown_topics(results)
    kept = set(shown["topic"])
    tables = {"topics": shown, "terms": results.topics.terms, "stability": results.topics.stability}
    if results.changes is not None:
        tables["changes"] = results.changes.table
    return {name: table[table["topic"].isin(kept)] for name, table in tables.items()}


def collect_quotes(results: Results) -> pd.DataFrame:
    """List all messages of the topics that are shown: first needs by rank, then nearest to the centre first.

    Returns need, topic, name, similarity, mention_id, created_at, platform, channel, text, signals and url.
    """
    columns = ["need", "topic", "name", "similarity", "mention_id", "created_at", "platform", "channel"]
    columns += ["text", "signals", "url"]
    if results.topics is None:
        return pd.DataFrame(columns=columns)
    shown = answers.shown_topics(results)[["topic", "name"]]
    if results.needs is not None and len(results.needs):
        shown = shown.merge(results.needs[["topic", "need", "rank"]], on="topic", how="left")
    else:
        shown = shown.assign(need=None, rank=None)
    rows = results.topics.assignments[["mention_id", "topic", "similarity"]].merge(shown, on="topic")
    rows = rows.merge(results.customers, on="mention_id").merge(_voiced(results), on="mention_id", how="left")
    rows = rows.sort_values(
        ["rank", "topic", "similarity", "mention_id"], ascending=[True, True, False, True], ignore_index=True
    )
    return rows[columns]


def _voiced(results: Results) -> pd.DataFrame:
    signals = results.signals
    if signals is None or signals.empty:
        return pd.DataFrame({"mention_id": pd.Series(dtype="str"), "signals": pd.Series(dtype="str")})
    distinct = signals[["mention_id", "signal"]].astype("str").drop_duplicates().sort_values("signal")
    joined = distinct.groupby("mention_id", sort=True)["signal"].agg(", ".join)
    return joined.rename("signals").reset_index()


def collect_figures(results: Results) -> dict[str, go.Figure]:
    """Draw each table that has a plot."""
    from insight.plots.conversations import plot_response_curve, plot_response_rate
    from insight.plots.needs import plot_needs
    from insight.plots.retention import plot_growth, plot_repeat_rate, plot_retention
    from insight.plots.topics import plot_topics

    drawings: dict[str, tuple[Any, Any]] = {
        "needs": (plot_needs, results.needs),
        "topics": (plot_topics, None if results.topics is None else answers.shown_topics(results)),
        "response-curve": (plot_response_curve, results.curve),
        "response-rate": (plot_response_rate, results.rate_by_channel),
        "repeat-rate": (plot_repeat_rate, results.repeat),
        "retention": (plot_retention, results.cohorts),
        "growth": (plot_growth, results.growth),
    }
    return {name: plot(table) for name, (plot, table) in drawings.items() if table is not None and len(table)}
