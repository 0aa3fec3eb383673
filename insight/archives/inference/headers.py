"""What a header says in any language: its words, and how well they name a role."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from insight.archives.detect import plain

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_OF_A_PERSON = (
    "id", "id_str", "pk", "uuid", "steamid", "did", "key", "username", "user_name", "login", "screen_name",
    "handle", "unique_id", "email", "name", "display_name", "nickname", "full_name",
)  # fmt: skip
_OF_A_THREAD = frozenset(("id", "slug", "key", "number", "uuid", "ref", "token", "gid", "display_id", "name"))
_WRITTEN_BY = re.compile(
    r"(?:.{1,40}_)?"
    r"(?:created|written|posted|sent|submitted|opened|reported|logged|entered|added|authored|commented|raised)_by"
)
_ANSWERED = re.compile(r"(?:in_)?(?:reply|response)_to_\w{1,60}_id(?:_str)?|(?:in_)?(?:reply|response)_to_id")
_PEOPLE = frozenset(("user", "author", "account", "person", "member", "profile", "sender", "contact"))
_AROUND = frozenset(("node", "edges", "data", "attributes", "fields", "properties", "payload", "_source"))
"""Steps of a path that only hold others, as GraphQL, JSON:API or Elasticsearch have them."""
_WITHIN = frozenset((
    "label", "S", "N", "$date", "$oid", "$numberLong", "$numberInt", "$numberDecimal", "$t", "_text", "#text",
    "stringValue", "integerValue", "timestampValue", "__cdata",
))  # fmt: skip
"""Last steps that only hold the value, as Mongo, DynamoDB, Firestore or XML made JSON have them."""


@functools.lru_cache(8_192)
def header_words(header: str) -> str:
    """Reduce a header to lower-case words joined by `_`; `userName` is `user_name`."""
    tidy = re.sub(r"<[^<>]*>|\([^()]*\)", " ", header)
    return _bare(plain(_CAMEL.sub("_", tidy)) or plain(_CAMEL.sub("_", header)))


def _bare(text: str) -> str:
    """Take the accents off Latin letters."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parted if not "\u0300" <= c <= "\u036f"))


def steps_of(name: str) -> tuple[str, ...]:
    """Take the steps of a path that say something, as words."""
    *above, last = [step for step in name.split(".") if step] or [name]  # "No." is no path
    if above and last in _WITHIN:
        *above, last = above
    said = [header_words(step) for step in above if step not in _AROUND and not step.isdigit()]
    return (*said, header_words(last))


@dataclass(frozen=True)
class Words:
    """What headers of one role are called: whole, in part, never; `foreign` are words of other languages."""

    names: dict[str, int]
    parts: frozenset[str]
    never: frozenset[str]
    foreign: tuple[str, ...]
    rest: dict[str, Any]


@functools.cache
def roles() -> dict[str, Words]:
    """Read `specs/_roles.toml`, and the words of other languages in `specs/_headers.toml`."""
    languages = list(_toml("_headers.toml").values())
    found = {}
    for role, about in _toml("_roles.toml").items():
        foreign = [_bare(word) for words in languages for word in words.get(role, "").split()]
        ranked = list(enumerate(map(_bare, [*about["names"], *foreign])))
        rest = {key: value for key, value in about.items() if key not in ("names", "parts", "never")}
        for key in ("who", "answered") if role == "reply" else ():
            rest[key] += [_bare(word) for words in languages for word in words.get(key, "").split()]
        shortest = {"created_at": 4, "rating": 4, "reply": 3}.get(role, 5)  # there values decide too
        long = [word for word in foreign if len(word) >= shortest or not word.isascii()]
        parts = frozenset((*about.get("parts", ()), *(word for word in long if "_" not in word)))
        names = {name: at for at, name in reversed(ranked)}
        found[role] = Words(names, parts, frozenset(about.get("never", ())), tuple(long), rest)
    return found


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("insight.archives") / "specs" / name).read_text(encoding="utf-8"))


@functools.lru_cache(65_536)
def header_fit(role: str, steps: tuple[str, ...]) -> float:
    """Say how well a header names a role: 1 at best, 0 not at all, below 0 it speaks against it."""
    known, last, depth = roles()[role], steps[-1], 0.04 * (len(steps) - 1)
    above = set("_".join(steps[:-1]).split("_"))
    if role == "author" and above & known.parts and last in _OF_A_PERSON:
        return 0.98 - 0.02 * _OF_A_PERSON.index(last) - 0.04 * (len(steps) - 2)
    if role == "conversation" and above & known.parts and last in _OF_A_THREAD and not above & known.never:
        return 0.9 - depth
    if role == "author" and (fit := _person_key(last, known)):
        return fit - depth
    if role == "author" and last not in known.names and _WRITTEN_BY.fullmatch(last):
        return 0.8 - depth
    if role == "reply_to" and last not in known.names and _names_answered(last):
        return 0.9 - depth
    if role == "id" and above & (known.never | roles()["author"].names.keys()):
        return -0.5
    whole = "_".join(steps[-2:])
    for name, lead in ((whole, 1.0), (last, 1.0 - depth)):
        if name in known.names:
            against = 0.35 * bool(above & known.never)
            return lead - 0.3 * known.names[name] / len(known.names) - against
    if set(whole.split("_")) & known.never:
        return -0.5
    words = last.split("_")
    hits = len(set(words) & known.parts) or _has_foreign(words, known.foreign)
    hits = hits or (role == "text" and len(last) > 4 and last.endswith("text"))  # `usertext`, run together
    return max(0.55 + 0.05 * hits - depth - 0.03 * len(words), 0.1) if hits else 0.0


def _has_foreign(words: Iterable[str], vocabulary: Iterable[str]) -> bool:
    """Whether a word is one of a list, ends in one, is a form of it, or holds it in an unspaced script."""
    return any(
        word == part
        or (len(part) > 3 and word.endswith(part))
        or (len(part) > 6 and word.startswith(part[:-2]) and len(word) <= len(part) + 3)
        or (part in word and bool(_UNSPACED.fullmatch(part)))
        for part in vocabulary for word in words
    )  # fmt: skip


def _names_answered(header: str) -> bool:
    return _ANSWERED.fullmatch(header) is not None and not set(header.split("_")) & _PEOPLE


def _person_key(header: str, known: Words) -> float:
    """Say how well a header joins a word for a person with the key of one: `created_by_id`, `sender_name`."""
    for at, key in enumerate(_OF_A_PERSON):
        lead = header.removesuffix(f"_{key}")
        if lead != header and header not in known.names and (lead in known.names or lead in known.parts):
            return 0.99 - 0.02 * at
    return 0.0


def reply_fit(steps: tuple[str, ...]) -> float:
    """Say how well a header names the brand's answer."""
    known, last = roles()["reply"], steps[-1]
    words = set("_".join(steps[-2:]).split("_"))
    if words & (known.never - {"time"}) or set(last.split("_")) & {"date", "at", "on", "time"}:
        return 0.0
    for name in ("_".join(steps[-2:]), last):
        if name in known.names:
            return 0.6 if name in ("reply", "response", "answer", "replied") else 1.0
    foreign = _has_foreign(words, known.foreign)
    if not words & known.parts and not foreign:
        return 0.0
    if _has_foreign(words, known.rest["who"]):
        return 0.9
    return 0.7 if foreign or words & {"text", "content", "body", "comment", "message"} else 0.0


def speaks_of_answer(last: str) -> bool:
    """Whether a header has a word for an answer in it: the date beside it is not the message's."""
    known, words = roles()["reply"], last.split("_")
    listed = {*known.rest["answered"], *known.names}
    begins = any(len(part) > 4 and word.startswith(part) for part in known.foreign for word in words)
    return begins or not listed.isdisjoint(words) or _has_foreign(words, known.foreign)


def guess_role(name: str) -> str:
    """Name the role that a header fits best, to show how a column may be used; else `channel`."""
    steps = steps_of(name)
    fits = {role: header_fit(role, steps) for role in roles() if role != "reply"} | {
        "reply": reply_fit(steps)
    }
    best = max(fits, key=fits.__getitem__)
    return best if fits[best] > 0.3 else "channel"
