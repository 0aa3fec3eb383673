"""Who welcomes newcomers, how soon, whether it would survive a crowd, and who moves past hello."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.stats import shares
from insight.stats.kaplan_meier import kaplan_meier
from insight.stats.periods import local_period
from insight.timeline import engine
from insight.timeline.histories import DAY, Histories, first_answers, histories
from insight.timeline.talk import linked_rows
from insight.timeline.threads import parent_rows

from .newcomers import Newcomers, newcomers
from .reply_comparisons import HOUR
from .tone import tones

_STAY = 28 * DAY
_WEEK_4 = 21 * DAY
_TIES = 3
_NO_ANSWERS = (
    "No reply links and no conversation of two people in this file, so the share of newcomers who were "
    "answered cannot be computed."
)
STEPS = ("first message", "second message", "first reply given", "three ties", "active in week 4")


@dataclass(frozen=True)
class Welcome:
    """How newcomers were met.

    `newcomers` has one row a person (author_id, mention_id of the first message, joined_at, platform,
    channel, kind, url, answered, wait_hours until the answer or until `as_of`, responder, answer_id),
    `coverage` one row a responder and limit (responder, within_hours, n, answered, share, low, high), `curve`
    the share still unanswered (wait_hours, n_at_risk, n_answered, unanswered, low, high), `load` one row a
    band of newcomers a day (joiners_from, joiners_to, n_days, n, answered, share, low, high,
    repliers_per_day), `steps` one row a step (step, n, share, low, high, n_alone), `tone` one row a mark of
    first answers (tone, n, n_answered, share, low, high; n_followed: not back before the answer and watched
    for 28 days after it; n_back: of them, wrote in another conversation by then; back, back_low, back_high),
    empty without `replies`. `attrs` has window, as_of, exclusions, caveats.
    """

    newcomers: pd.DataFrame
    coverage: pd.DataFrame
    curve: pd.DataFrame
    load: pd.DataFrame
    steps: pd.DataFrame
    tone: pd.DataFrame
    attrs: dict[str, object]

    @property
    def unanswered(self) -> pd.DataFrame:
        """The newcomers whom no one has answered, latest first."""
        waiting = self.newcomers[~self.newcomers["answered"]]
        return waiting.iloc[::-1].reset_index(drop=True)


def welcome(
    mentions: pd.DataFrame,
    replies: pd.DataFrame | None = None,
    *,
    within: Sequence[str] = ("1h", "24h", "72h", "7D"),
    crowd_within: str = "24h",
    burn_in: str | None = None,
    count_bots: bool = False,
    min_people: int = 10,
    tz: str = "UTC",
    as_of: str | pd.Timestamp | None = None,
) -> Welcome:
    """Measure who answers first messages and how soon, on quiet days and on crowded ones, and who stays on.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    replies : DataFrame, optional
        What `reply_acts` or `find_signals` says about the answers; then first answers are sorted by it.
    within : sequence of str
        Limits for an answer.
    crowd_within : str
        The limit by which crowded days are compared with quiet ones.
    burn_in : str, optional
        Who is first seen this soon after the archive begins may be an old hand and is left out. Default: 90
        days, or a quarter of the archive where that is shorter.
    count_bots : bool
        Whether a bot's answer is a welcome.
    min_people : int
        Rows with fewer newcomers give how many were answered or came so far, and no share.
    tz : str
        Time zone of the days on which newcomers are counted.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.

    Returns
    -------
    Welcome
        newcomers, coverage, curve, load, steps, tone, attrs; `unanswered` lists those still waiting, with
        links.

    Raises
    ------
    InsightError
        If no one is first seen after the burn-in, or `replies` is another table.

    Notes
    -----
    An answer is a reply by someone else, or, where a source links none to messages of that kind, the next
    message by someone else in the conversation. The unanswered wait on: they are censored at `as_of` in the
    curve, and count as unanswered in every limit that has passed; who joined too lately for a limit is not in
    its row. A file without reply links or conversations of two shows nothing of answers: it gets no shares
    and a caveat. The steps are counted within 28 days of the first message, for those watched so long;
    each `n` has taken all steps before it too (`n_alone`: this step, whatever the others). A tie is another
    person whom one answered or was answered by. Deleted accounts are no newcomers; their answers count as
    `unknown`.
    Newcomers who got answers of another tone had asked something else: the rows of `tone` describe and
    compare no causes; of 2,777 newcomers to Usenet groups tone made no difference (Joyce and Kraut 2006).

    Examples
    --------
    >>> import insight as ins
    >>> met = welcome(ins.example(), burn_in="0D", min_people=1)
    >>> met.coverage[["responder", "within_hours", "n", "answered", "share"]].round(2).head(3)
      responder  within_hours  n  answered  share
    0    anyone           1.0  6         3   0.50
    1    anyone          24.0  6         4   0.67
    2    anyone          72.0  6         4   0.67
    """
    line = histories(mentions, as_of=as_of, reposts=False, fine=True)
    people = newcomers(line, burn_in=burn_in, count_bots=count_bots)
    limits = [engine.duration(value, name="within").total_seconds() for value in within]
    crowd = engine.duration(crowd_within, name="crowd_within").total_seconds()
    table = _people(line, people)
    known = _shows_answers(line)
    caveats = () if known else (_NO_ANSWERS,)
    min_people = min_people if known else sys.maxsize
    return Welcome(
        newcomers=table,
        coverage=_with_shares(_coverage(line, people, limits), min_people),
        curve=_curve(table, min_people),
        load=_with_shares(_load(line, people, crowd, tz), min_people),
        steps=_steps(line, people, min_people),
        tone=tones(line, people, replies, min_people=min_people),
        attrs=line.attrs(caveats, n_people=len(table), count_bots=count_bots, tz=tz),
    )


def _shows_answers(line: Histories) -> bool:
    """Return whether the file links any reply, or has two people in one conversation."""
    speakers = np.unique(np.stack([line.thread, line.author]), axis=1)[0]
    return bool((linked_rows(line.mentions) >= 0).any() or (np.bincount(speakers) > 1).any())


def _people(line: Histories, people: Newcomers) -> pd.DataFrame:
    first = line.mentions.iloc[people.row].reset_index(drop=True)
    answered = people.answer >= 0
    table = first[["author_id", "mention_id", "created_at", "platform", "channel", "kind", "url"]]
    answer_id = line.mentions["mention_id"].iloc[people.answer].reset_index(drop=True)
    return table.rename(columns={"created_at": "joined_at"}).assign(
        answered=answered,
        wait_hours=np.where(answered, people.answered, people.watched) / HOUR,
        responder=pd.Series(line.role[people.answer]).astype("str").where(answered),
        answer_id=answer_id.where(answered),
    )


def _coverage(line: Histories, people: Newcomers, limits: Sequence[float]) -> pd.DataFrame:
    waits = {"anyone": people.answered}
    for role in ("brand", "peer", "bot", "other", "unknown"):
        if (line.role == role).any():
            answers = first_answers(line, people.row, line.role == role)
            waits[role] = np.where(answers >= 0, line.seconds[answers] - line.seconds[people.row], np.inf)
    rows = []
    for role, wait in waits.items():
        for limit in sorted(set(limits)):
            over = people.watched >= limit
            rows.append((role, limit / HOUR, int(over.sum()), int((wait[over] <= limit).sum())))
    return pd.DataFrame(rows, columns=["responder", "within_hours", "n", "answered"])


def _with_shares(table: pd.DataFrame, min_people: int) -> pd.DataFrame:
    place = table.columns.get_loc("answered") + 1
    found = shares(table["answered"], table["n"], min_people=min_people).columns()
    return table.assign(**found)[[*table.columns[:place], *found, *table.columns[place:]]]


def _curve(table: pd.DataFrame, min_people: int) -> pd.DataFrame:
    curve = kaplan_meier(table["wait_hours"], table["answered"])
    steps = curve.table(time="wait_hours", n_events="n_answered", survival="unanswered")
    if len(table) < min_people:
        steps[["unanswered", "low", "high"]] = np.nan
    return steps


def _load(line: Histories, people: Newcomers, limit: float, tz: str) -> pd.DataFrame:
    """Compare days by how many joined, in bands that double: does the welcome survive a crowd."""
    day = local_period(line.mentions["created_at"], period="day", tz=tz).to_numpy()
    over = people.watched >= limit
    answers = people.answer[over & (people.answer >= 0)]
    repliers = pd.Series(line.author[answers]).groupby(day[answers]).nunique()
    in_time = pd.Series(people.answered[over] <= limit)
    days = in_time.groupby(day[people.row[over]]).agg(["size", "sum"])
    days["repliers"] = repliers.reindex(days.index).fillna(0)
    band = np.floor(np.log2(days["size"])).astype(int)
    table = days.groupby(band.rename("band")).agg(
        n_days=("size", "size"),
        n=("size", "sum"),
        answered=("sum", "sum"),
        repliers_per_day=("repliers", "mean"),
    )
    table.insert(0, "joiners_from", 2**table.index)
    table.insert(1, "joiners_to", 2 ** (table.index + 1) - 1)
    return table.reset_index(drop=True)


def _steps(line: Histories, people: Newcomers, min_people: int) -> pd.DataFrame:
    """Count who took each step and all before it, so that the numbers can only fall."""
    over = people.watched >= _STAY
    place = np.full(line.person.max(initial=-1) + 2, -1)
    place[line.person[people.row]] = np.arange(len(people.row))
    joined = line.seconds[people.row]
    mine = place[line.person]
    age = np.where(mine >= 0, line.seconds - joined[mine], np.inf)
    early = (mine >= 0) & (age <= _STAY)
    parent = parent_rows(line.mentions)
    parent = np.where((parent >= 0) & (line.role != "bot") & (line.role[parent] != "bot"), parent, -1)
    child = np.flatnonzero((parent >= 0) & (line.author != line.author[parent]))
    gave = child[early[child]]
    taken = [
        np.full(len(joined), True),
        np.bincount(mine[early], minlength=len(joined)) > 1,
        np.bincount(mine[gave], minlength=len(joined)) > 0,
        _ties(line, mine, joined, child, parent[child]) >= _TIES,
        np.bincount(mine[early & (age >= _WEEK_4)], minlength=len(joined)) > 0,
    ]
    alone = np.array([step[over].sum() for step in taken])
    n = np.array([step[over].sum() for step in np.logical_and.accumulate(taken)])
    found = shares(n, over.sum(), min_people=min_people)
    return pd.DataFrame({"step": STEPS, "n": n, **found.columns(), "n_alone": alone})


def _ties(
    line: Histories, mine: np.ndarray, joined: np.ndarray, child: np.ndarray, parent: np.ndarray
) -> np.ndarray:
    """Count the people with whom each newcomer exchanged an answer in the first 28 days."""
    one = np.concatenate([child, parent])
    other = np.concatenate([parent, child])
    when = np.tile(line.seconds[child], 2)
    person = np.isin(line.role[other], ["peer", "unknown"])
    keep = (mine[one] >= 0) & person
    keep[keep] = when[keep] - joined[mine[one[keep]]] <= _STAY
    pairs = np.unique(np.stack([mine[one[keep]], line.author[other[keep]]]), axis=1)
    return np.bincount(pairs[0], minlength=len(joined))
