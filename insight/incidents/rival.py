"""Each tracked brand side by side: who talks about it, who complains, and whom it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import InsightError, among, is_repost
from insight.periods import Period, local_period
from insight.statistics import benjamini_hochberg, bootstrap_ratio, wilson
from insight.timeline.brands import speaking_brands
from insight.timeline.people import by_people
from insight.timeline.table import timeline

_MEASURES = ("talking", "complaining", "answered")
_KEYS = ["brand", "measure", "topic", "period"]


def rivals(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    assignments: pd.DataFrame | None = None,
    period: Period = "month",
    tz: str = "UTC",
    minimum: int = 10,
    false_discovery: float = 0.05,
    random_state: int = 0,
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
    minimum : int
        Below this n a share is hidden.
    false_discovery : float
        Greatest share of chance changes among the flagged.
    random_state : int
        Seed of the intervals that resample people.

    Returns
    -------
    DataFrame
        One row a brand x measure x topic x period; counts only, nobody is listed.

        - brand : as tracked
        - measure : talking (people who talk about the brand, of all who talk about any), complaining (people
          who complain, of those who talk about the brand), answered (messages to the brand that it answered
          in public, of those messages; as far as the table holds its posts)
        - topic : Int64, NA for all topics together
        - period : first moment of the period; NaT for the whole table
        - n, n_marked, share, low, high : the share with its 95 % interval; Wilson's for people in one period,
          by resampling people for messages
        - change, change_low, change_high : share less that of the last period shown, with Newcombe's interval
        - p_adjusted : chance of such a change without one, over all changes of people's shares
        - flagged : p_adjusted at most `false_discovery`
        - hidden : n is under `minimum`; share and change then are missing

    Raises
    ------
    InsightError
        If no message names a brand.

    Notes
    -----
    A share of what this archive holds: a query that fits one brand better than another tilts "talking". An
    answer by a private message is not in it. Where the table holds no post by a brand, "answered" is missing.
    Newcombe (1998), method 10.

    Examples
    --------
    >>> import insight as ins
    >>> people = [f"p{number}" for number in range(40)]
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame(
    ...         {
    ...             "mention_id": people,
    ...             "author_id": people,
    ...             "brand": ["acme"] * 30 + ["rival"] * 10,
    ...             "created_at": pd.Timestamp("2025-03-03", tz="UTC"),
    ...         }
    ...     )
    ... )
    >>> signals = pd.DataFrame({"mention_id": people[:6], "signal": "complaint"})
    >>> table = rivals(mentions, signals)
    >>> table.loc[table["period"].isna(), ["brand", "measure", "n", "n_marked", "share"]]
       brand      measure   n  n_marked  share
    0   acme      talking  40        30   0.75
    2   acme  complaining  30         6   0.20
    4  rival      talking  40        10   0.25
    6  rival  complaining  10         0   0.00
    """
    mentions = timeline(mentions)
    if not mentions["brand"].notna().any():
        raise InsightError("no message names a brand; name brands when you read the archive (brands={...}).")
    mentions = mentions.assign(
        brand=mentions["brand"].astype(object),
        period=local_period(mentions["created_at"], period=period, tz=tz),
        complains=among(mentions["mention_id"], signals.loc[signals["signal"] == "complaint", "mention_id"]),
        topic=pd.array([pd.NA] * len(mentions), dtype="Int64"),
    )
    if assignments is not None:
        topic = assignments.drop_duplicates("mention_id").set_index("mention_id")["topic"]
        mentions["topic"] = mentions["mention_id"].map(topic).astype("Int64")
    people = mentions[mentions["brand"].notna() & mentions["person"].notna()]
    table = pd.concat([*_people(people), _answers(mentions, random_state)], ignore_index=True)
    table["order"] = table["measure"].map(_MEASURES.index)
    talked = people.groupby("brand")["person"].nunique()
    table["place"] = table["brand"].map(
        {name: (-talked.get(name, 0), str(name)) for name in table["brand"].unique()}
    )
    table = table.sort_values(["place", "order", "topic", "period"], na_position="first", ignore_index=True)
    table = table.drop(columns="place")
    return _compared(table.drop(columns="order"), minimum, false_discovery)


def _people(people: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Count people who talk and who complain, the whole table as one more period."""
    both = pd.concat([people, people.assign(period=pd.NaT)])
    both["period"] = both["period"].astype("datetime64[us]")
    periods, brands = both["period"].unique(), both["brand"].unique()
    talking = _count(both, ["brand", "period"], [brands, periods])
    anybody = _count(both, ["period"], [periods]).reindex(talking.index.get_level_values("period"))
    yield _rows("talking", anybody.to_numpy(), talking)
    cross = both[both["complains"]]
    yield _rows("complaining", talking.to_numpy(), _count(cross, ["brand", "period"], [brands, periods]))
    cross = cross[cross["topic"].fillna(-1) >= 0]
    by_topic = _count(cross, ["topic", "brand", "period"], [cross["topic"].unique(), brands, periods])
    yield _rows("complaining", np.tile(talking.to_numpy(), by_topic.index.levshape[0]), by_topic)


def _count(people: pd.DataFrame, keys: list[str], values: list[Any]) -> pd.Series:
    counts = people.groupby(keys, dropna=False)["author_id"].nunique()
    grid = (
        pd.MultiIndex.from_product(values, names=keys) if len(keys) > 1 else pd.Index(values[0], name=keys[0])
    )
    return counts.reindex(grid, fill_value=0)


def _rows(measure: str, n: np.ndarray, marked: pd.Series) -> pd.DataFrame:
    rows = marked.rename("n_marked").reset_index().assign(measure=measure, n=n)
    low, high = wilson(rows["n_marked"], rows["n"])
    if "topic" not in rows.columns:
        rows["topic"] = pd.NA
    return rows.astype({"topic": "Int64"}).assign(low=low, high=high)


def _answers(mentions: pd.DataFrame, random_state: int) -> pd.DataFrame:
    sent = by_people(mentions) & ~is_repost(mentions) & mentions["addressed"].fillna(True).to_numpy(bool)
    asked = mentions[sent & mentions["brand"].isin(speaking_brands(mentions).index).to_numpy()]
    asked = asked.assign(
        answered=asked["answered_by"].notna(), person=asked["author_id"].fillna(asked["mention_id"])
    )
    both = pd.concat([asked, asked.assign(period=pd.NaT)])
    found = []
    for (name, start), part in both.groupby(["brand", "period"], dropna=False):
        each = part.groupby("person")["answered"].agg(["sum", "size"])
        low, high = bootstrap_ratio(each["sum"], each["size"], random_state=random_state)
        found.append((name, "answered", pd.NA, start, each["size"].sum(), each["sum"].sum(), low, high))
    table = pd.DataFrame(found, columns=[*_KEYS, "n", "n_marked", "low", "high"])
    return table.astype({"topic": "Int64", "period": "datetime64[us]"})


def _compared(table: pd.DataFrame, minimum: int, false_discovery: float) -> pd.DataFrame:
    hidden = table["n"] < minimum
    table = table.assign(
        share=(table["n_marked"] / table["n"].where(table["n"] > 0)).mask(hidden), hidden=hidden
    )
    table[["low", "high"]] = table[["low", "high"]].mask(hidden)
    table = table.astype(dict.fromkeys(["n", "n_marked", "share", "low", "high"], "float64"))
    numbers = ["n", "n_marked", "share", "low", "high"]
    shown = table[~hidden & table["period"].notna()]
    before = shown.groupby(["brand", "measure", "topic"], dropna=False)[numbers].shift().reindex(table.index)
    change = table["share"] - before["share"]
    down = np.hypot(table["share"] - table["low"], before["high"] - before["share"])
    up = np.hypot(table["high"] - table["share"], before["share"] - before["low"])
    p_value = _two_shares(table, before).where(change.notna() & (table["measure"] != "answered"))
    adjusted = p_value.copy()
    adjusted[p_value.notna()] = benjamini_hochberg(p_value.dropna())
    table = table.assign(
        change=change, change_low=change - down, change_high=change + up, p_adjusted=adjusted,
        flagged=adjusted <= false_discovery,
    )  # fmt: skip
    names = ["n", "n_marked", "share", "low", "high", "change", "change_low", "change_high", "p_adjusted"]
    return table[[*_KEYS, *names, "flagged", "hidden"]].astype({"n": "int64", "n_marked": "int64"})


def _two_shares(table: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Return the two-sided p-value of two equal shares (pooled score test)."""
    from scipy.special import ndtr

    n, n_before = table["n"], before["n"]
    pooled = (table["n_marked"] + before["n_marked"]) / (n + n_before)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_before))
    z = (table["share"] - before["share"]).abs() / spread.where(spread > 0)
    return pd.Series(2 * ndtr(-z.fillna(0.0).to_numpy(float)), index=table.index)
