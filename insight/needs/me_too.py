"""Replies that only say "me too"."""

from __future__ import annotations

import pandas as pd

from insight.text.patterns import has_cue, read_cues


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
