"""From an archive's different texts to the rule that gives any text its topic."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from insight.mentions import InsightWarning
from insight.text.clean import detect_language
from insight.text.copies import group_copies
from insight.text.encode import BundledEncoder, Encoder, Vectors, encode

from .communities import Labels, Partition, find_communities, sensible
from .rule import Rule, is_long, learn_weights, no_rule, speaks
from .seeds import follow_seeds
from .space import READ_ALL, draw, fit_space

FLOOR = 0.1
"""Cosine to the topic's centroid below which a text has no topic; lowered where 5 % would be without."""

CLUSTERED = 4000
"""Texts that the encoder reads, and that are clustered, of an archive too large to be read whole."""
_UNPLACED = 0.05
_POOL = 4
"""Times as many texts as are drawn in the end, among which a large archive's near copies are looked for."""
_FEW = 20
_POOR = 0.4
"""Fidelity of the student below which the encoder reads a large archive itself."""

_LOOKED_AT = 400
_FOREIGN = 0.3


@dataclass(frozen=True)
class Search:
    """What is looked for: see the parameters of `fit_topics`; `before` is how many topics there were."""

    n_topics: int | None
    granularity: str
    min_topic_size: int | None
    coverage: float | None
    seeds: Mapping[str, Sequence[str]]
    random_state: int
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """The rule, what it says of every different text, and how firmly its topics stand.

    `drawn` are the texts that were clustered, `places` has one row a text (its index), `given` the names of
    seeded topics, `earlier` what an earlier run called those that go on; `resampled` as in `Topics`.
    """

    rule: Rule
    drawn: list[str]
    places: pd.DataFrame
    resampled: Labels
    given: dict[int, str]
    earlier: dict[int, str] = field(default_factory=dict)


@threadpool_limits.wrap(limits=1, user_api="blas")  # more threads wait for each other
def find_rule(
    texts: set[str],
    *,
    encoder: Encoder,
    search: Search,
    cache: str | Path | None = None,
    progress: bool = False,
) -> Found:
    """Cluster the different texts of an archive (all, or a draw of them) and place every one by the rule."""
    ordered = sorted(texts)
    speaking = [text for text, says in zip(ordered, speaks(ordered), strict=True) if says]
    whole = len(speaking) <= READ_ALL
    pool = speaking if whole else draw(speaking, _POOL * CLUSTERED, random_state=search.random_state)
    different = [pool[first] for first in np.unique(group_copies(pool), return_index=True)[1]]
    if not different:
        warnings.warn("no text holds a word, so there are no topics.", InsightWarning, stacklevel=3)
        return Found(no_rule(), [], no_rule().place([]), np.zeros((0, 0), np.int64), {})
    drawn = different if whole else draw(different, CLUSTERED, random_state=search.random_state)
    read = speaking if whole else drawn
    encoded = encode(read, encoder=encoder, cache=cache, progress=progress)
    row = {text: position for position, text in enumerate(read)}
    mine = encoded[[row[text] for text in drawn]]
    space = fit_space(drawn, mine, teacher=encoder, whole=whole, random_state=search.random_state)
    if not whole and space.fidelity < _POOR:
        space = replace(space, encoder=encoder, weights=np.zeros_like(space.weights))
    vectors = space.join(drawn, mine)  # what is clustered has been read, however large the archive
    n_different = len(different) * len(speaking) / len(pool)
    parts = _partition(vectors, len(drawn) / n_different, search)
    seen = space.embed(drawn) if space.encoder is None else vectors
    guided = follow_seeds(seen, parts.labels, parts.fine, space=space, seeds=search.seeds)
    weights = learn_weights(seen, guided.labels)
    k = len(guided.centroids)
    rule = Rule(space, guided.centroids, weights, np.arange(k), guided.fine, guided.owners, -1.0)
    places = rule.place(speaking, encoded=encoded if whole else None, progress=progress)
    places, rule, number = _settle(places, rule, speaking, search.coverage)
    given = {number[topic]: name for topic, name in guided.given.items() if topic in number}
    _warn(round(n_different), len(rule.topics), search.n_topics)
    if not whole and space.encoder is not None:
        warnings.warn(
            f"the fast student follows the encoder poorly (cosine {space.fidelity:.2f} on texts held out): "
            f"the encoder itself has read all {len(speaking):,} texts, and will read those given to predict.",
            InsightWarning,
            stacklevel=3,
        )
    _warn_of_languages(drawn, encoder)
    return Found(rule, drawn, places, _columns(parts.trials, len(drawn)), given)


def _columns(trials: list[tuple[Labels, Labels]], n: int) -> Labels:
    table = np.full((n, len(trials)), -2, dtype=np.int64)
    for column, (rows, labels) in enumerate(trials):
        table[rows, column] = labels
    return table


def _partition(vectors: Vectors, share: float, search: Search) -> Partition:
    n = len(vectors)
    if n < _FEW and search.n_topics is None:
        return Partition(np.zeros(n, np.int64), np.zeros(n, np.int64), 0.0, [])
    size = search.min_topic_size
    minimum = max(min(3, n), 0.002 * n) if size is None else size * share
    return find_communities(
        vectors,
        minimum=max(1, round(minimum)),
        n_topics=search.n_topics,
        bounds=sensible(search.granularity, round(n / share)),
        random_state=search.random_state,
        before=search.before,
    )


def _settle(
    places: pd.DataFrame, rule: Rule, texts: list[str], coverage: float | None
) -> tuple[pd.DataFrame, Rule, dict[int, int]]:
    """Set the floor, drop empty topics and number the rest by their different texts; new numbers by old."""
    k = len(rule.centroids)
    similarity = places["similarity"].to_numpy()
    floor = _floor(similarity[is_long(texts)], k, coverage)
    sizes = np.bincount(places["topic"], minlength=k)
    order = [int(topic) for topic in np.argsort(-sizes, kind="stable") if sizes[topic]]
    number = {old: new for new, old in enumerate(order)}
    kept = np.flatnonzero(np.isin(rule.owners, order))
    fine_number = np.full(len(rule.fine) + 1, -1)
    fine_number[kept] = np.arange(len(kept))
    topic = places["topic"].map(number)
    held = (similarity >= floor) & speaks(texts)
    places["topic"] = np.where(held, topic, -1)
    places["subtopic"] = np.where(held, fine_number[places["subtopic"]], -1)
    rule = replace(
        rule,
        centroids=rule.centroids[order],
        weights=rule.weights[order],
        topics=np.arange(len(order)),
        fine=rule.fine[kept],
        owners=np.array([number[owner] for owner in rule.owners[kept].tolist()], dtype=np.int64),
        floor=floor,
    )
    return places.set_axis(pd.Index(texts, dtype=object)), rule, number


def _floor(similarity: npt.NDArray[np.float64], k: int, coverage: float | None) -> float:
    if coverage is not None:
        return -1.0 if coverage == 1 or not len(similarity) else float(np.quantile(similarity, 1 - coverage))
    floor = FLOOR if k > 1 else -1.0
    return min(floor, float(np.quantile(similarity, _UNPLACED))) if len(similarity) else floor


def stability_table(jaccard: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Return mean and spread of each topic's Jaccard index over the trials."""
    k, trials = jaccard.shape
    if not trials:
        mean = low = high = np.full(k, np.nan)
    else:
        mean = jaccard.mean(axis=1)
        low, high = np.quantile(jaccard, [0.025, 0.975], axis=1)
    return pd.DataFrame({"topic": np.arange(k), "n": trials, "stability": mean, "low": low, "high": high})


def _warn(n_texts: int, k: int, n_topics: int | None) -> None:
    doubts = []
    if n_texts < _FEW and n_topics is None:
        doubts.append(f"{n_texts} different texts are too few for several topics: all are put into one.")
    if n_topics is not None and k < n_topics:
        doubts.append(f"{n_topics} topics were asked for, but the texts fall into no more than {k}.")
    for doubt in doubts:
        warnings.warn(doubt, InsightWarning, stacklevel=4)


def _warn_of_languages(texts: list[str], encoder: Encoder) -> None:
    if not isinstance(encoder, BundledEncoder):
        return
    codes = [code for code in detect_language(draw(texts, _LOOKED_AT, random_state=0)) if code != "und"]
    foreign = Counter(code for code in codes if code != "en")
    if foreign.total() > _FOREIGN * len(codes):
        listed = ", ".join(f"{code} {n / len(codes):.0%}" for code, n in foreign.most_common(3))
        warnings.warn(
            f"the bundled encoder knows English, but of the texts whose language is known {listed} "
            "are not: their topics are rough. Pass encoder='use-multilingual' or another multilingual model.",
            InsightWarning,
            stacklevel=4,
        )
