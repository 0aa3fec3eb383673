"""Full names in running text: of those who write in the archive, in greetings, signatures, introductions."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping

from .phones import WORDS, any_of

Known = Mapping[str, tuple[str, ...]]
"""First word, in lower case, of every full name that the archive knows -> those names, the longest first."""

_LISTS = WORDS["names"]
_NO_PERSON = frozenset(_LISTS["no_person"].split())
_GENERAL = _NO_PERSON | frozenset(_LISTS["general"].split())
_AT_END = 4
"""Lines at the end of a message that may be a signature."""

WORD = re.compile(r"[^\W\d_]+")
_PERSON = re.compile(r"[^\W\d_][\w'’.-]{0,30}(?: [^\W\d_][\w'’.-]{0,30}){1,3}")
_CAP = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]{0,30}(?:['’-][^\W\d_]{1,30})?"
_MORE = rf" (?:(?:de|del|della|van|von|der|den|da|di|du|dos|la|le|bin|al|el|ter) ){{0,2}}{_CAP}"
_TITLE = rf"(?:(?i:{any_of(_LISTS['titles'])})\.? )"
_INDENT = r"[ \t>]{0,8}"
_BEFORE = {
    "greeting": rf"(?m)^(?:@\S{{1,40}} )?{_INDENT}(?i:{any_of(_LISTS['greetings'])}) {_TITLE}{{0,2}}",
    "closing": rf"(?m)(?:^{_INDENT}|[.!?] )(?i:{any_of(_LISTS['closings'])})"
    rf"(?:[,.!]{{0,2}}[ \t]?\n[ \t>-]{{0,8}}|, ){_TITLE}?",
    "dash": r"(?m)^[ \t]{0,8}[-–—~*]{1,2} ?",
    "introduction": rf"\b(?i:{any_of(_LISTS['introductions'])}) {_TITLE}?",
}
_NAME = {
    "greeting": rf"{_CAP}(?:{_MORE}){{0,2}})(?=[ \t]?(?:[,!.;:–—，-]|\n|\Z)",
    "closing": rf"{_CAP}(?:{_MORE}| [A-Z]\.?){{0,3}})(?=[ \t]?[.]?(?:\n|\Z)",
    "dash": rf"{_CAP} (?:{_CAP}|[A-Z]\.))(?=[ \t]?\Z",
    "introduction": rf"{_CAP}(?:{_MORE}){{0,2}})(?!\w",
}
_FORMULAS = {
    formula: re.compile(
        f"(?P<lead>{before})(?P<name>{_NAME[formula]})".replace("(?P<lead>(?m)", "(?m)(?P<lead>")
    )
    for formula, before in _BEFORE.items()
}

_TAGGED = re.compile(
    rf"(?m)^(?P<lead>(?:[@＠]\S{{1,64}}[ ,]{{1,3}}){{1,4}}(?:(?i:{any_of(_LISTS['greetings'])}) )?)"
    rf"(?P<name>{_CAP})(?=[ \t]?[,!.:;–—-])"
)
_SIGNED = re.compile(
    r"(?P<lead>(?:\n|\A)[ \t>]{0,8}(?:[-–—~*]{1,2} ?)?"
    rf"(?:(?i:{any_of(_LISTS['closings'])})[,.! ]{{1,3}})?)(?P<name>{_CAP})(?=[ \t.!]{{0,3}}\Z)"
)

TWO_CAPITALS = r"\p{Lu}[\pL'’.-]*[\s,.]{1,3}\p{Lu}"
MAY_BE_FIRST = r"(?m)^[@＠]\S+[ ,]+.{0,40}\p{Lu}|\p{Lu}[\pL'’-]*[ \t.!]*\z"
MAY_GIVE_NAME = {formula: rf"{before}\p{{Lu}}" for formula, before in _BEFORE.items()}
"""What every text holds in which a name is known, or given in one of the formulas, as patterns of Arrow."""


def full_names(written: Iterable[str]) -> dict[str, list[str]]:
    """Take out what may be the full name of a person: `name`, and its `first` word in lower case."""
    found = []
    for name in sorted(name for name in written if " " in name and _PERSON.fullmatch(name)):
        words = [word.casefold() for word in WORD.findall(name)]
        if len(words) > 1 and max(map(len, words)) > 1 and _NO_PERSON.isdisjoint(words):
            found.append((words[0], name))
    return {"first": [first for first, _ in found], "name": [name for _, name in found]}


def known_names(written: Iterable[str], kept: Callable[[str], object]) -> dict[str, tuple[str, ...]]:
    """Line up the full names that a text may hold, by their first word; brands are left out."""
    named = full_names(written)
    found: dict[str, list[str]] = {}
    for first, name in zip(named["first"], named["name"], strict=True):
        if not kept(name):
            found.setdefault(first, []).append(name)
    return {first: tuple(sorted(same, key=lambda name: (-len(name), name))) for first, same in found.items()}


def hide_known(text: str, known: Known) -> str:
    """Replace the names of all who write in the archive."""
    words = set(WORD.findall(text.casefold()))
    for first in sorted(words & known.keys()):
        for name in known[first]:
            if WORD.findall(name)[-1].casefold() in words:
                text = _written(name).sub("[name]", text)
    return text


def hide_first(text: str, known: Known) -> str:
    """Replace the first name of someone who writes there, after a tag and alone in the last line."""

    def hidden(match: re.Match[str]) -> str:
        first = match["name"].casefold()
        return f"{match['lead']}[name]" if first in known and first not in _GENERAL else match[0]

    return _SIGNED.sub(hidden, _TAGGED.sub(hidden, text))


@functools.lru_cache(4_096)
def _written(name: str) -> re.Pattern[str]:
    """Match a name in capitals or last name first, but not in lower case, in which its words may be any."""
    words = WORD.findall(name)
    orders = [[*words], [word.title() for word in words], [word.upper() for word in words]]
    orders += [words[cut:] + words[:cut] for cut in range(1, len(words))]
    forms = (r"[\s.,'’-]{1,3}".join(map(re.escape, order)) for order in orders)
    return re.compile(rf"(?<!\w)(?:{'|'.join(dict.fromkeys(forms))})(?!\w)")


def hide_given(text: str, formula: str, kept: Callable[[str], object]) -> str:
    """Replace the name that somebody is greeted with, signs with or gives."""

    def hidden(match: re.Match[str]) -> str:
        name = match["name"]
        words = [name, *WORD.findall(name)]
        general = any(word.casefold() in _GENERAL or kept(word) for word in words)
        return match[0] if general else f"{match['lead']}[name]"

    return _FORMULAS[formula].sub(hidden, text)


def hide_own(text: str, name: str) -> str:
    """Replace the writer's whole name, and the last lines that hold nothing but parts of it."""
    parts = WORD.findall(name)
    if len(parts) < 2:
        return text
    whole, reverse = (r"[\s,.]+".join(map(re.escape, order)) for order in (parts, parts[::-1]))
    text = re.sub(rf"(?i)(?<!\w)(?:{whole}|{reverse})(?!\w)", "[name]", text)
    lines = text.split("\n")
    own = {part.casefold() for part in parts} | {part[0].casefold() for part in parts} | {"name"}
    last = [at for at, line in enumerate(lines) if line.strip()][-_AT_END:]
    for at in last:
        said = {word.casefold() for word in WORD.findall(lines[at])}
        if said and said <= own and len(lines) > 1:
            lines[at] = "[name]"
    return "\n".join(lines)
