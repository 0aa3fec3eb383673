"""Which words are a person's own: not passed on, not quoted, not a copy of what was said before."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from insight.mentions import is_repost, need_columns

from .persons import PERSONS, Flags, account_of, find_roles, number, without_placeholders

_USED = (
    *("mention_id", "author_id", "conversation_id", "reply_to_id", "created_at", "text", "title"),
    *("side", "kind", "platform", "channel", "addressed", "rating"),
)


def own_text(mentions: pd.DataFrame) -> Flags:
    """Return which messages are their author's own words; rows must be in order of time."""
    texts = pa.array(mentions["text"], pa.large_string())
    retweet = pc.fill_null(pc.match_substring_regex(texts, r"^\s*RT\s*@"), False).to_numpy(False)
    return ~is_repost(mentions) & ~retweet & ~is_copy(mentions)


def is_copy(mentions: pd.DataFrame) -> Flags:
    """Return which messages have the words of an earlier one by the same author, or of an unsigned one.

    Case, links, handles and spaces do not count. Rows must be in order of time.
    """
    words = bare_words(mentions["title"] + " " + mentions["text"])
    said = number([pd.factorize(mentions["author_id"])[0], pd.factorize(words)[0]])
    return pd.Series(said).duplicated().to_numpy() & (words != "").to_numpy(bool)


def bare_words(texts: pd.Series) -> pd.Series:
    """Return texts in lower case without links, handles and needless spaces."""
    low = pc.utf8_lower(pa.array(texts, pa.large_string()))
    bare = pc.replace_substring_regex(low, r"(?:https?://\S+|@\S+|\s)+", " ")
    return pd.Series(pc.utf8_trim_whitespace(bare).to_pandas(), dtype=texts.dtype).set_axis(texts.index)


def own_words(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep what customers wrote themselves, dated or not, with a number for each person."""
    need_columns(mentions, "mentions", _USED)
    rows = mentions.sort_values(["created_at", "mention_id"], na_position="last")
    rows = without_placeholders(rows)
    role, signed = find_roles(rows, account_of(rows), own=None)
    people = role.isin(PERSONS) & (signed | rows["author_id"].isna().to_numpy())
    rows = rows.loc[people & own_text(rows), list(_USED)]
    named = rows["author_id"].notna()
    keys = rows["author_id"].astype(object).where(named, rows["mention_id"])
    return rows.assign(person=pd.factorize(pd.MultiIndex.from_arrays([named, keys]))[0])
