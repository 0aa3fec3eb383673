"""Whose report it is: the own brand, what is about it, and the others it is compared with."""

from __future__ import annotations

import difflib
import warnings
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightWarning
from insight.timeline.brands import own_brand, speaking_brands
from insight.timeline.desks import desk_like
from insight.timeline.rows import timeline

if TYPE_CHECKING:
    from insight.archives import Archive

NOT_ABOUT = "No message is sent to"


def whose_messages(archive: Archive) -> tuple[pd.DataFrame, str | None]:
    """Return the timeline of an archive and the brand that it is read for: the first named, or the only."""
    named, listed = archive.report.named, archive.report.brands
    brands = {name: listed[name] for name in (*named, *listed)} if named else None
    line = timeline(archive.mentions, brands=brands, undated=True)
    return line, named[0] if named else own_brand(line)


def warn_of(everyone: pd.DataFrame, own: str | None, named: tuple[str, ...]) -> None:
    """Warn where it is not clear whose report this is, and of customers that write like a desk."""
    speaking = speaking_brands(everyone)
    largest = ", ".join(f"{name} ({n:,})" for name, n in speaking.head(5).items())
    if own is None and len(speaking) > 1:
        _warn(
            f"{len(speaking)} brands speak in this file and none is named, so they are read together. Name "
            f"yours with --brand; the most talkative are {largest}."
        )
    elif named and not any(own in about for about in everyone["about"]):
        near = difflib.get_close_matches(own or "", list(speaking.index), n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]!r} ({speaking[near[0]]:,} messages)?" if near else ""
        known = f" These brands speak: {largest}." if len(speaking) else ""
        _warn(f"{NOT_ABOUT} {own!r} or names it.{hint}{known}")
    desks = desk_like(timeline(everyone))
    if len(desks):
        one = len(desks) == 1
        who = "account marked as a customer writes" if one else "accounts marked as customers write"
        their, they = ("Its", "it speaks") if one else ("Their", "they speak")
        _warn(
            f"{len(desks):,} {who} like a help desk, with signatures, links and answers to others. {their} "
            f"{int(desks['n'].sum()):,} messages are not on the waiting list. If {they} for a brand, name it "
            "with --brand."
        )


def _warn(text: str) -> None:
    warnings.warn(text, InsightWarning, stacklevel=3)
