"""Whether the brand closes the loop on ideas: answered, decided, shipped, informed, thanked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import is_repost, need_columns
from insight.stats import shares
from insight.stats.kaplan_meier import median_time
from insight.stats.periods import DAY
from insight.timeline.persons import by_people
from insight.timeline.talk import linked_rows, take_rows
from insight.timeline.threads import parent_rows

from .intents import with_wants

STAGES = ("answered", "decided", "shipped", "informed", "thanked")
_OF_THE_TEAM = ["decided", "shipped"]


def loop_closed(
    mentions: pd.DataFrame, intents: pd.DataFrame, *, ledger: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Follow each person's idea: answered, decided, shipped, informed, thanked; and which waits longest.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    intents : DataFrame
        `intents` of the same mentions.
    ledger : DataFrame, optional
        The team's own list, as `read_ledger` returns it: when the idea that a message belongs to was decided
        and shipped. No archive shows that.

    Returns
    -------
    DataFrame
        One row a stage, in order.

        - stage : answered (the brand answered the idea), decided, shipped (of its entry in `ledger`),
          informed (the brand wrote to this person in that conversation after it was shipped), thanked (the
          person then thanked; before anything shipped, thanks for being answered)
        - n : messages with an idea
        - n_reached, share, low, high : those that got there, 95 % by people; missing for decided, shipped
          and informed without `ledger`, the share also of fewer than ten people
        - median_days : since the idea, half had got there, the others counted as waiting; missing if never
        - n_open : ideas that reached the stage before and not this one; oldest_open : mention_id of the
          oldest of them; oldest_days : its age at the end of the archive

    Notes
    -----
    `idea_progress` sums up the ledger, one row an idea however many asked for it; this table looks at each
    person who had the idea, and takes for answered, informed and thanked what the archive shows and not what
    was entered.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> intents = ins.conversations.intents(mentions, ins.find_signals(mentions))
    >>> loop_closed(mentions, intents)[["stage", "n", "n_reached", "oldest_open"]]
          stage  n n_reached oldest_open
    0  answered  1         1         NaN
    1   decided  1      <NA>         NaN
    2   shipped  1      <NA>         NaN
    3  informed  1      <NA>         NaN
    4   thanked  1         0         x:7
    """
    need_columns(mentions, "mentions", ["mention_id", "author_id", "side", "created_at", "conversation_id"])
    ordered, wants = with_wants(mentions, intents)
    people = by_people(ordered) & ~is_repost(ordered)
    ideas = ordered[(wants == "idea").to_numpy() & people]
    reached = _reached(ordered, wants, ideas, _listed(ledger, ideas))
    end = ordered["created_at"].max()
    rows, before = [], pd.Series(True, index=ideas.index)
    for stage in STAGES:
        unknown = ledger is None and stage in ("decided", "shipped", "informed")
        rows.append(_stage(stage, ideas, reached[stage], before, end, unknown))
        before = before if unknown else reached[stage].notna()
    return pd.DataFrame(rows)


def _listed(ledger: pd.DataFrame | None, ideas: pd.DataFrame) -> pd.DataFrame:
    """Look up when the entry that each idea belongs to was decided and shipped."""
    moments = pd.DataFrame(index=ideas.index, columns=list(STAGES), dtype="datetime64[us, UTC]")
    if ledger is None:
        return moments
    need_columns(ledger, "ledger", ["mention_ids", *_OF_THE_TEAM])
    entry = ledger.explode("mention_ids").drop_duplicates("mention_ids").set_index("mention_ids")
    return moments.assign(**{stage: ideas["mention_id"].map(entry[stage]) for stage in _OF_THE_TEAM})


def _reached(
    ordered: pd.DataFrame, wants: pd.Series, ideas: pd.DataFrame, listed: pd.DataFrame
) -> pd.DataFrame:
    """Fill in what the archive itself shows: answered, informed and thanked."""
    own = ((ordered["role"] == "brand") & (ordered["kind"] != "note")).to_numpy(bool)
    parents = parent_rows(ordered)
    moments = ordered["created_at"]
    answered = take_rows(moments, linked_rows(ordered, "answered_by")[ideas.index])
    reached = listed.assign(answered=answered.set_axis(ideas.index))
    author = pd.factorize(ordered["author_id"])[0]
    to = np.where(parents >= 0, author[parents], -1)
    thanks = (wants == "thanks").to_numpy() & (parents >= 0) & own[parents]
    thread = pd.factorize(ordered["conversation_id"].fillna(ordered["mention_id"]))[0]
    messages = pd.DataFrame({"thread": thread, "person": author, "at": moments.array})
    asked = messages.loc[ideas.index]
    spoken = messages.assign(person=to)[own]
    reached["informed"] = _first_after(spoken, asked.assign(at=reached["shipped"]))
    since = reached["informed"].where(reached["shipped"].notna(), reached["answered"])
    return reached.assign(thanked=_first_after(messages[thanks], asked.assign(at=since)))


def _first_after(messages: pd.DataFrame, asked: pd.DataFrame) -> pd.Series:
    """Return when the next of these messages in the same thread with the same person came after each `at`."""
    since = asked[(asked["person"] >= 0) & asked["at"].notna()].reset_index().sort_values("at", kind="stable")
    later = messages[messages["person"] >= 0].sort_values("at", kind="stable")
    later = later.assign(found=later["at"])  # an empty table would take on the rows of a longer column
    found = pd.merge_asof(
        since, later, on="at", by=["thread", "person"], direction="forward", allow_exact_matches=False
    )
    return found.set_index("index")["found"].reindex(asked.index)


def _stage(
    stage: str, ideas: pd.DataFrame, at: pd.Series, before: pd.Series, end: pd.Timestamp, unknown: bool
) -> dict[str, object]:
    n, done = len(ideas), at.notna()
    row = {"stage": stage, "n": n, "n_reached": pd.NA, "share": np.nan, "low": np.nan, "high": np.nan}
    row |= {"median_days": np.nan, "n_open": pd.NA, "oldest_open": None, "oldest_days": np.nan}
    if unknown or not n:
        return row
    days = ((at.fillna(end) - ideas["created_at"]) / DAY).clip(lower=0)
    waiting = ideas[before & ~done]
    row |= {"n_reached": int(done.sum()), **shares(done, by=ideas["author_id"]).row()}
    row |= {"median_days": median_time(days, done), "n_open": len(waiting)}
    if len(waiting):
        oldest = waiting.iloc[0]
        row |= {"oldest_open": oldest["mention_id"], "oldest_days": (end - oldest["created_at"]) / DAY}
    return row
