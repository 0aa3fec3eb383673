"""Groups of sentences that say one problem: phrases, and the sentences that paraphrase them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.signals.classifier import shipped_model
from insight.signals.student import is_voiced
from insight.text.encode import Encoder, Vectors, encode
from insight.topics.space import DRAWN, READ_ALL, Space, draw, fit_space

from .parts import (
    FEW,
    LOOSE,
    SAID,
    SMALL,
    Parts,
    Reading,
    count_words,
    families,
    fluency,
    join,
    least_tightness,
    owners,
    pick,
)
from .phrases import as_name, names_cause, stem, word_list
from .phrases import says_problem as rules_match
from .problem_names import Titles, plain_pieces, twins
from .speech import content, denies_wrong, judges
from .wording import Wording, learn_wording

NEAR = 0.53
"""Cosine from which a sentence may paraphrase a phrase; for how it was chosen see parts.py."""
SURE, FAMILIAR = 0.76, 0.66
"""Cosine to a centre from which a sentence belongs to a sub-problem in whatever words, unless that only
says what lacks: likeness is to the thing then, whatever is said of it; and to one that no phrase holds."""
_GLAD = 0.39
"""Cosine from which praise is of the same thing; it says nothing of the problem, so no words need match."""
VERDICT = 0.72
"""Cosine of the encoder's own vectors to a verdict without a cause from which a phrase is one, too."""

_PROBABLE, _LIKELY = 0.25, 0.5
"""Probability of a complaint (shipped model) from which a phrase that no rule matches says a problem;
from which a name surely does, and from which it may."""
_VOICED, _FEW_READ = 0.3, 12
"""Mean chance of a complaint or a wish that sentences of a problem have, and how many of them are read."""
_WORKS = frozenset(["function", "run", "work", "working", "works"])
_AROUND = 0.5
"""Share of those who say a phrase from which it is a work-around: what people do says what they lack."""
_PHRASES, _READ = 6000, 1500
_BLOCK = 20_000


@dataclass(frozen=True)
class Groups:
    """What places a sentence: the space, the wording, a phrase and a unit centre of each sub-problem.

    `problems` gives the problem of each sub-problem, -1 for general dissatisfaction, `names` the name of each
    problem, `coherence` the mean cosine of its sentences two by two. `enough` is the cosine from which a
    sentence belongs to each in whatever words. `verdicts` are the vectors of verdicts without a cause.
    """

    space: Space | None
    wording: Wording
    labels: list[str]
    centres: Vectors
    enough: Vectors
    verdicts: Vectors
    problems: npt.NDArray[np.int64]
    names: dict[int, str]
    coherence: dict[int, float]

    def place(
        self,
        texts: Sequence[str],
        *,
        encoded: Vectors | None = None,
        praise: bool = False,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Return part (sub-problem, -1 for none), similarity, and verdict (one without a cause)."""
        part, best = np.full(len(texts), -1, dtype=np.int64), np.zeros(len(texts))
        verdict = np.zeros(len(texts), dtype=bool)
        if self.space is None or not self.labels:
            return pd.DataFrame({"part": part, "similarity": best, "verdict": verdict})
        for start in range(0, len(texts), _BLOCK):
            block, some = slice(start, start + _BLOCK), list(texts[start : start + _BLOCK])
            vectors = self.space.embed(
                self.wording.bare(some),
                encoded=None if encoded is None else encoded[block],
                progress=progress,
            )
            likeness = vectors @ self.centres.T
            if not praise:
                said = (self.wording.covered(some, self.labels) >= SAID) & (self.enough >= SURE)
                likeness *= said | (likeness >= self.enough)
                blame = (vectors @ self.verdicts.T).max(axis=1)
                verdict[block] = blame >= np.maximum(NEAR, likeness.max(axis=1))
                verdict[block] |= self.wording.judges(some) & ~self.wording.has_cause(some)
            part[block], best[block] = likeness.argmax(axis=1), likeness.max(axis=1)
        held = (best >= (_GLAD if praise else NEAR)) & ~verdict
        part[~held] = -1
        return pd.DataFrame({"part": part, "similarity": best.round(4), "verdict": verdict})

    def merged(self, names: Mapping[int, str]) -> Groups:
        """Make problems of one name one problem."""
        first: dict[str, int] = {}
        for problem in sorted(names):
            first.setdefault(names[problem], problem)
        joined = [first[names[at]] if at in names else at for at in self.problems.tolist()]
        return replace(self, problems=np.array(joined, dtype=np.int64))


def find_groups(
    rows: pd.DataFrame,
    phrases: Mapping[str, int],
    *,
    known: Mapping[str, float],
    encoder: Encoder,
    min_people: int,
    random_state: int,
    cache: str | Path | None = None,
    progress: bool = False,
) -> tuple[Groups, pd.DataFrame]:
    """Group the different sentences of an archive; return also where each was placed.

    `rows` are compared, n_people, and workaround (share of its people who work around something).

    `known` are the archive's problem words (see `problem_words`).

    Above 12,000 sentences 6,000 are drawn and read, a student of the encoder places the rest.
    """
    texts = rows["compared"].tolist()
    whole = len(texts) <= READ_ALL
    read = texts if whole else draw(texts, DRAWN, random_state=random_state)
    rows = rows.set_index("compared").loc[read]
    people = rows["n_people"].to_numpy(float)
    wording = learn_wording(read, people, known=known, encoder=encoder)
    if len(read) <= SMALL:
        wording = replace(wording, quiet=wording.things)
    least = min_people if whole else max(2.0, min_people * len(read) / len(texts))
    named, said = _candidates(phrases, wording, read, people, least)
    if not named:
        nothing = np.zeros((0, 1), np.float32)
        groups = Groups(None, wording, [], nothing, nothing[:, 0], nothing, np.zeros(0, np.int64), {}, {})
        return groups, groups.place(texts)
    bare = wording.bare(read)
    encoded = encode(bare, encoder=encoder, cache=cache, progress=progress)
    space = _space(bare, encoded, encoder=encoder, whole=whole, random_state=random_state)
    vectors = space.join(bare, encoded) if whole else space.embed(bare)
    spoken = space.embed(wording.bare(named), progress=progress)
    near = vectors @ spoken.T
    said &= near >= LOOSE
    near[(near < NEAR) | ~said] = 0
    fluent = fluency(named, np.array([phrases[name] for name in named]))
    words, used = count_words(read, named)
    around = (people * rows["workaround"].to_numpy(float)) @ said >= _AROUND * (people @ said)
    says = _are_problems(named, known, wording) | around
    ways = frozenset(itertools.compress(named, around))
    reading = Reading(people, vectors, encoded, words, named, used, says, ways, spoken, fluent, near, said)
    groups = _form(reading, read, space, wording, least)
    return groups, groups.place(texts, encoded=encoded if whole else None, progress=progress)


def _form(
    reading: Reading,
    texts: list[str],
    space: Space,
    wording: Wording,
    least: float,
) -> Groups:
    small = len(texts) <= SMALL
    found = [] if small else pick(reading, least)
    labels = [reading.phrases[at] for at in found]
    part, k = families(reading, owners(reading.near[:, found]), len(found), least)
    parts = Parts.of(reading, part, k)
    centres = parts.centres(np.arange(k)[:, None])
    centres[: len(found)] += reading.spoken[found]
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    labels += [reading.phrases[at] for at in (centres[len(found) :] @ reading.spoken.T).argmax(axis=1)]
    problems = join(
        parts, centres, found, wording.covered(labels[: len(found)], labels[: len(found)]) >= SAID
    )
    verdict = _is_verdict(labels, space, wording)
    verdict[len(found) :] = _are_verdicts(reading, texts, part, k, space, wording)[len(found) :]
    problems[verdict] = -1
    titles = Titles(
        reading,
        texts,
        [plain_pieces(text) for text in texts],
        wording,
        space,
        lambda names: _say_wrong(names, space, wording) | np.isin(names, [*reading.around]),
        _complains,
    )
    names: dict[int, str] = {}
    for split in (0, np.arange(k) >= len(found), 1):
        unnamed = ~np.isin(problems, [*names, -1])
        alone = unnamed & np.full(k, split, dtype=bool)
        problems[alone] = np.flatnonzero(alone)
        sound = _sound(parts, part, np.where(unnamed, problems, -1), least)
        names |= titles.name({at: rows for at, rows in sound.items() if _voiced(texts, rows)}, names.values())
    people = {at: float(parts.size[problems == at].sum()) for at in names}
    for twin, larger in twins(names, people, space.teacher).items():
        problems[problems == twin] = larger
        del names[twin]
    firm = np.isin(problems, [*names, -1])
    enough = np.full(k, SURE)
    enough[len(found) :] = NEAR if len(texts) <= FEW else FAMILIAR
    return Groups(
        space,
        wording,
        [label for label, kept in zip(labels, firm, strict=True) if kept],
        centres[firm].astype(np.float32),
        enough[firm].astype(np.float32),
        space.embed(wording.bare(sorted(word_list("verdicts")))),
        problems[firm],
        {at: as_name(name) for at, name in names.items()},
        {at: parts.tightness(problems == at) for at in names},
    )


def _sound(
    parts: Parts, part: npt.NDArray[np.int64], problems: npt.NDArray[np.int64], least: float
) -> dict[int, npt.NDArray[np.int64]]:
    """Return the rows of the sentences of each problem of enough people that holds together."""
    owned = np.where(part >= 0, problems[part], -1) if len(problems) else part
    every = {at: problems == at for at in sorted(set(problems.tolist()) - {-1})}
    return {
        at: np.flatnonzero(owned == at)
        for at, own in every.items()
        if parts.size[own].sum() >= least and parts.tightness(own) >= least_tightness(len(part))
    }


def _voiced(texts: list[str], rows: npt.NDArray[np.int64]) -> bool:
    """Return whether the sentences of a problem complain or wish, by a few of them spread over all.

    A rule may be wrong of one stock sentence and so of all who write it ("it lies on the floor").
    """
    some = rows[np.unique(np.linspace(0, len(rows) - 1, _FEW_READ).round().astype(int))]
    return is_voiced([texts[at] for at in some], shipped_model(), ("complaint", "wish"), least=_VOICED)


def _space(texts: list[str], encoded: Vectors, *, encoder: Encoder, whole: bool, random_state: int) -> Space:
    """Fit the space to the sentences, and to verdicts without a cause.

    In a small archive one problem may be all that is said; the verdicts keep it from being the centre itself.
    """
    seen = dict(zip(texts, encoded, strict=True))
    texts, encoded = list(seen), np.array(list(seen.values()))
    verdicts = sorted(word_list("verdicts") - set(texts))
    padded = np.vstack([encoded, encode(verdicts, encoder=encoder)])
    return fit_space([*texts, *verdicts], padded, teacher=encoder, whole=whole, random_state=random_state)


def _candidates(
    phrases: Mapping[str, int], wording: Wording, read: list[str], people: np.ndarray, least: float
) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Keep the phrases that say a problem with its cause and that enough people say in their own words.

    Return also who does.
    """
    ranked = sorted(
        (name for name in phrases if names_cause(name.split())), key=lambda name: (-phrases[name], name)
    )[:_PHRASES]
    if not ranked:
        return [], np.zeros((len(read), 0), dtype=bool)
    said = wording.covered(read, ranked) >= SAID
    n = people @ said
    best = np.sort(np.argsort(-n, kind="stable")[:_READ])
    best = best[n[best] >= least]
    return [ranked[at] for at in best], said[:, best]


def _says_problem(phrases: list[str], wording: Wording, least: float = _PROBABLE) -> npt.NDArray[np.bool_]:
    """Return which phrases say what is wrong, even without words such as "bug" and "error"."""
    says = wording.lacks(phrases) | rules_match(_bare(phrases))
    open_ones = np.flatnonzero(~says)
    says[open_ones] = _complains([phrases[at] for at in open_ones]) >= least
    return says


def _complains(phrases: list[str]) -> npt.NDArray[np.float64]:
    """Return the probability that each phrase complains (shipped model)."""
    if not phrases:
        return np.zeros(0)
    return np.asarray(shipped_model().probabilities(_bare(phrases))["complaint"], dtype=np.float64)


def _are_problems(phrases: list[str], known: Mapping[str, float], wording: Wording) -> npt.NDArray[np.bool_]:
    """Return which phrases say what is wrong; one word alone must hardly stand elsewhere."""
    says = _says_problem(phrases, wording)
    words = [name.split() for name in phrases]
    alone = np.array([len(content(own)) == 1 and not judges(own) for own in words], dtype=bool)
    one = [content(own)[0] for own in itertools.compress(words, alone)]
    says[alone] &= np.array([stem(word) in known for word in one], dtype=bool)
    return says


def _bare(phrases: list[str]) -> list[str]:
    vague = word_list("vague")
    return [" ".join(word for word in name.split() if word not in vague) for name in phrases]


def _say_wrong(names: list[str], space: Space, wording: Wording) -> npt.NDArray[np.bool_]:
    """Return which names say what is wrong, and are no verdict."""
    words = [name.split() for name in names]
    says = np.array(
        [(content(own) or judges(own)) and not denies_wrong(own, wording.wrong) for own in words], dtype=bool
    )
    works = np.array([not _WORKS.isdisjoint(own) and judges(own) and bool(content(own)) for own in words])
    for test in (
        lambda some: works[says] | _says_problem(some, wording, _LIKELY),
        lambda some: ~_is_verdict(some, space, wording),
    ):
        says[says] = test(list(itertools.compress(names, says)))
    return says


def _are_verdicts(
    reading: Reading, texts: list[str], part: npt.NDArray[np.int64], k: int, space: Space, wording: Wording
) -> npt.NDArray[np.bool_]:
    """Return which sub-problems mostly hold verdicts without a cause."""
    held = np.flatnonzero(part >= 0)
    people, own = reading.people[held], part[held]
    verdict = _is_verdict([texts[at] for at in held], space, wording)
    found: npt.NDArray[np.bool_] = 2 * np.bincount(own, people * verdict, k) >= np.bincount(own, people, k)
    return found


def _is_verdict(labels: list[str], space: Space, wording: Wording) -> npt.NDArray[np.bool_]:
    """Return which phrases are, or sound like, a verdict without a cause."""
    if not labels:
        return np.zeros(0, dtype=bool)
    verdicts = encode(sorted(word_list("verdicts")), encoder=space.teacher)
    likeness = encode(labels, encoder=space.teacher) @ verdicts.T
    close = likeness.max(axis=1) >= VERDICT
    found: npt.NDArray[np.bool_] = (close & ~wording.judges(labels)) | ~wording.has_cause(labels)
    return found
