"""Findings that several sections state: in one wording, from one row."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight.conversations.median_wait import median_wait
from insight.needs.phrases import NEED_SIGNALS
from insight.report import format as wording
from insight.report.exhibit import Said
from insight.report.results import Results
from insight.report.scope import speaks_of_brand

MANY_COPIES = 0.05
"""Above this share of copies a reader must know at once."""

MOSTLY_READ = 0.98
"""Share of messages in a language that is read, from which on the rest is not worth a word."""

_WEEK, _MONTH = 7, 31

RECENT = 30
"""Days for which a question may still expect its reply."""


def company(results: Results) -> str:
    """Name the brand whose report this is."""
    return wording.shorten(results.own or "the company", limit=30)


def costs_stars(need: pd.Series) -> bool:
    """Return whether people who mention a need rate lower, where enough of them rate."""
    return bool(pd.notna(need["impact"]) and need["impact"] < 0 and need["n_rated"] >= wording.FEW)


def too_close(rows: pd.DataFrame) -> bool:
    """Return whether the first two of a ranking cannot be ranked: the intervals of their shares overlap."""
    return len(rows) > 1 and bool(rows["low"].iloc[0] <= rows["high"].iloc[1])


def most_common(results: Results) -> str:
    """Begin a sentence on the problem of most people, or on two that are too close to rank."""
    needs = largest_needs(results, 2)
    if too_close(needs):
        return f"The most common problems are “{name_of(needs.iloc[0])}” and “{name_of(needs.iloc[1])}”"
    return f"The most common problem is “{name_of(needs.iloc[0])}”"


def two_counts(rows: pd.DataFrame) -> str:
    """Count the people of the first two of a ranking."""
    first, second = rows["n_people"].iloc[0], rows["n_people"].iloc[1]
    if first == second:
        return f"{wording.people(first)} each"
    return f"{wording.count(first) if second != 1 else wording.people(first)} and {wording.people(second)}"


def unnamed_cause(results: Results) -> str:
    """Say how many complain without naming a cause, which makes no problem to act on."""
    needs = results.needs
    if needs is None or needs.empty:
        return ""
    n = int(needs.loc[needs["general"].astype(bool), "n_people"].sum())
    if n < max(1, results.minimum):
        return ""
    return f"{wording.people(n)} {'is' if n == 1 else 'are'} dissatisfied without naming a cause."


def crowd(results: Results) -> str:
    """Name the people who write: a file that speaks of no brand has no customers."""
    return "customers" if speaks_of_brand(results.mentions) else "members"


def name_of(need: pd.Series) -> str:
    """Write the name of a problem."""
    return wording.start(wording.shorten(str(need["name"])))


def topics_named(labels: Sequence[str]) -> str:
    """Name topics by their labels, which are typical words and nothing that everyone in them says."""
    quoted = wording.listing([f"“{wording.label(label)}”" for label in labels])
    return f"the topic{'s' if len(labels) > 1 else ''} {quoted}"


def labelled(results: Results) -> str:
    """Say below a figure of topics what their labels are, unless people named them."""
    return "" if results.topics.given else "Topics, labelled by their typical words"


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
    if not table["n_people"].any():  # no message is signed: each counts as one person
        table = table.assign(n_people=table["n"])
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


def next_cohort(cohorts: pd.DataFrame | None) -> pd.Series | None:
    """Pick the share of all newcomers who write in the period after their first, where it is known."""
    if cohorts is None:
        return None
    cells = cohorts[(cohorts["cohort"] == "all") & (cohorts["period"] == 1) & cohorts["share"].notna()]
    return cells.iloc[0] if len(cells) else None


def last_whole(growth: pd.DataFrame | None) -> pd.Series | None:
    """Pick the last whole period in which people who are new can be known as such."""
    whole = None if growth is None else growth[growth["complete"] & ~growth["burn_in"]]
    return None if whole is None or whole.empty else whole.iloc[-1]


def answered(results: Results) -> pd.Series | None:
    """Pick the share answered within a day, if it rests on enough people."""
    rate = results.rate
    if rate is None or rate.empty or rate["n_people"].iloc[0] < wording.FEW:
        return None
    return rate.iloc[0]


def _asked(results: Results) -> str:
    return "questions and complaints" if "intent" in results.responses.columns else "messages"


def answered_said(results: Results) -> Said:
    """Say how many are answered within a day."""
    row = answered(results)
    if row is not None:
        many = wording.about(row["share"], _asked(results))
        if "half" in many:  # beside how long half of them wait, one figure must not seem to be the other
            many = f"{wording.share(row['share'])} of {_asked(results)}"
        text = f"{wording.start(many)} get a reply within a day."
        return Said(text, of_share(row, "share") + " messages that could be watched for a day.")
    if results.rate is None:
        lacks, _, way_out = results.reasons.get("waits", "").partition(". ")
        return Said(f"{lacks}." if way_out else lacks or no_replies(results), way_out)
    return Said("Too few waits to say how many are answered within a day.")


def no_replies(results: Results) -> str:
    """Say that a file of ratings or tickets has no replies, as readers ask who waits."""
    if results.marked_open is not None:
        return "The file holds no replies."
    surveyed = (results.mentions["kind"] == "answer").any()
    silent = results.rated is not None and results.mentions["link"].isna().all() and not surveyed
    return "The file holds no replies, so it does not show who waits." if silent else ""


def wait_said(results: Results) -> Said:
    """Say within how long half are answered, those without an answer counted."""
    if results.curve is None or results.curve.empty or results.curve["n_at_risk"].max() < wording.FEW:
        return Said("")
    median, low, high = median_wait(results.curve)
    if median == float("inf"):
        how_many = "More than half" if low == float("inf") else "About half"
        return Said(f"{how_many} the {_asked(results)} get no reply.")
    known = low < high < float("inf")
    around = f"95\u00a0% interval {wording.duration(low)} to {wording.duration(high)}. " if known else ""
    return Said(
        f"Half of all {_asked(results)} got a reply within {wording.duration(median)}.",
        f"{around}People without a reply count as waiting until the file ends (Kaplan-Meier median).",
    )


def unanswered(results: Results) -> pd.DataFrame:
    """Keep the messages that wait when the file ends."""
    return results.responses[~results.responses["responded"].astype(bool)]


def recent(waits: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Keep those of the last days of the file: a manager can still reply to them."""
    last = pd.Timestamp(results.as_of).tz_convert(results.tz).normalize()
    return waits[waits["asked_at"] >= last - pd.DateOffset(days=RECENT - 1)]


def n_people(waits: pd.DataFrame) -> int:
    """Count the people who wait; an unsigned message counts as one."""
    return int(waits["author_id"].nunique() + waits["author_id"].isna().sum())


def waiting_said(results: Results) -> Said:
    """Say how many wait when the file ends, and since when."""
    if results.responses is None:
        return marked_said(results)
    open_ = unanswered(results)
    n, n_recent = n_people(open_), n_people(recent(open_, results))
    if not n:
        return Said("No one is waiting for a reply.")
    rule = "People whose question, complaint or idea has no reply when the file ends."
    if not n_recent:
        last = wording.date(open_["asked_at"].max(), tz=results.tz)
        return Said(f"{wording.people(n)} got no reply; the last asked on {last}.", rule)
    if n_recent < n:
        late = f"{wording.count(n_recent)} of them wrote in the file's last {RECENT} days"
        return Said(f"{wording.people(n)} got no reply; {late}.", rule)
    since = wording.date(open_["asked_at"].min(), tz=results.tz)
    return Said(
        f"{wording.people(n)} {'waits' if n == 1 else 'wait'} for a reply, the longest since {since}.", rule
    )


def marked_said(results: Results) -> Said:
    """Say what the file itself marks as open: of a desk whose replies are not in it, that is who waits."""
    marked = results.marked_open
    if marked is None:
        return Said("")
    counts = [wording.count(n) for n in marked["n"]]
    counts[0] = wording.count(marked["n"].iloc[0], "message")
    each = [f"{n} as {str(state).lower()}" for n, state in zip(counts, marked.index, strict=True)]
    first = wording.date(marked["first"].min(), tz=results.tz)
    return Said(
        f"It marks {wording.listing(each)}, the oldest from {first}.",
        "By the file's own column of states, as it was exported.",
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
    of = " of what people write" if row.get("measure", "topic") == "topic" else ""
    change = f"from {wording.share(row['share_before'])} to {wording.share(row['share_after'])}{of}"
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
    topic = topics_named([results.topics.table.set_index("topic").loc[row["topic"], "name"]])
    return f"The share of people who complain in {topic}" if measure == "need" else wording.start(topic)


def no_change(results: Results) -> Said:
    """Say between which periods nothing clearly changed."""
    changes = results.changes
    if changes is None or not len(changes.table) + len(changes.rates):
        return Said("")
    before, after = (wording.period_name(at, period=changes.period) for at in (changes.before, changes.after))
    n = wording.count(len(changes.table) + len(changes.rates), "share")
    return Said(
        f"No clear change {f'since {before}' if changes.period == 'run' else f'from {before} to {after}'}.",
        f"{n} tested, {wording.people(changes.n_before)} and {wording.people(changes.n_after)}.",
    )


def not_compared(results: Results) -> str:
    """Say why no two periods are compared: the time or the people are lacking."""
    if results.as_of is None or no_change(results).text:
        return ""
    dates = results.mentions["created_at"].dropna()
    days = (dates.max() - dates.min()).days + 1
    period = "months" if days >= 2 * _MONTH else "weeks"
    if days < 2 * _WEEK:
        return f"The file covers {wording.count(days, 'day')}, too few to compare two weeks."
    return f"No two {period} are compared: that takes 30 people in each."


def main_change(results: Results) -> Said:
    """Say the surest change, or that there is none."""
    sure = surest_changes(results)
    return change_said(sure[0], results) if sure else no_change(results)


def languages(results: Results) -> str:
    """Say how many messages the problem finder can read, where the file says languages."""
    known = results.customers["lang"].dropna().astype(str)
    known = known[known != "und"]
    n_read = int(known.str.startswith("en").sum())
    if n_read >= MOSTLY_READ * len(known):
        return ""
    share = wording.share(n_read / len(known))
    return f"Problems are found in English alone: {share} of the messages of known language."


def no_needs(results: Results) -> Said:
    """Say why no need is shown."""
    for measure in ("fitted", "signals", "voiced"):
        if measure in results.reasons:
            return Said(str(results.reasons[measure]))
    signals = results.signals
    n_said = 0 if signals is None or signals.empty else int(signals["signal"].isin(NEED_SIGNALS).sum())
    if n_said:
        said = wording.count(n_said, "sentence complains or wishes", plural="sentences complain or wish")
        return Said(f"{said}, but no group of {max(2, results.minimum)} people says the same.")
    searched = f"No complaint, wish or workaround in {wording.count(len(results.customers), 'message')}."
    return Said(f"{searched} {languages(results)}".strip())
