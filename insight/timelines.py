"""People's messages in order of time: who counts as a person, who was answered first, who came back where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight import engine
from insight.bots import is_automated
from insight.mentions import InsightError
from insight.threads import in_order, is_repost

ROLES = ("peer", "brand", "bot", "other", "unknown")
DAY = 86_400.0


@dataclass(frozen=True)
class Timeline:
    """Dated messages in order of time.

    `seconds` is when each was written, `role` who wrote it (of `ROLES`; unknown = the account is deleted),
    `author` numbers every author by first message (a deleted one is a stranger each time), `person` numbers
    those who may enter a cohort (-1: brand, bots, others, deleted), `thread` the conversation (a message
    without one stands alone). `excluded` counts what was left out, by reason.
    """

    mentions: pd.DataFrame
    seconds: np.ndarray
    role: np.ndarray
    author: np.ndarray
    person: np.ndarray
    thread: np.ndarray
    start: pd.Timestamp
    as_of: pd.Timestamp
    excluded: dict[str, int]

    @property
    def end(self) -> float:
        """The end of watching, on the scale of `seconds`."""
        return _seconds(pd.Series([self.as_of]))[0]

    def first_rows(self) -> np.ndarray:
        """Return the row of each person's first message, in order of time."""
        people, rows = np.unique(self.person, return_index=True)
        return rows[people >= 0]

    def last_seconds(self, *, until: float = np.inf) -> np.ndarray:
        """Return when each person last wrote up to a moment, -infinity where not yet."""
        ours = (self.person >= 0) & (self.seconds <= until)
        last = np.full(int(self.person.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(last, self.person[ours], self.seconds[ours])
        return last

    def attrs(self, caveats: tuple[str, ...] = (), **more: object) -> dict[str, object]:
        """Return what every result states about itself; `more` may tell other people or another zone."""
        return {
            "window": (self.start.isoformat(), self.as_of.isoformat()),
            "as_of": self.as_of.isoformat(),
            "tz": "UTC",
            "n_people": int(self.person.max(initial=-1)) + 1,
            "excluded": dict(self.excluded),
            "caveats": caveats,
            **more,
        }


def timeline(
    mentions: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp | None = None,
    reposts: bool = True,
    fine: bool = False,
) -> Timeline:
    """Put messages in order, number their authors, and say who may enter a cohort.

    An author who ever spoke for the brand, wrote automatically (see `is_automated`) or stood on side `other`
    enters none, as in `activity`. `reposts=False` leaves out what only passes another message on,
    `fine=True` what is not stamped to the minute.
    """
    dated = in_order(mentions[mentions["created_at"].notna()])
    if not len(dated):
        raise InsightError(f"no message of {len(mentions)} has a date (created_at), so nothing can be timed.")
    end = dated["created_at"].iloc[-1] if as_of is None else engine.moment(as_of, tz="UTC")
    excluded = {"n_undated": len(mentions) - len(dated)}
    filters = {"n_after_as_of": lambda table: table["created_at"] > end}
    if not reposts:
        filters["n_reposts"] = is_repost
    if fine:
        filters["n_stamps_too_coarse"] = lambda table: ~table["time_precision"].isin(["s", "min"])
    for reason, fails in filters.items():
        keep = ~np.asarray(fails(dated), dtype=bool)
        excluded[reason] = int((~keep).sum())
        dated = dated[keep]
    if not len(dated):
        raise InsightError(f"no message is left of {len(mentions)}; left out: {excluded}.")
    dated = dated.reset_index(drop=True)
    author, role = _speakers(dated)
    named = dated["author_id"].notna().to_numpy()
    counts = named & (role == "peer")
    person = np.full(len(dated), -1)
    person[counts] = pd.factorize(author[counts])[0]
    for name in ("brand", "bot", "other"):
        excluded[f"n_{name}_authors"] = len(np.unique(author[(role == name) & named]))
        excluded[f"n_{name}_messages"] = int((role == name).sum())
    excluded["n_messages_of_deleted"] = int((~named).sum())
    start = dated["created_at"].iloc[0]
    thread = _codes(dated["conversation_id"])
    return Timeline(dated, _seconds(dated["created_at"]), role, author, person, thread, start, end, excluded)


def _seconds(stamps: pd.Series) -> np.ndarray:
    return ((stamps - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)).to_numpy(float)


def _codes(values: pd.Series) -> np.ndarray:
    """Give values numbers by first appearance, and each missing one a number of its own."""
    codes = pd.factorize(values)[0].astype(np.int64)
    missing = codes < 0
    codes[missing] = codes.max(initial=-1) + 1 + np.arange(missing.sum())
    return codes


def _speakers(mentions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    author = _codes(mentions["author_id"])
    role = np.where(mentions["author_id"].isna(), "unknown", "peer").astype(object)
    marks = {
        "other": (mentions["side"] == "other").to_numpy(bool),
        "bot": is_automated(mentions).to_numpy(bool),
        "brand": (mentions["side"] == "brand").to_numpy(bool),
    }
    for name, marked in marks.items():
        role[np.bincount(author, marked)[author] > 0] = name
    role[marks["bot"]] = "bot"
    return author, role


def first_answers(line: Timeline, rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the row of the first answer to each of `rows`, -1 where there is none.

    `counts` marks the messages that may answer. An answer is written by somebody else, later, and replies to
    the message. Where a source links no reply to messages of that platform and kind (comments of a forum,
    chat), it is the next message by somebody else in the conversation.
    """
    parent = linked_rows(line)
    kinds = pd.factorize(line.mentions["platform"].astype(str) + "\n" + line.mentions["kind"].astype(str))[0]
    repliable = np.bincount(kinds[parent[parent >= 0]], minlength=kinds.max() + 1) > 0
    replies = np.flatnonzero((parent >= 0) & counts)
    replies = replies[
        (line.author[replies] != line.author[parent[replies]])
        & (line.seconds[replies] >= line.seconds[parent[replies]])
    ]
    first = np.full(len(parent), -1)
    first[parent[replies][::-1]] = replies[::-1]
    return np.where(repliable[kinds[rows]], first[rows], _next_in_thread(line, rows, counts))


def linked_rows(line: Timeline) -> np.ndarray:
    """Return the row of the message that each message's reply link names, -1 where there is none."""
    place = pd.Index(line.mentions["mention_id"])
    parent = place.get_indexer(pd.Index(line.mentions["reply_to_id"]))
    return np.where(line.mentions["reply_to_id"].isna().to_numpy(), -1, parent)


def _next_in_thread(line: Timeline, rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    size = len(line.thread)
    answers = np.flatnonzero(counts)
    answers = answers[np.argsort(line.thread[answers], kind="stable")]
    if not len(answers):
        return np.full(len(rows), -1)
    speaker, thread = line.author[answers], line.thread[answers]
    changes = np.flatnonzero((speaker[1:] != speaker[:-1]) | (thread[1:] != thread[:-1])) + 1
    next_turn = np.append(changes, len(answers))[np.searchsorted(changes, np.arange(len(answers)), "right")]
    at = np.searchsorted(thread * size + answers, line.thread[rows] * size + rows, "right")
    at = np.where(at < len(answers), at, -1)
    own = (at >= 0) & (speaker[at] == line.author[rows]) & (thread[at] == line.thread[rows])
    at = np.where(own, next_turn[at], at)
    at = np.where(at < len(answers), at, -1)
    return np.where((at >= 0) & (thread[at] == line.thread[rows]), answers[at], -1)


def returns(line: Timeline, *, elsewhere: bool) -> np.ndarray:
    """Return the seconds from each person's first message to the next one, infinity where none came.

    `elsewhere` counts only messages in another conversation than the first: a reply draws a "thanks" where it
    stands, and that is no return.
    """
    rows = line.first_rows()
    began, home = line.seconds[rows], line.thread[rows]
    ours = np.flatnonzero(line.person >= 0)
    who = line.person[ours]
    later = line.seconds[ours] > began[who]
    if elsewhere:
        later &= line.thread[ours] != home[who]
    people, at = np.unique(who[later], return_index=True)
    gap = np.full(len(rows), np.inf)
    gap[people] = line.seconds[ours[later][at]] - began[people]
    return gap


def burn_in_seconds(line: Timeline, burn_in: str | None) -> float:
    """Return how long after the archive begins a first message may still be an old hand's.

    Default: 90 days, or a quarter of the archive where that is shorter.
    """
    if burn_in is None:
        return min(90 * DAY, (line.end - line.seconds[0]) / 4)
    return engine.duration(burn_in, name="burn_in").total_seconds()
