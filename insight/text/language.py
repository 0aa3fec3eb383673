"""py3langid's model on many texts at once: the same walk and the same scores, one numpy step a byte."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_CODES = (
    "af ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv mk ml mr ms nl no pa pl pt "
    "ro ru sk sl sr sv sw ta te th tl tr uk ur vi zh"
)
LANGUAGES = tuple(_CODES.split())
"""The languages detected: those of which the exports of public platforms hold more than traces."""

_BATCH = 2_048


def classify(texts: Sequence[str]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float32]]:
    """Return for each text the likeliest of `LANGUAGES`, and its probability (0 to 1).

    The classifier of py3langid (Lui and Baldwin 2012): naive Bayes over byte sequences that an automaton
    finds; the scores divided by the root of the length keep the probability comparable between lengths.
    """
    raw = [unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass") for text in texts]
    order = np.argsort([-len(text) for text in raw], kind="stable")
    found = np.zeros((len(raw), len(LANGUAGES)), dtype=np.float32)
    for start in range(0, len(raw), _BATCH):
        rows = order[start : start + _BATCH]
        found[rows] = _probabilities([raw[row] for row in rows])
    best = found.argmax(axis=1)
    return np.array(LANGUAGES, dtype=object)[best], found[np.arange(len(raw)), best]


def _probabilities(texts: list[bytes]) -> npt.NDArray[np.float32]:
    """Score texts that are sorted by length, the longest first."""
    from scipy.sparse import csr_array

    step, feature, weights, priors, kinds = _model()
    sizes = np.array([len(text) for text in texts])
    letters = np.frombuffer(b"".join(text.ljust(sizes[0], b"\0") for text in texts), dtype=np.uint8)
    columns = np.ascontiguousarray(letters.reshape(len(texts), -1).T)
    state = np.zeros(len(texts), dtype=np.int64)
    seen = []
    for place, column in enumerate(columns):
        n = int(np.searchsorted(-sizes, -place))
        state = step(state[:n], column[:n])
        hit = feature[state]
        rows = np.flatnonzero(hit >= 0)
        seen.append(rows * len(weights) + hit[rows])
    which, times = np.unique(np.concatenate(seen) if seen else np.empty(0, np.int64), return_counts=True)
    rows, features = np.divmod(which, len(weights))
    used, columns_of = np.unique(features, return_inverse=True)
    counts = csr_array((np.log1p(times.astype(np.float32)), (rows, columns_of)), (len(texts), len(used)))
    scores = counts @ weights[used].astype(np.float32) + priors
    scores[~np.isin(np.arange(len(texts)), rows)] = 0
    scores /= np.sqrt(np.maximum(sizes, 1))[:, None]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (scores / scores.sum(axis=1, keepdims=True)) @ kinds


@functools.cache
def _model():  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Take the automaton and the weights out of py3langid: step, feature of a state, weights, priors."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    full = LanguageIdentifier.from_model_file(MODEL_FILE)
    kept = [place for place, code in enumerate(full.nb_classes) if code in LANGUAGES]
    kinds = np.array([[full.nb_classes[at] == code for code in LANGUAGES] for at in kept], dtype=np.float32)
    moves, row = np.asarray(full.tk_nextmove), np.asarray(full.tk_row).astype(np.int64) << 8
    feature = np.asarray(full.tk_output, dtype=np.int64)

    def step(state: npt.NDArray[np.int64], letter: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        return moves[row[state] + letter].astype(np.int64)

    return step, feature, full.nb_ptc[:, kept], full.nb_pc[kept], kinds
