"""Which words of a text can name something: not the grammar of its language, nor chatter, nor a person."""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from insight.text.clean import detect_language

WORD = r"[^\W_]+(?:'[^\W_]+)*"
_WORD = re.compile(WORD)
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|x|am|pm|hrs?|mins?|k)?")
TOKEN = r"(?<![\w'])[^\W\d_][^\W_]+(?:'[^\W_]+)*"
"""A word of two letters or more, for scikit-learn's vectorizers."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BEFORE_NOUN = _set(
    "the a an my your our his her their its this that these those no any some another each every of"
)
_BEFORE_VERB = _set(
    "i you we they he she who to can can't cannot could couldn't will won't would wouldn't don't "
    "doesn't didn't please not never i've we've you've i'll we'll should must might haven't hasn't just "
    "is are was were be being been so very too more less really extremely super quite"
)
_AFTER_VERB = _set("the a an my your our his her their its this that these me us you it them him")
_CALLS = _set("hi hey hello dear thanks thank cheers ta regards mr mrs miss ms sir cc")
_CALLED = 0.3
_PRESENT = 0.01
_LOOKED_AT = 400
LINKS = _set("of for on in to with at by and from de du des del della di da von für mit zu")
"""Small words that may stand inside a phrase."""


def find_words(text: str) -> list[str]:
    """Return the words of a clean text, in order."""
    return _WORD.findall(text)


def find_languages(texts: Sequence[str]) -> list[str]:
    """Return the languages of at least 1 % of 400 texts, evenly spaced; English always."""
    some = texts[:: max(1, len(texts) // _LOOKED_AT)]
    codes = Counter(code for code in detect_language(some) if code != "und")
    least = max(2, _PRESENT * codes.total())
    return ["en", *sorted(code for code, n in codes.items() if n >= least and code != "en")]


def stop_words(languages: Iterable[str] = ("en",)) -> frozenset[str]:
    """Return the words that never name a topic: function words of the languages, and chatter."""
    return frozenset().union(*(_stop_words(code) for code in languages))


@functools.cache
def _stop_words(language: str) -> frozenset[str]:
    own = tomllib.loads(Path(__file__).with_name("stop_words.toml").read_text("utf-8"))
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return ENGLISH_STOP_WORDS | _set(own["chatter"])
    import stopwordsiso

    known = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else ()
    return frozenset(known) | _set(own["polite"])


@dataclass(frozen=True)
class Reader:
    """Reads texts of several languages: each by the stop words of the language whose it holds most of."""

    stops: dict[str, frozenset[str]]
    silent: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Sequence[str], *, silent: Iterable[str] = ()) -> Reader:
        """Make a reader for an archive; `silent` words, as the brand's name, name nothing in any language."""
        stops = {code: _stop_words(code) for code in find_languages(texts)}
        return cls(stops, frozenset(silent))

    def content(self, words: list[str]) -> list[bool]:
        """Return which of a text's words, in lower case, can name something."""
        stop = max(self.stops.values(), key=lambda own: sum(word in own for word in words))
        stop = stop | self.stops["en"] if stop is not self.stops["en"] else stop
        return [
            not (word in stop or word in self.silent or word.split("'")[0] in stop or _is_short(word))
            for word in words
        ]


def _is_short(word: str) -> bool:
    return (word.isascii() and len(word) < 3) or _NUMBER.fullmatch(word) is not None


def noun_likeness(texts: list[list[str]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return how often a word stands as a noun, and how often it may begin a noun phrase, 0 to 1 each.

    Learnt from the texts themselves. After an article or a possessive a word is a noun, unless a noun
    follows: then it only begins a phrase ("the green light"). With a capital after any other small word it is
    a noun too ("in Paris"). After a pronoun, "to", an auxiliary, "is" or "very", or before an article, it is
    neither. Words seen in no such place get 1/2.
    """
    noun: Counter[str] = Counter()
    verb: Counter[str] = Counter()
    leads: Counter[str] = Counter()
    followed: Counter[tuple[str, str]] = Counter()
    small = _stop_words("en")
    for words in texts:
        lower = [*(word.lower() for word in words), ""]
        named = {
            (before, word.lower())
            for before, word in zip(lower, words[1:], strict=False)
            if word[0].isupper() and (before in small or before in LINKS)
        }
        for before, word, after in zip(lower, lower[1:], lower[2:], strict=False):
            verb[word] += before in _BEFORE_VERB
            verb[before] += word in _AFTER_VERB
            noun[word] += (before, word) in named
            if before in _BEFORE_NOUN:
                noun[word] += not after or after in small
                followed[word, after] += bool(after) and after not in small
    sure = {word for word in noun if noun[word] > verb[word]}
    for (word, after), n in followed.items():
        (leads if after in sure else noun)[word] += n
    every = noun.keys() | verb.keys() | leads.keys()
    alone = {word: (noun[word] + 1) / (noun[word] + verb[word] + leads[word] + 2) for word in every}
    first = {
        word: (noun[word] + leads[word] + 1) / (noun[word] + verb[word] + leads[word] + 2) for word in every
    }
    return alone, first


def find_people(texts: list[list[str]]) -> frozenset[str]:
    """Return the words that are people's names: capitalised, and often in an address or a signature."""
    seen: Counter[str] = Counter()
    title: Counter[str] = Counter()
    called: Counter[str] = Counter()
    for words in texts:
        for position, word in enumerate(words):
            if not word[0].isupper():
                seen[word.lower()] += 1
                continue
            seen[word.lower()] += 1
            title[word.lower()] += word.istitle()
            before = words[position - 1].lower() if position else ""
            called[word.lower()] += word.istitle() and before in _CALLS
    return frozenset(
        word for word, n in called.items() if n >= _CALLED * seen[word] and title[word] >= 0.8 * seen[word]
    )


def list_stops(texts: list[str], *, silent: Iterable[str] = ()) -> list[str]:
    """Return the stop words of an archive's languages that `TOKEN` leaves whole, as vectorizers want them."""
    distinct = sorted(set(texts))
    stops = stop_words(find_languages(distinct)) | {word.lower() for word in silent}
    return sorted(word for word in stops if re.fullmatch(TOKEN, word))


def count_words(
    texts: list[str], *, silent: Iterable[str] = ()
) -> tuple[sparse.csr_array, npt.NDArray[np.object_]]:
    """Return which text holds which word or pair of words that can name something, and these terms.

    Terms that fewer than three texts hold (two in less than 200 texts) are left out.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(
        binary=True,
        ngram_range=(1, 2),
        token_pattern=TOKEN,
        stop_words=list_stops(texts, silent=silent),
        min_df=3 if len(texts) >= 200 else 2 if len(texts) >= 20 else 1,
        dtype=np.float32,
    )
    try:
        counts = vectorizer.fit_transform(texts)
    except ValueError:  # no text holds a word that counts
        return sparse.csr_array((len(texts), 0), dtype=np.float32), np.array([], dtype=object)
    return sparse.csr_array(counts), vectorizer.get_feature_names_out()
