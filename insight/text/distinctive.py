"""The words that groups of people use more than others do, each person weighing the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.stats import compare
from insight.stats.comparison import benjamini_hochberg, own_codes
from insight.stats.intervals import wilson

from .clean import clean_text

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
    "share",
    "share_other",
    "share_low",
    "share_high",
    "share_other_low",
    "share_other_high",
    "log_odds",
    "low",
    "high",
    "p_value",
]


def distinctive_terms(
    texts: pd.Series | Iterable[str],
    *,
    people: npt.ArrayLike,
    groups: npt.ArrayLike,
    conversations: npt.ArrayLike | None = None,
    min_people: int = 5,
    ngrams: int = 1,
) -> pd.DataFrame:
    """Compare how much the people of each group use a word with how much the rest do.

    One row a group x term that at least `min_people` of the group's people use: `n` people in the group,
    `n_with` of them with the term, the same for all others; `share` and `share_other`, the mean over these
    people of the share of their messages with the term; the log odds ratio of the two with its 95 % interval
    under an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008; the pooled use, worth ten people);
    and the one-sided p-value of `insight.stats.compare`, adjusted over all rows. Strongest first.
    """
    found = find_terms(texts, ngrams=ngrams)
    return compare_terms(
        found, people=people, groups=groups, conversations=conversations, min_people=min_people
    )


@dataclass(frozen=True)
class Terms:
    """Which texts use which words: `uses` has one row a text and one column a term."""

    uses: csr_array
    terms: np.ndarray

    def of(self, rows: np.ndarray) -> Terms:
        """Keep some of the texts."""
        return Terms(self.uses[rows], self.terms)


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
    found: Terms,
    *,
    people: npt.ArrayLike,
    groups: npt.ArrayLike,
    conversations: npt.ArrayLike | None = None,
    min_people: int = 5,
) -> pd.DataFrame:
    """Compare the groups of people by the words of their texts; see `distinctive_terms`."""
    table = compare_items(
        found.uses,
        found.terms,
        people=people,
        groups=groups,
        conversations=conversations,
        min_people=min_people,
    )
    return table.assign(p_adjusted=benjamini_hochberg(table.pop("p_value")))


def compare_items(
    uses: csr_array,
    items: np.ndarray,
    *,
    people: npt.ArrayLike,
    groups: npt.ArrayLike,
    conversations: npt.ArrayLike | None = None,
    min_people: int = 5,
) -> pd.DataFrame:
    """Compare the groups of people by what each of their messages (a row of `uses`) has.

    The columns of `distinctive_terms`, with p_value, one-sided and not adjusted, in place of p_adjusted.
    """
    person = own_codes(people)
    thread = None if conversations is None else own_codes(conversations)
    group, names = pd.factorize(np.asarray(groups), sort=True)
    tables = [
        _one_group(name, group == number, uses, items, person, thread, min_people)
        for number, name in enumerate(names)
    ]
    table = pd.concat(tables or [pd.DataFrame(columns=[*_COLUMNS, "spread"])], ignore_index=True)
    order = table.assign(strength=-table["log_odds"] / table.pop("spread"))
    order = order.sort_values(["group", "strength", "term"]).index
    return table.loc[order, _COLUMNS].reset_index(drop=True)


def _one_group(
    name: object,
    here: np.ndarray,
    uses: csr_array,
    items: np.ndarray,
    person: np.ndarray,
    thread: np.ndarray | None,
    min_people: int,
) -> pd.DataFrame:
    found = compare(uses, here, people=person, conversations=thread, min_people=1, min_expected=0)
    own = np.flatnonzero((found.n_with >= min_people) & found.tested)
    n, other_n = found.effective[own], found.effective_other[own]
    share, other = found.share[own], found.share_other[own]
    centre, spread = _log_odds(share * n, n, other * other_n, other_n)
    two_sided = found.p_value[own] / 2
    ends, other_ends = wilson(share * n, n), wilson(other * other_n, other_n)
    return pd.DataFrame(
        {
            "group": np.full(len(own), name, dtype=object),
            "term": items[own],
            "n": found.n,
            "n_with": found.n_with[own],
            "n_other": found.n_other,
            "n_other_with": found.n_other_with[own],
            "share": share,
            "share_other": other,
            "share_low": ends[0],
            "share_high": ends[1],
            "share_other_low": other_ends[0],
            "share_other_high": other_ends[1],
            "log_odds": centre,
            "low": centre - 1.96 * spread,
            "high": centre + 1.96 * spread,
            "p_value": np.where(share > other, two_sided, 1 - two_sided),
            "spread": spread,
        }
    )


def _log_odds(
    k: np.ndarray, n: np.ndarray, other_k: np.ndarray, other_n: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    prior = _PRIOR_PEOPLE * (k + other_k + 0.5) / (n + other_n + 1)
    used, unused = k + prior, n - k + _PRIOR_PEOPLE - prior
    other_used, other_unused = other_k + prior, other_n - other_k + _PRIOR_PEOPLE - prior
    centre = np.log(used / unused) - np.log(other_used / other_unused)
    return centre, np.sqrt(1 / used + 1 / unused + 1 / other_used + 1 / other_unused)
