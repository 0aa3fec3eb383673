"""Sentiment as a vendor gave it with the export: a lens beside the signals, kept apart from them."""

from __future__ import annotations

import pandas as pd

from insight.mentions import InsightError, is_repost
from insight.stats.periods import Period, local_period
from insight.stats.statistics import wilson
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline

_KEYS = ["source_format", "topic", "period"]


def given_sentiment(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame | None = None,
    *,
    period: Period = "month",
    tz: str = "UTC",
) -> pd.DataFrame:
    """Count people by the sentiment that a vendor gave their messages, by vendor, topic and period.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table with its extra column `sentiment_given`, as Brandwatch, Talkwalker, Meltwater,
        Sprinklr or Mention exports bring it. The brand and reposts are left out.
    assignments : DataFrame, optional
        `Topics.assignments`; without it every message counts under topic -1.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a vendor, topic, period and label seen there.

        - source_format : the export that brought the label; vendors label differently, so none are mixed
        - topic : int, -1 for none
        - period : first moment of the period
        - sentiment : the vendor's word, in small letters
        - n : people with a labelled message in the cell
        - n_with : of these, people with a message of this label
        - share, low, high : n_with / n with Wilson's 95 % interval; a person may have messages of several
          labels, so shares may add to more than 1

        `attrs["n_unlabelled"]` counts messages with no label or no date, which are in no row.

    Raises
    ------
    InsightError
        If no message carries a given sentiment.

    Notes
    -----
    How a vendor reaches its labels, and how often they are right, is not known here; no other measure reads
    them. Nothing of emotion is shipped: the common word list (NRC) is not free for commercial use.

    Examples
    --------
    >>> import insight as ins
    >>> rows = {"mention_id": ["b:1", "b:2"], "author_id": ["ann", "ben"], "text": ["Great", "Bad"]}
    >>> when = pd.to_datetime(["2025-03-01", "2025-03-02"], utc=True)
    >>> given = {"sentiment_given": ["positive", "Negative"], "source_format": "brandwatch"}
    >>> mentions = ins.as_mentions(pd.DataFrame({**rows, "created_at": when, **given}))
    >>> given_sentiment(mentions)[["sentiment", "n", "n_with", "share"]].values.tolist()
    [['negative', 2, 1, 0.5], ['positive', 2, 1, 0.5]]
    """
    mentions = timeline(mentions)
    found = mentions.get("sentiment_given", pd.Series(index=mentions.index, dtype="object"))
    label = found.astype("object").where(found.notna(), "").astype(str).str.strip().str.lower()
    if not (label != "").any():
        raise InsightError(
            f"none of {len(mentions)} messages carries a sentiment given by a vendor; an export with "
            "a column for it fills sentiment_given."
        )
    spoken = by_people(mentions) & ~is_repost(mentions)
    used = spoken & (label != "").to_numpy()
    rows = mentions.loc[used, ["mention_id", "author_id", "created_at"]]
    topics = (
        pd.Series(dtype="float64") if assignments is None else assignments.set_index("mention_id")["topic"]
    )
    rows = rows.assign(
        person=rows["author_id"].astype("object").where(rows["author_id"].notna(), "m " + rows["mention_id"]),
        source_format=mentions.loc[used, "source_format"].astype("object"),
        topic=rows["mention_id"].map(topics).fillna(-1).astype("int64"),
        period=local_period(rows["created_at"], period=period, tz=tz),
        sentiment=label[used],
    )
    people = rows.groupby(_KEYS)["person"].nunique().rename("n")
    table = rows.groupby([*_KEYS, "sentiment"])["person"].nunique().rename("n_with").reset_index()
    table = table.join(people, on=_KEYS)
    low, high = wilson(table["n_with"], table["n"])
    table = table.assign(share=table["n_with"] / table["n"], low=low, high=high)
    table = table[[*_KEYS, "sentiment", "n", "n_with", "share", "low", "high"]]
    table.attrs["n_unlabelled"] = int(spoken.sum() - used.sum())
    return table
