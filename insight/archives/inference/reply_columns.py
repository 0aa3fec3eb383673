"""The brand's answer beside the message, known by its header, its own date, or by how brands write."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from insight.archives.dates.parse_times import parse_times
from insight.archives.instructions import way_out

from .chooser import Chooser
from .columns import Profile, is_rating, mean
from .headers import roles, speaks_of_answer

_SURE, _READ = 0.7, 200
_PARTLY = 0.98
_SAID = re.compile(r"(?:\w{1,20}_)?(?:comment|reply|answer|response|message|note)")


def find_written_back(c: Chooser) -> None:
    """Find an answer that could be taken for a text, before texts are chosen.

    Where no header names it, its words must be those of a brand that answers, far more often than in the
    columns beside it, and it must be empty in part; a date that is filled in the same rows, and not before
    the message, or a header that speaks of "us", lets fewer such words do.
    """
    if "reply" in c.settled:
        return
    wordy = [look for look in c.free() if look.has_words and look.words >= 1 and look.dates < 0.5]
    named = c.best("reply", [(look.reply_fit - _SURE + 0.01, look) for look in wordy])
    if named is not None and len(wordy) > 1:
        c.give("reply", named, "by header and values: the brand's answer")
    if named is not None:
        return
    if (inside := c.best("reply", _below_reviews(c, wordy))) is not None:
        c.give("reply", inside, "an object of its own below the review, with a later date", sure=False)
        return
    long = [look for look in c.looks.values() if look.is_wordy and len(look.steps) == 1]
    tone = {look.name: mean(_answers(value) for value in look.values[:_READ]) for look in long}
    fits = []
    for look in long:
        beside = [tone[other.name] for other in long if other is not look and other.given >= look.given]
        if look not in wordy or look.given >= _PARTLY or not beside or "?" in look.name:
            continue
        lead, lets = tone[look.name] - max(beside), _speaks_of_us(look) or _times_of(c, look)
        if lead > (0.1 if lets else 0.3):
            fits.append((lead, look))
    if (best := c.best("reply", fits)) is not None:
        c.give("reply", best, "written as a brand answers, beside the message", sure=False)


def _below_reviews(c: Chooser, wordy: Sequence[Profile]) -> list[tuple[float, Profile]]:
    """Find words in an object that only some reviews have, with a date of its own: `comment.content`."""
    if not any(look.fit("rating") > 0 and is_rating(look) for look in c.looks.values()):
        return []
    some = [look for look in wordy if len(look.steps) == 2 and look.is_wordy and look.given < _PARTLY]
    named = [look for look in some if _SAID.fullmatch(look.steps[0])]
    return [
        (look.words, look) for look in named
        if any(other.steps[:-1] == look.steps[:-1] for other in _times_of(c, look))
    ]  # fmt: skip


def _answers(text: str) -> bool:
    low = text[:600].casefold()
    return any(phrase in low for phrase in roles()["reply"].rest["says"])


def _speaks_of_us(look: Profile) -> bool:
    """Whether a header speaks of those who asked: `What we wrote back`, `Unsere Antwort`."""
    return not set(look.last.split("_")).isdisjoint(roles()["reply"].rest["us"])


def _times_of(c: Chooser, reply: Profile) -> list[Profile]:
    """Find the dates that are filled in the rows of a column, and nowhere before the message's own date."""
    filled = _filled(c, reply.name)
    own = c.of("created_at")
    found = []
    for look in c.looks.values():
        if look.dates < 0.5 or look.name in own or look.given >= _PARTLY:
            continue
        there = _filled(c, look.name)
        if (there & filled).sum() < 0.9 * max((there | filled).sum(), 1):
            continue
        if not own or _is_later(c, own[0], look.name):
            found.append(look)
    return found


def _filled(c: Chooser, name: str) -> np.ndarray:
    return np.array([bool(value.strip()) for value in c.columns[name]])


def _is_later(c: Chooser, first: str, second: str) -> bool:
    times = [parse_times(c.columns[part]) for part in (first.split(" + ")[0], second)]
    days = [time.moments.astype("datetime64[D]") for time in times]
    known = ~(np.isnat(days[0]) | np.isnat(days[1]))
    return bool(known.any() and (days[1] >= days[0])[known].mean() > 0.9)


def find_reply(c: Chooser) -> None:
    """Find an answer that only its header names, and the date of the answer, once the message has its own."""
    if not {"reply"} & {*c.found, *c.settled} and not c.questions:
        said = [look for look in c.free() if look.has_words and look.words >= 1 and look.dates < 0.5]
        if (best := c.best("reply", [(look.reply_fit, look) for look in said])) is not None:
            c.give("reply", best, "by header and values: the brand's answer")
    if not c.of("reply"):
        lost = [look.name for look in c.free() if look.reply_fit >= 0.9 and look.characters >= 10]
        if lost and "reply" not in c.settled:
            c.warnings.append(
                f"{lost[0]!r} seems to hold the brand's answers and is not understood: they are lost. "
                f"{way_out('reply', lost[0])}"
            )
        return
    reply = c.all[c.of("reply")[0].split(" + ")[0]]
    parent = reply.steps[:-1]
    times = _times_of(c, reply) or [
        look for look in c.looks.values()
        if look.dates >= 0.5 and look.name not in c.of("created_at")
        and ((parent and look.steps[:-1] == parent) or _is_reply_time(look))
    ]  # fmt: skip
    if times:
        c.give(
            "reply_at",
            max(times, key=lambda look: (look.fit("created_at") != 0, look.dates)),
            "the date of the answer",
        )


def _is_reply_time(look: Profile) -> bool:
    """Whether a column of dates says when the answer came, and not when one was due."""
    due = {"due", "sla", "deadline", "target"}
    return speaks_of_answer(look.last) and due.isdisjoint(look.last.split("_"))
