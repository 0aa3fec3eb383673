"""Whether the brand closes the loop on ideas: heard, decided, shipped, told, thanked."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from insight.conversations.intents import need_columns, with_wants
from insight.conversations.peers import first_answer, moments_of
from insight.mentions import InsightError, InsightWarning
from insight.statistics import kaplan_meier, wilson
from insight.threads import is_repost, parent_rows

STAGES = ("heard", "decided", "shipped", "told", "thanked")
_DAY = pd.Timedelta(days=1)


def loop_closed(
    mentions: pd.DataFrame, intents: pd.DataFrame, *, status: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Follow people's ideas: heard, decided, shipped, told, thanked; and which wait longest for each step.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    intents : DataFrame
        `intents` of the same mentions.
    status : DataFrame, optional
        The team's own list: mention_id, stage (heard, decided, shipped, told, thanked or declined), at (a
        moment; UTC if it has no zone) and, if a step was skipped or taken back, reason.

    Returns
    -------
    DataFrame
        One row a stage, in order.

        - stage : heard (the brand answered the idea), decided, shipped (only from `status`), told (the brand
          wrote to the person in that conversation after it was shipped or declined), thanked (the person then
          thanked; before anything shipped, thanks for being heard)
        - n : ideas; for shipped, those not declined
        - n_reached, share, low, high : those that got there, Wilson's 95 %; missing for decided, shipped and
          told without `status`
        - median_days : since the idea, half had got there, the others counted as waiting; missing if never
        - n_open : ideas that reached the stage before and not this one; oldest_open : mention_id of the
          oldest of them; oldest_days : its age at the end of the archive

        `attrs["faults"]`: (mention_id, what) of steps in `status` that are skipped or go back unexplained.

    Raises
    ------
    InsightError
        If a column is missing, or `status` names an unknown stage or message.

    Warns
    -----
    InsightWarning
        If `status` skips a step or goes back without a reason.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame(
    ...         {
    ...             "mention_id": ["x:1", "x:2", "x:3"],
    ...             "reply_to_id": [None, "x:1", None],
    ...             "author_id": ["ann", "acme", "ben"],
    ...             "side": ["customer", "brand", "customer"],
    ...             "text": ["Please add a timer", "Noted!", "I wish it had a timer"],
    ...             "created_at": pd.date_range("2025-03-03", periods=3, freq="D", tz="UTC"),
    ...         }
    ...     )
    ... )
    >>> loop = loop_closed(mentions, ins.intents(mentions, ins.find_signals(mentions)))
    >>> loop[["stage", "n", "n_reached", "n_open", "oldest_open"]].values.tolist()[0]
    ['heard', 2, 1, 1, 'x:3']
    """
    need_columns(mentions, "mentions", ["mention_id", "author_id", "side", "created_at", "conversation_id"])
    ordered, wants = with_wants(mentions, intents)
    people = (ordered["side"] != "brand").to_numpy(bool) & ~is_repost(ordered)
    ideas = ordered[(wants == "idea").to_numpy() & people]
    listed, declined, faults = _listed(status, ideas)
    reached = _reached(ordered, wants, ideas, listed, declined)
    if faults:
        warnings.warn(
            f"{len(faults)} steps in status are skipped or go back without a reason, the first of "
            f"{faults[0][0]}: {faults[0][1]}. Give each a reason.",
            InsightWarning,
            stacklevel=2,
        )
    end = ordered["created_at"].max()
    rows, before = [], pd.Series(True, index=ideas.index)
    for stage in STAGES:
        unknown = status is None and stage in ("decided", "shipped", "told")
        counted = ~declined if stage == "shipped" else pd.Series(True, index=ideas.index)
        rows.append(_stage(stage, ideas[counted], reached.loc[counted, stage], before[counted], end, unknown))
        before = before if unknown else reached[stage].notna() | (declined & (stage == "shipped"))
    table = pd.DataFrame(rows)
    table.attrs["faults"] = faults
    return table


def _listed(
    status: pd.DataFrame | None, ideas: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, list[tuple[str, str]]]:
    """Read the team's list: the first moment of each stage, who was declined, and unexplained jumps."""
    moments = pd.DataFrame(index=ideas.index, columns=list(STAGES), dtype="datetime64[us, UTC]")
    declined = pd.Series(False, index=ideas.index)
    if status is None:
        return moments, declined, []
    need_columns(status, "status", ["mention_id", "stage", "at"])
    strange = sorted(set(status["stage"]) - {*STAGES, "declined"})
    lost = sorted(set(status["mention_id"]) - set(ideas["mention_id"]))
    if strange or lost:
        raise InsightError(
            f"status names the stages {strange[:5]}, none of {[*STAGES, 'declined']}, and {len(lost)} "
            f"messages that are no ideas of the table: {lost[:5]}."
        )
    reason = status["reason"] if "reason" in status.columns else pd.Series("", index=status.index)
    at = pd.to_datetime(status["at"], utc=True).astype("datetime64[us, UTC]")
    steps = status[["mention_id", "stage"]].assign(at=at, reason=reason.fillna("").astype("str").str.strip())
    steps = steps.sort_values(["mention_id", "at"], kind="stable")
    row_of = pd.Series(ideas.index, index=pd.Index(ideas["mention_id"]))
    faults = []
    for mention_id, taken in steps.groupby("mention_id", sort=True):
        row, last = row_of[mention_id], -1
        for stage, moment, why in taken[["stage", "at", "reason"]].itertuples(index=False):
            place = STAGES.index("decided" if stage == "declined" else stage)
            if not why and (place > last + 1 or place <= last) and not (declined[row] and stage == "told"):
                faults.append((mention_id, f"{STAGES[last] if last >= 0 else 'idea'} to {stage}"))
            declined[row] = declined[row] or stage == "declined"
            if pd.isna(moments.loc[row, STAGES[place]]):
                moments.loc[row, STAGES[place]] = moment
            last = place
    return moments, declined, faults


def _reached(
    ordered: pd.DataFrame, wants: pd.Series, ideas: pd.DataFrame, listed: pd.DataFrame, declined: pd.Series
) -> pd.DataFrame:
    """Fill in what the archive itself shows: heard, told and thanked."""
    own = ((ordered["side"] == "brand") & (ordered["kind"] != "note")).to_numpy(bool)
    parents = parent_rows(ordered)
    moments = ordered["created_at"]
    reached = listed.copy()
    heard = moments_of(moments, first_answer(parents, own & (parents >= 0))[ideas.index])
    reached["heard"] = reached["heard"].fillna(heard.set_axis(ideas.index))
    done = reached["shipped"].fillna(reached["decided"].where(declined))
    thread = ordered["conversation_id"].fillna(ordered["mention_id"]).astype(object)
    author = ordered["author_id"].to_numpy(object)
    to = np.where(parents >= 0, author[parents], None)
    thanks = (wants == "thanks").to_numpy() & (parents >= 0) & own[parents]
    members = {key: rows.to_numpy() for key, rows in thread.groupby(thread).groups.items()}
    answers_idea = pd.DataFrame({"own": own, "to": to, "thanks": thanks, "author": author, "at": moments})
    for row in ideas.index:
        inside = answers_idea.iloc[members[thread[row]]]
        if pd.isna(reached.at[row, "told"]) and pd.notna(done[row]):
            spoken = inside["own"] & (inside["to"] == author[row]) & (inside["at"] > done[row])
            reached.at[row, "told"] = inside.loc[spoken, "at"].min()
        since = reached.at[row, "told"] if pd.notna(done[row]) else reached.at[row, "heard"]
        if pd.isna(reached.at[row, "thanked"]) and pd.notna(since):
            said = inside["thanks"] & (inside["author"] == author[row]) & (inside["at"] > since)
            reached.at[row, "thanked"] = inside.loc[said, "at"].min()
    return reached


def _stage(
    stage: str, ideas: pd.DataFrame, at: pd.Series, before: pd.Series, end: pd.Timestamp, unknown: bool
) -> dict[str, object]:
    n = len(ideas)
    row = {"stage": stage, "n": n, "n_reached": pd.NA, "share": np.nan, "low": np.nan, "high": np.nan}
    row |= {"median_days": np.nan, "n_open": pd.NA, "oldest_open": None, "oldest_days": np.nan}
    if unknown or not n:
        return row
    done = at.notna()
    low, high = wilson(done.sum(), n)
    days = ((at.fillna(end) - ideas["created_at"]) / _DAY).clip(lower=0)
    median = kaplan_meier(days, done).quantile(0.5)
    waiting = ideas[before & ~done]
    row |= {"n_reached": int(done.sum()), "share": done.mean(), "low": float(low), "high": float(high)}
    row |= {"median_days": median if np.isfinite(median) else np.nan, "n_open": len(waiting)}
    if len(waiting):
        row |= {"oldest_open": waiting["mention_id"].iloc[0]}
        row |= {"oldest_days": (end - waiting["created_at"].iloc[0]) / _DAY}
    return row
