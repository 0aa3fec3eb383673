"""Each person's messages in order, as arrays: what the measures of staying read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError, is_repost

from . import engine
from .left_out import left_out
from .persons import PERSONS, account_of
from .rows import timeline
from .talk import linked_rows
from .threads import first_help

DAY = 86_400.0


@dataclass(frozen=True)
class Histories:
    """A timeline as arrays, one entry a message in order of time.

    `mentions` is the timeline itself, `seconds` when each message was written, `role` who wrote it: brand,
    bot, other (rivals too), peer (a person) or unknown (a person whose account is deleted). `author` numbers
    every author by first message (an unsigned one is a stranger each time), `person` numbers those who may
    enter a cohort (-1: everyone else), `thread` the conversation. `excluded` counts what was left out.
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

    def next_seconds(self) -> np.ndarray:
        """Return when each message's author wrote next, infinity for the last and for those of no person."""
        ours = np.flatnonzero(self.person >= 0)
        ours = ours[np.argsort(self.person[ours], kind="stable")]
        same = np.diff(self.person[ours], append=-1) == 0
        following = np.full(len(self.person), np.inf)
        following[ours] = np.where(same, np.roll(self.seconds[ours], -1), np.inf)
        return following

    def attrs(self, caveats: tuple[str, ...] = (), **more: object) -> dict[str, object]:
        """Return what every result states about itself; `more` may add other people or another zone."""
        return {
            "window": (self.start.isoformat(), self.as_of.isoformat()),
            "as_of": self.as_of.isoformat(),
            "tz": "UTC",
            "n_people": int(self.person.max(initial=-1)) + 1,
            "excluded": dict(self.excluded),
            "caveats": caveats,
            **more,
        }


def histories(
    mentions: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp | None = None,
    reposts: bool = True,
    fine: bool = False,
) -> Histories:
    """Lay out the timeline as arrays and number the people who may enter a cohort.

    `reposts=False` leaves out what only passes another message on, `fine=True` what is not stamped to the
    minute.
    """
    line = timeline(mentions)
    if not len(line):
        raise InsightError(f"no message of {len(mentions)} has a date (created_at), so nothing can be timed.")
    end = line["created_at"].iloc[-1] if as_of is None else engine.moment(as_of, tz="UTC")
    excluded = {"n_undated": len(mentions) - len(line)}
    filters = {"n_after_as_of": lambda table: table["created_at"] > end}
    if not reposts:
        filters["n_reposts"] = is_repost
    if fine:
        filters["n_stamps_too_coarse"] = lambda table: ~table["time_precision"].isin(["s", "min"])
    for reason, fails in filters.items():
        keep = ~np.asarray(fails(line), dtype=bool)
        excluded[reason] = int((~keep).sum())
        line = line[keep]
    if not len(line):
        raise InsightError(f"no message of {len(mentions):,} can be followed: {left_out(excluded)}.")
    line = line.reset_index(drop=True)
    author, named = account_of(line), line["author_id"].notna().to_numpy()
    role = line["role"].astype(object).replace({"automated": "bot", "rival": "other"}).to_numpy()
    role = np.where(np.isin(role, PERSONS), np.where(named, "peer", "unknown"), role)
    counts = line["person"].notna().to_numpy()
    person = np.full(len(line), -1)
    person[counts] = pd.factorize(author[counts])[0]
    for name in ("brand", "bot", "other"):
        excluded[f"n_{name}_authors"] = len(np.unique(author[(role == name) & named]))
        excluded[f"n_{name}_messages"] = int((role == name).sum())
    excluded["n_messages_of_deleted"] = int((~named).sum())
    start = line["created_at"].iloc[0]
    thread = pd.factorize(line["thread"])[0]
    return Histories(line, _seconds(line["created_at"]), role, author, person, thread, start, end, excluded)


def _seconds(stamps: pd.Series) -> np.ndarray:
    return ((stamps - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)).to_numpy(float)


def first_answers(line: Histories, rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the row of the first answer to each of `rows` by the messages that `counts` marks, else -1."""
    brand = linked_rows(line.mentions, "answered_by")[rows]
    brand = np.where(counts[brand], brand, -1)
    other = first_help(line.mentions, rows, helps=counts & (line.role != "brand"))
    return np.where((brand >= 0) & ((other < 0) | (brand < other)), brand, other)


def returns(line: Histories, *, elsewhere: bool) -> np.ndarray:
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
    # Rows are in order of time, so the first later row of each person is their return.
    people, at = np.unique(who[later], return_index=True)
    gap = np.full(len(rows), np.inf)
    gap[people] = line.seconds[ours[later][at]] - began[people]
    return gap


def burn_in_seconds(line: Histories, burn_in: str | None) -> float:
    """Return how long after the archive begins a first message may still be an old hand's.

    Default: 90 days, or a quarter of the archive where that is shorter.
    """
    if burn_in is None:
        return min(90 * DAY, (line.end - line.seconds[0]) / 4)
    return engine.duration(burn_in, name="burn_in").total_seconds()
