"""Text as models need it: cleaned, split into sentences, with its language."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from .language import classify

MAX_READ = 10_000
"""Characters of a message that are analysed; what comes after them is shown and searched, never modelled."""
LONGEST = 1_000
"""Characters of a sentence; a longer one is parted at a space, since rules take the square of its length."""
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2060\ufe0e\ufe0f\ufeff]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " "})
_REPOST = re.compile(r"^\s*RT\s+@\w+\s*:?\s*")
_ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,253}\w"  # e-mail
    r"|(?:https?:/{0,2}|www\.)[^\s\"'<>]*"  # link, also one cut off by an export
    r"|\b(?:[\w-]{1,63}\.){1,5}(?:com|co|org|net|io|ly|gl|me|tv)/\S*"  # link without a scheme
    r"|(?<!\w)[@＠][\w-]+(?:@[\w.-]{1,253}\w)?"  # handle, also of the fediverse
    r"|(?<![\w/])/?u/[\w-]+|\[(?:e-mail|name|phone|number|link|deleted)\]",  # redditor; left by read_archive
    re.IGNORECASE,
)
_TAG = re.compile(r"(?<!\w)[@＠][\w-]+|\[(?:e-mail|name|phone|number|link|deleted)\]", re.IGNORECASE)
_BEFORE_MAIL = re.compile(r"[\w.+-]@")
_HASHTAG = re.compile(r"(?<!\w)[#＃](\w+)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def clean_text(texts: pd.Series | Iterable[str]) -> list[str]:
    """Reduce texts to the words that say something, for models and counts (never for showing).

    Entities become characters, links, e-mail addresses, @handles and repost marks go, hashtags become words,
    typographic quotes become plain, white space becomes single spaces. Case and emoji stay.

    Parameters
    ----------
    texts : Series or iterable of str
        A missing value counts as an empty text.

    Returns
    -------
    list of str
        One text each, in order; empty where nothing was said.

    Examples
    --------
    >>> clean_text(["RT @pellwick: My kettle &amp; app don’t  pair #SoSlow https://example.org/a1"])
    ["My kettle & app don't pair So Slow"]
    """
    return [_clean(text) if isinstance(text, str) else "" for text in texts]


@functools.lru_cache(maxsize=100_000)  # one comparison after another asks for the same messages
def _clean(text: str) -> str:
    text = text[:MAX_READ]
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if not text.isascii():
        text = _INVISIBLE.sub("", text).translate(_QUOTES)
    text = _without_addresses(text)
    if "#" in text or "＃" in text:
        text = _HASHTAG.sub(lambda tag: _CAMEL.sub(" ", tag[1]), text)
    return " ".join(text.split())


def _without_addresses(text: str) -> str:
    """Remove the repost mark and all addresses; most texts have none, or nothing but handles."""
    low = text.lower()
    if "/" in text or "http" in low or "www." in low or ("@" in text and _BEFORE_MAIL.search(text)):
        return _ADDRESS.sub(" ", _REPOST.sub("", text))
    if "@" in text or "＠" in text or "[" in text:
        return _TAG.sub(" ", _REPOST.sub("", text))
    return text


_CONSONANT = "[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]"
_GLUED = rf"(?<!\b{_CONSONANT})(?<!\b{_CONSONANT}{{2}})[!?](?!{_CONSONANT}{{1,2}}\b)"
"""A mark between letters, unless it stands for a vowel: "sh!t"."""
_EMOJI = "[\u2600-\u27bf\U0001f000-\U0001faff]"
_BREAK = re.compile(
    rf"(?=[.!?…。！？｡\s]|{_EMOJI})(?:"  # most letters are turned down at once
    r"(?<![.!?…])(?P<mark>[.!?…]+)[\"'”’)\]]*(?P<space>\s+|$)"
    r"|(?P<wide>[。！？｡]+[」』）]?)\s*"
    r"|(?P<line>(?<!\s)\s*\n\s*)"
    rf"|(?<!{_EMOJI})(?P<emoji>(?:{_EMOJI}[\u200d\ufe0f]*)+)(?P<after>\s+|(?=\w)|$)"
    rf"|(?P<glued>(?<=[^\W\d_])(?:[!?]{{2,}}|{_GLUED}|(?<=[a-z][a-z])\.+)(?=[^\W\d_])))"
)
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,253}\.\w+|\b(?:\w{1,63}\.){1,5}[a-z]{2,4}/\S*",
    re.IGNORECASE,
)
_MAY_LINK = re.compile(r"[/@]|www\.", re.IGNORECASE)
_NEVER_LAST = (
    "mr mrs ms dr prof st sr vs e.g i.e eg ie approx dept est fig vol pp cf ca resp incl excl max min "
    "tel jan feb mar apr jun jul aug sep sept oct nov dec bzw z.b d.h u.a ggf inkl"
)
_SELDOM_LAST = "etc inc ltd co corp jr a.m p.m u.s u.k u.s.a usw al"
_ABBREVIATIONS = dict.fromkeys(_NEVER_LAST.split(), False) | dict.fromkeys(_SELDOM_LAST.split(), True)
_NUMBERED, _SHOUTED = {"no", "nos"}, {"yahoo"}
"""What goes before a number, and names that end in "!"."""
_LAST_WORD = re.compile(r"[\w.]{0,24}\w$")
_WORDLESS = re.compile(r"[\W_]*")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a message as it is really written: no capitals, emoji for full stops, no spaces.

    Parameters
    ----------
    text : str
        As shown, not cleaned: the spans point into its first `MAX_READ` characters.

    Returns
    -------
    list of tuple of int
        Start and end (exclusive) of each sentence, without the white space around it; a run of marks or emoji
        belongs to the sentence before it. Empty for a blank text.

    Examples
    --------
    >>> text = "It leaked at 7 a.m. again!!Why, Dr. Bean? fix it 😡😡 Thanks"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['It leaked at 7 a.m. again!!', 'Why, Dr. Bean?', 'fix it 😡😡', 'Thanks']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _pieces(text[:MAX_READ]):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        start = end
        if right <= left:
            continue
        if spans and right - spans[-1][0] <= LONGEST and _WORDLESS.fullmatch(text, left, right):
            spans[-1] = (spans[-1][0], right)
        else:
            spans.append((left, right))
    return spans


TITLE = -1
"""Number of the sentence of what is in a title."""


def sentence_at(text: str, number: int, *, title: str) -> str:
    """Return a sentence of a message by its number, the whole title by -1."""
    return title if number == TITLE else text[slice(*split_sentences(text)[number])]


def _pieces(text: str) -> Iterator[int]:
    """Find the ends of sentences, and of pieces of those that go on too long, in what is read of a text."""
    start = 0
    for end in (*_ends(text), len(text)):
        while end - start > LONGEST:
            space = text.rfind(" ", start + 1, start + LONGEST)
            start = space if space > 0 else start + LONGEST
            yield start
        yield end
        start = end


def _ends(text: str) -> Iterator[int]:
    links = [match.span() for match in _LINK.finditer(text)] if _MAY_LINK.search(text) else []
    for match in _BREAK.finditer(text):
        start, end = match.span()
        if not any(first < start and end < last for first, last in links) and _is_end(match, text):
            yield end


def _is_end(match: re.Match[str], text: str) -> bool:
    following = text[match.end() : match.end() + 1]
    if match["wide"] or match["glued"]:
        return True
    if match["line"] is not None:  # a wrapped line goes on in lower case
        return match["line"].count("\n") > 1 or not following.islower()
    if match["emoji"]:
        return not following.islower()
    if match.start() and text[match.start() - 1] in "([":  # a question mark put in: (?)
        return False
    word = _LAST_WORD.search(text, max(0, match.start() - 24), match.start())
    last = word[0].casefold() if word else ""
    if match["mark"] == "!" and last in _SHOUTED:
        return not following.isupper()
    if match["mark"] == ".":
        if last in _NUMBERED:
            return not following.isdigit()
        if len(last) == 1 and last.isalpha() and last not in "aiu":
            return False
        return last not in _ABBREVIATIONS or (_ABBREVIATIONS[last] and following.isupper())
    return not (set(match["mark"]) <= {".", "…"} and following.islower())


_LETTERS = re.compile(r"[^\W\d_]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def detect_language(texts: pd.Series | Iterable[str], *, min_probability: float = 0.5) -> list[str]:
    """Return the language of each text, or "und" where it is unclear.

    Parameters
    ----------
    texts : Series or iterable of str
        As exported; links, handles and hashtags are left out of the judgement.
    min_probability : float
        Least probability, 0 to 1, for a language to be named.

    Returns
    -------
    list of str
        ISO 639-1 codes, one of `LANGUAGES`; `und` where the text is too short (fewer than three words, or six
        letters where words are not spaced) or no language reaches `min_probability`.

    Notes
    -----
    py3langid's bundled model (Lui and Baldwin 2012), offline, the choice limited to `LANGUAGES`. Below 25
    letters twice the certainty is asked for: product names alone look like any language.

    Examples
    --------
    >>> detect_language(["The kettle never pairs with it", "Die Maschine ist schon wieder kaputt", "ok"])
    ['en', 'de', 'und']
    """
    cleaned = clean_text(texts)
    words = {text: _words(text) for text in sorted(set(cleaned))}
    sizes = {text: sum(map(len, found)) for text, found in words.items()}
    readable = [text for text, found in words.items() if _has_words(text, found, sizes[text])]
    plain = dict(zip(readable, _plain([" ".join(words[text]) for text in readable]), strict=True))
    distinct = sorted(set(plain.values()))
    judged = dict(zip(distinct, zip(*classify(distinct), strict=True), strict=True))
    found = {}
    for text, bare in plain.items():
        code, probability = judged[bare]
        needed = min_probability if sizes[text] >= 25 else (1 + min_probability) / 2
        found[text] = str(code) if probability >= needed else "und"
    return [found.get(text, "und") for text in cleaned]


_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}


def _words(text: str) -> list[str]:
    return text.translate(_NO_LETTERS).split() if text.isascii() else _LETTERS.findall(text)


def _plain(texts: list[str]) -> list[str]:
    """Write letters that are drawn out twice, and all in lower case."""
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    thrice = np.flatnonzero((points[2:] == points[1:-1]) & (points[1:-1] == points[:-2]))
    ends = np.cumsum([len(text) + 1 for text in texts])
    for row in np.unique(np.searchsorted(ends, thrice, side="right")):
        texts[row] = _STRETCHED.sub(r"\1\1", texts[row])
    return [text.lower() for text in texts]


def _has_words(text: str, words: list[str], size: int) -> bool:
    spaced = text.isascii() or ord(max("".join(words), default="a")) < 0x0E00
    return size >= 6 and (not spaced or len(words) >= 3)
