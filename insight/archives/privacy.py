"""Keyed pseudonyms, and texts and links without the names, addresses and numbers of people."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ..mentions import InsightError
from .converters import holding, objects
from .links import MAY_SHOW_HANDLE, shows_handle
from .sides import TAG, Brands

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?!\w)")
_LIST_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64} at (?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?!\w)")
"""An address as the archives of mailing lists write it; in other texts such words name a shop or a site."""

_PHONE = re.compile(
    r"(?<![\w.,/:#@+-])(?:\+\d{1,3}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){6,12}\d"
    r"|\(0?\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4}"
    r"|0\d{2,4}[ /-]?\d{3,4}[ -]?\d{3,5})(?![\w/:-]|[.,]\d)"
)
_CARD = re.compile(r"(?<![\w.,/:#+-])\d(?:[ -]?\d){12,18}(?![\w/:-]|[.,]\d)")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?(?!\w)")
_ORDER = re.compile(
    r"(?i)\b((?:order|invoice|booking|ticket|case|reference|ref|bestellung|rechnung|pedido|commande)"
    r"(?:[ -]?(?:number|no|nr|num|id|nummer|code))?[ .:#-]{1,4})(?=[\w-]{0,60}\d{4})"
    r"([A-Z\d][A-Z\d-]{4,24})(?!\w)"
)
_DIGITS = r"\p{Nd}{4}|(?:\p{Nd}[ .()/-]{0,2}){8}"
_NAMES = "[@＠]| at |u/"
_ORDER_WORDS = (
    "order", "invoice", "booking", "ticket", "case", "ref", "bestellung", "rechnung", "pedido", "commande",
)  # fmt: skip
_REDDITOR = re.compile(r"(?<![\w/])/?u/([\w-]{2,})")
_WORD = re.compile(r"[^\W\d_]+")
_SIGNED = 4
_TOKEN = re.compile(r"u[0-9a-f]{16}")
_TAIL = re.compile(r"[.-]")


def load_key(path: str | Path | None) -> bytes:
    """Read the pseudonym key, or make one on first use, readable by its owner only.

    The same key gives the same person the same pseudonym in every file and month; whoever has it can test
    names.
    """
    from platformdirs import user_data_dir

    file = (
        Path(path).expanduser() if path else Path(user_data_dir("insight", appauthor=False)) / "pseudonym.key"
    )
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
                made.write(secrets.token_hex(32) + "\n")
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise InsightError(
            f"the pseudonym key {file.name!r} cannot be read or made ({error}). Pass another path in key=."
        ) from error
    if not 16 <= len(key) <= 64:
        raise InsightError(
            f"the pseudonym key {file.name!r} holds {len(key)} bytes, expected 16 to 64 as hexadecimal "
            "digits."
        )
    return key


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


def redact(
    table: pd.DataFrame, handles: Mapping[tuple[str, str], str], *, brands: Brands, key: bytes
) -> pd.DataFrame:
    """Replace handles, mail addresses and telephone numbers in texts; drop links that show a handle.

    Who writes under a name of several words (mails, tickets, chats) is not named in the text either.

    `handles` names the author behind (space, handle): who is tagged keeps the pseudonym of who writes.
    """
    spaces = table["space"].to_numpy(object)
    unnamed = {space: _scrubber(space, handles, brands, key) for space in set(spaces)}
    scrubbed = {}
    for word in ("text", "title"):
        texts = table[word].to_numpy(object, copy=True)
        for row in np.flatnonzero(holding(_NAMES, texts)):
            texts[row] = unnamed[spaces[row]](texts[row])
        for row in np.flatnonzero(holding(_DIGITS, table[word].to_numpy(object))):
            texts[row] = _without_numbers(texts[row])
        scrubbed[word] = objects(texts, table.index)
    names = table["handle"].mask(table["handle"] == "", table["author"])
    written = zip(scrubbed["text"], names, strict=True)
    scrubbed["text"] = objects(
        (
            _without_own_name(text, name) if " " in name and not brands.of_handle(name) else text
            for text, name in written
        ),
        table.index,
    )
    shown = holding(MAY_SHOW_HANDLE, table["url"].to_numpy(object))
    links = zip(table["url"], table["author"], table["handle"], shown, strict=True)
    urls = [
        "" if url and ((may and shows_handle(url)) or _names(url, author, handle)) else url
        for url, author, handle, may in links
    ]
    return table.assign(**scrubbed, url=objects(urls, table.index))


def known_handles(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Name the author behind each (space, handle) where a source calls people by both."""
    both = table[((table["handle"] != "") & (table["author"] != "")).to_numpy(bool)]
    people = both[["space", "handle", "author"]].drop_duplicates().sort_values("author", ascending=False)
    handles = map(str.casefold, people["handle"])
    return dict(zip(zip(people["space"], handles, strict=True), people["author"], strict=True))


def _names(url: str, author: str, handle: str) -> bool:
    low = url.casefold()
    return any(len(name) > 2 and name.casefold() in low for name in (author, handle))


def _scrubber(
    space: str, handles: Mapping[tuple[str, str], str], brands: Brands, key: bytes
) -> Callable[[str], str]:
    """Return what removes people from the texts of one platform; each keeps the pseudonym of an author."""
    tokens: dict[str, str] = {}
    x, mail = (space.split("/")[0] == platform for platform in ("x", "mail"))

    def token(tag: str) -> str:
        head = _TAIL.split(tag)[0]
        if brands.of_handle(tag) or brands.of_handle(head):
            return tag
        name = head if x else tag
        author = handles.get((space, name.casefold()), name)
        return pseudonym(author, space=space, key=key) + tag[len(name) :]

    def replaced(match: re.Match[str]) -> str:
        tag = match.group(1)
        if tag not in tokens:
            tokens[tag] = token(tag)
        return match.group()[: match.start(1) - match.start()] + tokens[tag]

    def scrub(text: str) -> str:
        if "@" in text or "＠" in text:
            if any(part[-1:].isalnum() for part in text.split("@")[:-1]):
                text = _MAIL.sub("[e-mail]", text)
            text = TAG.sub(replaced, text)
        if mail and " at " in text:
            text = _LIST_MAIL.sub("[e-mail]", text)
        if space == "reddit" and "u/" in text:
            text = _REDDITOR.sub(replaced, text)
        return text

    return scrub


def _without_own_name(text: str, name: str) -> str:
    """Replace the writer's whole name, and the last lines that hold nothing but parts of it."""
    parts = _WORD.findall(name)
    if len(parts) < 2:
        return text
    whole, reverse = (r"[\s,.]+".join(map(re.escape, order)) for order in (parts, parts[::-1]))
    text = re.sub(rf"(?i)(?<!\w)(?:{whole}|{reverse})(?!\w)", "[name]", text)
    lines = text.split("\n")
    own = {part.casefold() for part in parts} | {part[0].casefold() for part in parts} | {"name"}
    last = [at for at, line in enumerate(lines) if line.strip()][-_SIGNED:]
    for at in last:
        said = {word.casefold() for word in _WORD.findall(lines[at])}
        if said and said <= own and len(lines) > 1:
            lines[at] = "[name]"
    return "\n".join(lines)


def mask_note(text: str) -> str:
    """Take mail addresses, handles and numbers that lead to a person out of what a team wrote for itself."""
    return _without_numbers(TAG.sub("@…", _MAIL.sub("[e-mail]", text)))


def _without_numbers(text: str) -> str:
    """Replace the numbers that lead to a person: of cards, accounts, orders and phones."""
    text = _CARD.sub(lambda match: "[number]" if _checks(match.group()) else match.group(), text)
    text = _ACCOUNT.sub("[number]", text)
    low = text.casefold()
    if any(word in low for word in _ORDER_WORDS):
        text = _ORDER.sub(r"\1[number]", text)
    return _PHONE.sub("[phone]", text)


def _checks(number: str) -> bool:
    """Tell a card number by its check digit (Luhn), so that ids of posts are left alone."""
    digits = [int(digit) for digit in number if digit.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return number[0] in "3456" and (sum(digits[::2]) + sum(doubled)) % 10 == 0
