"""Moved out of sight: who was asked to write elsewhere, and who came back in public."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import need_columns, place_of
from insight.stats import by_size, shares
from insight.timeline.engine import duration
from insight.timeline.threads import answered_rows, in_private

from .intents import NEEDS_ANSWER, with_wants


def handoffs(
    mentions: pd.DataFrame,
    acts: pd.DataFrame,
    *,
    intents: pd.DataFrame | None = None,
    within: str | pd.Timedelta = "7D",
) -> pd.DataFrame:
    """Count the replies that move a conversation out of sight, and the people who come back in public.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    acts : DataFrame
        `reply_acts(mentions)`.
    intents : DataFrame, optional
        `intents` of the same mentions: only those who come back with a question, a complaint or an idea then
        count as back, and thanks are counted apart.
    within : str or Timedelta
        How soon a person must write again to be back.

    Returns
    -------
    DataFrame
        First all channels ("all"), then each by size.

        - channel : or the platform, where there is none
        - n : the brand's public answers to people; n_moved : those that offer another venue
        - share, low, high : n_moved / n with its 95 % interval, by people; missing of fewer than ten
        - n_judged : of n_moved, those after which the archive goes on for `within`
        - n_back : of n_judged, people who wrote to the brand in public again within that time
        - back_share, back_low, back_high : n_back / n_judged, likewise
        - n_followed : of n_judged, those after which the brand wrote in that conversation again in public
        - n_thanked : of n_judged, people whose next public message thanks; missing without `intents`

    Notes
    -----
    What happened out of sight is not in the file. Coming back does not prove that no one helped there.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> acts = ins.conversations.reply_acts(mentions)
    >>> handoffs(mentions, acts)[["channel", "n", "n_moved"]]
      channel  n  n_moved
    0     all  3        1
    1   forum  2        0
    2    help  1        1
    """
    need_columns(mentions, "mentions", ["mention_id", "author_id", "side", "created_at", "is_public"])
    need_columns(acts, "acts", ["mention_id", "act"])
    window = duration(within, name="within")
    ordered, wants = with_wants(mentions, intents)
    public = ~in_private(ordered)
    ordered = ordered[public].reset_index(drop=True)
    own = ((ordered["role"] == "brand") & (ordered["kind"] != "note")).to_numpy(bool)
    asked = answered_rows(ordered, own)
    messages = pd.DataFrame(
        {
            "created_at": ordered["created_at"],
            "person": pd.factorize(ordered["author_id"])[0],
            "thread": pd.factorize(ordered["conversation_id"])[0],
            "wants": wants[public].fillna("other").array,
        }
    )
    messages["channel"] = place_of(ordered)
    messages["moved"] = ordered["mention_id"].isin(acts.loc[acts["act"] == "move offline", "mention_id"])
    messages["judged"] = messages["created_at"] + window <= messages["created_at"].max()
    answers = np.flatnonzero(asked >= 0)
    table = messages.iloc[answers].assign(person=messages["person"].to_numpy()[asked[answers]])
    to_brand = messages[~own & ordered["addressed"].fillna(True).to_numpy(bool)]
    needy = to_brand[to_brand["wants"].isin(NEEDS_ANSWER)]
    table = table.assign(
        back=_next(table, needy, "person", window).notna(),
        thanked=_next(table, to_brand, "person", window) == "thanks",
        followed=_next(table, table.assign(wants=""), "thread", window).notna(),
    )
    parts = {"all": table} | {name: table[table["channel"] == name] for name in by_size(table["channel"])}
    return pd.DataFrame([_moved_row(name, part, intents is not None) for name, part in parts.items()])


def _next(table: pd.DataFrame, others: pd.DataFrame, key: str, window: pd.Timedelta) -> pd.Series:
    """Return what the next of `others` with the same key wants; missing where none comes in time."""
    known = table.loc[table[key] >= 0, ["created_at", key]].astype({key: "int64"}).reset_index()
    later = others.loc[others[key] >= 0, ["created_at", key, "wants"]].astype({key: "int64"})
    options = {"direction": "forward", "tolerance": window, "allow_exact_matches": False}
    found = pd.merge_asof(known, later, on="created_at", by=key, **options)
    return found.set_index("index")["wants"].reindex(table.index)


def _moved_row(name: str, part: pd.DataFrame, wanted: bool) -> dict[str, object]:
    part = part.assign(person=part["person"].where(part["person"] >= 0))  # unsigned: people of their own
    moved = part[part["moved"]]
    judged = moved[moved["judged"]]
    row = {"channel": name, "n": len(part), "n_moved": len(moved)}
    row |= shares(part["moved"], by=part["person"]).row()
    row |= {"n_judged": len(judged), "n_back": int(judged["back"].sum())}
    row |= shares(judged["back"], by=judged["person"]).row("back_share", "back_low", "back_high")
    n_thanked = int(judged["thanked"].sum()) if wanted else pd.NA
    return row | {"n_followed": int(judged["followed"].sum()), "n_thanked": n_thanked}
