"""Who recommends the brand to others, and who stands up for it in bad times: as counts, without names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import is_repost, need_columns
from insight.stats import shares
from insight.stats.periods import Period, all_periods, complete, local_period
from insight.text.patterns import has_cue, read_cues
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline


def recommendations(mentions: pd.DataFrame, signals: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Mark which messages recommend to others, and which of those look paid for.

    A recommendation has its words (`insight/text/cues/people.toml`), is no complaint and no copy passed on.
    """
    cues = read_cues("people")
    complains = mentions["mention_id"].isin(signals.loc[signals["signal"] == "complaint", "mention_id"])
    own_words = ~is_repost(mentions) & by_people(mentions) & ~complains.to_numpy()
    recommends = has_cue(mentions["text"], cues["recommend"]) & own_words
    return recommends, recommends & has_cue(mentions["text"], cues["paid"])


def advocates(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    times: int = 2,
    period: Period = "month",
    tz: str = "UTC",
) -> pd.DataFrame:
    """Count the people who recommend, repeatedly and unpaid-looking, period by period.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    signals : DataFrame
        `find_signals` of the same mentions; a message with a complaint recommends nothing.
    times : int
        Least number of different days on which an advocate has recommended.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a period, then one with period NaT for the whole table.

        - period : first moment of the period; complete : the table covers all its days
        - n : people who spoke in it
        - n_recommending : people who recommended in it, once or more, paid-looking ones included
        - n_paid_looking : people whose recommendation looks paid for; they never count as advocates
        - n_advocates : people who recommended in it and had, by its end, done so on `times` days
        - share, low, high : n_advocates / n with Wilson's 95 % interval
        - n_by_chance : as many would have recommended on `times` days if who wrote on a day were as likely
          as anyone else to do so; p_value : chance of so many or more. Both for the whole table only.
          Advocates no more than these are people who praised twice, not a following.

    Notes
    -----
    A person is one advocate however often and loudly they write. What recommends and what looks paid for is
    in `insight/text/cues/people.toml`, English. Early periods have fewer advocates since no one had the time
    yet.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> found = advocates(mentions, ins.find_signals(mentions), times=1)
    >>> found[["period", "n", "n_advocates"]]
          period  n  n_advocates
    0 2025-01-01  4            0
    1 2025-02-01  3            1
    2 2025-03-01  1            0
    3        NaT  6            1
    """
    line = timeline(mentions)
    spoken = line[by_people(line)].reset_index(drop=True)
    spoken = spoken.assign(period=local_period(spoken["created_at"], period=period, tz=tz))
    recommends, paid = recommendations(spoken, signals)
    day = local_period(spoken["created_at"], period="day", tz=tz)
    kept = spoken[recommends & ~spoken["author_id"].isin(set(spoken["author_id"][paid].dropna())).to_numpy()]
    days_so_far = (~pd.DataFrame({"who": kept["author_id"], "day": day}).loc[kept.index].duplicated()).astype(
        int
    )
    proven = kept[days_so_far.groupby(kept["author_id"]).cumsum() >= times]
    counts = {
        "n": spoken,
        "n_recommending": spoken[recommends],
        "n_paid_looking": spoken[paid],
        "n_advocates": proven,
    }
    periods = all_periods(spoken["period"], period=period)
    columns = {
        name: [
            *rows.groupby("period")["author_id"].nunique().reindex(periods, fill_value=0),
            rows["author_id"].nunique(),
        ]
        for name, rows in counts.items()
    }
    table = pd.DataFrame({"period": [*periods, pd.NaT], **columns}).astype({"period": "datetime64[us]"})
    table.insert(1, "complete", complete(table["period"], line["created_at"], period=period, tz=tz))
    table = table.assign(**shares(table["n_advocates"], table["n"], min_people=1).columns())
    unpaid = ~spoken["author_id"].isin(set(spoken["author_id"][paid].dropna()))
    days = pd.DataFrame({"who": spoken["author_id"], "day": day, "did": recommends})[unpaid.to_numpy()]
    expected, p_value = _chance(days, int(table["n_advocates"].iloc[-1]), times)
    whole = table["period"].isna()
    return table.assign(n_by_chance=whole.map({True: expected}), p_value=whole.map({True: p_value}))


def _chance(days: pd.DataFrame, n: int, times: int) -> tuple[float, float]:
    """Return advocates expected, and the chance of `n`, if each day of anyone's were as likely to be one."""
    from scipy.stats import binom, poisson

    did = days.groupby(["who", "day"])["did"].any()
    per_person = did.groupby("who").size()
    expected = float(binom.sf(times - 1, per_person, did.mean()).sum()) if len(did) else 0.0
    return expected, float(poisson.sf(n - 1, expected))


def defenders(mentions: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Count the people who stand up for the brand in bad times.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    windows : DataFrame
        Times to look at, with columns `start` and `end` (UTC), such as `read_events`, `storms` or `outages`
        returns; each pair counts once.

    Returns
    -------
    DataFrame
        One row a window, by time.

        - start, end : UTC, as given
        - n : people who spoke in it, the brand aside
        - n_defenders : people who stood up for the brand
        - share, low, high : n_defenders / n with Wilson's 95 % interval
        - usual_share : the same share in all other time

    Notes
    -----
    The words of a defence are in `insight/text/cues/incidents.toml`, English.

    Examples
    --------
    >>> import insight as ins
    >>> february = pd.to_datetime(["2025-02-01", "2025-02-28"], utc=True)
    >>> spans = pd.DataFrame([february], columns=["start", "end"])
    >>> defenders(ins.example(), spans)[["n", "n_defenders", "share"]]
       n  n_defenders     share
    0  3            1  0.333333
    """
    need_columns(windows, "windows", ["start", "end"])
    line = timeline(mentions)
    spoken = line[by_people(line)]
    friendly = has_cue(spoken["text"], read_cues("incidents")["defence"]) & ~is_repost(spoken)
    spans = (
        windows[["start", "end"]].dropna().drop_duplicates().sort_values(["start", "end"], ignore_index=True)
    )
    inside = [spoken["created_at"].between(start, end).to_numpy() for start, end in spans.to_numpy()]
    calm = ~np.logical_or.reduce(inside) if inside else np.ones(len(spoken), dtype=bool)
    people = spoken["author_id"]
    n = np.array([people[rows].nunique() for rows in inside], dtype=int)
    n_defenders = np.array([people[rows & friendly].nunique() for rows in inside], dtype=int)
    n_calm = people[calm].nunique()
    return spans.assign(
        n=n,
        n_defenders=n_defenders,
        **shares(n_defenders, n, min_people=1).columns(),
        usual_share=people[calm & friendly].nunique() / n_calm if n_calm else np.nan,
    )
