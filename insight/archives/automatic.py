"""Messages that a machine sent: receipts, notices of absence, bounces."""

from __future__ import annotations

import functools
import re
import tomllib
from email.message import Message
from importlib import resources

from .converters import Column

YES = ("true", "yes", "y", "1", "t")
_LISTS = ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List", "X-Mailing-List", "X-Mailman-Version")
_REPLIES = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply", "X-Mail-Autoreply")
_DESKS = re.compile(r"zendesk|freshdesk|freshworks|help ?scout|intercom|jira|front ?app|zoho desk|otrs", re.I)


def is_automatic_mail(mail: Message) -> bool:
    """Say by its headers whether a machine wrote a mail (RFC 3834, and the headers that came before it).

    Old mailing lists send everything as `Precedence: bulk`, and desks send what their agents write as
    auto-generated and ask for no automatic answer: neither makes a machine of a person.
    """

    def said(name: str) -> str:
        return str(mail.get(name, "")).split(";")[0].strip().casefold()

    by_desk = bool(_DESKS.search(f"{mail.get('X-Mailer', '')} {mail.get('User-Agent', '')}"))
    by_desk |= any(_DESKS.search(name) for name in mail.keys())  # noqa: SIM118 (a mail is no dict)
    by_list = any(name in mail for name in _LISTS) or said("Precedence") == "list"
    submitted, precedence = said("Auto-Submitted"), said("Precedence").replace("-", "_")
    if submitted == "auto-replied" or precedence == "auto_reply" or any(map(said, _REPLIES)):
        return True
    if said("Return-Path") == "<>" or mail.get_content_type() == "multipart/report":
        return True
    if by_list or by_desk:
        return False
    asked = said("X-Auto-Response-Suppress")
    return submitted.startswith("auto-") or precedence in ("bulk", "junk") or asked not in ("", "none")


@functools.cache
def _subjects() -> re.Pattern[str]:
    text = (resources.files(__package__) / "automatic.toml").read_text(encoding="utf-8")
    words = sorted({word for listed in tomllib.loads(text).values() for word in listed})
    return re.compile(rf"\s*(?:\[[^\]\n]{{0,60}}\]\s*)?(?:{'|'.join(map(re.escape, words))})\s*[:：]", re.I)


def marked_automatic(flags: Column, titles: Column) -> Column:
    """Say "true" of each message that its source calls automatic, or its subject."""
    rows = zip(flags, titles, strict=True)
    return [
        "true" if flag.strip().casefold() in YES or (title and _subjects().match(title)) else ""
        for flag, title in rows
    ]
