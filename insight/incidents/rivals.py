"""Each tracked brand side by side: who talks about it, who complains, and whom it answers."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from insight.mentions import InsightError, among
from insight.stats import Comparison, compare, shares
from insight.stats.comparison import benjamini_hochberg, own_codes
from insight.stats.intervals import wilson
from insight.stats.periods import Period, complete, local_period
from insight.timeline.brands import speaking_brands
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.topics_of import topics_of

_MEASURES = ("talking", "complaining", "answered")
_KEYS = ["brand", "measure", "topic", "period"]


def rivals(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    assignments: pd.DataFrame | None = None,
    period: Period = "month",
    tz: str = "UTC",
    min_people: int = 10,
    false_discovery: float = 0.05,
) -> pd.DataFrame:
    """Compare tracked brands: the share of people talking, complaining and being answered.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table, with the tracked brands in the column `brand`.
    signals : DataFrame
        `find_signals` of the same mentions.
    assignments : DataFrame, optional
        `Topics.assignments`: complaints then are counted by topic as well.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.
    min_people : int
        Below this n a share is hidden.
    false_discovery : float
        Greatest share of chance changes among the flagged.

    Returns
    -------
    DataFrame
        One row a brand x measure x topic x period; counts only, no one is listed.

        - brand : as tracked
        - measure : talking (about the brand, of all messages that name any), complaining (of the messages
          about the brand), answered (messages to the brand that it answered in public, of those messages; as
          far as the table has its posts)
        - topic : Int64, NA for all topics together
        - period : first moment of the period; NaT for the whole table
        - complete : the table covers the whole period
        - n, n_marked : people, and those of them of whom it is true at all; messages for answered
        - share, low, high : mean over the people of the share of their messages, or share of the messages to
          the brand, with its 95 % interval
        - change, change_low, change_high : share less that of the last complete period shown, with its 95 %
          interval; missing where the period is not complete
        - p_adjusted : chance of such a change without one, over all changes of people's shares
        - flagged : p_adjusted at most `false_discovery`
        - hidden : n is under `min_people`; share and change then are missing

    Notes
    -----
    A share of what this archive has: a query that fits one brand better than another tilts "talking". An
    answer by a private message is not in it. Where the table has no post by a brand, "answered" is missing.
    A share of messages, each person weighing the same, does not rise when people write more each or the
    period is longer; tests are those of `insight.stats.compare`.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> found = rivals(mentions, ins.find_signals(mentions), min_people=1)
    >>> found.loc[found["period"].isna(), ["brand", "measure", "n", "share"]].round(2)
          brand      measure  n  share
    0      Acme      talking  6   0.83
    4      Acme  complaining  5   0.33
    8      Acme     answered  8    NaN
    12  Brastow      talking  6   0.17
    16  Brastow  complaining  1   1.00
    """
    mentions = timeline(mentions)
    if not mentions["brand"].notna().any():
        raise InsightError("no message names a brand; name brands when you read the archive (brands={...}).")
    mentions = mentions.assign(
        brand=mentions["brand"].astype(object),
        period=local_period(mentions["created_at"], period=period, tz=tz),
        complains=among(mentions["mention_id"], signals.loc[signals["signal"] == "complaint", "mention_id"]),
        topic=topics_of(mentions["mention_id"], assignments),
    )
    people = mentions[mentions["brand"].notna() & mentions["person"].notna()]
    measured = list(_series(people))
    parts = [*_people(measured), _answers(mentions)]
    table = pd.concat([part.astype({"topic": "Int64"}) for part in parts], ignore_index=True)
    table["complete"] = complete(table["period"], mentions["created_at"], period=period, tz=tz)
    table["order"] = table["measure"].map(_MEASURES.index)
    talked = people.groupby("brand")["person"].nunique()
    order = sorted(table["brand"].unique(), key=lambda name: (-talked.get(name, 0), str(name)))
    table["place"] = table["brand"].map({name: number for number, name in enumerate(order)})
    table = table.sort_values(["place", "order", "topic", "period"], na_position="first", ignore_index=True)
    table = table.drop(columns=["place", "order"])
    return _compared(table, measured, min_people, false_discovery)


@dataclass(frozen=True, eq=False)
class _Series:
    """The messages that a measure is a share of, and which items (brands or topics) each has."""

    measure: str
    person: np.ndarray
    thread: np.ndarray
    period: np.ndarray
    hits: sparse.csr_array
    keys: list[tuple[object, object]]

    @functools.cache  # noqa: B019  # lives as long as the table is made
    def against(self, start: pd.Timestamp, earlier: pd.Timestamp | None) -> Comparison:
        """Compare a period (NaT: all of them) with an earlier one, or with nothing."""
        here = np.ones(len(self.period), bool) if start is pd.NaT else self.period == start.to_datetime64()
        other = np.zeros_like(here) if earlier is None else self.period == earlier.to_datetime64()
        both = np.flatnonzero(here | other)
        return compare(
            self.hits[both],
            here[both],
            people=self.person[both],
            conversations=self.thread[both],
            min_expected=0,
        )


def _series(people: pd.DataFrame) -> Iterator[_Series]:
    """Yield who talks about each brand, and who complains of each, in all and by topic."""
    rows = people.sort_values("mention_id", ignore_index=True)
    person, thread = own_codes(rows["author_id"]), own_codes(rows["conversation_id"])
    period = rows["period"].to_numpy("datetime64[us]")
    brand, brands = pd.factorize(rows["brand"], sort=True)
    keys = [(name, pd.NA) for name in brands]
    yield _Series("talking", person, thread, period, _one_hot(brand, len(brands)), keys)
    topic, topics = pd.factorize(rows["topic"].where(rows["complains"] & (rows["topic"].fillna(-1) >= 0)))
    for number, name in enumerate(brands):
        own = np.flatnonzero(brand == number)
        complains = rows["complains"].to_numpy(float)[own, None]
        hits = sparse.csr_array(sparse.hstack([complains, _one_hot(topic[own], len(topics))]))
        keys = [(name, one) for one in (pd.NA, *topics)]
        yield _Series("complaining", person[own], thread[own], period[own], hits, keys)


def _one_hot(codes: np.ndarray, n: int) -> sparse.csr_array:
    known = np.flatnonzero(codes >= 0)
    return sparse.csr_array((np.ones(len(known)), (known, codes[known])), shape=(len(codes), n))


def _people(measured: list[_Series]) -> Iterator[pd.DataFrame]:
    """Measure the shares by period, the whole table as one more."""
    periods = sorted(pd.DatetimeIndex(measured[0].period).dropna().unique())
    nearest = [*periods[1:2], *periods[:-1]] if len(periods) > 1 else [None]
    for series in measured:
        for start, near in [(pd.NaT, None), *zip(periods, nearest, strict=True)]:
            found = series.against(start, near)
            low, high = wilson(found.share * found.effective, found.effective)
            facts = {"n": found.n, "n_marked": found.n_with, "share": found.share, "low": low, "high": high}
            yield pd.DataFrame(series.keys, columns=["brand", "topic"]).assign(
                measure=series.measure, period=pd.Series([start]).astype("datetime64[us]")[0], **facts
            )


def _answers(mentions: pd.DataFrame) -> pd.DataFrame:
    sent = mentions["wait"].notna() & mentions["addressed"].fillna(True).astype(bool)
    asked = mentions[by_people(mentions) & sent & mentions["brand"].isin(speaking_brands(mentions).index)]
    asked = asked.assign(
        answered=asked["answered_by"].notna(), person=asked["author_id"].fillna(asked["mention_id"])
    )
    both = pd.concat([asked, asked.assign(period=pd.NaT)])
    found = []
    for (name, start), part in both.groupby(["brand", "period"], dropna=False):
        answers = part["answered"]
        values = shares(answers, by=part["person"]).first()
        found.append((name, "answered", pd.NA, start, len(part), answers.sum(), *values))
    table = pd.DataFrame(found, columns=[*_KEYS, "n", "n_marked", "share", "low", "high"])
    return table.astype({"topic": "Int64", "period": "datetime64[us]"})


def _compared(
    table: pd.DataFrame, measured: list[_Series], min_people: int, false_discovery: float
) -> pd.DataFrame:
    """Compare each complete period with the last one that is shown; topics and brands by themselves."""
    table = table.assign(hidden=table["n"] < min_people)
    table[["share", "low", "high"]] = table[["share", "low", "high"]].astype(float).mask(table["hidden"])
    shown = table[~table["hidden"] & table["complete"]]
    before = shown.groupby(["brand", "measure", "topic"], dropna=False)["period"].shift()
    table["before"] = before.reindex(table.index)
    names = ["change", "change_low", "change_high", "p_adjusted"]
    table[names] = np.nan
    for series in measured:
        place = {key: number for number, key in enumerate(series.keys)}
        mine = table[(table["measure"] == series.measure) & table["before"].notna()]
        for (start, earlier), rows in mine.groupby(["period", "before"]):
            found = series.against(start, earlier)
            at = [place.get(key, -1) for key in zip(rows["brand"], rows["topic"], strict=True)]
            own, at = rows.index[np.array(at) >= 0], [one for one in at if one >= 0]
            values = (found.change, found.low, found.high, found.p_value)
            table.loc[own, names] = np.column_stack([one[at] for one in values])
    tested = table["p_adjusted"].notna()
    table.loc[tested, "p_adjusted"] = benjamini_hochberg(table.loc[tested, "p_adjusted"])
    table["flagged"] = table["p_adjusted"] <= false_discovery
    columns = [*_KEYS, "complete", "n", "n_marked", "share", "low", "high", *names, "flagged", "hidden"]
    return table[columns].astype({"n": "int64", "n_marked": "int64"})
