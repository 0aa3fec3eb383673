"""Days on which more people speak than chance brings, and what goes with them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import InsightWarning, is_repost, need_columns
from insight.stats.comparison import benjamini_hochberg
from insight.stats.periods import all_periods, local_period
from insight.text.copies import group_copies
from insight.text.distinctive import Terms, compare_terms, find_terms
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.topics_of import topics_of

from .baseline import expect

_FEWEST_DAYS = 28
_MOST_USUAL = 5000
_LOUDEST = 3
_NEEDED = ["author_id", "text", "kind", "reposted_id", "created_at"]
_CAUSES = ["n_mentions", "share_reposts", "share_copies", "share_loudest", "voices", "terms"]
_CAUSES += ["topic", "topic_share"]


def spikes(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame | None = None,
    *,
    by: str | None = None,
    tz: str = "UTC",
    window_days: int = 28,
    span_days: int = 1,
    min_people: int = 5,
    false_discovery: float = 0.05,
) -> pd.DataFrame:
    """Find the days on which more people spoke than usual, and describe who spoke about what.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; the brand's own posts and undated rows are left out.
    assignments : DataFrame, optional
        `Topics.assignments`: each topic then is a series of its own.
    by : str, optional
        A column, such as "channel" or "brand", whose values each are a series of their own.
    tz : str
        Time zone of the days.
    window_days : int
        Days on either side that a day is compared with.
    span_days : int
        Days counted together, each with those before it: 1 finds bursts, 3 what a few people a day keep up.
    min_people : int
        Least number of people on a flagged day; a series with fewer in all is left out.
    false_discovery : float
        Greatest share of chance days among the flagged, over all days and series together.

    Returns
    -------
    DataFrame
        One row a day x series; all days of the table, so that the whole line can be drawn.

        - by : "all", the column of `by`, or "topic"; series : its value ("all" for everyone)
        - day : first moment of the day on the calendar of `tz`
        - n_people : people who spoke in the `span_days` days up to this one
        - expected, low, high : people expected, and the range of 95 % of such days
        - p_adjusted : chance of so many or more, adjusted over all rows (Benjamini and Hochberg)
        - flagged : bool; spike : number of the spike in its series (flagged days at most one apart), else NA
        - n_mentions, share_reposts, share_copies : messages, those passed on, those that copy one another
        - share_loudest : messages of the three loudest people; voices : "a few loud" if they wrote more than
          half of them, else "many people"
        - terms : up to five words that more people used than on usual days, most telling first
        - topic, topic_share : the topic that grew most, and the share of messages in it

        What follows `spike` is given for flagged days only. `attrs["n_tests"]` is the number of rows tested.

    Notes
    -----
    Expected = local mean of the days that do not stand out x a factor of the weekday; counts scatter as a
    negative binomial whose spread is taken from the series. One person counts once a day. Words and topics go
    with a spike; nothing here says that they made it.

    Examples
    --------
    >>> import insight as ins
    >>> import numpy as np
    >>> per_day = np.r_[np.full(40, 4), 40, np.full(19, 4)]
    >>> days = pd.date_range("2025-03-01", periods=60, tz="UTC").repeat(per_day)
    >>> people = [f"p{number}" for number in range(len(days))]
    >>> table = spikes(
    ...     ins.as_mentions(pd.DataFrame({"mention_id": people, "author_id": people, "created_at": days}))
    ... )
    >>> table.loc[table["flagged"], ["day", "n_people", "voices"]]
              day  n_people       voices
    40 2025-04-10        40  many people
    """
    need_columns(mentions, "mentions", [by] if by else [])
    line = timeline(mentions)
    spoken = line[by_people(line)].reset_index(drop=True)
    spoken["topic"] = topics_of(spoken["mention_id"], assignments)
    days = calendar(spoken, tz)
    return stand_out(
        spoken,
        days,
        by=by,
        tz=tz,
        window_days=window_days,
        span_days=span_days,
        min_people=min_people,
        false_discovery=false_discovery,
        with_causes=True,
    )


def calendar(spoken: pd.DataFrame, tz: str) -> pd.DatetimeIndex:
    """Return every day from the first message to the last."""
    return all_periods(local_period(spoken["created_at"], period="day", tz=tz), period="day")


def stand_out(
    spoken: pd.DataFrame,
    days: pd.DatetimeIndex,
    *,
    by: str | None = None,
    tz: str,
    window_days: int = 28,
    span_days: int = 1,
    min_people: int,
    false_discovery: float = 0.05,
    with_causes: bool = False,
) -> pd.DataFrame:
    """Do what `spikes` does, on chosen messages with their topics, over the days of the archive.

    What goes with a flagged day is looked for only `with_causes`.
    """
    if len(days) < _FEWEST_DAYS:
        warnings.warn(
            f"{len(days)} days are too few to know what is usual; spikes needs {_FEWEST_DAYS}.",
            InsightWarning,
            stacklevel=3,
        )
        return _empty()
    columns = [*_NEEDED, "topic", *([by] if by is not None and by not in _NEEDED else [])]
    spoken = spoken[columns].assign(day=local_period(spoken["created_at"], period="day", tz=tz))
    parts = [
        _series(rows, days, window_days, span_days).assign(by=name, series=value)
        for name, value, rows in _split(spoken, by)
        if rows["author_id"].nunique() >= min_people
    ]
    if not parts:
        return _empty()
    table = pd.concat(parts, ignore_index=True)
    table["p_adjusted"] = benjamini_hochberg(table.pop("p_value"))
    table["flagged"] = (table["p_adjusted"] <= false_discovery) & (table["n_people"] >= min_people)
    table["spike"] = _number(table)
    if with_causes:
        table = table.join(_causes(table, spoken, span_days))[list(_empty().columns)]
    table.attrs["n_tests"] = len(table)
    return table


def _split(spoken: pd.DataFrame, by: str | None) -> Iterator[tuple[str, str, pd.DataFrame]]:
    yield "all", "all", spoken
    if by is not None:
        for value, rows in spoken.groupby(by, observed=True):
            yield by, str(value), rows
    for topic, rows in spoken[spoken["topic"].fillna(-1) >= 0].groupby("topic"):
        yield "topic", str(topic), rows


def _series(rows: pd.DataFrame, days: pd.DatetimeIndex, window_days: int, span_days: int) -> pd.DataFrame:
    later = [rows["day"] + pd.Timedelta(days=after) for after in range(span_days)]
    seen = pd.DataFrame({"day": pd.concat(later), "who": pd.concat([rows["author_id"]] * span_days)})
    n_people = seen.groupby("day")["who"].nunique().reindex(days, fill_value=0).to_numpy()
    expectation = expect(n_people, season=days.day_of_week, window=window_days, lean=span_days == 1)
    return pd.DataFrame(
        {
            "day": days,
            "n_people": n_people,
            "expected": expectation.mean,
            "low": expectation.quantile(0.025),
            "high": expectation.quantile(0.975),
            "p_value": expectation.upper_tail(n_people),
        }
    )


def _number(table: pd.DataFrame) -> pd.Series:
    """Give flagged days of a series with at most one quiet day between them the same number."""
    flagged = table[table["flagged"]]
    gap = flagged.groupby(["by", "series"], sort=False)["day"].diff()
    starts = (gap.isna() | (gap > pd.Timedelta("2D"))).astype("int64")
    number = starts.groupby([flagged["by"], flagged["series"]], sort=False).cumsum()
    return number.reindex(table.index).astype("Int64")


def _causes(table: pd.DataFrame, spoken: pd.DataFrame, span_days: int) -> pd.DataFrame:
    back = pd.Timedelta(days=span_days - 1)
    pairs = []
    for row in table[table["flagged"]].to_dict("records"):
        rows = _rows_of(spoken, row)
        now, usual = rows["day"].between(row["day"] - back, row["day"]), rows["day"].isin(_usual(table, row))
        pairs.append((rows[now], rows[usual]))
    compared = [_compared(now, usual) for now, usual in pairs]
    places = np.unique(np.concatenate([np.array([], np.int64), *(rows.index for rows in compared)]))
    words = find_terms(spoken["text"].loc[places])
    found = [
        _describe(now, usual) | {"terms": ", ".join(_terms(now, rows, words, places))}
        for (now, usual), rows in zip(pairs, compared, strict=True)
    ]
    causes = pd.DataFrame(found, columns=_CAUSES, index=table.index[table["flagged"]]).reindex(table.index)
    return causes.astype({"n_mentions": "Int64", "topic": "Int64"})


def _rows_of(spoken: pd.DataFrame, row: dict[str, Any]) -> pd.DataFrame:
    if row["by"] == "all":
        return spoken
    return spoken[(spoken[row["by"]].astype(object).astype(str) == row["series"]).to_numpy()]


def _usual(table: pd.DataFrame, row: dict[str, Any]) -> pd.Series:
    same = (table["by"] == row["by"]) & (table["series"] == row["series"]) & ~table["flagged"]
    return table.loc[same, "day"]


def _describe(now: pd.DataFrame, usual: pd.DataFrame) -> dict[str, Any]:
    passed_on = is_repost(now)
    original = now[~passed_on]
    copies = group_copies(original["text"])
    repeated = int(len(copies) - len(np.unique(copies))) if len(copies) else 0
    loudest = now["author_id"].value_counts().iloc[:_LOUDEST].sum() / len(now)
    shares = now["topic"].value_counts(normalize=True)
    growth = shares.sub(usual["topic"].value_counts(normalize=True), fill_value=0)
    growth = growth[growth.index >= 0].sort_index().sort_values(ascending=False, kind="stable")
    topic = growth.index[0] if len(growth) else pd.NA
    return {
        "n_mentions": len(now),
        "share_reposts": float(passed_on.mean()),
        "share_copies": repeated / len(now),
        "share_loudest": float(loudest),
        "voices": "a few loud" if loudest > 0.5 else "many people",
        "topic": topic,
        "topic_share": float(shares.get(topic, 0.0)) if len(growth) else np.nan,
    }


def _compared(now: pd.DataFrame, usual: pd.DataFrame) -> pd.DataFrame:
    """Put a day beside usual ones; of those, messages spread evenly over the archive are enough."""
    step = max(-(-len(usual) // _MOST_USUAL), 1)
    both = pd.concat([now, usual.iloc[::step]])
    return both.loc[both["author_id"].notna(), ["author_id"]]


def _terms(now: pd.DataFrame, both: pd.DataFrame, words: Terms, places: np.ndarray) -> list[str]:
    """Name the words of the day; row n of `words` is the message at `places[n]`."""
    groups = both.index.isin(now.index)
    table = compare_terms(
        words.of(np.searchsorted(places, both.index)), people=both["author_id"], groups=groups
    )
    return table.loc[table["group"] & (table["p_adjusted"] <= 0.05), "term"].head(5).tolist()


def _empty() -> pd.DataFrame:
    names = ["by", "series", "day", "n_people", "expected", "low", "high", "p_adjusted", "flagged", "spike"]
    dtypes = dict.fromkeys(("spike", "n_mentions", "topic"), "Int64")
    empty = pd.DataFrame(columns=[*names, *_CAUSES])
    empty = empty.astype({"day": "datetime64[us]", "flagged": "bool", **dtypes})
    empty.attrs["n_tests"] = 0
    return empty
