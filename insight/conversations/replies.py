"""What the brand's replies do, and whether they are written for the one who reads them."""

from __future__ import annotations

import functools
import re

import numpy as np
import pandas as pd

from insight.stats import shares
from insight.text.clean import clean_text
from insight.text.copies import group_copies
from insight.text.patterns import has_cue, read_cues
from insight.timeline.brands import is_brand_message
from insight.timeline.rows import timeline
from insight.timeline.threads import answered_rows

MARKS = ("copied", "named", "refers")
_NAME = re.compile(
    r"\b(?:[Hh]i|HI|[Hh]ello|[Hh]ey|[Dd]ear|[Tt]hanks|[Tt]hank you|[Ss]orry|[Mm]orning|[Aa]fternoon)"
    r",? +(?!(?:There|Team|All|We|I|It|If|For|Please|You|The|This|That|Your|Our|Folks|About|To)\b)"
    r"([A-Z][a-z]+)\b"
)
_SIGNED = re.compile(r"(?<!\s)\s*(?:(?<![-–—~/*])[-–—~/*]+ ?([A-Z][\w.]{0,14})|\^ ?(\w+))\s*$")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SERVICE = re.compile(
    "sorry|hello|thanks|thank|please|help|know|hear|need|want|like|just|really|love|back|today|team|reach|happy|"
    "glad|send|sent|drop|message|make|sure|going|look|take|tell|time|still|told|good|great|right|well|much"
)
_SHORT = 5


def own_replies(mentions: pd.DataFrame, brand: str | None) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a brand's replies in order of time, and the row of the timeline that each answers."""
    mentions = timeline(mentions, undated=True)
    answered = answered_rows(mentions, is_brand_message(mentions, brand))
    rows = np.flatnonzero((answered >= -1) & (mentions["text"].str.strip() != "").to_numpy(bool))
    return _signed(mentions.iloc[rows].reset_index(drop=True)), answered[rows]


def _signed(replies: pd.DataFrame) -> pd.DataFrame:
    """Name the writers by the column `writer`, else by signatures (^AB) if a tenth of replies has one."""
    if "writer" in replies.columns:
        return replies
    found = [_SIGNED.search(text) for text in replies["text"]]
    names = pd.Series([match and (match[1] or match[2]) for match in found], dtype=object)
    return replies.assign(writer=names) if names.notna().mean() >= 0.1 else replies


def reply_acts(mentions: pd.DataFrame, *, brand: str | None = None) -> pd.DataFrame:
    """Find what each of the brand's replies does: apologise, explain, fix, ask, sell and four more.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    brand : str, optional
        Whose replies; by default the one brand that speaks in the table.

    Returns
    -------
    DataFrame
        One row a reply x act, by time and then in the order of the acts; a reply may do several things.

        - mention_id : the reply
        - act : acknowledge, apologise, explain, fix, ask, thank, move offline or sell
        - start, end : int, where the first telling words are in `text`

        `attrs["n_replies"]` is the number of replies looked at, those without any act included.

    Raises
    ------
    InsightError
        If several brands speak and none is named, or the named one is not in the table.

    Notes
    -----
    The word patterns are in `insight/text/cues/conduct.toml`, English, to be read and edited. An act is what
    the words promise; whether a fix worked is not in them.

    Examples
    --------
    >>> import insight as ins
    >>> reply_acts(ins.example())
      mention_id           act  start  end
    0        x:2     apologise      0    5
    1        x:2  move offline     30   32
    2        x:8   acknowledge      0    9
    3       x:11   acknowledge      0   13
    4       x:11     apologise      0    5
    """
    replies, _ = own_replies(mentions, brand)
    ids, texts = replies["mention_id"].tolist(), replies["text"].tolist()
    rows = []
    for order, (act, cue) in enumerate(read_cues("conduct").items()):
        for row in np.flatnonzero(has_cue(replies["text"], cue)).tolist():
            span = cue.span(texts[row])
            if span:
                rows.append((row, order, ids[row], act, *span))
    acts = pd.DataFrame([row[2:] for row in sorted(rows)], columns=["mention_id", "act", "start", "end"])
    acts.attrs["n_replies"] = len(replies)
    return acts


def mark_replies(mentions: pd.DataFrame, *, brand: str | None, threshold: float) -> pd.DataFrame:
    """Mark each reply of the brand as `form_letters` counts them; NA where it cannot be judged."""
    replies, answered = own_replies(mentions, brand)
    ordered = timeline(mentions, undated=True)
    known = answered >= 0
    asked = ordered["text"].to_numpy(object)[np.maximum(answered, 0)]
    reader = ordered["author_id"].to_numpy(object)[np.maximum(answered, 0)]
    reader = np.where(known & pd.notna(reader), reader, replies["mention_id"].to_numpy(object))
    bare = [_NAME.sub(" ", _SIGNED.sub("", text)) for text in replies["text"]]
    group = _copies(tuple(bare), threshold) if bare else np.array([], dtype=int)
    n_readers = pd.Series(reader).groupby(group).transform("nunique").to_numpy()
    cleaned = clean_text(bare)
    long_enough = np.array([len(text.split()) >= _SHORT for text in cleaned], dtype=bool)
    names = {str(name).casefold() for name in ordered["brand"].dropna().unique()}
    refers = [
        not _content(one, names).isdisjoint(_content(other, names))
        for one, other in zip(clean_text(asked), cleaned, strict=True)
    ]
    named = [bool(_NAME.search(text)) for text in replies["text"]]
    return replies.assign(
        copied=pd.Series(n_readers > 1, dtype="boolean").where(pd.Series(long_enough)),
        named=pd.Series(named, dtype="boolean"),
        refers=pd.Series(refers, dtype="boolean").where(pd.Series(known)),
        answered=answered,
        reader=reader,
    )


@functools.lru_cache(maxsize=1)
def _copies(texts: tuple[str, ...], threshold: float) -> np.ndarray:
    """Group the same replies once, however many measures ask for their copies."""
    return group_copies(texts, threshold=threshold)


def _content(cleaned: str, names: set[str]) -> set[str]:
    words = {word.casefold() for word in _WORD.findall(cleaned)} - names
    return {word.removesuffix("s") for word in words if not _is_courtesy(word)}


@functools.lru_cache(maxsize=100_000)
def _is_courtesy(word: str) -> bool:
    """Return words that any reply may have: stop words, and those of a service that is kind to everyone."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return word in ENGLISH_STOP_WORDS or bool(_SERVICE.fullmatch(word))


def form_letters(mentions: pd.DataFrame, *, brand: str | None = None, threshold: float = 0.8) -> pd.DataFrame:
    """Count the replies that are copies of one another, and those that are meant for one person.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. An extra column `writer` (who wrote a brand post, or the app it came from) splits
        the counts; without it a signature such as ^AB at the end does, if a tenth of the replies has one.
    brand : str, optional
        Whose replies; by default the one brand that speaks in the table.
    threshold : float
        Least similarity of two near copies, above 0.5 to 1 (see `copies.group_copies`).

    Returns
    -------
    DataFrame
        One row a writer x mark; first all writers together, then each in the order of the first reply.

        - writer : "all", or the writer
        - mark : copied (the same words, names and signatures aside, to two or more people; replies under
          five words are not judged), named (calls the reader by a name), refers (shares a word with the
          message that it answers; only where that message is in the table)
        - n : replies judged; n_marked : those with the mark
        - share, low, high : n_marked / n with its 95 % interval, by readers; missing of fewer than ten

    Raises
    ------
    InsightError
        If several brands speak and none is named, or the named one is not in the table.

    Notes
    -----
    A copy is not a fault: many people may have asked the same. A word shared is a small proof of listening,
    a brand name or a word of courtesy is none. English.

    Examples
    --------
    >>> import insight as ins
    >>> form_letters(ins.example())[["writer", "mark", "n", "n_marked"]]
      writer    mark  n  n_marked
    0    all  copied  3         0
    1    all   named  3         0
    2    all  refers  3         0
    """
    replies = mark_replies(mentions, brand=brand, threshold=threshold)
    groups = {"all": replies}
    if "writer" in replies.columns:
        groups |= {str(name): rows for name, rows in replies.groupby("writer", sort=False)}
    rows = [
        (writer, mark, len(yes), int(yes.sum()), *shares(yes, by=part["reader"][yes.index]).first())
        for writer, part in groups.items()
        for mark in MARKS
        for yes in [part[mark].dropna().astype(bool)]
    ]
    return pd.DataFrame(rows, columns=["writer", "mark", "n", "n_marked", "share", "low", "high"])
