"""Unmet needs: what people complain of, wish for and work around, ranked by people, in their own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from insight.timeline.words import own_words

from .quotes import NEED_SIGNALS, gather_voices, name_needs
from .quotes import pick_quotes as pick_quotes
from .signals import find_signals as find_signals
from .statistics import benjamini_hochberg, mantel_haenszel, wilson

_DRAWS, _CHUNK = 1000, 100
_WROTE = (1, 2, 3, 5, 9)
"""Messages at which a person counts as writing more, when trends compare like with like."""


class TopicTables(Protocol):
    """What `fit_topics` returns, as far as needs are concerned."""

    @property
    def assignments(self) -> pd.DataFrame:
        """One row a mention: mention_id, topic, similarity."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a topic: topic, name."""


def rank_needs(
    mentions: pd.DataFrame,
    topics: TopicTables,
    signals: pd.DataFrame,
    *,
    minimum: int = 5,
    names: Mapping[int, str] | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Rank what people lack by how many lack it and how little pleases them, most worth meeting first.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. Brand and other sides, and reposts, are left out; who wrote several messages
        counts once; a message without an author (a store review) counts as one person of its own.
    topics : Topics
        As `fit_topics` returns it; only `assignments` and `table` are used.
    signals : DataFrame
        As `find_signals` returns it.
    minimum : int
        Fewest people of a need that is listed; `attrs["n_too_few"]` counts the needs below it.
    names : mapping of int to str, optional
        Names by topic, such as those of an earlier ranking; by default each need is named anew.
    random_state : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        One row a need, that is a topic on which people complain, wish or work around.

        - need : str, "need-1" for the first
        - rank : int, from 1
        - topic : int; name : str, the topic and a short sentence of someone's whose words most share
        - latent : bool, shown but hardly ever asked for (see Notes)
        - n_people, n_mentions : people and messages that voice it, replies that say "me too" included
        - share, low, high : n_people among all people of the archive, author bootstrap 95 %
        - n_complaint, n_wish, n_workaround, n_praise : people
        - satisfaction, satisfaction_low, satisfaction_high : 0 to 1, people who praise and voice no need
          against people who voice it
        - opportunity, opportunity_low, opportunity_high : 0 to 20, author bootstrap 95 %
        - tied_with_next : bool, the order of this need and the next is within chance
        - first_seen : datetime
        - trend : rising, falling, steady (no change beyond chance) or too soon to tell
        - channels : str, most people first; share_addressed : share of the messages sent to the brand, where
          known

        `attrs`: n_people, minimum, n_too_few, n_in_no_topic (people who voice something outside all topics).

    Raises
    ------
    InsightError
        If a table lacks a column that is used.

    Notes
    -----
    Opportunity is Ulwick's (2002) importance + max(importance - satisfaction, 0) on scales of 0 to 10.
    Importance is the share of people relative to the need voiced by most, times 10 (so intervals may pass
    20). Satisfaction is (p + 1) / (p + d + 2), times 10, with d people who complain, work around or ask for
    what is not there and p people who only praise, so that few voices stay near the middle; its interval is
    that of the Beta posterior. Who does both lacks something and counts once, among the d. Who answers such a
    message with no more than "me too" voices the same. The bootstrap
    draws people with replacement, 1,000 times, from a fixed seed.

    A need is *latent* if more people work around than wish (Wilson's interval of the share lies above one
    half), if the interval of its share of people with a work-around lies above the share in all other needs
    together, and if the interval of its share of people who wish lies below theirs.

    The trend compares the share of active people who voice the need in the first and second half of the
    archive, among people of one platform who wrote equally often in that half (1, 2, 3 to 4, 5 to 8 or more
    messages; test of Mantel and Haenszel 1959, false discovery rate 5 % over all needs): who writes more
    voices more, and a crowd that grows writes less each. Only the first to voice it in a conversation counts
    here, since others are drawn in by the first. Below 10 people or 8 weeks it is too soon.

    Examples
    --------
    >>> import types
    >>> from insight.mentions import as_mentions
    >>> texts = ["The lid broke", "My lid broke too", "Please add a timer"]
    >>> people = {"mention_id": list("abc"), "author_id": list("xyz")}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": texts}))
    >>> topics = types.SimpleNamespace(
    ...     table=pd.DataFrame({"topic": [0, 1], "name": ["lid", "timer"]}),
    ...     assignments=pd.DataFrame({"mention_id": list("abc"), "topic": [0, 0, 1], "similarity": 1.0}),
    ... )
    >>> needs = rank_needs(mentions, topics, find_signals(mentions), minimum=1)
    >>> needs[["need", "topic", "n_people", "n_complaint", "n_wish"]].values.tolist()
    [['need-1', 0, 2, 2, 0], ['need-2', 1, 1, 0, 1]]
    """
    people = own_words(mentions)
    n_people = int(people["person"].nunique())
    said = gather_voices(people, topics.assignments, signals)
    voiced = said[said["signal"].isin(NEED_SIGNALS)]
    flags = _flags(said[said["topic"] >= 0])
    counts = flags.groupby("topic")[["unmet", *NEED_SIGNALS, "praise", "content"]].sum()
    kept = counts[counts["unmet"] >= minimum]
    needs = _score(kept, flags, n_people, random_state)
    needs = needs.join(_circumstances(voiced, people, needs.index))
    called = topics.table.set_index("topic")["name"]
    if names is None:
        needs["name"] = name_needs(called, _plainly_unmet(voiced, signals), mentions, needs.index)
    else:
        needs["name"] = [names.get(topic, called.get(topic, f"topic {topic}")) for topic in needs.index]
    needs = needs.reset_index()
    needs["rank"] = np.arange(1, len(needs) + 1)
    needs["need"] = "need-" + needs["rank"].astype(str)
    needs = needs[list(_COLUMNS)].astype(_COLUMNS)
    needs.attrs |= {
        "n_people": n_people,
        "minimum": minimum,
        "n_too_few": int((counts["unmet"].between(1, minimum - 1)).sum()),
        "n_in_no_topic": int(voiced.loc[voiced["topic"] < 0, "person"].nunique()),
    }
    return needs


def _plainly_unmet(voiced: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Keep the sentences that name a need: of a topic that has others, none that also thanks or praises."""
    own = voiced[~voiced["echo"]]
    glad = signals.loc[signals["signal"].isin(["praise", "thanks"]), ["mention_id", "sentence"]]
    pairs = pd.MultiIndex.from_frame(own[["mention_id", "sentence"]].astype({"mention_id": "str"}))
    mixed = pairs.isin(pd.MultiIndex.from_frame(glad.astype({"mention_id": "str"})))
    return own[~mixed | ~own["topic"].isin(own.loc[~mixed, "topic"])]


_STR = pd.StringDtype("pyarrow", na_value=float("nan"))
_COLUMNS: dict[str, Any] = {
    "need": _STR, "rank": "int64", "topic": "int64", "name": _STR, "latent": "bool", "n_people": "int64",
    "n_mentions": "int64", "share": "float64", "low": "float64", "high": "float64", "n_complaint": "int64",
    "n_wish": "int64", "n_workaround": "int64", "n_praise": "int64", "satisfaction": "float64",
    "satisfaction_low": "float64", "satisfaction_high": "float64", "opportunity": "float64",
    "opportunity_low": "float64", "opportunity_high": "float64", "tied_with_next": "bool",
    "first_seen": "datetime64[us, UTC]", "trend": _STR, "channels": _STR, "share_addressed": "float64",
}  # fmt: skip


def _flags(said: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person and topic: which signals this person ever gave there."""
    table = pd.crosstab([said["topic"], said["person"]], said["signal"]).astype(bool)
    table = table.reindex(columns=[*NEED_SIGNALS, "praise"], fill_value=False).reset_index()
    unmet = table[list(NEED_SIGNALS)].any(axis=1)
    return table.assign(unmet=unmet, content=table["praise"] & ~unmet)


def _score(kept: pd.DataFrame, flags: pd.DataFrame, n_people: int, random_state: int) -> pd.DataFrame:
    from scipy.stats import beta

    needs = pd.DataFrame(index=kept.index)
    needs["n_people"] = kept["unmet"]
    for signal in (*NEED_SIGNALS, "praise"):
        needs[f"n_{signal}"] = kept[signal]
    unmet, content = kept["unmet"].to_numpy(float), kept["content"].to_numpy(float)
    scale = 10 / max(1, kept["unmet"].max() if len(kept) else 1)
    needs["share"] = kept["unmet"] / max(1, n_people)
    needs["satisfaction"] = (content + 1) / (content + unmet + 2)
    for name, level in (("satisfaction_low", 0.025), ("satisfaction_high", 0.975)):
        needs[name] = beta.ppf(level, content + 1, unmet + 1)
    needs["opportunity"] = _opportunity(unmet, content, scale)
    needs["latent"] = _latent(kept)
    needs["topic_order"] = needs.index
    order = needs.sort_values(
        ["opportunity", "n_people", "topic_order"], ascending=[False, False, True]
    ).index
    voicing, pleased = _resample(flags, order, n_people, random_state)
    drawn = _opportunity(voicing, pleased, scale)
    needs = needs.loc[order].drop(columns="topic_order")
    needs["low"], needs["high"] = np.quantile(voicing / max(1, n_people), [0.025, 0.975], axis=0)
    needs["opportunity_low"], needs["opportunity_high"] = np.quantile(drawn, [0.025, 0.975], axis=0)
    lead = np.quantile(drawn[:, :-1] - drawn[:, 1:], 0.025, axis=0) if len(needs) > 1 else np.empty(0)
    needs["tied_with_next"] = np.append(lead <= 0, False)[: len(needs)]
    return needs


def _opportunity(unmet: np.ndarray, content: np.ndarray, scale: float) -> np.ndarray:
    importance = unmet * scale
    satisfaction = 10 * (content + 1) / (content + unmet + 2)
    return importance + np.maximum(importance - satisfaction, 0)


def _latent(kept: pd.DataFrame) -> np.ndarray:
    """Tell needs that more people work around than wish for, both unlike all other needs together."""
    n, total = kept["unmet"].to_numpy(float), kept.sum()
    work, wish = kept["workaround"].to_numpy(float), kept["wish"].to_numpy(float)
    latent = wilson(work, work + wish)[0] > 0.5
    for signal, sign in (("workaround", 1), ("wish", -1)):
        found = kept[signal].to_numpy(float)
        low, high = wilson(found, n)
        others = (total[signal] - found) / np.maximum(total["unmet"] - n, 1)
        latent &= (low > others) if sign > 0 else (high < others)
    return latent & (total["unmet"] > n)


def _resample(
    flags: pd.DataFrame, order: pd.Index, n_people: int, random_state: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw people 1,000 times; return per draw and need how many voice it and how many only praise.

    People who said the same on the same topics are interchangeable, so their numbers are drawn from a
    multinomial: exact, and neither the order of rows nor the names of people can matter.
    """
    mine = flags[flags["topic"].isin(order)].sort_values(["person", "topic"])
    state = mine["unmet"] * 2 + mine["content"] * 1
    codes = (
        (order.get_indexer(mine["topic"]) * 4 + state)
        .groupby(mine["person"])
        .agg(lambda code: tuple(sorted(code)))
    )
    patterns = sorted(Counter(codes).items())
    sizes = np.array([size for _, size in patterns], dtype=float)
    carried = np.zeros((2, len(patterns), len(order)))
    for row, (pattern, _) in enumerate(patterns):
        for code in pattern:
            carried[:, row, code // 4] = [code >> 1 & 1, code & 1]
    chances = np.append(sizes, n_people - sizes.sum()) / max(1, n_people)
    rng = np.random.default_rng(random_state)
    drawn = [
        rng.multinomial(n_people, chances, size=_CHUNK)[:, :-1] @ carried for _ in range(_DRAWS // _CHUNK)
    ]
    voicing, pleased = np.concatenate(drawn, axis=1)
    return voicing, pleased


def _circumstances(voiced: pd.DataFrame, people: pd.DataFrame, order: pd.Index) -> pd.DataFrame:
    """Say of each need how many messages, since when, where, to whom and whether it grows."""
    mine = voiced[voiced["topic"].isin(order)]
    messages = mine.drop_duplicates("mention_id")
    by_topic = messages.groupby("topic")
    place = (
        messages["channel"]
        .astype(object)
        .where(messages["channel"].notna(), messages["platform"].astype(object))
    )
    at = (
        messages.assign(place=place)
        .drop_duplicates(["topic", "place", "person"])
        .groupby(["topic", "place"])
        .size()
    )
    ranked = at.rename("n").reset_index().sort_values(["topic", "n", "place"], ascending=[True, False, True])
    table = pd.DataFrame(index=order)
    table["n_mentions"] = by_topic.size()
    table["first_seen"] = by_topic["created_at"].min()
    table["channels"] = ranked.groupby("topic")["place"].agg(", ".join)
    table["share_addressed"] = (
        by_topic["addressed"].agg(lambda sent: sent.astype("Float64").mean()).astype("float64")
    )
    table["trend"] = _trend(mine, people, order)
    return table


def _trend(voiced: pd.DataFrame, people: pd.DataFrame, order: pd.Index) -> pd.Series:
    trend = pd.Series("too soon to tell", index=order, dtype=object)
    first, last = people["created_at"].min(), people["created_at"].max()
    n_people = voiced.groupby("topic")["person"].nunique().reindex(order, fill_value=0)
    ripe = order[n_people >= 10]
    if not len(ripe) or pd.isna(first) or last - first < pd.Timedelta(weeks=8):
        return trend
    alike, spoke = _halves(_first_voices(voiced, ripe), people, first + (last - first) / 2)
    active = alike.to_numpy(float)
    late = [spoke.reindex(index=alike.index, columns=[(t, True)], fill_value=0).to_numpy() for t in ripe]
    early = [spoke.reindex(index=alike.index, columns=[(t, False)], fill_value=0).to_numpy() for t in ripe]
    told = [
        mantel_haenszel(new[:, 0], active[:, 1], old[:, 0], active[:, 0])
        for new, old in zip(late, early, strict=True)
    ]
    p_values = benjamini_hochberg([p for _, p in told])
    for topic, (excess, _), p in zip(ripe, told, p_values, strict=True):
        trend[topic] = ("rising" if excess > 0 else "falling") if p <= 0.05 else "steady"
    return trend


def _first_voices(voiced: pd.DataFrame, topics: pd.Index) -> pd.DataFrame:
    """Keep, of each conversation and topic, what its first voice says: who joins in is no other witness."""
    said = voiced[voiced["topic"].isin(topics)].sort_values(["created_at", "mention_id"])
    place = said["conversation_id"].astype(object).fillna(said["mention_id"].astype(object))
    return said[said["person"] == said["person"].groupby([said["topic"], place]).transform("first")]


def _halves(
    voiced: pd.DataFrame, people: pd.DataFrame, middle: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count, among those who write alike, who was active in each half (False, True) and who voiced what."""
    wrote = people[people["created_at"].notna()].assign(late=lambda rows: rows["created_at"] >= middle)
    number, places = pd.factorize(wrote["platform"].astype(object), sort=True)
    wrote["place"] = number  # numbers in the order of the names: the least of numbers is found far faster
    each = wrote.groupby(["person", "late"]).agg(n=("person", "size"), place=("place", "min")).reset_index()
    each["place"] = places.take(each["place"])
    each["often"] = np.searchsorted(_WROTE, each["n"], side="right")
    by = [each["place"], each["often"]]
    alike = pd.crosstab(by, each["late"]).reindex(columns=[False, True], fill_value=0)
    said = voiced[voiced["created_at"].notna()].assign(late=lambda rows: rows["created_at"] >= middle)
    pairs = said[["topic", "person", "late"]].drop_duplicates().merge(each, on=["person", "late"])
    return alike, pd.crosstab([pairs["place"], pairs["often"]], [pairs["topic"], pairs["late"]])
