"""The waits of a timeline, one row each: what the engine makes of an archive larger than memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .persons import Flags, Rows
from .rows import in_time, is_timeline, talk_of, timeline
from .talk import Talk, last_before, linked_rows, take_rows, talk_on
from .waits import TIMED, Answers, find_answers, in_thread_order, running_count

ASKED = ("mention_id", "conversation_id", "author_id", "platform", "channel", "kind", "brand")
ANSWER = {"response_id": "mention_id", "responder_id": "author_id", "answered_at": "created_at"}
"""The columns of a wait that are those of the message that began it, and of its answer."""

_LAST = 1 << 30


def list_waits(
    mentions: pd.DataFrame,
    *,
    silent: Sequence[str] | None,
    urgency: pd.DataFrame | None = None,
    clock: Sequence[str] = TIMED,
) -> tuple[pd.DataFrame, int]:
    """Return one row a wait, oldest first, and how many messages people sent to each other.

    `silent` names the platforms that never say which messages were sent to the brand: there every message
    needs an answer. None asks for every message on every platform. `urgency` ranks messages (mention_id,
    urgency, 0 the most urgent; the others come last): a wait starts with its first most urgent message.
    `clock` is what `engine.clock_of` returns.
    """
    if not is_timeline(mentions):
        # Only this much of a timeline is made: its words and names are most of its cost.
        line = in_time(mentions)
        return waits_of(line, talk_of(line, own=None), silent=silent, urgency=urgency, clock=clock)
    line = timeline(mentions)
    talk = talk_on(line)
    wait, answer = linked_rows(line, "wait", "answered_by")
    ours = talk.people & ~talk.between & (wait < 0)  # the first message of the wait may have been left out
    found = Answers(np.where(ours, np.arange(len(line)), wait), answer)
    return waits_of(line, talk, found, silent=silent, urgency=urgency, clock=clock)


def waits_of(
    line: pd.DataFrame,
    talk: Talk,
    found: Answers | None = None,
    *,
    silent: Sequence[str] | None,
    urgency: pd.DataFrame | None,
    clock: Sequence[str],
) -> tuple[pd.DataFrame, int]:
    """Do what `list_waits` does where it is known who speaks to whom; rows in order of time."""
    events = in_thread_order(line, talk)
    found = found or find_answers(line, talk, events)
    place, spoken = np.full((2, len(line)), -1)
    place[events] = np.arange(len(events))
    spoken[events] = last_before(talk.thread[events], talk.speaks[events])
    sent = _sent(line, silent) | (line["addressed"].isna().to_numpy() & (spoken >= 0))
    needs, wait = talk.people & ~talk.between & sent, found.wait
    rows = _starts(wait, place, needs, _ranks(line, urgency))
    answer, named = found.row[rows], talk.named
    waits = pd.DataFrame({name: line[name].iloc[rows].astype("str").array for name in ASKED}).assign(
        turn=running_count(np.ones(len(rows), bool), [talk.thread[rows], talk.account[rows]]),
        n_messages=np.bincount(wait[needs], minlength=len(line))[wait[rows]],
        asked_at=line["created_at"].iloc[rows].array,
        **{name: take_rows(line[column], answer) for name, column in ANSWER.items()},
        link=_links(answer, wait[named[answer]] == wait[rows], named[answer] >= 0),
        early=(answer < 0) & _replied_before(wait, place, rows, talk.replies),
    )
    fine = line["time_precision"].isin(clock).to_numpy()
    kept = waits[fine[rows] & (fine[answer] | (answer < 0))].reset_index(drop=True)
    return kept, int((talk.people & talk.between & sent).sum())


def _sent(line: pd.DataFrame, silent: Sequence[str] | None) -> Flags:
    """Return which messages were sent to the brand, as far as the file says, or count as if they were."""
    if silent is None:
        return np.ones(len(line), bool)
    sent = line["addressed"].fillna(False).to_numpy(bool)
    return sent | line["platform"].isin(list(silent)).to_numpy()


def _ranks(line: pd.DataFrame, urgency: pd.DataFrame | None) -> Rows:
    if urgency is None:
        return np.zeros(len(line), np.int64)
    ranks = urgency.drop_duplicates("mention_id").set_index("mention_id")["urgency"]
    return line["mention_id"].map(ranks).fillna(_LAST).to_numpy(np.int64)


def _starts(wait: Rows, place: Rows, needs: Flags, rank: Rows) -> Rows:
    """Return the row that each wait starts with, in order of time: the first of its most urgent."""
    rows = np.flatnonzero(needs)
    rows = rows[np.lexsort((place[rows], rank[rows], wait[rows]))]
    rows = rows[np.diff(wait[rows], prepend=-1) != 0]
    return np.sort(rows)


def _replied_before(wait: Rows, place: Rows, rows: Rows, replies: Rows) -> Flags:
    """Return which waits have a reply that is older than they are, as happens under edited reviews."""
    start, early = np.full(len(wait), -1), np.zeros(len(wait), bool)
    start[wait[rows]] = place[rows]
    replying = np.flatnonzero((replies >= 0) & (wait[replies] >= 0))
    of = wait[replies[replying]]
    early[of[place[replying] < start[of]]] = True
    return early[wait[rows]]


def _links(answer: Rows, same_wait: Flags, linked: Flags) -> pd.Series:
    names = np.where(same_wait & linked, "reply", "thread")
    return pd.Series(names, dtype="str").where(answer >= 0)
