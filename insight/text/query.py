"""The query language: words, phrases, wildcards, NEAR, AND, OR, NOT and brackets -> a matcher of texts."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from insight.mentions import InsightError

Spans = list[tuple[int, int]]
Matcher = Callable[["Text"], Spans | None]

_TOKEN = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<near>NEAR(?:/(?P<gap>\d+))?)(?![\w*])'
    r"|(?P<operator>AND|OR|NOT)(?![\w*])|(?P<word>[#@]?[^\s()\"]+))"
)
_WORD = re.compile(r"[#@]?[^\W_](?:[\w'’-]*[^\W_])?|[#@]\w+")
_GAP = 5


@dataclass(frozen=True)
class Text:
    """A text and, made once, its words in lower case with their places."""

    text: str

    @functools.cached_property
    def words(self) -> list[tuple[str, int, int]]:
        """The words in lower case, each with its start and end."""
        return [(match[0].casefold(), *match.span()) for match in _WORD.finditer(self.text)]


@dataclass
class _Left:
    """What of a query is still to be read, and its words so far with their own matchers."""

    query: str
    tokens: list[tuple[str, str]]
    words: list[tuple[str, Matcher]]

    @property
    def next(self) -> str:
        return self.tokens[0][0] if self.tokens else "end"


def parse_query(query: str) -> tuple[Matcher, list[tuple[str, Matcher]]]:
    """Read a query by recursive descent; return its matcher and those of its words alone."""
    left = _Left(query, list(_tokens(query)), [])
    try:
        matcher = _either(left)
    except RecursionError as error:
        raise InsightError(f"the query '{query[:60]}…' has too many brackets in each other.") from error
    if left.tokens:
        raise InsightError(f"the query {query!r} has a closing bracket too many.")
    return matcher, left.words


def _either(left: _Left) -> Matcher:
    parts = [_both(left)]
    while left.next == "OR":
        left.tokens.pop(0)
        parts.append(_both(left))
    return parts[0] if len(parts) == 1 else _any_of(parts)


def _both(left: _Left) -> Matcher:
    wanted, barred = [], []
    while True:
        if left.next == "NOT":
            left.tokens.pop(0)
            barred.append(_close(left))
        else:
            wanted.append(_close(left))
        if left.next == "AND":
            left.tokens.pop(0)
        elif left.next in ("end", "close", "OR"):
            break
    if not wanted:
        raise InsightError(f"the query {left.query!r} only excludes; say what to look for besides NOT.")
    return _all_of(wanted, barred)


def _close(left: _Left) -> Matcher:
    matcher = _single(left)
    while left.next == "NEAR":
        matcher = _near(matcher, int(left.tokens.pop(0)[1]), _single(left))
    return matcher


def _single(left: _Left) -> Matcher:
    kind, value = left.tokens.pop(0) if left.tokens else ("end", "")
    if kind == "open":
        inner = _either(left)
        if left.next != "close":
            raise InsightError(f"a bracket is open in the query {left.query!r}.")
        left.tokens.pop(0)
        return inner
    if kind not in ("word", "phrase") or not value.strip():
        where = "at its end" if kind == "end" else f"at {kind}"
        raise InsightError(f"the query {left.query!r} lacks a word {where}.")
    matcher = _phrase(value)
    left.words.append((value, matcher))
    return matcher


def _tokens(query: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(query.strip()):
        kind = match.lastgroup or ""
        if match["near"]:
            yield "NEAR", match["gap"] or str(_GAP)
        elif match["operator"]:
            yield match["operator"], ""
        elif match["phrase"] is not None:
            yield "phrase", match["phrase"]
        else:
            yield kind, match[kind] or ""


def _phrase(value: str) -> Matcher:
    parts = [_pattern(word) for word in re.findall(r"[#@]?[\w'’*?-]+", value.casefold())]
    if not parts:
        raise InsightError(f"{value!r} has no word to look for.")

    def match(text: Text) -> Spans | None:
        words = text.words
        found = [
            (words[start][1], words[start + len(parts) - 1][2])
            for start in range(len(words) - len(parts) + 1)
            if all(part.fullmatch(words[start + offset][0]) for offset, part in enumerate(parts))
        ]
        return found or None

    return match


def _pattern(word: str) -> re.Pattern[str]:
    """`*` stands for any letters, `?` for one; without a tag's mark a word also finds the tag.

    What stands between two stars is sought once, from the left (an atomic group), so that many stars in a
    long word cost no more than a few.
    """
    first, *rest = (re.escape(part).replace(r"\?", r"\w") for part in re.split(r"\*+", word))
    between = "".join(rf"(?>[\w'’-]*?{part})" for part in rest[:-1])
    body = f"{first}{between}" + "".join(rf"[\w'’-]*{part}" for part in rest[-1:])
    return re.compile(body if word[0] in "#@" else f"[#@]?{body}")


def _any_of(parts: list[Matcher]) -> Matcher:
    def match(text: Text) -> Spans | None:
        found = [spans for part in parts if (spans := part(text)) is not None]
        return [span for spans in found for span in spans] if found else None

    return match


def _all_of(wanted: list[Matcher], barred: list[Matcher]) -> Matcher:
    def match(text: Text) -> Spans | None:
        found: Spans = []
        for part in wanted:
            spans = part(text)
            if spans is None:
                return None
            found += spans
        return None if any(part(text) is not None for part in barred) else found

    return match


def _near(left: Matcher, gap: int, right: Matcher) -> Matcher:
    def match(text: Text) -> Spans | None:
        ones, others = left(text), right(text)
        if ones is None or others is None:
            return None
        starts = [start for _, start, _ in text.words]
        found: Spans = []
        for one in ones:
            for other in others:
                first, second = sorted((one, other))
                between = sum(first[1] <= start < second[0] for start in starts)
                if first != second and first[1] <= second[0] and between <= gap:
                    found += [first, second]
        return found or None

    return match
