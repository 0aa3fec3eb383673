"""Relations instead of reach: who answers whom, again and both ways; what members give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import among
from insight.stats import shares
from insight.stats.periods import Period, all_periods, complete, local_period
from insight.timeline.brands import is_brand_message
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.threads import answered_rows, parent_rows


def peer_answers(ordered: pd.DataFrame) -> pd.DataFrame:
    """Return one row an answer by one person to another, the brand aside: both rows, both authors."""
    parents = parent_rows(ordered)
    person = ordered["person"].notna().to_numpy()
    rows = np.flatnonzero((parents >= 0) & person & person[parents])
    author = ordered["author_id"].to_numpy(object)
    answers = pd.DataFrame(
        {"row": rows, "parent": parents[rows], "giver": author[rows], "taker": author[parents[rows]]}
    )
    return answers[answers["giver"] != answers["taker"]].reset_index(drop=True)


def _rank(ordered: pd.DataFrame) -> pd.Series:
    """Return each person's number by first message: no result depends on what a pseudonym looks like."""
    people = ordered["author_id"].dropna().drop_duplicates()
    return pd.Series(np.arange(len(people)), index=pd.Index(people))


def ties(mentions: pd.DataFrame, *, weeks: int = 2) -> pd.DataFrame:
    """List pairs of people who answered each other, and separate connections from contacts.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; the brand and deleted accounts are left out.
    weeks : int
        Least number of different weeks (UTC, from Monday) in which a lasting tie was used.

    Returns
    -------
    DataFrame
        One row a pair of people between whom an answer went, by their first messages.

        - author_id, other_id : the two, the one who wrote first in the table first
        - n : answers by author_id to other_id; n_back : answers the other way
        - n_weeks : different weeks with an answer either way
        - first, last : UTC, of those answers
        - tie : connection (both ways, in `weeks` weeks or more), lasting (one way, in as many), reciprocal
          (both ways, in fewer), else contact

    Notes
    -----
    Granovetter (1973) weighs a tie by time, intensity and reciprocity; an archive shows these three only as
    far as they are public.

    Examples
    --------
    >>> import insight as ins
    >>> ties(ins.example())[["author_id", "other_id", "tie"]]
      author_id other_id         tie
    0       ben      cem  reciprocal
    """
    ordered = timeline(mentions)
    answers, rank = peer_answers(ordered), _rank(ordered)
    giver, taker = answers["giver"].map(rank), answers["taker"].map(rank)
    forth = giver < taker
    moment = ordered["created_at"].iloc[answers["row"]].reset_index(drop=True)
    pairs = pd.DataFrame(
        {
            "one": giver.where(forth, taker),
            "other": taker.where(forth, giver),
            "forth": forth,
            "week": local_period(moment, period="week", tz="UTC"),
            "moment": moment,
        }
    )
    grouped = pairs.groupby(["one", "other"])
    table = grouped.agg(
        n=("forth", "sum"), size=("forth", "size"), n_weeks=("week", "nunique"),
        first=("moment", "min"), last=("moment", "max"),
    ).reset_index()  # fmt: skip
    names = pd.Series(rank.index, index=rank.to_numpy())
    both, lasts = (table["n"] > 0) & (table["n"] < table["size"]), table["n_weeks"] >= weeks
    kinds = np.select([both & lasts, lasts, both], ["connection", "lasting", "reciprocal"], default="contact")
    return pd.DataFrame(
        {
            "author_id": table["one"].map(names),
            "other_id": table["other"].map(names),
            "n": table["n"].astype("int64"),
            "n_back": table["size"] - table["n"],
            **{name: table[name] for name in ("n_weeks", "first", "last")},
            "tie": kinds,
        }
    )


def contribution(mentions: pd.DataFrame, signals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count what each person gives to the others: answers, newcomers helped, replies drawn.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; the brand and deleted accounts are left out.
    signals : DataFrame, optional
        `find_signals` of the same mentions; answers to questions and thanks received then are counted too.

    Returns
    -------
    DataFrame
        One row a person who gave or drew an answer; most people helped first, then by the first message.

        - author_id
        - n_mentions : messages in all
        - n_answers : answers to other people; n_helped : different people who got one
        - n_newcomers : of those, people who got it on their first message in the table
        - n_drawn : answers by others to this person's messages
        - n_questions : of n_answers, those to a question; NA without `signals`
        - n_thanks : of n_drawn, those that thank; NA without `signals`

    Notes
    -----
    No follower count enters: what is given counts, and not who is watching.

    Examples
    --------
    >>> import insight as ins
    >>> contribution(ins.example())[["author_id", "n_mentions", "n_answers", "n_helped"]]
      author_id  n_mentions  n_answers  n_helped
    0       ben           3          1         1
    1       cem           1          1         1
    """
    ordered = timeline(mentions)
    answers, rank = peer_answers(ordered), _rank(ordered)
    first = (~ordered["author_id"].duplicated()).to_numpy()
    answers["newcomer"] = first[answers["parent"]]
    given, drawn = answers.groupby("giver"), answers.groupby("taker")
    newcomers = answers[answers["newcomer"]].groupby("giver")
    columns = {
        "n_mentions": ordered["author_id"].value_counts(),
        "n_answers": given.size(),
        "n_helped": given["taker"].nunique(),
        "n_newcomers": newcomers["taker"].nunique(),
        "n_drawn": drawn.size(),
        **_asked_and_thanked(ordered, answers, signals),
    }
    people = rank.index[rank.index.isin(answers["giver"]) | rank.index.isin(answers["taker"])]
    table = pd.DataFrame({name: counts.reindex(people, fill_value=0) for name, counts in columns.items()})
    table = table.rename_axis("author_id").reset_index()
    if signals is None:
        table = table.assign(
            **{name: pd.array([pd.NA] * len(table), "Int64") for name in ("n_questions", "n_thanks")}
        )
    order = ["n_helped", "n_newcomers", "n_answers", "n_drawn"]
    return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _asked_and_thanked(
    ordered: pd.DataFrame, answers: pd.DataFrame, signals: pd.DataFrame | None
) -> dict[str, pd.Series]:
    if signals is None:
        return {}
    asks, thanks = (
        among(ordered["mention_id"], signals.loc[signals["signal"] == signal, "mention_id"])
        for signal in ("question", "thanks")
    )
    return {
        "n_questions": answers[asks[answers["parent"]]].groupby("giver").size().astype("Int64"),
        "n_thanks": answers[thanks[answers["row"]]].groupby("taker").size().astype("Int64"),
    }


def interactions(
    mentions: pd.DataFrame, *, brand: str | None = None, period: Period = "month", tz: str = "UTC"
) -> pd.DataFrame:
    """Set the people that the brand talked with beside the size of its audience, period by period.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    brand : str, optional
        Whose conversations; by default the one brand that speaks in the table.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a period.

        - period : first moment of the period; complete : the table covers all its days
        - n : people who spoke in it
        - n_answered : people whom the brand answered in it, as far as their message is in the table
        - share, low, high : people who spoke and were answered in it, of n, with Wilson's 95 % interval
        - n_two_way : people who wrote again to the brand after it had answered them
        - n_answers : the brand's answers
        - followers : greatest follower count seen on the brand's posts in it; NA where the export has none
        - answers_per_1000_followers : n_answers / followers x 1000

    Raises
    ------
    InsightError
        If several brands speak and none is named, or the named one is not in the table.

    Notes
    -----
    The number of followers is here only for what the conversations are held against.

    Examples
    --------
    >>> import insight as ins
    >>> interactions(ins.example())[["period", "n", "n_answered", "n_two_way"]]
          period  n  n_answered  n_two_way
    0 2025-01-01  4           2          1
    1 2025-02-01  3           1          0
    2 2025-03-01  1           0          0
    """
    ordered = timeline(mentions)
    own = is_brand_message(ordered, brand)
    starts = local_period(ordered["created_at"], period=period, tz=tz).to_numpy()
    author = ordered["author_id"].to_numpy(object)
    answered, parents = answered_rows(ordered, own), parent_rows(ordered)
    people = by_people(ordered)
    answers = np.flatnonzero(answered >= 0)
    back = np.flatnonzero((parents >= 0) & people & own[parents])
    same = author[answered[np.maximum(parents[back], 0)]] == author[back]
    back = back[same & (answered[parents[back]] >= 0)]
    spoke = pd.DataFrame({"period": starts[people], "person": author[people]}).dropna()
    reached = pd.DataFrame({"period": starts[answers], "person": author[answered[answers]]}).dropna()
    both = spoke.drop_duplicates().merge(reached.drop_duplicates(), on=["period", "person"])
    wrote_back = pd.DataFrame({"period": starts[back], "person": author[back]}).dropna()
    periods = all_periods(pd.Series(starts), period=period)
    n, n_answered, n_both, n_two_way = (
        rows.groupby("period")["person"].nunique().reindex(periods, fill_value=0).to_numpy()
        for rows in (spoke, reached, both, wrote_back)
    )
    n_answers = pd.Series(starts[answered >= -1]).value_counts().reindex(periods, fill_value=0)
    followers = ordered["follower_count"][own].groupby(starts[own]).max().reindex(periods).astype("Int64")
    whole = complete(periods, ordered["created_at"], period=period, tz=tz)
    table = pd.DataFrame({"complete": whole, "n": n, "n_answered": n_answered}, index=periods)
    table = table.assign(
        **shares(n_both, n, min_people=1).columns(), n_two_way=n_two_way, n_answers=n_answers
    )
    per_1000 = (1000 * n_answers / followers.where(followers > 0)).astype("Float64")
    table = table.assign(followers=followers, answers_per_1000_followers=per_1000)
    return table.rename_axis("period").reset_index()
