"""Findings that several sections state: in one wording, from one row."""

from __future__ import annotations

import pandas as pd

from insight.conversations.median_wait import median_wait
from insight.needs.phrases import NEED_SIGNALS
from insight.report import format as wording
from insight.report.exhibit import Said
from insight.report.results import Results

MANY_COPIES = 0.05
"""Above this share of copies a reader must know at once."""


def company(results: Results) -> str:
    """Name the brand whose report this is."""
    return wording.shorten(results.own or "the company", limit=30)


def name_of(row: pd.Series) -> str:
    """Begin a sentence with the name of a need or topic."""
    return wording.start(wording.shorten(str(row["name"])))


def shown_needs(results: Results) -> pd.DataFrame:
    """Return the ranked needs, general dissatisfaction aside: it names no cause to act on."""
    needs = results.needs
    if needs is None or needs.empty:
        return pd.DataFrame()
    return needs[~needs["general"].astype(bool) & (needs["n_people"] >= results.minimum)]


def largest_needs(results: Results, n: int) -> pd.DataFrame:
    """Return the needs of most people, most first."""
    needs = shown_needs(results)
    return needs if needs.empty else needs.sort_values(["n_people", "need"], ascending=[False, True]).head(n)


def shown_topics(results: Results) -> pd.DataFrame:
    """Keep the topics of enough people to be shown."""
    if results.topics is None:
        return pd.DataFrame()
    table = results.topics.table
    return table[(table["topic"] >= 0) & (table["n_people"] >= results.minimum)].reset_index(drop=True)


def of_share(row: pd.Series, value: str = "share", *, n: str = "n") -> str:
    """Write what stands behind a share: interval and n."""
    between = wording.interval(row["low"], row["high"], rate=row[value])
    return f"{wording.share(row[value])}, 95\u00a0% interval {between}, n\u00a0=\u00a0{wording.count(row[n])}"


def pooled(repeat: pd.DataFrame | None) -> pd.Series | None:
    """Pick the row of all complete periods together, if enough people could come back in them."""
    if repeat is None:
        return None
    rows = repeat[(repeat["period"].astype(str) == "all") & (repeat["n_people"] >= wording.FEW)]
    return rows.iloc[0] if len(rows) else None


def answered(results: Results) -> pd.Series | None:
    """Pick the share answered within a day, if it rests on enough people."""
    rate = results.rate
    if rate is None or rate.empty or rate["n_people"].iloc[0] < wording.FEW:
        return None
    return rate.iloc[0]


def answered_said(results: Results) -> Said:
    """Say how many are answered within a day."""
    row = answered(results)
    if row is not None:
        what = "questions and complaints" if "intent" in results.responses.columns else "messages"
        text = f"{wording.start(wording.about(row['share'], what))} get a reply within a day."
        return Said(text, of_share(row, "share") + " messages that could be watched for a day.")
    if results.rate is None:
        return Said(results.reasons.get("waits", ""))
    return Said("Too early to say how many are answered within a day.")


def wait_said(results: Results) -> Said:
    """Say how long a typical wait is, those without an answer counted."""
    if results.curve is None or results.curve.empty or results.curve["n_at_risk"].max() < wording.FEW:
        return Said("")
    median, low, high = median_wait(results.curve)
    if median == float("inf"):
        return Said("More than half never get a reply in this file.")
    known = low < high < float("inf")
    around = f"95\u00a0% interval {wording.duration(low)} to {wording.duration(high)}. " if known else ""
    return Said(
        f"A typical wait is {wording.duration(median)}.",
        f"{around}People without a reply count as waiting until the file ends (Kaplan-Meier median).",
    )


def n_waiting(results: Results) -> int:
    """Count the people who wait when the file ends."""
    if results.responses is None:
        return 0
    open_ = results.responses[~results.responses["responded"].astype(bool)]
    return int(open_["author_id"].nunique() + open_["author_id"].isna().sum())


def waiting_said(results: Results) -> Said:
    """Say how many wait when the file ends, and since when."""
    n = n_waiting(results)
    if results.responses is None:
        return Said("")
    if not n:
        return Said("No one is waiting for a reply.")
    open_ = results.responses[~results.responses["responded"].astype(bool)]
    since = wording.date(open_["asked_at"].min(), tz=results.tz)
    waits = "waits" if n == 1 else "wait"
    return Said(
        f"{wording.people(n)} {waits} for a reply, the longest since {since}.",
        "People whose question, complaint or idea has no reply when the file ends.",
    )


def surest_changes(results: Results) -> list[pd.Series]:
    """List what clearly changed, surest first."""
    changes = results.changes
    if changes is None:
        return []
    rows = [row for _, row in changes.clear.iterrows()]
    if len(changes.rates):
        rows += [row for _, row in changes.rates[changes.rates["clear"]].iterrows()]
    return sorted(rows, key=lambda row: float(row["p_value"]))


def change_said(row: pd.Series, results: Results) -> Said:
    """Say what changed, from what to what."""
    moved = "rose" if row["change"] > 0 else "fell"
    change = f"from {wording.share(row['share_before'])} to {wording.share(row['share_after'])}"
    between = (
        f"{100 * row['low_any']:+.1f} to {100 * row['high_any']:+.1f} points, 95\u00a0% for all tested "
        "changes at once."
    ).replace("-", "\u2212")
    return Said(f"{changed_name(row, results)} {moved} {change}.", between)


def changed_name(row: pd.Series, results: Results) -> str:
    """Name what changed."""
    measure = row.get("measure", "topic")
    if measure == "answered":
        return "The share answered within a day"
    if measure == "returned":
        return f"The share who write again the next {results.period}"
    topic = name_of(results.topics.table.set_index("topic").loc[row["topic"]])
    return f"Complaints about “{topic}”" if measure == "need" else f"Talk of “{topic}”"


def no_change(results: Results) -> Said:
    """Say since when nothing clearly changed, or that it is too early."""
    changes = results.changes
    if changes is None:
        return Said(
            "Too early to say what changed.",
            "Two complete weeks, months or quarters with 30 people each are needed to compare.",
        )
    before = wording.period_name(changes.before, period=changes.period)
    n = len(changes.table) + len(changes.rates)
    if not n:
        return Said("Too few people to test what changed.", f"Compared with {before}.")
    return Said(f"No clear change since {before}.", f"{wording.count(n)} shares tested.")


def main_change(results: Results) -> Said:
    """Say the surest change, or that there is none."""
    sure = surest_changes(results)
    return change_said(sure[0], results) if sure else no_change(results)


def languages(results: Results) -> str:
    """Say how many messages the problem finder can read, where the file says languages."""
    known = results.customers["lang"].dropna().astype(str)
    known = known[known != "und"]
    n_read = int(known.str.startswith("en").sum())
    if n_read == len(known):
        return ""
    share = wording.share(n_read / len(known))
    return f"Problems are found in English alone: {share} of the messages of known language."


def no_needs(results: Results) -> str:
    """Say why no need is shown."""
    for measure in ("fitted", "signals", "voiced"):
        if measure in results.reasons:
            return str(results.reasons[measure])
    if results.needs is not None and results.needs.attrs.get("n_too_few", 0):
        n = wording.count(results.needs.attrs["n_too_few"], "problem")
        return f"{n} mentioned, none of them by {results.minimum} people or more."
    signals = results.signals
    n_said = 0 if signals is None or signals.empty else int(signals["signal"].isin(NEED_SIGNALS).sum())
    if n_said:
        return f"{wording.count(n_said, 'sentence')} complain or wish, too few alike to make a problem."
    searched = f"No complaint, wish or workaround in {wording.count(len(results.customers), 'message')}."
    return f"{searched} {languages(results)}".strip()
