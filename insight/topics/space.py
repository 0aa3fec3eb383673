"""The vectors in which an archive's texts are compared: the encoder's, and those of a student of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from insight.mentions import InsightError
from insight.text.encode import Encoder, Vectors, encode

READ_ALL = 12_000
"""Different texts up to which the encoder reads all (27 s on two cores)."""
DRAWN = 6000
"""Texts that it reads, and the student learns from, in a larger archive."""

_JUDGED = 300
"""Texts by which the student is judged, each left out in turn."""

_RIDGE = 0.3
_PROBE = "The kettle leaks; die Kanne tropft."
_ALIKE = 1e-3
"""Most that a number of one encoder's vector may differ from machine to machine."""


@dataclass(frozen=True)
class Space:
    """Maps a text to a unit vector by the text alone.

    Small archive: the encoder's vector and the student's, both centred, side by side. Large archive: the
    student's, and `encoder` is None. Large archive whose student is poor: the encoder's, and the student's
    weights are 0. `fidelity` is the mean cosine between the two on texts that the student was not fitted to.
    """

    encoder: Encoder | None
    teacher: Encoder
    vectorizer: Any
    weights: Vectors
    centre: Vectors
    fidelity: float

    def embed(self, texts: list[str], *, encoded: Vectors | None = None, progress: bool = False) -> Vectors:
        """Return float32 unit rows, zero where nothing in a text is known; `encoded` saves the work."""
        if self.encoder is None:
            return self._student(texts)
        if encoded is None:
            encoded = encode(texts, encoder=self.encoder, progress=progress)
        return self.join(texts, encoded)

    def join(self, texts: list[str], encoded: Vectors) -> Vectors:
        """Return the encoder's and the student's vectors side by side."""
        return _unit(np.hstack([_unit(encoded - self.centre), self._student(texts)]))

    def _student(self, texts: list[str]) -> Vectors:
        return _unit((_unit_rows(self.vectorizer.transform(texts)) @ self.weights).astype(np.float32))


def take_apart(space: Space | None) -> tuple[dict[str, np.ndarray], dict[str, Any] | None]:
    """Return a space as arrays, and facts that JSON can hold."""
    if space is None:
        return {}, None
    probe = encode([_PROBE], encoder=space.teacher)[0]
    arrays = {"space_weights": space.weights, "space_centre": space.centre, "space_probe": probe}
    words = space.vectorizer.get_feature_names_out().tolist()
    return arrays, {"words": words, "fidelity": space.fidelity, "reads": space.encoder is not None}


def put_together(
    arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any] | None, teacher: Encoder
) -> Space | None:
    """Return the space that was taken apart; InsightError if it learned from another encoder."""
    if facts is None:
        return None
    probe, known = encode([_PROBE], encoder=teacher)[0], arrays["space_probe"]
    if probe.shape != known.shape or not np.allclose(probe, known, atol=_ALIKE):
        raise InsightError("the file was made with another encoder; pass that one: load(path, encoder=...).")
    reads = teacher if facts["reads"] else None
    vectorizer = new_vectorizer(facts["words"])
    weights, centre = arrays["space_weights"], arrays["space_centre"]
    return Space(reads, teacher, vectorizer, weights, centre, facts["fidelity"])


def draw(texts: list[str], size: int, *, random_state: int) -> list[str]:
    """Draw texts by a hash of their content, so that neither order nor copies change the draw; sorted."""
    if len(texts) <= size:
        return sorted(texts)
    return sorted(sorted(texts, key=lambda text: (_hash(text, random_state), text))[:size])


def _hash(text: str, random_state: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8, salt=random_state.to_bytes(8, "little")).digest()


@threadpool_limits.wrap(limits=1, user_api="blas")  # more threads wait for each other
def fit_space(
    texts: list[str], encoded: Vectors, *, teacher: Encoder, whole: bool, random_state: int
) -> Space:
    """Fit the student: ridge from words and pairs of words to the teacher's centred vectors, in dual form.

    `whole` keeps the teacher for every text; else the student alone reads from now on.
    """
    from scipy.linalg import cho_factor, cho_solve

    if len(texts) > DRAWN:
        row = {text: position for position, text in enumerate(texts)}
        texts = draw(texts, DRAWN, random_state=random_state)
        encoded = encoded[[row[text] for text in texts]]
    vectorizer = new_vectorizer()
    features = _unit_rows(vectorizer.fit_transform(texts))
    centre = encoded.mean(axis=0)
    wanted = encoded - centre
    kernel = (features @ features.T).toarray()
    kernel[np.diag_indices_from(kernel)] += _RIDGE
    factor = cho_factor(kernel, lower=True, overwrite_a=True)
    dual = cho_solve(factor, wanted)
    weights = (features.T @ dual).astype(np.float32)
    judged = np.flatnonzero(np.isin(texts, draw(texts, _JUDGED, random_state=random_state)))
    alone = np.zeros((len(texts), len(judged)), dtype=np.float32)
    alone[judged, np.arange(len(judged))] = 1
    inverse = cho_solve(factor, alone)[judged, np.arange(len(judged))]
    unseen = wanted[judged] - dual[judged] / inverse[:, None]  # as if fitted to all the other texts
    fidelity = float((_unit(unseen) * _unit(wanted[judged])).sum(axis=1).mean())
    return Space(teacher if whole else None, teacher, vectorizer, weights, centre, fidelity)


def new_vectorizer(words: list[str] | None = None) -> Any:  # noqa: ANN401
    """Return what counts words and pairs of neighbours: those given, or those that it is fitted to."""
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(
        ngram_range=(1, 2), token_pattern=r"\w+", binary=True, dtype=np.float32, vocabulary=words
    )


def _unit_rows(counts: sparse.csr_matrix) -> sparse.csr_array:
    from sklearn.preprocessing import normalize

    return sparse.csr_array(normalize(counts, copy=False))


def _unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    length[length == 0] = 1
    unit: Vectors = (vectors / length).astype(np.float32)
    return unit
