"""Conversations: which thread a message is in, and which message it answers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import is_repost

from .persons import Flags, Rows, account_of, number
from .talk import Talk, last_before, linked_rows, take_rows

HELP_DESKS = ("zendesk", "freshdesk", "helpscout", "intercom", "gorgias", "kustomer")


def in_private(mentions: pd.DataFrame) -> Flags:
    """Return which messages only the brand could read: tickets, notes, what the source marks as private.

    A help desk calls a comment public when the customer can read it; the rest of the world cannot.
    """
    desk = mentions["platform"].isin(HELP_DESKS) | mentions["kind"].isin(["ticket", "note"])
    return (desk | ~mentions["is_public"]).to_numpy(bool)


def parent_rows(line: pd.DataFrame) -> Rows:
    """Return the row of the message that each message of a timeline answers, -1 where there is none."""
    return linked_rows(line, "parent_id")


def find_parents(
    mentions: pd.DataFrame, talk: Talk, *, asks: Flags
) -> tuple[pd.Series, npt.NDArray[np.object_]]:
    """Return the mention_id that each message answers, and how that is known; rows in order of time.

    The file's own link decides. Without one, a brand's message answers the last one by a customer before it
    in its thread; a customer's that does not itself ask answers the last one by someone else, where the
    platform links no replies to messages of that kind.
    """
    speaks, people = talk.speaks, talk.people
    given = mentions["reply_to_id"].where(mentions["reply_to_id"] != mentions["mention_id"])
    single = mentions["conversation_id"].isna().to_numpy()
    dated = mentions["created_at"].notna().to_numpy()
    loose = given.isna().to_numpy() & ~single & dated & ~is_repost(mentions)
    before = np.where(
        speaks,
        last_before(talk.thread, people),
        np.where(people & ~asks, _before_by_another(talk.thread, talk.account, speaks | people), -1),
    )
    before[~loose] = -1
    records = linkable(mentions, talk.named)
    before[people & (before >= 0) & records[np.maximum(before, 0)]] = -1
    inferred = take_rows(mentions["mention_id"], before)
    link = np.full(len(mentions), None, object)
    link[before >= 0] = "thread"
    link[given.notna()] = "reply"
    return given.where(given.notna(), inferred), link


def linkable(mentions: pd.DataFrame, parent: Rows) -> Flags:
    """Return which messages are of a platform and kind that the file links any reply to."""
    kind = number([pd.factorize(mentions[name])[0] for name in ("platform", "kind")])
    return (np.bincount(kind[parent[parent >= 0]], minlength=kind.max(initial=-1) + 1) > 0)[kind]


def first_help(line: pd.DataFrame, rows: Rows, *, helps: Flags) -> Rows:
    """Return the row of another author's first answer to each of `rows` of a timeline, -1 where none came.

    `helps` marks the messages that may help. A direct reply answers; where the platform links no replies to
    messages of that kind, so does the next message in the thread that does not itself ask.
    """
    account = account_of(line)
    parent = linked_rows(line)
    child = np.flatnonzero((parent >= 0) & helps)
    child = child[(account[child] != account[parent[child]]) & (child > parent[child])]
    first = np.full(len(line), -1)
    first[parent[child][::-1]] = child[::-1]
    following = helps & ~line["asks"].to_numpy(bool)
    later = _next_by_another(pd.factorize(line["thread"])[0], account, rows, following)
    direct = first[rows]
    return np.where(linkable(line, parent)[rows] | (direct >= 0), direct, later)


def _before_by_another(code: Rows, account: Rows, pool: Flags) -> Rows:
    """Return the last row of the pool before each row of it in its thread that another author wrote."""
    found = np.full(len(code), -1)
    rows = np.flatnonzero(pool)
    rows = rows[np.argsort(code[rows], kind="stable")]
    if not len(rows):
        return found
    # A turn is an author's run of messages in a thread: what came before the turn is what each answers.
    new_thread = np.r_[True, np.diff(code[rows]) != 0]
    new_turn = new_thread | np.r_[True, np.diff(account[rows]) != 0]
    turn = np.cumsum(new_turn) - 1
    last = np.where(new_thread[new_turn], -1, np.flatnonzero(new_turn) - 1)[turn]
    found[rows] = np.where(last >= 0, rows[last], -1)
    return found


def _next_by_another(code: Rows, account: Rows, rows: Rows, marked: Flags) -> Rows:
    """Return the next marked row by another author in the thread of each of `rows`, -1 if none."""
    size = len(code)
    answers = np.flatnonzero(marked)
    answers = answers[np.argsort(code[answers], kind="stable")]
    if not len(answers):
        return np.full(len(rows), -1)
    speaker, thread = account[answers], code[answers]
    changes = np.flatnonzero((speaker[1:] != speaker[:-1]) | (thread[1:] != thread[:-1])) + 1
    next_turn = np.append(changes, len(answers))[np.searchsorted(changes, np.arange(len(answers)), "right")]
    # Thread and row in one number, so that one search finds the first answer after a row in its thread.
    at = np.searchsorted(thread * size + answers, code[rows] * size + rows, "right")
    at = np.where(at < len(answers), at, -1)
    own = (at >= 0) & (speaker[at] == account[rows]) & (thread[at] == code[rows])
    at = np.where(own, next_turn[at], at)
    at = np.where(at < len(answers), at, -1)
    return np.where((at >= 0) & (thread[at] == code[rows]), answers[at], -1)


def answered_rows(line: pd.DataFrame, own: Flags) -> Rows:
    """Return for each row of a timeline the row of another's message that a brand's post answers.

    A post that continues the brand's own thread answers what the thread answers. -1: it answers a message
    outside the table. -2: it answers none, or is not one of `own`.
    """
    parents = parent_rows(line)
    outside = line["parent_id"].notna() | line["kind"].isin(["reply", "review_reply", "answer"])
    root = np.where(parents >= 0, parents, np.where(outside, -1, -2))
    for _ in range(len(line)):
        through_own = own & (root >= 0) & own[np.maximum(root, 0)]
        if not through_own.any():
            break
        following = np.where(through_own, root[np.maximum(root, 0)], root)
        if (following == root).all():
            break
        root = following
    return np.where(own, root, -2)
