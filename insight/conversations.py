"""Who waits for the brand, who was answered, and how soon: the unanswered are counted as waiting."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight import engine
from insight.mentions import InsightError, InsightWarning
from insight.statistics import bootstrap_ratio, kaplan_meier, wilson

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NEEDED = (
    "mention_id", "conversation_id", "reply_to_id", "reposted_id", "author_id", "created_at",
    "time_precision", "platform", "channel", "kind", "side", "brand", "addressed", "is_public",
)  # fmt: skip
_HOUR = pd.Timedelta(hours=1)
_FINEST_STEP = 0.001


def first_responses(
    mentions: pd.DataFrame | ir.Table | str,
    *,
    as_of: str | pd.Timestamp | None = None,
    only_addressed: bool = True,
) -> pd.DataFrame:
    """Find when the brand first answered each customer who wrote to it, and who still waits.

    Parameters
    ----------
    mentions : DataFrame, Ibis table or path
        The mentions table, or a Parquet file or folder of it. A boolean column `automated`, if there is one,
        marks bots and auto-replies: they neither ask nor answer.
    as_of : str or Timestamp, optional
        The moment of looking (UTC unless it has a zone): later messages are unknown. Default: the last
        mention.
    only_addressed : bool
        True asks who was answered among the messages sent to the brand: `addressed` is true, or it is not
        known and the brand had already spoken in that conversation. On a platform that never tells what was
        addressed, every customer's message counts. False: every customer's message everywhere.

    Returns
    -------
    DataFrame
        One row a wait, oldest first: mention_id (the message that started the clock), conversation_id,
        author_id, platform, channel, kind, brand (of that message), turn (1 = the author's first approach in
        this conversation, 2 = the next after an answer, ...), n_messages (sent before an answer came),
        asked_at, wait_hours (until the answer, or until `as_of`), responded, watched_hours (from asking until
        `as_of`), response_id, responder_id, answered_at (missing while waiting), link ('reply' = the answer
        names the message, 'thread' = it follows in the conversation and names none). `.attrs` holds as_of,
        the platforms where every message counts, and the number of rows of each sort that did not enter.

    Raises
    ------
    InsightError
        If a column is missing or nothing is dated.

    Notes
    -----
    An answer is a public message of the brand's side, not a repost, that replies to the person's
    message, or that comes later in the same conversation and replies to no message in particular. A reply to
    someone else, the asker's own follow-up and another customer's help are no answers. A person's messages
    between two answers are one wait, which starts at the first of them. Messages of the same second (or
    minute, where that is all the source gives) count as question, then answer. Private messages and stamps
    coarser than a minute do not enter. Whether a message needs an answer is judged only by what came before
    it: counting a stranger's post because the brand did answer it would flatter the brand.

    Warns
    -----
    InsightWarning
        If no message of the brand's is in the table: all wait, but silence cannot be told from absence. If an
        answer is older than its question, as happens to edited reviews: these waits have no length and are
        left out.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> mentions = as_mentions(pd.DataFrame({
    ...     "mention_id": ["x:1", "x:2", "x:3"], "reply_to_id": [None, "x:1", None],
    ...     "author_id": ["ann", "acme", "ben"], "side": ["customer", "brand", "customer"],
    ...     "created_at": pd.date_range("2025-03-03 10:00", periods=3, freq="2h", tz="UTC"),
    ...     "time_precision": "s", "addressed": True,
    ... }))
    >>> first_responses(mentions)[["mention_id", "wait_hours", "responded"]]
      mention_id  wait_hours  responded
    0        x:1         2.0       True
    1        x:3         0.0      False
    """
    source = engine.open_mentions(mentions, columns=_NEEDED, optional=("automated",))
    end = engine.span(source)[1] if as_of is None else engine.moment(as_of, tz="UTC")
    left_out = engine.tally_waits(source, as_of=end)
    if not left_out.pop("n_brand"):
        warnings.warn(
            "no message of the brand's is among the mentions, so everyone counts as waiting; whether it "
            "was silent or its answers are missing from the export cannot be told.",
            InsightWarning,
            stacklevel=2,
        )
    silent = engine.silent_platforms(source) if only_addressed else None
    pairs = engine.first_answers(source, as_of=end, silent=silent)
    early = pairs.pop("early").fillna(False).astype(bool)
    if early.any():
        warnings.warn(
            f"{int(early.sum())} of {len(pairs)} waits are left out: the answer is dated before the message, "
            "as happens when a review is edited after the reply.",
            InsightWarning,
            stacklevel=2,
        )
    responses = _waits(pairs[~early].reset_index(drop=True), end)
    left_out["n_answered_early"] = int(early.sum())
    responses.attrs = {"as_of": end.isoformat(), "every_message_counts_on": silent, "left_out": left_out}
    return responses


def _waits(pairs: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    watched = (end - pairs["asked_at"]) / _HOUR
    waits = pairs.assign(
        wait_hours=((pairs["answered_at"] - pairs["asked_at"]) / _HOUR).fillna(watched),
        responded=pairs["answered_at"].notna(),
        watched_hours=watched,
    )
    answer = ["response_id", "responder_id", "answered_at", "link"]
    asked = [name for name in pairs.columns if name not in answer]
    return waits[[*asked, "wait_hours", "responded", "watched_hours", *answer]]


def response_curve(responses: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """Estimate what share of customers is still unanswered after any wait.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`; any column may be merged to it.
    by : str, optional
        Column to compare, such as 'channel'. Default: one curve, group 'all'.

    Returns
    -------
    DataFrame
        Groups by size, then name; in each one row a step: group, wait_hours, n_at_risk (waits still watched
        just before), unanswered (share), low, high (95 %). The first row is hour 0 before any answer, the
        last the longest wait seen. Steps that move the curve by less than a thousandth are merged.

    Raises
    ------
    InsightError
        If `by` is no column or there is no wait.

    Notes
    -----
    Kaplan and Meier's (1958) estimate: those still waiting at the end of the export are
    right-censored, never dropped. Bands are pointwise log-log (Kalbfleisch and Prentice 1980) and treat
    waits as independent; where few people ask often they are too narrow.

    Examples
    --------
    >>> waits = pd.DataFrame({"wait_hours": [1.0, 2.0, 5.0, 9.0], "responded": [True, True, False, False]})
    >>> response_curve(waits)[["wait_hours", "n_at_risk", "unanswered"]]
       wait_hours  n_at_risk  unanswered
    0         0.0          4        1.00
    1         1.0          4        0.75
    2         2.0          3        0.50
    3         9.0          1        0.50
    """
    curves = [_curve(waits).assign(group=name) for name, waits in _groups(responses, by)]
    columns = ["group", "wait_hours", "n_at_risk", "unanswered", "low", "high"]
    return pd.concat(curves, ignore_index=True)[columns]


def _curve(waits: pd.DataFrame) -> pd.DataFrame:
    durations = waits["wait_hours"].to_numpy()
    curve = kaplan_meier(durations, waits["responded"].to_numpy())
    names = ("wait_hours", "n_at_risk", "unanswered", "low", "high")
    steps = pd.DataFrame(
        dict(zip(names, (curve.time, curve.n_at_risk, curve.survival, curve.low, curve.high), strict=True))
    )
    thousandth = np.floor(steps["unanswered"] / _FINEST_STEP)
    start = pd.DataFrame([(0.0, len(durations), 1.0, 1.0, 1.0)], columns=names)
    table = pd.concat([start, steps[thousandth != thousandth.shift(-1)]], ignore_index=True)
    longest = durations.max()
    if longest > table["wait_hours"].iloc[-1]:
        end = table.iloc[[-1]].assign(wait_hours=longest, n_at_risk=int((durations == longest).sum()))
        table = pd.concat([table, end], ignore_index=True)
    return table


def response_rate(
    responses: pd.DataFrame,
    *,
    within: str | pd.Timedelta = "24h",
    by: str | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Count the customers whose message was answered within a time.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`; any column may be merged to it.
    within : str or Timedelta
        The time allowed, with its unit: '1h', '24h', '7D'. Bare numbers are refused.
    by : str, optional
        Column to compare, such as 'channel'. Default: one row, group 'all'.
    random_state : int
        Seed of the author bootstrap.

    Returns
    -------
    DataFrame
        One row a group, by size, then name: group, within, n (waits whose whole window was watched),
        answered, rate, low, high (95 %), n_open (asked too shortly before the end to be judged; answered or
        not, they are left out).

    Raises
    ------
    InsightError
        If `within` has no unit, `by` is no column, or there is no wait.

    Notes
    -----
    The window of a message must end before the export does. Counting the recent messages that were
    answered already, but not the recent ones that still may be, would raise the rate. The interval resamples
    people (multinomial weights, 1,000 times) where an author has several waits, and is Wilson's where each
    has one.

    Examples
    --------
    >>> waits = pd.DataFrame({
    ...     "author_id": ["ann", "ben", "cem"], "wait_hours": [1.0, 30.0, 2.0],
    ...     "responded": [True, False, False], "watched_hours": [50.0, 30.0, 2.0],
    ... })
    >>> response_rate(waits, within="24h")[["group", "n", "answered", "rate", "n_open"]]
      group  n  answered  rate  n_open
    0   all  2         1   0.5       1
    """
    window = engine.duration(within, name="within") / _HOUR
    label = within if isinstance(within, str) else str(within)
    rows = []
    for name, waits in _groups(responses, by):
        judged = waits[waits["watched_hours"] >= window]
        answered = judged["responded"] & (judged["wait_hours"] <= window)
        n, k = len(judged), int(answered.sum())
        low, high = _interval(judged["author_id"], answered, random_state)
        rows.append((name, label, n, k, k / n if n else np.nan, low, high, len(waits) - n))
    return pd.DataFrame(rows, columns=["group", "within", "n", "answered", "rate", "low", "high", "n_open"])


def _interval(authors: pd.Series, answered: pd.Series, random_state: int) -> tuple[float, float]:
    unnamed = authors.isna()
    people = answered[~unnamed].groupby(authors[~unnamed].astype(str), sort=False).agg(["sum", "size"])
    if (people["size"] <= 1).all():
        low, high = wilson(answered.sum(), len(answered))
        return float(low), float(high)
    k = np.concatenate([people["sum"].to_numpy(), answered[unnamed].to_numpy()])
    n = np.concatenate([people["size"].to_numpy(), np.ones(int(unnamed.sum()))])
    return bootstrap_ratio(k, n, random_state=random_state)


def _groups(responses: pd.DataFrame, by: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the groups by size, then name; rows without a value form the group 'unknown'."""
    if not len(responses):
        raise InsightError(
            "responses is empty: no customer's message needs an answer here. Try only_addressed=False."
        )
    if by is None:
        yield "all", responses
        return
    if by not in responses.columns:
        raise InsightError(
            f"by={by!r} is no column of responses; found {sorted(map(str, responses.columns))}."
        )
    groups = responses[by].astype(object).where(responses[by].notna(), "unknown").astype(str)
    sizes = groups.value_counts()
    for name in sorted(sizes.index, key=lambda name: (-sizes[name], name)):
        yield name, responses[groups == name]
