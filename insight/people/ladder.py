"""Do people climb from casual to engaged to advocate: a table of monthly moves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.stats import MIN_PEOPLE, shares
from insight.stats.periods import Period, all_periods, local_period
from insight.timeline.rows import timeline
from insight.timeline.threads import parent_rows

from .advocates import recommendations

STATES = ("casual", "engaged", "advocate", "silent")


def ladder(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    engaged: int = 3,
    period: Period = "month",
    tz: str = "UTC",
    as_of: pd.Timestamp | None = None,
    min_people: int = MIN_PEOPLE,
) -> pd.DataFrame:
    """Count how people move between casual, engaged, advocate and silent from one month to the next.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; deleted accounts and the brand are left out.
    signals : DataFrame
        `find_signals` of the same mentions; a message with a complaint recommends nothing.
    engaged : int
        Messages in a period from which a person counts as engaged.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.
    as_of : Timestamp, optional
        End of watching, by default the last message; a period that it cuts is left out.
    min_people : int
        Of fewer people than this no share is given.

    Returns
    -------
    DataFrame
        One row a pair of states, in the order of the ladder; the shares of one `from_state` sum to 1.

        - from_state, to_state : casual, engaged, advocate or silent, in a period and in the next
        - n : person-periods in `from_state` whose next period is complete; n_people : of so many people
        - n_moved : those that were in `to_state` then
        - share, low, high : n_moved / n with its 95 % interval, by people

    Notes
    -----
    In a period a person is an advocate who recommended without looking paid
    (`insight/text/cues/people.toml`); else engaged with at least `engaged` messages, or with an answer to
    another customer; else casual; and silent without a message, from the period after the first one on.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> rungs = ladder(mentions, ins.find_signals(mentions))
    >>> rungs.loc[rungs["n_moved"] > 0, ["from_state", "to_state", "n", "n_moved"]]
      from_state  to_state  n  n_moved
    2     casual  advocate  2        1
    3     casual    silent  2        1
    7    engaged    silent  2        2
    """
    states = _states(mentions, signals, engaged=engaged, period=period, tz=tz, as_of=as_of)
    rows = []
    for source in range(len(STATES)):
        here = states[:, :-1] == source
        n_each = here.sum(axis=1)
        for target in range(len(STATES)):
            moved = (here & (states[:, 1:] == target)).sum(axis=1)
            found = shares(moved, n_each, by=np.arange(len(states)), min_people=min_people)
            counts = int(n_each.sum()), int(found.n_people[0]), int(moved.sum())
            rows.append((STATES[source], STATES[target], *counts, *found.first()))
    names = ["from_state", "to_state", "n", "n_people", "n_moved", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def _states(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    engaged: int,
    period: Period,
    tz: str,
    as_of: pd.Timestamp | None,
) -> np.ndarray:
    """Return one row a person and one column a complete period: position in `STATES`, -1 before the first."""
    ordered = timeline(mentions)
    last = ordered["created_at"].max() if as_of is None else as_of
    parents = parent_rows(ordered)
    author = ordered["person"]
    signed = author.notna().to_numpy()
    to_peer = (
        (parents >= 0) & signed & signed[parents] & (author != author.iloc[parents].to_numpy()).to_numpy()
    )
    recommends, paid = recommendations(ordered, signals)
    kept = signed & (ordered["created_at"] <= last).to_numpy()
    starts = local_period(ordered["created_at"], period=period, tz=tz)[kept]
    grid = all_periods(starts, period=period)
    person, people = pd.factorize(author[kept])
    column = grid.get_indexer(starts)
    n, n_to_peer, n_recommending = (np.zeros((len(people), len(grid)), dtype=int) for _ in range(3))
    for counts, hits in ((n, kept), (n_to_peer, to_peer), (n_recommending, recommends & ~paid)):
        np.add.at(counts, (person, column), hits[kept].astype(int))
    states = np.select([n_recommending > 0, (n >= engaged) | (n_to_peer > 0), n > 0], [2, 1, 0], default=3)
    states[np.cumsum(n, axis=1) == 0] = -1
    return states[:, : _n_complete(grid, period=period, tz=tz, as_of=last)]


def _n_complete(grid: pd.DatetimeIndex, *, period: Period, tz: str, as_of: pd.Timestamp) -> int:
    """Count the periods that were over at `as_of`; a last day that is reached counts as over."""
    after = pd.Series([as_of + pd.Timedelta("1D")])
    running = local_period(after, period=period, tz=tz).iloc[0] if len(grid) else None
    return int((grid < running).sum()) if running is not None else 0
