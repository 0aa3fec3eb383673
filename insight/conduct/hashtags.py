"""Whether the brand's hashtags belong to what it talks about, or to somebody else's trend."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.text import clean_text
from insight.threads import in_order, is_repost, speaks_for

_TAG = re.compile(r"(?<!\w)[#＃](\w*[^\W\d_]\w*)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_|(?<=\D)(?=\d)|(?<=\d)(?=\D)")
_WORD = re.compile(r"[^\W\d_]+")
_MOST_HOME = 5000
_CAMPAIGN_DAYS = 3


def hashtag_audit(
    mentions: pd.DataFrame, *, brand: str | None = None, minimum: int = 5, random_state: int = 0
) -> pd.DataFrame:
    """Check each hashtag of the brand's own posts against what it stands for in the archive.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    brand : str, optional
        Whose posts; by default the one brand that speaks in the table.
    minimum : int
        Least number of other people whose use of a tag is judged, and who make a word common.
    random_state : int
        Seed of the comparison samples.

    Returns
    -------
    DataFrame
        One row an own post x tag, by time.

        - mention_id, created_at : the post
        - tag : in lower case, without the mark
        - n_own : own posts with the tag
        - n_people : other people who use it
        - similarity : cosine of the others' words beside the tag and the words of the brand's customers,
          0 to 1; NaN under `minimum` people
        - usual_low : what 95 in 100 samples of customers, of the same number of messages, exceed
        - flagged : look at this post
        - reason : why, or why not

    Raises
    ------
    InsightError
        If several brands speak and none is named, or the named one is not in the table.

    Notes
    -----
    A tag fits when it is made of words that customers or the brand use without the mark, when the post itself
    speaks of it, or when the other people who use it talk about what customers talk about (words weighed by
    TF-IDF). A tag that nobody else uses is taken for a campaign after three days of use, and for a borrowed
    trend before. A rule for a second look by a person: it cannot know what a tag means outside the archive.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame(
    ...         {
    ...             "mention_id": [f"x:{number}" for number in range(8)],
    ...             "author_id": [f"p{number}" for number in range(6)] + ["acme"] * 2,
    ...             "side": ["customer"] * 6 + ["brand"] * 2,
    ...             "text": ["my kettle makes good coffee"] * 6 + ["New #coffee", "20% off! #election"],
    ...         }
    ...     )
    ... )
    >>> hashtag_audit(mentions)[["tag", "n_people", "flagged"]]
            tag  n_people  flagged
    0    coffee         0    False
    1  election         0     True
    """
    mentions = in_order(mentions)
    own = speaks_for(mentions, brand)
    tags = [_tags(text) if "#" in text or "＃" in text else {} for text in mentions["text"]]
    used = [(row, tag, written) for row in np.flatnonzero(own) for tag, written in tags[row].items()]
    table = pd.DataFrame(used, columns=["row", "tag", "written"])
    posts = mentions.iloc[table["row"].to_numpy(int)].reset_index(drop=True)
    table = table.assign(mention_id=posts["mention_id"], created_at=posts["created_at"])
    table["n_own"] = table.groupby("tag")["row"].transform("size")
    days = table["created_at"].dt.floor("D").groupby(table["tag"]).nunique()
    bare = [_TAG.sub(" ", text) for text in mentions["text"]]
    home = _home(mentions, own, bare, brand)
    common = _common_words(mentions, bare, home | own, minimum) | _brand_words(mentions)
    company = _companies(mentions, own, tags, set(table["tag"]))
    likeness = _Likeness(bare, np.flatnonzero(home), random_state) if company else None
    verdicts = []
    for row, tag, written in table[["row", "tag", "written"]].itertuples(index=False):
        others = company.get(tag, np.array([], dtype=int))
        n_people = int(mentions["author_id"].iloc[others].nunique())
        similarity, usual = (
            likeness.of(tuple(others)) if likeness and n_people >= minimum else (np.nan, np.nan)
        )
        flagged, reason = _judge(written, bare[row], common, similarity, usual, n_people, days.get(tag, 0))
        verdicts.append((n_people, similarity, usual, flagged, reason))
    judged = pd.DataFrame(verdicts, columns=["n_people", "similarity", "usual_low", "flagged", "reason"])
    return pd.concat([table[["mention_id", "created_at", "tag", "n_own"]], judged], axis=1)


def _judge(
    written: str, text: str, common: set[str], similarity: float, usual: float, n_people: int, n_days: int
) -> tuple[bool, str]:
    words = [word.casefold() for word in _CAMEL.split(written) if _WORD.fullmatch(word)]
    if _made_of(written.casefold(), common) or (words and set(words) <= common):
        return False, "customers or the brand use its words"
    if written.casefold() in "".join(_WORD.findall(text.casefold())):
        return False, "the post itself speaks of it"
    if not np.isnan(similarity):
        fits = similarity >= usual
        talk = "what customers talk about" if fits else "something else than customers do"
        return not fits, f"the {n_people} other people who use it talk about {talk}"
    if n_days >= _CAMPAIGN_DAYS:
        return False, f"a tag of the brand's own, used on {n_days} days"
    others = "nobody else here uses it" if n_people == 0 else f"only {n_people} other people here use it"
    return True, f"{others}, and nobody says its words"


def _tags(text: str) -> dict[str, str]:
    return {written.casefold(): written for written in _TAG.findall(text)}


def _home(
    mentions: pd.DataFrame, own: npt.NDArray[np.bool_], bare: list[str], brand: str | None
) -> np.ndarray:
    """Which messages are about the brand: by others, in words of their own."""
    about = (mentions["brand"].isna() | (mentions["brand"].astype(object) == brand)) if brand else True
    spoken = np.array([bool(text.strip()) for text in bare], dtype=bool)
    return np.asarray(
        about & (mentions["side"] != "brand") & spoken & ~own & ~is_repost(mentions), dtype=bool
    )


def _common_words(mentions: pd.DataFrame, bare: list[str], rows: np.ndarray, minimum: int) -> set[str]:
    """Words that enough people, or enough posts of the brand, use without a mark."""
    speaker = (
        mentions["author_id"].where(mentions["side"] != "brand", mentions["mention_id"]).to_numpy(object)
    )
    said = {(speaker[row], word) for row in np.flatnonzero(rows) for word in _words(bare[row])}
    counts = Counter(word for _, word in said)
    return {word for word, n in counts.items() if n >= minimum}


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(clean_text([text])[0])}


def _brand_words(mentions: pd.DataFrame) -> set[str]:
    return {word for name in mentions["brand"].dropna().unique() for word in _words(str(name))}


def _made_of(tag: str, words: set[str]) -> bool:
    """Tell whether a tag is a chain of known words, at least one of them of four letters or more."""
    reach: dict[int, bool] = {0: False}
    for end in range(1, len(tag) + 1):
        chains = [
            reach[start] or end - start > 3
            for start in list(reach)
            if end - start > 1 and tag[start:end] in words
        ]
        if chains:
            reach[end] = any(chains)
    return reach.get(len(tag), False)


def _companies(
    mentions: pd.DataFrame, own: npt.NDArray[np.bool_], tags: list[dict[str, str]], wanted: set[str]
) -> dict[str, np.ndarray]:
    """Rows in which other people use each tag, passed-on posts aside."""
    others = (mentions["side"] != "brand").to_numpy() & ~own & ~is_repost(mentions)
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(others).tolist():
        for tag in wanted & tags[row].keys():
            rows.setdefault(tag, []).append(row)
    return {tag: np.array(found) for tag, found in rows.items()}


class _Likeness:
    """How like some messages are to what customers say, beside samples of customers of the same size."""

    def __init__(self, bare: list[str], home: np.ndarray, random_state: int) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.random = np.random.default_rng(random_state)
        chosen = self.random.permutation(home)[:_MOST_HOME]
        self.texts = clean_text(bare)
        self.model = TfidfVectorizer(stop_words="english", sublinear_tf=True)
        self.vectors = self.model.fit_transform([self.texts[row] for row in chosen])
        self.known: dict[tuple[int, ...], tuple[float, float]] = {}

    def of(self, rows: tuple[int, ...]) -> tuple[float, float]:
        """Return the cosine for these rows, and the fifth percentile over 200 samples of customers."""
        if rows not in self.known:
            middle = np.asarray(self.vectors.mean(axis=0)).ravel()
            seen = self.model.transform([self.texts[row] for row in rows])
            picks = self.random.integers(self.vectors.shape[0], size=(200, len(rows)))
            usual = [_cosine(self.vectors[pick], middle) for pick in picks]
            self.known[rows] = (_cosine(seen, middle), float(np.quantile(usual, 0.05)))
        return self.known[rows]


def _cosine(vectors: object, middle: np.ndarray) -> float:
    centre = np.asarray(vectors.mean(axis=0)).ravel()  # type: ignore[attr-defined]
    length = float(np.linalg.norm(centre) * np.linalg.norm(middle))
    return float(centre @ middle) / length if length else 0.0
