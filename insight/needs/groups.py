"""Groups of sentences that say one problem: phrases, and the sentences that paraphrase them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.signals.classifier import shipped_model
from insight.text.encode import Encoder, Vectors, encode
from insight.topics.space import DRAWN, READ_ALL, Space, draw, fit_space

from .parts import COHERENT, LOOSE, SAID, TIGHT, Parts, Reading, count_words, fluency, join, owners, pick
from .phrases import SHORTEST, as_name, names_cause, stem, word_list
from .phrases import says_problem as rules_match
from .speech import COPULAS, Speech, asks_to_mend, content, denies_wrong, judges
from .titles import name_problems
from .wording import Wording, learn_wording

NEAR = 0.42
"""Cosine from which a sentence may paraphrase a phrase; for how it was chosen see parts.py."""
SURE = 0.6
"""Cosine to a centre from which a sentence belongs to a sub-problem in whatever words."""
_GLAD = 0.3
"""Cosine from which praise is of the same thing; it says nothing of the problem, so no words need match."""
VERDICT = 0.62
"""Cosine of the encoder's own vectors to a verdict without a cause from which a phrase is one, too."""

_PROBABLE, _LIKELY, _POSSIBLE = 0.25, 0.5, 0.15
"""Probability of a complaint (shipped model) from which a phrase that no rule matches says a problem;
from which a name surely does, and from which it may."""
_PHRASES, _READ = 6000, 1500
_BLOCK = 20_000


@dataclass(frozen=True)
class Groups:
    """What places a sentence: the space, the wording, a phrase and a unit centre of each sub-problem.

    `problems` gives the problem of each sub-problem, -1 for general dissatisfaction, `names` the name of each
    problem, `coherence` the share of its people who paraphrase that name. `verdicts` are the vectors of
    verdicts without a cause.
    """

    space: Space | None
    wording: Wording
    labels: list[str]
    centres: Vectors
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
                some, encoded=None if encoded is None else encoded[block], progress=progress
            )
            likeness = vectors @ self.centres.T
            if not praise:
                said = self.wording.covered(some, self.labels) >= SAID
                likeness *= said | (likeness >= SURE)
                blame = (vectors @ self.verdicts.T).max(axis=1)
                verdict[block] = blame >= np.maximum(NEAR, likeness.max(axis=1))
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
    known: frozenset[str],
    encoder: Encoder,
    min_people: int,
    random_state: int,
    cache: str | Path | None = None,
    progress: bool = False,
) -> tuple[Groups, pd.DataFrame]:
    """Group the different sentences (compared, n_people) of an archive; return also where each was placed.

    `known` are the archive's problem words (see `problem_words`).

    Above 12,000 sentences 6,000 are drawn and read, a student of the encoder places the rest.
    """
    texts = rows["compared"].tolist()
    whole = len(texts) <= READ_ALL
    read = texts if whole else draw(texts, DRAWN, random_state=random_state)
    people = rows.set_index("compared")["n_people"].loc[read].to_numpy(float)
    wording = learn_wording(read, people, known=known, encoder=encoder)
    least = min_people if whole else max(2.0, min_people * len(read) / len(texts))
    named, said = _candidates(phrases, wording, read, people, least)
    if not named:
        nothing = np.zeros((0, 1), np.float32)
        groups = Groups(None, wording, [], nothing, nothing, np.zeros(0, np.int64), {}, {})
        return groups, groups.place(texts)
    encoded = encode(read, encoder=encoder, cache=cache, progress=progress)
    space = _space(read, encoded, encoder=encoder, whole=whole, random_state=random_state)
    vectors = space.join(read, encoded) if whole else space.embed(read)
    spoken = space.embed(named, progress=progress)
    near = vectors @ spoken.T
    said &= near >= LOOSE
    near[(near < NEAR) | ~said] = 0
    fluent = fluency(named, np.array([phrases[name] for name in named]))
    words, used = count_words(read, named)
    says = _says_problem(named, wording)
    short = np.array([len(name.split()) >= SHORTEST for name in named])
    reading = Reading(people, vectors, encoded, words, named, used, short, says, spoken, fluent, near, said)
    groups = _form(reading, read, space, wording, known, least)
    return groups, groups.place(texts, encoded=encoded if whole else None, progress=progress)


def _form(
    reading: Reading, texts: list[str], space: Space, wording: Wording, known: frozenset[str], least: float
) -> Groups:
    found = pick(reading, least)
    labels = [reading.phrases[at] for at in found]
    part = owners(reading.near[:, found])
    parts = Parts.of(reading, part, len(found))
    centres = reading.spoken[found] + parts.centres(np.arange(len(found))[:, None])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    cover = wording.covered(labels, labels) >= SAID
    alike: npt.NDArray[np.bool_] = cover & cover.T
    problems = join(parts, centres, found, alike)
    problems[_is_verdict(labels, space, wording)] = -1
    coherence = parts.coherence(problems)
    held = [
        at
        for at, share in coherence.items()
        if share >= COHERENT and parts.tightness(problems == at) >= TIGHT
    ]
    owned = np.where(part >= 0, problems[part], -1) if len(problems) else part
    names = name_problems(
        reading,
        texts,
        {at: np.flatnonzero(owned == at) for at in held},
        wording=wording,
        space=space,
        says=lambda names, speech: _how_wrong(names, speech, known, space, wording),
    )
    for at in set(held) - set(names):
        # A problem of many people is shown even if no whole phrase says it: by that of most of its sentences.
        own = np.flatnonzero(problems == at)
        label = labels[own[parts.n[own].argmax()]]
        if not asks_to_mend(label.split()):
            names[at] = label
    firm = np.isin(problems, [*names, -1])
    return Groups(
        space,
        wording,
        [label for label, kept in zip(labels, firm, strict=True) if kept],
        centres[firm].astype(np.float32),
        space.embed(sorted(word_list("verdicts"))),
        problems[firm],
        {at: as_name(name) for at, name in names.items()},
        {at: coherence[at] for at in names},
    )


def _space(texts: list[str], encoded: Vectors, *, encoder: Encoder, whole: bool, random_state: int) -> Space:
    """Fit the space to the sentences, and to verdicts without a cause.

    In a small archive one problem may be all that is said; the verdicts keep it from being the centre itself.
    """
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
    return np.asarray(shipped_model().probabilities(_bare(phrases))["complaint"], dtype=np.float64)


def _bare(phrases: list[str]) -> list[str]:
    vague = word_list("vague")
    return [" ".join(word for word in name.split() if word not in vague) for name in phrases]


def _how_wrong(
    names: list[str], speech: Speech, known: frozenset[str], space: Space, wording: Wording
) -> npt.NDArray[np.int64]:
    """Return of each name 2 if it says what is wrong, 1 if one of its words may, 0 for none and verdicts."""
    words = [name.split() for name in names]
    states = np.array([not COPULAS.isdisjoint(own) for own in words], dtype=bool)
    denies = np.array([not word_list("denials").isdisjoint(own) for own in words], dtype=bool)
    usual = np.array(
        [any(stem(word) in known and speech.may_be_wrong(word) for word in own) for own in words], dtype=bool
    )
    hints = denies | (~states & (usual | _says_problem(names, wording, _POSSIBLE)))
    sure = _says_problem(names, wording, _LIKELY)
    kinds = [speech.is_kind(own) for own in words] & (_complains(names) < _POSSIBLE)
    kinds |= np.array([not content(own) and not judges(own) for own in words], dtype=bool)
    none = kinds | _is_verdict(names, space, wording) | [denies_wrong(own, wording.wrong) for own in words]
    return np.where(none, 0, np.where(sure, 2, hints))


def _is_verdict(labels: list[str], space: Space, wording: Wording) -> npt.NDArray[np.bool_]:
    """Return which phrases are, or sound like, a verdict without a cause."""
    if not labels:
        return np.zeros(0, dtype=bool)
    verdicts = encode(sorted(word_list("verdicts")), encoder=space.teacher)
    likeness = encode(labels, encoder=space.teacher) @ verdicts.T
    close = likeness.max(axis=1) >= VERDICT
    found: npt.NDArray[np.bool_] = (close & ~wording.judges(labels)) | ~wording.has_cause(labels)
    return found
