"""Who and what must not appear: found in the archive, taken out of what others wrote and of kept files."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from insight.archives.converters import objects
from insight.mentions import InsightError

GONE = "[deleted]"
_ALONE, _BESIDE = 8, 4
"""Words in a row that are a quote: anywhere, and beside the name or under the message of whom they are by."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_HANDLE = re.compile(r"(?P<mark>[@＠]|/?u/|\b(?:RT|MT|QT) )?(?P<name>\w[\w.@+-]{1,127})")
_PASSED_ON = re.compile(r"(?<!\w)(?:RT|MT|QT) [@＠]?(\w[\w.-]{0,63})(?=[:\s])")
_TELLING = re.compile(r"[\d_.@-]")
"""A handle with one of these is no word; another is taken out only where a mark shows that it is a handle."""


@dataclass(frozen=True)
class Deleted:
    """The entries of a deletion list, and what the archive knows of them.

    `names` (lower case) and `people` (pseudonyms) of the writers named, `ids` of the messages, and their
    words: every run of `_ALONE` and of `_BESIDE` words of those messages.
    """

    entries: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()
    short_runs: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.entries)

    @functools.cached_property
    def _full(self) -> dict[int, frozenset[str]]:
        """Names of several words, by the number of words, in both orders."""
        found: dict[int, set[str]] = {}
        for name in self.names:
            words = _WORD.findall(name)
            if " " in name and len(words) > 1:
                found.setdefault(len(words), set()).update(
                    (" ".join(words), " ".join([words[-1], *words[:-1]]))
                )
        return {length: frozenset(names) for length, names in found.items()}

    def is_passed_on(self, text: str) -> bool:
        """Return whether a text is nothing but a repost of a deleted person's words."""
        match = _PASSED_ON.match(text.lstrip())
        return match is not None and match[1].casefold() in self.names

    def erase(self, text: str, *, beside: bool = False) -> str:
        """Take out the names of deleted people, what is quoted under them, and their words.

        `beside` says that a text is known to answer or to hold their words, so that short runs count too.
        """
        named = _without(_HANDLE.sub(self._hidden, self._unquoted(text)), self._full)
        near = beside or named != text
        return _without(named, {_BESIDE: self.short_runs} if near else {_ALONE: self.runs})

    def _hidden(self, match: re.Match[str]) -> str:
        name = match["name"].rstrip(".-@+")
        low = name.casefold()
        around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
        marked = bool(match["mark"]) or not {"/", "#", ":"}.isdisjoint(around)
        if low in self.people:
            return GONE + match["name"][len(name) :]
        if low not in self.names or not (marked or (_TELLING.search(low) and not low.isdigit())):
            return match[0]
        return GONE + match["name"][len(name) :]

    def _unquoted(self, text: str) -> str:
        """Cut what is passed on as a deleted person's, and the lines quoted under their name."""
        passed = next((m for m in _PASSED_ON.finditer(text) if m[1].casefold() in self.names), None)
        if passed:
            text = f"{text[: passed.start()]}{GONE}"
        if "\n" not in text or ">" not in text:
            return text
        kept: list[str] = []
        theirs = False
        for line in text.split("\n"):
            quoted = line.lstrip().startswith(">")
            if not (theirs and quoted):
                words = {match["name"].rstrip(".-@+:").casefold() for match in _HANDLE.finditer(line)}
                theirs = line.rstrip().endswith(":") and (
                    not words.isdisjoint(self.names) or _without(line, self._full) != line
                )
                kept.append(line)
            elif kept[-1] != GONE:
                kept.append(GONE)
        return "\n".join(kept)


def _without(text: str, runs: Mapping[int, frozenset[str]]) -> str:
    """Replace every stretch of words that is made of `runs`, by their number of words."""
    if not any(runs.values()):
        return text
    words = list(_WORD.finditer(text))
    low = [word[0].casefold() for word in words]
    theirs = [False] * len(words)
    for length, known in runs.items():
        for at in range(len(words) - length + 1):
            if " ".join(low[at : at + length]) in known:
                theirs[at : at + length] = [True] * length
    parts, done = [], 0
    for is_theirs, stretch in itertools.groupby(zip(theirs, words, strict=True), key=lambda pair: pair[0]):
        if is_theirs:
            spans = [word.span() for _, word in stretch]
            parts += [text[done : spans[0][0]], GONE]
            done = spans[-1][1]
    return "".join([*parts, text[done:]])


def read_deleted(deleted: str | Path | Sequence[str] | None) -> frozenset[str]:
    """Read who and what must not appear: a file of one name or id a line, or a list of them."""
    if deleted is None:
        return frozenset()
    if isinstance(deleted, str | Path):
        file = Path(deleted).expanduser()
        try:
            deleted = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeError) as error:
            raise InsightError(
                f"the deletion list {file.name!r} cannot be read ({error}). Pass a text file with one "
                "name or id a line, or a list of them."
            ) from error
    return frozenset(entry.strip().casefold().lstrip("@＠") for entry in deleted) - {""}


Named = Callable[[pd.DataFrame], list[str | None]]


def find_deleted(
    tables: Iterable[pd.DataFrame],
    entries: frozenset[str],
    *,
    pseudonyms: Named,
    pseudonym: Callable[[str, str], str],
) -> Deleted:
    """Gather from tables with ids what is known of a deletion list.

    `pseudonyms` gives those of rows, `pseudonym` that of a name in a space: kept files may hold somebody
    whose messages are in this archive no more.
    """
    if not entries:
        return Deleted()
    names, people, ids = set(entries), set(entries), set[str]()
    runs, short = set[str](), set[str]()
    for table in tables:
        tokens = objects((token or "" for token in pseudonyms(table)), table.index)
        theirs = _written_by(table, tokens, entries)
        gone = table[theirs | _is_listed(table, entries)]
        for word in ("author", "handle"):
            names |= {name.casefold() for name in table.loc[theirs, word]} - {""}
        people |= {pseudonym(entry, space) for space in table["space"].unique() for entry in entries}
        people |= set(tokens[theirs])
        ids |= set(gone["mention_id"])
        for text in (*gone["text"], *gone["title"]):
            runs |= set(_runs(text, _ALONE))
            short |= set(_runs(text, _BESIDE))
    return Deleted(
        entries, frozenset(names), frozenset(people - {""}), frozenset(ids), frozenset(runs), frozenset(short)
    )


def is_deleted(table: pd.DataFrame, deleted: Deleted, *, pseudonyms: Named) -> pd.Series:
    """Return which rows the deletion list names, by writer or id, and which only pass such a message on."""
    tokens = objects((token or "" for token in pseudonyms(table)), table.index)
    named = _written_by(table, tokens, deleted.entries) | _is_listed(table, deleted.entries)
    named |= table["reposted_id"].isin(deleted.ids) | table["reposted_id"].str.casefold().isin(
        deleted.entries
    )
    return named | table["text"].map(deleted.is_passed_on).astype(bool)


def erase_deleted(table: pd.DataFrame, deleted: Deleted) -> pd.DataFrame:
    """Take deleted people and their words out of what others wrote."""
    beside = table["reply_to_id"].isin(deleted.ids) | table["quoted_id"].isin(deleted.ids)
    said = {
        word: [deleted.erase(text, beside=near) for text, near in zip(table[word], beside, strict=True)]
        for word in ("text", "title")
    }
    return table.assign(**{word: objects(texts, table.index) for word, texts in said.items()})


def _written_by(table: pd.DataFrame, tokens: pd.Series, entries: frozenset[str]) -> pd.Series:
    named = table["author"].str.casefold().isin(entries) | table["handle"].str.casefold().isin(entries)
    return named | tokens.isin(entries)


def _is_listed(table: pd.DataFrame, entries: frozenset[str]) -> pd.Series:
    return table["id"].str.casefold().isin(entries) | table["mention_id"].str.casefold().isin(entries)


def _runs(text: str, length: int) -> Iterator[str]:
    low = [word[0].casefold() for word in _WORD.finditer(text)]
    for at in range(len(low) - length + 1):
        yield " ".join(low[at : at + length])
