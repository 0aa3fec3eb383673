"""The brand's first words to people who talked about a rival: listened, human, no pitch."""

from __future__ import annotations

import pandas as pd

from insight.mentions import InsightError
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline

from .replies import mark_replies, reply_acts

_CHECKS = ["listened", "empathy", "no_pitch", "own_words"]


def playbook(mentions: pd.DataFrame, *, brand: str, threshold: float = 0.8) -> pd.DataFrame:
    """Check the brand's own first replies to people who had talked about a rival.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table, with rivals in the column `brand`.
    brand : str
        The own brand.
    threshold : float
        Least similarity of two near copies (see `form_letters`).

    Returns
    -------
    DataFrame
        One row an own post that was the first contact with such a person, oldest first.

        - mention_id, created_at : the own post
        - writer : only where the mentions have that column
        - listened : it takes up something that the person had said
        - empathy : it acknowledges or apologises
        - no_pitch : it offers nothing for sale
        - own_words : it is no form letter
        - n_met : checks met, of four

    Raises
    ------
    InsightError
        If the brand is not in the table, or no one talks about another one.

    Notes
    -----
    A checklist over posts that were already made: it names no customer, and no one to write to. Whether the
    brand followed the person first is not in an export. Where a check cannot be judged (the answered message
    is missing, the reply is under five words) it is missing and not met.

    Examples
    --------
    >>> import insight as ins
    >>> playbook(ins.example(), brand="Acme")[["mention_id", "empathy", "no_pitch", "n_met"]]
      mention_id  empathy  no_pitch  n_met
    0       x:11     True      True      3
    """
    ordered = timeline(mentions, undated=True)
    rivals = ordered["brand"].notna() & (ordered["brand"] != brand) & by_people(ordered)
    if not rivals.any():
        raise InsightError(
            f"no one talks about another brand than {brand!r}; found "
            f"{sorted(ordered['brand'].dropna().unique())}. Name rivals when you read the archive."
        )
    replies = mark_replies(mentions, brand=brand, threshold=threshold)
    acts = reply_acts(mentions, brand=brand).groupby("act")["mention_id"].agg(set).to_dict()
    answered = replies["answered"].to_numpy()
    reader = ordered["author_id"].reindex(answered).reset_index(drop=True)
    first = reader.notna() & ~reader.duplicated()
    talked_at = pd.Series(ordered.index, ordered["author_id"]).where(rivals.to_numpy()).groupby(level=0).min()
    before = reader.map(talked_at).astype("float64") <= answered
    kind = acts.get("acknowledge", set()) | acts.get("apologise", set())
    checked = replies.assign(
        listened=replies["refers"],
        empathy=replies["mention_id"].isin(kind).astype("boolean"),
        no_pitch=~replies["mention_id"].isin(acts.get("sell", set())).astype("boolean"),
        own_words=~replies["copied"],
    )
    checked["n_met"] = checked[_CHECKS].fillna(False).sum(axis=1).astype("int64")
    names = ["mention_id", "created_at", "writer", *_CHECKS, "n_met"]
    names = [name for name in names if name in checked.columns]
    return checked.loc[(first & before).to_numpy(bool), names].reset_index(drop=True)
