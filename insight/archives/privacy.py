"""Keyed pseudonyms, and texts and links without names, addresses and numbers of people."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ..mentions import InsightError
from .links import shows_handle
from .sides import TAG, Brands

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}(?!\w)")
_PHONE = re.compile(
    r"(?<![\w.,/:#@-])(?:\+\d{1,3}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){6,12}\d"
    r"|\(0?\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4}"
    r"|0\d{2,4}[ /-]?\d{3,4}[ -]?\d{3,5})(?![\w/:-]|[.,]\d)"
)
_REDDITOR = re.compile(r"(?<!\w)/?u/([\w-]{2,})")


def load_key(path: str | Path | None) -> bytes:
    """Read the pseudonym key, or make one on first use, readable by its owner only.

    The same key gives the same person the same pseudonym in every file and month; whoever has it can test names.
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
        text = file.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise InsightError(
            f"the pseudonym key {file.name!r} cannot be read or made ({error}). Pass another path in key=."
        ) from error
    if not 16 <= len(key) <= 64:
        raise InsightError(
            f"the pseudonym key {file.name!r} holds {len(key)} bytes, expected 16 to 64 as hexadecimal digits."
        )
    return key


def pseudonym(name: str, *, space: str, key: bytes) -> str:
    """Turn one author of one platform into a token that only the key can test."""
    person = hashlib.blake2b(space.encode(), digest_size=16).digest()
    return (
        "u"
        + hashlib.blake2b(
            name.casefold().encode("utf-8", "replace"), key=key, digest_size=8, person=person
        ).hexdigest()
    )


def give_pseudonyms(table: pd.DataFrame, *, key: bytes) -> pd.Series:
    """Return the pseudonym of every author; null where a row names none."""
    raw = table["author"].mask(table["author"] == "", table["handle"])
    pairs = pd.Series(list(zip(table["space"], raw, strict=True)), index=table.index)
    known = {pair: pseudonym(pair[1], space=pair[0], key=key) for pair in pairs.unique() if pair[1]}
    return pairs.map(known)


def redact(table: pd.DataFrame, *, brands: Brands, key: bytes) -> pd.DataFrame:
    """Replace handles, mail addresses and telephone numbers in texts and titles; drop links that show a handle."""
    table = table.copy()
    written = table[(table["handle"] != "") & (table["author"] != "")]
    authors = dict(
        zip(
            zip(written["space"], written["handle"].str.casefold(), strict=True),
            written["author"],
            strict=True,
        )
    )

    def replacer(space: str) -> Callable[[str], str]:
        return lambda text: _redacted(text, space, authors, brands, key)

    for word in ("text", "title"):
        for space in sorted(table["space"].unique()):
            rows = (table["space"] == space) & table[word].str.contains(r"[@＠]|u/|\d{3}|\+\d", regex=True)
            table.loc[rows, word] = table.loc[rows, word].map(replacer(space))
    urls = table["url"]
    shown = urls.map({url: bool(url) and shows_handle(url) for url in urls.unique()}).astype(bool)
    holds = [
        bool(url) and any(len(name) > 2 and name.casefold() in url.casefold() for name in names)
        for url, *names in zip(urls, table["author"], table["handle"], strict=True)
    ]
    table["url"] = urls.mask(shown | pd.Series(holds, index=table.index), "")
    return table


def _redacted(text: str, space: str, authors: dict[tuple[str, str], str], brands: Brands, key: bytes) -> str:
    def replaced(match: re.Match[str]) -> str:
        handle = match.group(1)
        head = re.split(r"[.-]", handle)[0] if space.split("/")[0] == "x" else handle
        tail = handle[len(head) :]
        if brands.of_handle(handle) or brands.of_handle(re.split(r"[.-]", handle)[0]):
            return match.group()
        author = authors.get((space, head.casefold()), head)
        return f"{match.group()[: match.start(1) - match.start()]}{pseudonym(author, space=space, key=key)}{tail}"

    if "@" in text or "＠" in text:
        text = _MAIL.sub("[e-mail]", text)
        text = TAG.sub(replaced, text)
    if space == "reddit" and "u/" in text:
        text = _REDDITOR.sub(replaced, text)
    return _PHONE.sub("[phone]", text)
