"""What is computed of each need: people, intervals, satisfaction, opportunity, latency, trend, ratings."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from insight.stats.comparison import benjamini_hochberg
from insight.stats.effects import mantel_haenszel
from insight.stats.intervals import wilson

from .phrases import NEED_SIGNALS

_DRAWS, _CHUNK = 1000, 100
_WROTE = np.unique(np.geomspace(1, 10_000, 60).astype(int))
"""Messages at which a person counts as writing more, when trends compare like with like: steps of a sixth,
since who writes twice as much is twice as likely to mention anything."""

GENERAL = "general"
"""The need of sentences that name no cause."""

_LOW = 0.3
"""Rating, 0 to 1, up to which a message counts as low: two stars of five, three points of ten."""


def score_needs(
    people: pd.DataFrame, members: pd.DataFrame, praise: pd.DataFrame, *, min_people: int, random_state: int
) -> pd.DataFrame:
    """Return one row a need of at least `min_people` people, most worth meeting first, the general one last.

    `members` and `praise` hold need, signal, mention_id, sentence and the columns of `people`.
    """
    n_people = int(people["person"].nunique())
    said = pd.concat([members, praise.assign(signal="praise")], ignore_index=True)
    flags = _flags(said)
    counts = flags.groupby("need")[["unmet", *NEED_SIGNALS, "praise", "content"]].sum()
    kept = counts[counts["unmet"] >= min_people]
    needs = _score(kept, flags, n_people, random_state)
    needs = needs.join(_circumstances(members, people, needs.index))
    needs = needs.join(_impact(members, people, needs.index)).reset_index()
    needs["rank"] = np.arange(1, len(needs) + 1)
    needs["general"] = needs["need"] == GENERAL
    needs.attrs |= {
        "n_people": n_people,
        "min_people": min_people,
        "n_too_few": int(counts["unmet"].between(1, min_people - 1).sum()),
    }
    return needs


def _flags(said: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person and need: which signals this person ever gave there."""
    table = pd.crosstab([said["need"], said["person"]], said["signal"]).astype(bool)
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
    needs["need_order"] = needs.index
    needs["last"] = needs.index == GENERAL
    by = ["last", "opportunity", "n_people", "need_order"]
    order = needs.sort_values(by, ascending=[True, False, False, True]).index
    voicing, pleased = _resample(flags, order, n_people, random_state)
    drawn = _opportunity(voicing, pleased, scale)
    needs = needs.loc[order].drop(columns=["need_order", "last"])
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
    """Return which needs more people work around than wish for, both unlike all other needs together."""
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

    People who said the same of the same needs are interchangeable, so their numbers are drawn from a
    multinomial: exact, and neither the order of rows nor the names of people can matter.
    """
    mine = flags[flags["need"].isin(order)].sort_values(["person", "need"])
    state = mine["unmet"] * 2 + mine["content"] * 1
    codes = (
        (order.get_indexer(mine["need"]) * 4 + state)
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
    mine = voiced[voiced["need"].isin(order)]
    messages = mine.drop_duplicates(["need", "mention_id"])
    by_need = messages.groupby("need")
    place = (
        messages["channel"]
        .astype(object)
        .where(messages["channel"].notna(), messages["platform"].astype(object))
    )
    at = (
        messages.assign(place=place)
        .drop_duplicates(["need", "place", "person"])
        .groupby(["need", "place"])
        .size()
    )
    ranked = at.rename("n").reset_index().sort_values(["need", "n", "place"], ascending=[True, False, True])
    table = pd.DataFrame(index=order)
    table["n_mentions"] = by_need.size()
    table["n_sentences"] = mine[~mine["echo"]].groupby("need").size()
    table["first_seen"] = by_need["created_at"].min()
    table["last_seen"] = by_need["created_at"].max()
    table["channels"] = ranked.groupby("need")["place"].agg(", ".join)
    table["share_addressed"] = (
        by_need["addressed"].agg(lambda sent: sent.astype("Float64").mean()).astype("float64")
    )
    table["trend"] = _trend(mine, people, order)
    return table


def _trend(voiced: pd.DataFrame, people: pd.DataFrame, order: pd.Index) -> pd.Series:
    trend = pd.Series("too soon to tell", index=order, dtype=object)
    first, last = people["created_at"].min(), people["created_at"].max()
    n_people = voiced.groupby("need")["person"].nunique().reindex(order, fill_value=0)
    ripe = order[n_people >= 10]
    if not len(ripe) or pd.isna(first) or last - first < pd.Timedelta(weeks=8):
        return trend
    alike, spoke = _halves(_first_voices(voiced, ripe), people, first + (last - first) / 2)
    active = alike.to_numpy(float)
    late = [spoke.reindex(index=alike.index, columns=[(t, True)], fill_value=0).to_numpy() for t in ripe]
    early = [spoke.reindex(index=alike.index, columns=[(t, False)], fill_value=0).to_numpy() for t in ripe]
    tests = [
        mantel_haenszel(new[:, 0], active[:, 1], old[:, 0], active[:, 0])
        for new, old in zip(late, early, strict=True)
    ]
    p_values = benjamini_hochberg([p for _, p in tests])
    for need, (excess, _), p in zip(ripe, tests, p_values, strict=True):
        trend[need] = ("rising" if excess > 0 else "falling") if p <= 0.05 else "steady"
    return trend


def _first_voices(voiced: pd.DataFrame, needs: pd.Index) -> pd.DataFrame:
    """Keep, of each conversation and need, what its first voice says: who joins in is no other witness."""
    said = voiced[voiced["need"].isin(needs)].sort_values(["created_at", "mention_id"])
    place = said["conversation_id"].astype(object).fillna(said["mention_id"].astype(object))
    return said[said["person"] == said["person"].groupby([said["need"], place]).transform("first")]


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
    pairs = said[["need", "person", "late"]].drop_duplicates().merge(each, on=["person", "late"])
    return alike, pd.crosstab([pairs["place"], pairs["often"]], [pairs["need"], pairs["late"]])


def _impact(voiced: pd.DataFrame, people: pd.DataFrame, order: pd.Index) -> pd.DataFrame:
    """Compare the mean rating of people who mention a need with that of the rest (Welch's interval, 95 %)."""
    rated = people[people["rating"].notna()].groupby("person")["rating"].mean().astype("float64")
    low = set(rated.index[rated <= _LOW])
    rows = {}
    for need, own in voiced.groupby("need"):
        mine = rated.index.isin(own["person"])
        few, rest = rated[mine].to_numpy(), rated[~mine].to_numpy()
        gap, half = np.nan, np.nan
        if len(few) > 1 and len(rest) > 1:
            gap = few.mean() - rest.mean()
            half = 1.96 * np.sqrt(few.var(ddof=1) / len(few) + rest.var(ddof=1) / len(rest))
        share = len(low & set(own["person"])) / len(low) if low else np.nan
        rows[need] = (few.mean() if len(few) else np.nan, len(few), gap, gap - half, gap + half, share)
    names = ["rating", "n_rated", "impact", "impact_low", "impact_high", "share_of_low"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).reindex(order)
