"""Keyed pseudonyms, and tables whose texts, links and columns name no one."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.archives.converters import Notes, holding, objects
from insight.archives.links import MAY_SHOW_HANDLE, shows_handle
from insight.archives.sides import Brands
from insight.mentions import InsightError

from .deletion import Deleted
from .full_names import (
    MAY_BE_FIRST,
    MAY_GIVE_NAME,
    TWO_CAPITALS,
    Known,
    hide_first,
    hide_given,
    hide_known,
    hide_own,
    known_names,
)
from .redaction import MAY, Rule, mask, mask_note, rules

_TOKEN = re.compile(r"u[0-9a-f]{16}")
_TAIL = re.compile(r"[.@-]")
_OWN_PAGE = re.compile(r"u_[\w-]{2,40}")
_ABOUT_SOMEBODY = re.compile(
    r"(?i)(?:^|[_ .])(?:location|place|address|city|town|zip(?:code)?|post_?code|geo|coordinates"
    r"|lat(?:itude)?|lon(?:gitude)?|birth(?:day|date)?|phone|e?mail|user|author|profile|bio|ip|contact|requester|submitter"
    r"|assignee|(?:full|first|last|user|display|screen|author)_?name)(?:_?id)?s?$|^name$"
)
"""Extra columns that describe a person."""


def load_key(path: str | Path | None) -> bytes:
    """Read the pseudonym key, or make one on first use, readable by its owner only.

    The same key gives the same person the same pseudonym in every file and month; people who have it can test
    names.
    """
    from platformdirs import user_data_dir

    file = Path(path or "pseudonym.key")
    try:
        file = file.expanduser() if path else user_data_dir("insight", appauthor=False) / file
        if not file.exists():
            _make_key(file)
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError, RuntimeError) as error:  # a home that is not known is a RuntimeError
        raise InsightError(
            f"the pseudonym key {file.name!r} cannot be read or made ({error}). Pass another path in key=, "
            "or set HOME."
        ) from error
    if not 16 <= len(key) <= 64:
        raise InsightError(
            f"the pseudonym key {file.name!r} holds {len(key)} bytes, expected 16 to 64 as hexadecimal "
            "digits. Bring back the one that you had, or remove it: with a new one everyone gets a new "
            "pseudonym."
        )
    return key


def _make_key(file: Path) -> None:
    """Put a key in place as a whole, or leave there the one that another run was first to make."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_hex(32) + "\n")
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def pseudonym(name: str, *, space: str, key: bytes) -> str:
    """Turn one author of one platform into a token that only the key can test; a token stays as it is."""
    if _TOKEN.fullmatch(name):
        return name
    said = name.casefold().encode("utf-8", "replace")
    return "u" + hashlib.blake2b(said, key=key, digest_size=8, person=_person(space)).hexdigest()


@functools.cache
def _person(space: str) -> bytes:
    return hashlib.blake2b(space.encode(), digest_size=16).digest()


def give_pseudonyms(table: pd.DataFrame, *, key: bytes) -> list[str | None]:
    """Return the pseudonym of every author; None where a row names none."""
    names = table["author"].mask(table["author"] == "", table["handle"]).to_numpy(object)
    spaces = table["space"].to_numpy(object)
    known: dict[str, dict[str, str | None]] = {space: {"": None} for space in pd.unique(spaces)}
    for space, seen in known.items():
        for name in pd.unique(names[spaces == space]):
            seen.setdefault(name, pseudonym(name, space=space, key=key))
    return [known[space][name] for space, name in zip(spaces, names, strict=True)]


@dataclass(frozen=True)
class People:
    """Who writes in the archive: the author behind each (space, handle), full names, and who is deleted."""

    handles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    names: Known = field(default_factory=dict)
    deleted: Deleted = field(default_factory=Deleted)


def redact(table: pd.DataFrame, people: People, *, brands: Brands, key: bytes) -> pd.DataFrame:
    """Hide people in texts, titles and channels, as `redaction` promises; drop links that show a handle.

    Who is tagged keeps the pseudonym of who writes.
    """
    spaces = table["space"].to_numpy(object)
    by = {space: _rules(space, people.handles, brands, key) for space in set(spaces)}
    scrubbed = {word: _scrubbed(table[word], spaces, by) for word in ("text", "title")}
    names = table["handle"].mask(table["handle"] == "", table["author"])
    scrubbed["text"] = _unnamed(scrubbed["text"], names.tolist(), people.names, brands)
    scrubbed["title"] = _unnamed(scrubbed["title"], [], people.names, brands)
    channels = list(zip(table["channel"], spaces, strict=True))
    shown_as = {(channel, space): _channel(channel, space, by[space]) for channel, space in set(channels)}
    scrubbed["channel"] = [shown_as[channel] for channel in channels]
    links = zip(table["url"], table["author"], table["handle"], strict=True)
    scrubbed["url"] = ["" if url and _names(url, author, handle) else url for url, author, handle in links]
    for row in holding(scrubbed["url"], MAY_SHOW_HANDLE)[0]:
        scrubbed["url"][row] = "" if shows_handle(scrubbed["url"][row]) else scrubbed["url"][row]
    return table.assign(**{word: objects(values, table.index) for word, values in scrubbed.items()})


def _scrubbed(
    texts: pd.Series, spaces: npt.NDArray[np.object_], by: Mapping[str, dict[str, Rule]]
) -> list[str]:
    """Hide handles, addresses, links and numbers; most texts hold none."""
    written: list[str] = texts.tolist()
    for rule, rows in zip(MAY, holding(written, *MAY.values()), strict=True):
        for row in rows:
            written[row] = by[spaces[row]][rule](written[row])
    return written


def _unnamed(texts: list[str], writers: list[str], known: Known, brands: Brands) -> list[str]:
    """Hide the writer's own name, those of others who write, and those given in greetings and signatures."""

    def kept(name: str) -> bool:
        return bool(brands.of_handle(name) or name.casefold() in brands.words)

    for at, name in enumerate(writers):
        if " " in name and not brands.of_handle(name):
            texts[at] = hide_own(texts[at], name)
    capitals, signed, *given = holding(texts, TWO_CAPITALS, MAY_BE_FIRST, *MAY_GIVE_NAME.values())
    for row in capitals if known else ():
        texts[row] = hide_known(texts[row], known)
    for row in signed if known else ():
        texts[row] = hide_first(texts[row], known)
    for formula, rows in zip(MAY_GIVE_NAME, given, strict=True):
        for row in rows:
            texts[row] = hide_given(texts[row], formula, kept)
    return texts


def _channel(channel: str, space: str, by: dict[str, Rule]) -> str:
    """Hide an address in the name of a channel, and whose page it is."""
    return mask(f"u/{channel[2:]}" if space == "reddit" and _OWN_PAGE.fullmatch(channel) else channel, by)


def hide_columns(table: pd.DataFrame, extra: Sequence[str], notes: Notes) -> pd.DataFrame:
    """Leave out the extra columns that describe a person, such as a location; hide numbers in the others."""
    personal = [name for name in extra if _ABOUT_SOMEBODY.search(name)]
    for name in personal:
        notes[
            f"the column '{name}' describes people and is left out; --internal (in Python "
            "privacy='internal') keeps it."
        ] += 1
    said = [name for name in extra if name not in personal and table[name].dtype == object]
    masked = {
        name: table[name].map({value: mask_note(str(value)) for value in table[name].unique()})
        for name in said
    }
    return table.drop(columns=personal).assign(**masked)


def known_people(table: pd.DataFrame, brands: Brands) -> People:
    """Gather who writes: the author behind each (space, handle) where a source has both, and full names."""
    both = table[((table["handle"] != "") & (table["author"] != "")).to_numpy(bool)]
    people = both[["space", "handle", "author"]].drop_duplicates().sort_values("author", ascending=False)
    rows = zip(people["space"], people["handle"], people["author"], strict=True)
    handles = {(space, handle.casefold()): author for space, handle, author in rows}
    written = {*table["author"].unique(), *table["handle"].unique()}
    return People(handles, known_names(written, brands.of_handle))


_low = functools.lru_cache(2**16)(str.casefold)


def _names(url: str, author: str, handle: str) -> bool:
    low = url.casefold()
    return (len(author) > 2 and _low(author) in low) or (len(handle) > 2 and _low(handle) in low)


def _rules(space: str, handles: Mapping[tuple[str, str], str], brands: Brands, key: bytes) -> dict[str, Rule]:
    """Return what hides people in the texts of one platform; each keeps the pseudonym of an author."""
    platform = space.split("/")[0]

    @functools.cache
    def token(tag: str) -> str:
        head = _TAIL.split(tag)[0]
        if brands.of_handle(tag) or brands.of_handle(head):
            return tag
        whole = tag if (space, tag.casefold()) in handles else tag.partition("@")[0]
        name = head if platform == "x" else whole
        author = handles.get((space, name.casefold()), name)
        tail = "" if "@" in tag else tag[len(name) :]
        return pseudonym(author, space=space, key=key) + tail

    return rules(token, kept=brands.of_handle, platform=platform)
