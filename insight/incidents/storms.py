"""Storms of criticism, taken apart: who piles on, with what, who defends, and how it cools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import among, is_repost
from insight.stats import shares
from insight.stats.intervals import resamples
from insight.stats.periods import HOUR
from insight.text.copies import group_copies
from insight.text.patterns import has_cue, read_cues
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.topics_of import topics_of

from .outages import utc
from .spikes import calendar, stand_out

_PEOPLE, _MESSAGES, _HOURS = "people", "messages", "hours"
_COOLING = pd.Timedelta("14D")
_FEWEST_AFTER = 20
_CRITICS_A_DAY = 3
_RESAMPLES = 200
_KEPT_UP = 3
"""Days over which accusations are counted together: a few a day say little, a few days of them do."""
_AWAITED = pd.Timedelta("7D")


def storms(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    assignments: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    tz: str = "UTC",
    min_people: int = 10,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find storms of criticism and take each apart: newcomers, copies, detail, defenders, cooling.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    signals : DataFrame
        `find_signals` of the same mentions; a message with a complaint is critical, and so is one that takes
        the brand to task (an accusation, `insight/text/cues/conversations.toml`) or passes such a one on.
    assignments : DataFrame, optional
        `Topics.assignments`: criticism of each topic then is tested as well, since a storm over one thing may
        be lost in what people criticise every day.
    events : DataFrame, optional
        What `read_events` returned; the first event of kind apology or statement, from the start of a storm
        to a week after its end, is the brand's word on it.
    tz : str
        Time zone of the days.
    min_people : int
        Least number of critics in a storm.
    random_state : int
        Seed of the interval of the half-life.

    Returns
    -------
    DataFrame
        One row a storm x part, by time.

        - storm : number, from 1
        - rose : what rose: "criticism", "topic" (criticism of one topic) or "accusations"
        - topic : Int64, what it is about; NA unless `rose` is "topic"
        - start, end : UTC; the first and the last such message of the days on which more people than usual
          wrote one (see `spikes`; accusations are counted over three days)
        - part : first_time (critics who had not written before), spread (of the people in it, those who only
          passed others' words on), copies (critical messages that pass on or repeat another), few_hands
          (messages by the three loudest), without_detail (critical messages with no reason and no case),
          constructive (with a reason, a case, a wish or advice), before_statement (critical messages before
          the brand's word), defenders (people who speak up for the brand), half_life (hours in which
          criticism halved after the brand's word)
        - of : what is counted: people, messages or hours
        - n, n_marked : all of them, and those of the part
        - value : n_marked / n, or the hours; low, high : 95 % interval, by people, none of few_hands; all
          three missing of fewer than ten people
        - statement_at : UTC, the brand's word; NaT where none is listed: its two parts then are missing

        `attrs["n_tests"]` is the number of days tested.

    Notes
    -----
    Anger at what a brand did may bring no more complaints than its products do every day, but it takes the
    brand to task, which is rare. So accusations are tested on their own, over three days together. What is
    already in one storm, more than half of it, is not named as another.

    The parts stand side by side, in no total: a storm that is copied by people never seen before, without
    detail, reads as a pile-on (Pfeffer, Zorbach and Carley 2014); one with detail by people who were here
    before reads as trouble that customers have. "First time" means first in this archive: in its first weeks
    everyone is new. The half-life is that of an exponential decay above the usual count, by maximum
    likelihood; its interval resamples people. What people said after a statement goes with it and need not
    come from it.

    Examples
    --------
    >>> import insight as ins
    >>> days = pd.date_range("2025-03-01", periods=60, tz="UTC").repeat([2] * 40 + [30] + [2] * 19)
    >>> ids = [f"x:{number}" for number in range(len(days))]
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame({"mention_id": ids, "author_id": ids, "created_at": days, "text": "Shame on you!"})
    ... )
    >>> signals = pd.DataFrame({"mention_id": ids, "signal": "complaint"})
    >>> storms(mentions, signals)[["part", "of", "n", "n_marked", "value"]].head(3)
             part        of   n  n_marked  value
    0  first_time    people  30        30    1.0
    1      spread    people  30         0    0.0
    2      copies  messages  30        30    1.0
    """
    line = timeline(mentions)
    spoken = line[by_people(line)]
    complaints = signals.loc[signals["signal"] == "complaint", "mention_id"]
    accuses = has_cue(spoken["text"], read_cues("conversations")["challenge"])
    critical = _with_reposts(spoken, among(spoken["mention_id"], complaints) | accuses)
    accusing = _with_reposts(spoken, accuses)
    fewest = min(_CRITICS_A_DAY, min_people)
    by_topic = critical.assign(topic=topics_of(critical["mention_id"], assignments))
    days = stand_out(by_topic, calendar(critical, tz), tz=tz, min_people=fewest)
    calm = accusing.assign(topic=pd.NA)
    kept_up = days
    if len(days):
        kept_up = stand_out(calm, calendar(spoken, tz), tz=tz, span_days=_KEPT_UP, min_people=fewest)
    found: list[tuple[str, Any, pd.DataFrame, pd.DataFrame, float]] = []
    named: set[str] = set()
    for rose, topic, span, usual in [*_windows(days, tz), *_windows(kept_up, tz, span=_KEPT_UP)]:
        about = accusing if rose == "accusations" else _about(critical, assignments, topic)
        within = about[about["created_at"].between(*span, inclusive="left")]
        known = within["mention_id"].isin(named).mean() > 0.5
        if within["author_id"].nunique() >= min_people and not known:
            named |= set(within["mention_id"])
            found.append((rose, topic, about, within, usual))
    rows: list[tuple] = []
    found.sort(key=lambda storm: storm[3]["created_at"].min())
    for number, (rose, topic, about, within, usual) in enumerate(found, 1):
        start, end = within["created_at"].min(), within["created_at"].max()
        statement_at = _statement(events, start, end)
        parts = [
            *_pile_on(within, spoken, start),
            *_substance(within, signals),
            _before(within, statement_at),
            _defenders(spoken[spoken["created_at"].between(start, end)], within),
            _half_life(about, statement_at, usual / 24, random_state),
        ]
        rows += [(number, rose, topic, start, end, *part, statement_at) for part in parts]
    names = ["storm", "rose", "topic", "start", "end", "part", "of", "n", "n_marked", "value", "low", "high"]
    table = pd.DataFrame(rows, columns=[*names, "statement_at"]).astype({"topic": "Int64"})
    table = utc(table, ("start", "end", "statement_at"))
    table.attrs["n_tests"] = len(days) + len(kept_up)
    return table


Part = tuple[str, str, int, int, float, float, float]


def _windows(
    days: pd.DataFrame, tz: str, *, span: int = 1
) -> list[tuple[str, Any, tuple[pd.Timestamp, pd.Timestamp], float]]:
    """Return what rose, topic, first moment and moment after, and usual people a day, the widest first."""
    found = []
    for (by, series), line in days.groupby(["by", "series"], sort=False):
        rose = "accusations" if span > 1 else "criticism" if by == "all" else "topic"
        topic = pd.NA if by == "all" else int(series)
        for _, rows in line[line["flagged"]].groupby("spike"):
            first = rows["day"].iloc[0] - pd.Timedelta(days=span - 1)
            after = rows["day"].iloc[-1] + pd.Timedelta("1D")
            bounds = first.tz_localize(tz), after.tz_localize(tz)
            found.append((rose, topic, bounds, float(line["expected"].median()) / span))
    return found


def _with_reposts(spoken: pd.DataFrame, own: np.ndarray) -> pd.DataFrame:
    return spoken[own | among(spoken["reposted_id"], spoken.loc[own, "mention_id"])]


def _about(critical: pd.DataFrame, assignments: pd.DataFrame | None, topic: object) -> pd.DataFrame:
    if assignments is None or topic is pd.NA:
        return critical
    ids = assignments.loc[assignments["topic"] == topic, "mention_id"]
    return critical[among(critical["mention_id"], ids) | among(critical["reposted_id"], ids)]


def _statement(events: pd.DataFrame | None, start: pd.Timestamp, end: pd.Timestamp) -> pd.Timestamp:
    if events is None:
        return pd.NaT
    words = events.loc[events["kind"].isin(["apology", "statement"]), "start"]
    return pd.to_datetime(words, utc=True)[lambda at: at.between(start, end + _AWAITED)].min()


def _share(part: str, of: str, n: int, n_marked: int) -> Part:
    return part, of, n, n_marked, *shares(n_marked, n).first()


def _share_of_messages(part: str, within: pd.DataFrame, marked: np.ndarray) -> Part:
    """Share of messages, of which one person may have written many."""
    found = shares(marked, by=within["author_id"]).first()
    return part, _MESSAGES, len(within), int(marked.sum()), *found


def _pile_on(within: pd.DataFrame, spoken: pd.DataFrame, start: pd.Timestamp) -> Iterator[Part]:
    critics = within["author_id"].dropna().drop_duplicates()
    before = spoken.loc[spoken["created_at"] < start, "author_id"]
    yield _share("first_time", _PEOPLE, len(critics), int((~among(critics, before)).sum()))
    own_words = within.loc[~is_repost(within), "author_id"]
    yield _share("spread", _PEOPLE, len(critics), int((~among(critics, own_words)).sum()))
    group = group_copies(within["text"])
    repeated = is_repost(within) | (np.bincount(group)[group] > 1)
    yield _share_of_messages("copies", within, repeated)
    loudest = int(within["author_id"].value_counts().iloc[:3].sum())
    # no interval: who is loudest is not drawn from anything
    yield "few_hands", _MESSAGES, len(within), loudest, loudest / len(within), np.nan, np.nan


def _substance(within: pd.DataFrame, signals: pd.DataFrame) -> Iterator[Part]:
    cues = read_cues("incidents")
    detail = has_cue(within["text"], cues["reason"]) | has_cue(within["text"], cues["case"])
    ideas = signals.loc[signals["signal"].isin(["wish", "advice"]), "mention_id"]
    constructive = detail | among(within["mention_id"], ideas)
    yield _share_of_messages("without_detail", within, ~detail)
    yield _share_of_messages("constructive", within, constructive)


def _before(within: pd.DataFrame, statement_at: pd.Timestamp) -> Part:
    if statement_at is pd.NaT:
        return "before_statement", _MESSAGES, len(within), 0, np.nan, np.nan, np.nan
    return _share_of_messages("before_statement", within, (within["created_at"] < statement_at).to_numpy())


def _defenders(during: pd.DataFrame, within: pd.DataFrame) -> Part:
    friendly = during[has_cue(during["text"], read_cues("incidents")["defence"]) & ~is_repost(during)]
    friendly = friendly[~among(friendly["mention_id"], within["mention_id"])]
    return _share("defenders", _PEOPLE, during["author_id"].nunique(), friendly["author_id"].nunique())


def _half_life(critical: pd.DataFrame, statement_at: pd.Timestamp, usual: float, random_state: int) -> Part:
    since = (critical["created_at"] - statement_at) / HOUR  # missing where no statement is known
    after = critical[since.between(0, _COOLING / HOUR)]
    if len(after) < _FEWEST_AFTER:
        return "half_life", _HOURS, len(after), len(after), np.nan, np.nan, np.nan
    hours, watched = since[after.index].to_numpy(float), min(_COOLING / HOUR, since.max())
    person = pd.factorize(after["author_id"].fillna(after["mention_id"]))[0]
    n_people = int(person.max()) + 1
    drawn = resamples(n_people, _RESAMPLES, at_once=_RESAMPLES * n_people, random_state=random_state)
    value = _decay(hours, np.ones(len(hours)), watched, usual)
    halved = [_decay(hours, counts[person].astype(float), watched, usual) for counts in next(drawn)]
    low, high = np.quantile(halved, [0.025, 0.975])
    return "half_life", _HOURS, len(after), len(after), value, float(low), float(high)


def _decay(hours: np.ndarray, weights: np.ndarray, watched: float, usual: float) -> float:
    """Return the half-life of the most likely exponential decay above `usual` messages an hour."""
    from scipy.optimize import minimize_scalar

    n = weights.sum()
    background = min(usual * watched / n, 0.95)

    def loss(log_rate: float) -> float:
        rate = np.exp(log_rate)
        decaying = rate * np.exp(-rate * hours) / -np.expm1(-rate * watched)
        return -float(weights @ np.log((1 - background) * decaying + background / watched))

    best = minimize_scalar(loss, bounds=(np.log(0.01 / watched), np.log(60.0)), method="bounded")
    return float(np.log(2) / np.exp(best.x))
