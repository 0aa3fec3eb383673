"""Who speaks, and what counts: customers' own words, a number a person, replies that say "me too"."""

from __future__ import annotations

import pandas as pd

from insight.cues import has_cue, read_cues
from insight.mentions import InsightError


def own_words(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep what customers wrote themselves, with a number for each person."""
    used = ["mention_id", "author_id", "conversation_id", "reply_to_id", "created_at", "text", "title"]
    used += ["side", "kind", "platform", "channel", "addressed", "rating"]
    missing = [name for name in used if name not in mentions.columns]
    if missing:
        raise InsightError(f"mentions lack the columns {missing}; pass the table through as_mentions first.")
    own = mentions["side"].isin(["customer", "unknown"]) & (mentions["kind"] != "repost")
    own &= ~mentions["text"].str.match(r"\s*RT\s*@").fillna(False)
    rows = mentions.loc[own, used].sort_values(["created_at", "mention_id"], na_position="last")
    named = rows["author_id"].notna()
    keys = rows["author_id"].astype(object).where(named, rows["mention_id"])
    rows["person"] = pd.factorize(pd.MultiIndex.from_arrays([named, keys]))[0]
    return rows


def echoes(people: pd.DataFrame, voiced: pd.DataFrame) -> pd.DataFrame:
    """Return the replies that only say "me too" to a message which voices something, with what they echo.

    One row a reply and row of `voiced` that it answers; `mention_id` is the reply's, `echoed` the parent's.
    """
    answers = people[people["reply_to_id"].isin(voiced["mention_id"])]
    short = answers[has_cue(answers["text"], read_cues("ideas")["me_too"])]
    rows = short.merge(
        voiced[["mention_id", "signal", "need"]].drop_duplicates(),
        left_on="reply_to_id",
        right_on="mention_id",
        suffixes=("", "_parent"),
    )
    return rows.drop(columns="text").rename(columns={"mention_id_parent": "echoed"})
