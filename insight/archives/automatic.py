"""Messages that a machine sent: receipts, notices of absence, bounces."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib import resources

from .converters import Column

YES = ("true", "yes", "y", "1", "t")
_LISTS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list", "x-mailman-version")
_REPLIES = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-mail-autoreply")
_DESKS = re.compile(r"zendesk|freshdesk|freshworks|help ?scout|intercom|jira|front ?app|zoho desk|otrs", re.I)


def is_automatic_mail(headers: Mapping[str, str]) -> bool:
    """Say by its headers (names in lower case) whether a machine wrote a mail (RFC 3834, and older ones).

    Old mailing lists send everything as `Precedence: bulk`, and desks send what their agents write as
    auto-generated and ask for no automatic answer: neither makes a machine of a person.
    """

    def said(name: str) -> str:
        return headers.get(name, "").split(";")[0].strip().casefold()

    by_desk = bool(_DESKS.search(f"{headers.get('x-mailer', '')} {headers.get('user-agent', '')}"))
    by_desk |= any(_DESKS.search(name) for name in headers)
    by_list = any(name in headers for name in _LISTS) or said("precedence") == "list"
    submitted, precedence = said("auto-submitted"), said("precedence").replace("-", "_")
    if submitted == "auto-replied" or precedence == "auto_reply" or any(map(said, _REPLIES)):
        return True
    if said("return-path") == "<>" or said("content-type") == "multipart/report":
        return True
    if by_list or by_desk:
        return False
    asked = said("x-auto-response-suppress")
    return submitted.startswith("auto-") or precedence in ("bulk", "junk") or asked not in ("", "none")


@functools.cache
def _subjects() -> re.Pattern[str]:
    text = (resources.files(__package__) / "automatic.toml").read_text(encoding="utf-8")
    words = sorted({word for listed in tomllib.loads(text).values() for word in listed})
    return re.compile(rf"\s*(?:\[[^\]\n]{{0,60}}\]\s*)?(?:{'|'.join(map(re.escape, words))})\s*[:：]", re.I)


def marked_automatic(flags: Column, titles: Column) -> Column:
    """Say "true" of each message that its source calls automatic, or its subject."""
    if not any(flags) and not any(titles):
        return [""] * len(flags)
    rows = zip(flags, titles, strict=True)
    return [
        "true" if flag.strip().casefold() in YES or (title and _subjects().match(title)) else ""
        for flag, title in rows
    ]
