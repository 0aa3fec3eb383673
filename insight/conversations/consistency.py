"""Whether the brand's writers work from the same playbook."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats.statistics import benjamini_hochberg
from insight.text.patterns import read_cues
from insight.timeline.rows import timeline

from .replies import MARKS, count_marks, mark_replies


def consistency(
    mentions: pd.DataFrame,
    acts: pd.DataFrame,
    *,
    brand: str | None = None,
    within: str = "1h",
    n_permutations: int = 999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare writers by what their replies do, and say whether they differ beyond chance.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table, with an extra column `writer` on the brand's posts, or signed replies (see
        `form_letters`).
    acts : DataFrame
        What `reply_acts` returned for the same mentions.
    brand : str, optional
        Whose replies; by default the one brand that speaks in the table.
    within : str
        A reply is fast when it follows the message that it answers within this time, such as "1h".
    n_permutations : int
        How often the writers' names are dealt out anew; 999 can tell p-values down to 0.001.
    random_state : int
        Seed of the dealing.

    Returns
    -------
    DataFrame
        One row a writer x mark, first all writers together.

        - writer : "all", or the writer, in the order of the first reply
        - mark : each act, copied, named, refers (see `form_letters`), fast
        - n, n_marked, share, low, high : replies judged, those with the mark, their share, Wilson's interval
        - spread : standard deviation of the share between writers, weighted by their replies
        - by_chance : the spread that writers with shuffled names have, on average
        - p_adjusted : share of shuffles that spread at least as much, adjusted over the marks

    Raises
    ------
    InsightError
        If there is neither a column `writer` nor signatures, or `acts` belongs to other replies.

    Notes
    -----
    Whole conversations are dealt out, since replies in one conversation are alike. Writers who look after
    different subjects differ for that reason alone: a spread goes with the writer's work as a whole.

    Examples
    --------
    >>> import insight as ins
    >>> from insight.conversations import reply_acts
    >>> asked = [f"x:{number}" for number in range(40)]
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame(
    ...         {
    ...             "mention_id": asked + [f"y:{number}" for number in range(40)],
    ...             "reply_to_id": [None] * 40 + asked,
    ...             "side": ["customer"] * 40 + ["brand"] * 40,
    ...             "text": ["It leaks"] * 40 + ["So sorry"] * 20 + ["Noted"] * 20,
    ...             "writer": [None] * 40 + ["Kim"] * 20 + ["Lee"] * 20,
    ...         }
    ...     )
    ... )
    >>> table = consistency(mentions, reply_acts(mentions))
    >>> table[(table["mark"] == "apologise")][["writer", "n", "share", "p_adjusted"]].round(3)
       writer   n  share  p_adjusted
    1     all  40    0.5       0.006
    13    Kim  20    1.0       0.006
    25    Lee  20    0.0       0.006
    """
    replies = _marked(mentions, acts, brand=brand, within=within)
    if "writer" not in replies.columns:
        raise InsightError(
            "consistency needs a column 'writer' on the brand's posts (a person, an app), or signed replies; "
            f"found {sorted(map(str, mentions.columns))}."
        )
    marks = (*read_cues("conduct"), *MARKS, "fast")
    spread, by_chance, p_values = _test(replies, marks, n_permutations, random_state)
    tested = pd.DataFrame(
        {
            "mark": marks,
            "spread": spread,
            "by_chance": by_chance,
            "p_adjusted": benjamini_hochberg(p_values),
        }
    )
    return count_marks(replies, marks).merge(tested, on="mark", how="left")


def _marked(mentions: pd.DataFrame, acts: pd.DataFrame, *, brand: str | None, within: str) -> pd.DataFrame:
    replies = mark_replies(mentions, brand=brand, threshold=0.8)
    strange = set(acts["mention_id"]) - set(replies["mention_id"])
    if strange:
        raise InsightError(
            f"{len(strange)} of the acts' replies are not replies of the brand here, first {min(strange)!r}; "
            "pass reply_acts of the same mentions and brand."
        )
    for act in read_cues("conduct"):
        hit = replies["mention_id"].isin(acts.loc[acts["act"] == act, "mention_id"])
        replies[act] = hit.astype("boolean")
    asked = (
        timeline(mentions, undated=True)
        .iloc[np.maximum(replies["answered"].to_numpy(), 0)]
        .reset_index(drop=True)
    )
    timed = asked["time_precision"].isin(["s", "min"]) & replies["time_precision"].isin(["s", "min"])
    timed &= (replies["answered"] >= 0) & replies["created_at"].notna() & asked["created_at"].notna()
    fast = (replies["created_at"] - asked["created_at"]) <= pd.Timedelta(within)
    return replies.assign(fast=fast.astype("boolean").where(timed))


def _test(
    replies: pd.DataFrame, marks: tuple[str, ...], n_permutations: int, random_state: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    signed = replies[replies["writer"].notna()]
    thread = signed["conversation_id"].where(signed["conversation_id"].notna(), signed["mention_id"])
    case = pd.factorize(pd.MultiIndex.from_arrays([thread, signed["writer"]]))[0]
    writer = pd.factorize(signed["writer"])[0]
    values = np.stack(
        [signed[mark].astype("Float64").to_numpy(float, na_value=np.nan) for mark in marks], axis=1
    )
    n_cases, n_writers = case.max(initial=-1) + 1, writer.max(initial=-1) + 1
    hits, judged = np.zeros((2, n_cases, len(marks)))
    np.add.at(hits, case, np.nan_to_num(values))
    np.add.at(judged, case, ~np.isnan(values))
    owner = np.zeros(n_cases, dtype=int)
    owner[case] = writer
    seen = _spread(hits, judged, owner, n_writers)
    generator = np.random.default_rng(random_state)
    dealt = np.stack(
        [_spread(hits, judged, generator.permutation(owner), n_writers) for _ in range(n_permutations)]
    )
    p_values = (1 + (dealt >= seen - 1e-12).sum(axis=0)) / (1 + n_permutations)
    return seen, dealt.mean(axis=0), np.where(np.isnan(seen), 1.0, p_values)


def _spread(hits: np.ndarray, judged: np.ndarray, owner: np.ndarray, n_writers: int) -> np.ndarray:
    belongs = np.eye(n_writers)[owner].T
    k, n = belongs @ hits, belongs @ judged
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = k.sum(axis=0) / n.sum(axis=0)
        away = np.where(n > 0, n * (k / n - centre) ** 2, 0.0)
        return np.sqrt(away.sum(axis=0) / n.sum(axis=0))
