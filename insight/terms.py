"""The words that groups of people use more than others do, each person counted once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.statistics import benjamini_hochberg
from insight.text import clean_text

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_PRIOR_PEOPLE = 10
_COLUMNS = [
    "group",
    "term",
    "n",
    "n_with",
    "n_other",
    "n_other_with",
    "log_odds",
    "low",
    "high",
    "p_adjusted",
]


def distinctive_terms(
    texts: pd.Series | Iterable[str],
    *,
    people: npt.ArrayLike,
    groups: npt.ArrayLike,
    minimum: int = 5,
    ngrams: int = 1,
) -> pd.DataFrame:
    """Compare how many people of each group use a word with how many of the rest do.

    One row a group x term that at least `minimum` of the group's people use: `n` people in the group,
    `n_with` of them with the term, the same for all others, the log odds ratio with its 95 % interval under
    an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008; the pooled use, worth ten people), and
    the p-value of Fisher's exact test, one-sided, adjusted over all rows. Strongest first.
    """
    return compare_terms(find_terms(texts, ngrams=ngrams), people=people, groups=groups, minimum=minimum)


@dataclass(frozen=True)
class Terms:
    """Which texts use which words: `said` has one row a text and one column a term."""

    said: csr_array
    terms: np.ndarray

    def of(self, rows: np.ndarray) -> Terms:
        """Keep some of the texts."""
        return Terms(self.said[rows], self.terms)


def find_terms(texts: pd.Series | Iterable[str], *, ngrams: int = 1) -> Terms:
    """Find the words that each text uses, stop words aside; once for as many comparisons as are wanted."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import CountVectorizer

    cleaned = clean_text(texts)
    vectorizer = CountVectorizer(
        binary=True,
        ngram_range=(1, ngrams),
        stop_words="english",
        token_pattern=r"(?u)\b[^\W\d_][\w'-]*\w\b",
    )
    try:
        return Terms(csr_array(vectorizer.fit_transform(cleaned)), vectorizer.get_feature_names_out())
    except ValueError:  # scikit-learn's word for "no term is left"
        return Terms(csr_array((len(cleaned), 0), dtype=np.int64), np.array([], dtype=object))


def compare_terms(
    found: Terms, *, people: npt.ArrayLike, groups: npt.ArrayLike, minimum: int = 5
) -> pd.DataFrame:
    """Compare the groups of people by the words of their texts; see `distinctive_terms`."""
    cells = pd.DataFrame({"person": np.asarray(people), "group": np.asarray(groups)})
    counts, sizes, names = _people_by_term(found.said, cells)
    return compare_counts(counts, sizes, found.terms, names, minimum=minimum)


def compare_counts(
    counts: np.ndarray, sizes: np.ndarray, terms: np.ndarray, names: np.ndarray, *, minimum: int
) -> pd.DataFrame:
    """Compare how many people (groups x terms) of groups of these sizes use each term; see above."""
    from scipy.stats import hypergeom

    total, everyone = counts.sum(axis=0), sizes.sum()
    rows, columns = np.nonzero(counts >= minimum)
    k, n = counts[rows, columns], sizes[rows]
    other_k, other_n = total[columns] - k, everyone - n
    centre, spread = _log_odds(k, n, other_k, other_n)
    table = pd.DataFrame(
        {
            "group": names[rows],
            "term": terms[columns],
            "n": n,
            "n_with": k,
            "n_other": other_n,
            "n_other_with": other_k,
            "log_odds": centre,
            "low": centre - 1.96 * spread,
            "high": centre + 1.96 * spread,
            "p_adjusted": benjamini_hochberg(hypergeom.sf(k - 1, everyone, total[columns], n)),
        },
        columns=_COLUMNS,
    )
    order = table.assign(strength=-centre / spread).sort_values(["group", "strength", "term"]).index
    return table.loc[order].reset_index(drop=True)


def _log_odds(
    k: np.ndarray, n: np.ndarray, other_k: np.ndarray, other_n: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    prior = _PRIOR_PEOPLE * (k + other_k + 0.5) / (n + other_n + 1)
    used, unused = k + prior, n - k + _PRIOR_PEOPLE - prior
    other_used, other_unused = other_k + prior, other_n - other_k + _PRIOR_PEOPLE - prior
    centre = np.log(used / unused) - np.log(other_used / other_unused)
    return centre, np.sqrt(1 / used + 1 / unused + 1 / other_used + 1 / other_unused)


def _people_by_term(said: csr_array, cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy.sparse import csr_array

    person_in_group, keys = pd.factorize(pd.MultiIndex.from_frame(cells[["group", "person"]]), sort=True)
    group, names = pd.factorize(keys.get_level_values(0), sort=True)
    sizes = np.bincount(group, minlength=len(names))
    n_texts = said.shape[0]
    speaks = csr_array(
        (np.ones(n_texts, dtype=np.int64), (person_in_group, np.arange(n_texts))), shape=(len(keys), n_texts)
    )
    uses = (speaks @ said).astype(bool).astype(np.int64)
    belongs = csr_array(
        (np.ones(len(keys), dtype=np.int64), (group, np.arange(len(keys)))), shape=(len(names), len(keys))
    )
    return (belongs @ uses).toarray(), sizes, np.asarray(names)
