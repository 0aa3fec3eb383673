"""Whether the brand's hashtags belong to what it talks about, or to someone else's trend."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import is_repost
from insight.text.clean import clean_text
from insight.timeline.brands import is_brand_message
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline

_TAG = re.compile(r"(?<!\w)[#＃](\w*[^\W\d_]\w*)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_|(?<=\D)(?=\d)|(?<=\d)(?=\D)")
_WORD = re.compile(r"(?<![\w@#])[^\W\d_]+")
_MOST_HOME = 3000
_NEAREST = 3
_CAMPAIGN_DAYS = 3
_MOSTLY = 0.6


def hashtag_audit(
    mentions: pd.DataFrame, *, brand: str | None = None, min_people: int = 5, random_state: int = 0
) -> pd.DataFrame:
    """Check each hashtag of the brand's own posts against what it stands for in the archive.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    brand : str, optional
        Whose posts; by default the one brand that speaks in the table.
    min_people : int
        Least number of other people whose use of a tag is judged, and who make a word common.
    random_state : int
        Seed of the sample of customers' messages that tags are compared with.

    Returns
    -------
    DataFrame
        One row an own post x tag, by time.

        - mention_id, created_at : the post
        - tag : in lower case, without the mark
        - n_own : own posts with the tag
        - n_people : other people who use it of their own accord: before the brand did, or without naming it
        - similarity : how near the others' messages with the tag are to customers' messages without one: the
          mean cosine with the three nearest, 0 to 1; NaN under `min_people` people
        - usual_low : what nine in ten customers' messages exceed
        - flagged : look at this post
        - reason : why, or why not

    Raises
    ------
    InsightError
        If several brands speak and none is named, or the named one is not in the table.

    Notes
    -----
    A tag fits when most of it is words that customers or the brand use without the mark, when the post itself
    speaks of it, or when the other people who use it talk about what customers talk about (words weighed by
    TF-IDF). A tag that no one else uses is taken for a campaign after three days of use, and for a borrowed
    trend before. A rule for a second look by a person: it cannot know what a tag means outside the archive.

    Examples
    --------
    >>> import insight as ins
    >>> hashtag_audit(ins.example())[["tag", "n_people", "flagged"]]
       tag  n_people  flagged
    0  red         0    False
    """
    mentions = timeline(mentions, undated=True)
    own = is_brand_message(mentions, brand)
    tags = [
        {written.casefold(): written for written in _TAG.findall(text)} if "#" in text or "＃" in text else {}
        for text in mentions["text"]
    ]
    used = [(row, tag, written) for row in np.flatnonzero(own) for tag, written in tags[row].items()]
    table = pd.DataFrame(used, columns=["row", "tag", "written"])
    posts = mentions.iloc[table["row"].to_numpy(int)].reset_index(drop=True)
    table = table.assign(mention_id=posts["mention_id"], created_at=posts["created_at"])
    table["n_own"] = table.groupby("tag")["row"].transform("size")
    days = table["created_at"].dt.floor("D").groupby(table["tag"]).nunique()
    bare = [_TAG.sub(" ", text) if used else text for text, used in zip(mentions["text"], tags, strict=True)]
    home = _home(mentions, own, bare, brand)
    parts = _parts(table["written"])
    common = _common_words(mentions, bare, home | own, parts, min_people)
    common |= {word for name in mentions["brand"].dropna().unique() for word in _words(str(name))}
    company = _companies(mentions, own, tags, set(table["tag"]))
    wanted = set(table["tag"])
    calm = [bare[row] for row in np.flatnonzero(home).tolist() if not wanted & tags[row].keys()]
    near = _nearness(company, mentions, bare, calm, min_people=min_people, random_state=random_state)
    verdicts = []
    for row, tag, written in table[["row", "tag", "written"]].itertuples(index=False):
        n_people = int(mentions["author_id"].iloc[company.get(tag, [])].nunique())
        similarity, usual = near.get(tag, (np.nan, np.nan))
        flagged, reason = _judge(written, bare[row], common, similarity, usual, n_people, days.get(tag, 0))
        verdicts.append((n_people, similarity, usual, flagged, reason))
    judged = pd.DataFrame(verdicts, columns=["n_people", "similarity", "usual_low", "flagged", "reason"])
    return pd.concat([table[["mention_id", "created_at", "tag", "n_own"]], judged], axis=1)


def _nearness(
    company: dict[str, list[int]],
    mentions: pd.DataFrame,
    bare: list[str],
    calm: list[str],
    *,
    min_people: int,
    random_state: int,
) -> dict[str, tuple[float, float]]:
    """Return for each tag that enough people use how near they are to customers, and what is usual.

    The mean cosine with the three nearest messages of customers, words by TF-IDF.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.neighbors import NearestNeighbors

    enough = {
        tag: rows for tag, rows in company.items() if mentions["author_id"].iloc[rows].nunique() >= min_people
    }
    distinct = sorted(set(calm))
    chosen = np.random.default_rng(random_state).permutation(len(distinct))[:_MOST_HOME]
    sample = sorted(set(clean_text(distinct[row] for row in chosen)) - {""})
    if not enough or len(sample) <= _NEAREST:
        return {}
    model = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    near = NearestNeighbors(n_neighbors=_NEAREST, metric="cosine").fit(model.fit_transform(sample))
    usual_low = float(np.quantile(1 - near.kneighbors()[0].mean(axis=1), 0.1))

    def likeness(texts: list[str]) -> float:
        return float(1 - near.kneighbors(model.transform(clean_text(texts)))[0].mean())

    return {tag: (likeness([bare[row] for row in rows]), usual_low) for tag, rows in enough.items()}


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
        return not fits, f"the {n_people} other people who use it of their own accord talk about {talk}"
    if n_days >= _CAMPAIGN_DAYS:
        return False, f"a tag of the brand's own, used on {n_days} days"
    return True, f"{n_people or 'no'} other people use it of their own accord, and no one uses its words"


def _home(
    mentions: pd.DataFrame, own: npt.NDArray[np.bool_], bare: list[str], brand: str | None
) -> np.ndarray:
    """Which messages are about the brand: by others, in words of their own."""
    about = (mentions["brand"].isna() | (mentions["brand"].astype(object) == brand)) if brand else True
    spoken = np.array([bool(text.strip()) for text in bare], dtype=bool)
    return np.asarray(about & by_people(mentions) & spoken & ~own & ~is_repost(mentions), dtype=bool)


def _parts(tags: pd.Series) -> set[str]:
    """All that could be a word of one of these tags."""
    return {
        tag[start:end]
        for tag in {written.casefold() for written in tags}
        for start in range(len(tag))
        for end in range(start + 1, len(tag) + 1)
    }


def _common_words(
    mentions: pd.DataFrame, bare: list[str], rows: np.ndarray, parts: set[str], min_people: int
) -> set[str]:
    """Which of these parts of tags enough people, or enough posts of the brand, use as a word, unmarked."""
    speaker = mentions["author_id"].where(by_people(mentions), mentions["mention_id"]).to_numpy(object)
    uses = {(speaker[row], word) for row in np.flatnonzero(rows) for word in _words(bare[row]) & parts}
    counts = Counter(word for _, word in uses)
    return {word for word, n in counts.items() if n >= min_people}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _made_of(tag: str, words: set[str]) -> bool:
    """Return whether known words of four letters or more make up most of a tag."""
    covered = [0] * (len(tag) + 1)
    for end in range(1, len(tag) + 1):
        ending = [covered[start] + end - start for start in range(end - 3) if tag[start:end] in words]
        covered[end] = max([covered[end - 1], *ending])
    return tag in words or covered[-1] >= _MOSTLY * len(tag)


def _companies(
    mentions: pd.DataFrame, own: npt.NDArray[np.bool_], tags: list[dict[str, str]], wanted: set[str]
) -> dict[str, list[int]]:
    """Rows in which others use a tag of their own accord; who names the brand later may react to it."""
    others = by_people(mentions) & ~own & ~is_repost(mentions)
    names = tuple(str(name).casefold() for name in mentions["brand"][own].dropna().unique())
    texts = mentions["text"]
    first: dict[str, int] = {}
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(others | own).tolist():
        for tag in sorted(wanted & tags[row].keys()):
            if own[row]:
                first.setdefault(tag, row)
            elif tag not in first or not any(name in texts.iloc[row].casefold() for name in names):
                rows.setdefault(tag, []).append(row)
    return rows
