"""When a message was written: which column of dates, and whether the day comes first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.archives.dates.parse_times import parse_times
from insight.archives.instructions import way_out

from .chooser import Chooser, Found
from .columns import Profile
from .headers import speaks_of_answer

_COMPARED = 100
_WHOLE = 0.7
"""Share of the fullest column of dates that another must fill to be the date of every message, unless it is
called so: what is filled in part belongs to something that some messages have, such as an answer."""


def find_dates(c: Chooser) -> list[Profile]:
    """Find the date of the messages among all columns of dates; return all of these."""
    c.relative = False
    dated = [
        look for look in c.looks.values()
        if look.dates >= 0.8 and (not look.bare_dates or look.fit("created_at") > 0)
    ]  # fmt: skip
    if "created_at" in c.settled:
        own = c.by_caller("created_at")
        c.relative = own is not None and own.ages >= 0.8
        return dated
    fullest = max((look.given for look in dated), default=0.0)
    whole = [look for look in dated if look.fit("created_at") > 0 or look.given >= _WHOLE * fullest]
    fits = [(_date_fit(c, look), look) for look in whole]
    ages = [look for look in c.looks.values() if look.ages >= 0.8]
    best = c.best("created_at", fits)
    if best is None and whole:
        best = max(whole, key=lambda look: (look.fit("created_at") + look.given, -len(look.steps)))
        c.warnings.append(f"the only dates are those of {best.name!r}: are they when messages were written?")
    if best is None and ages:
        best, c.relative = max(ages, key=lambda look: look.fit("created_at")), True
    best = best or _counted_seconds(c)
    if best is None and (named := c.named("created_at")) is not None:
        c.give("created_at", named, "by its header alone: few of its values can be read as dates", sure=False)
        return dated
    if best is None:
        c.warnings.append(
            "no column holds dates: nothing can be said about waits, trends or who stays. "
            f"{way_out('created_at', 'COLUMN')}"
        )
        return dated
    fit = best.fit("created_at")
    c.relative |= any(age.fit("created_at") > 0 for age in ages)
    if (same := _since_1970(c, best)) is not None:
        c.give("created_at", same, f"the moments of {best.name!r}, with their zone", sure=fit > 0)
        return dated
    best = _finest(c, best, whole)
    clock = _clock_of(c, best)
    alone = "the only column of dates" if len(dated) < 2 else "its values are dates"
    reason = "by header and values" if fit > 0 else alone
    c.give("created_at", best, reason, sure=fit > 0, more=clock)
    if clock:
        joined = f"{best.name} + {clock[0]}"
        c.found["created_at"] = Found(
            "created_at", (joined,), f"{reason}, with the clock of {clock[0]!r}", True
        )
    return dated


def _counted_seconds(c: Chooser) -> Profile | None:
    """Find seconds since 1970 under a header that says nothing: of one length, and hardly ever the same."""
    looks = [
        look for look in c.looks.values()
        if look.dates >= 0.95 and look.bare_dates and len(look.values) >= 5 and look.distinct > 0.5
        and {len(value) for value in look.values} in ({10}, {13}) and look.fit("created_at") == 0
        and look.fit("id") <= 0 and look.fit("author") <= 0 and not speaks_of_answer(look.last)
    ]  # fmt: skip
    if not looks:
        return None
    best = min(looks, key=lambda look: len(look.steps))
    c.warnings.append(f"{best.name!r} is taken for the date: its numbers are seconds since 1970.")
    return best


def _date_fit(c: Chooser, look: Profile) -> float:
    fit = look.fit("created_at")
    if fit < 0 or (c.answers and speaks_of_answer(look.last)):
        return 0.0
    return 0.2 + fit + 0.2 * look.given - 0.1 * look.bare_dates - 0.05 * len(look.steps)


def _since_1970(c: Chooser, date: Profile) -> Profile | None:
    """Find a column of seconds since 1970 that gives the same moments: it is finer, and says its zone."""
    bare = [look for look in c.looks.values() if look.dates >= 0.8 and look.bare_dates and look.words == 0]
    epochs = [look for look in bare if look.fit("created_at") > 0]
    for look in epochs if not date.bare_dates and not date.ages else ():
        pairs = list(zip(c.columns[date.name], c.columns[look.name], strict=True))[:_COMPARED]
        written, counted = (parse_times(column) for column in zip(*pairs, strict=True))
        known = ~np.isnat(written.moments)
        apart = np.abs(counted.moments - written.moments)[known].astype(np.int64) / 60e6  # minutes
        off = np.abs(apart - 15 * np.round(apart / 15))
        fine = set(written.precision[known]) & {"min", "s"}
        if fine and known.mean() > 0.5 and (off < 1).all() and (apart < 15 * 60).all():
            return look
    return None


def _finest(c: Chooser, date: Profile, dated: Sequence[Profile]) -> Profile:
    """Take the column that gives the same days and says the time of day too."""
    if date.bare_dates or date.ages or not _by_day(date):
        return date
    for look in dated:
        if look is not date and look.fit("created_at") >= 0 and not _by_day(look) and not look.bare_dates:
            pairs = list(zip(c.columns[date.name], c.columns[look.name], strict=True))[:_COMPARED]
            days, finer = (parse_times(column).moments.astype("M8[D]") for column in zip(*pairs, strict=True))
            known = ~np.isnat(days)
            if known.any() and (days == finer)[known].mean() > 0.95:
                return look
    return date


def _by_day(look: Profile) -> bool:
    return set(parse_times(look.values[:50], day_first=True).precision) <= {"day", "none"}


def _clock_of(c: Chooser, date: Profile) -> list[str]:
    """Find the column of times that belongs to a column of days."""
    times = [look for look in c.looks.values() if look.times >= 0.9 and look.name != date.name]
    if not times or date.bare_dates or not _by_day(date):
        return []
    own = [look for look in times if look.fit("created_at") > 0 or len(times) == 1]
    return [own[0].name] if own else []


def habit_of(c: Chooser, dates: Sequence[Profile]) -> tuple[bool, str] | None:
    """Ask the other dates, then the language, whether the day comes first, if the column leaves it open."""
    names = c.of("created_at")
    if not names:
        return None
    date = c.all[names[0].split(" + ")[0]]
    times = parse_times(date.values, read_at=None)
    if not times.unclear.any() and not times.order.startswith(("so they lie", "the clock")):
        return None
    for other in dates:
        if other.name == date.name:
            continue
        own = parse_times(other.values)
        if own.day_first is not None and own.order.endswith("as a day"):
            return own.day_first, f"{other.name!r} is written so"
        if (same := _same_day(c, date, other)) is not None:
            return same, f"{other.name!r} gives the same days"
    text = c.of("text")
    spoken = _language(c, text[0]) if text else ""
    return (
        (True, f"the texts are in another language than English ({spoken})?")
        if spoken not in ("", "en")
        else None
    )


def _same_day(c: Chooser, date: Profile, other: Profile) -> bool | None:
    pairs = [
        (one, two) for one, two in zip(c.columns[date.name], c.columns[other.name], strict=True)
        if one.strip() and two.strip()
    ]  # fmt: skip
    if not pairs:
        return None
    ours, theirs = zip(*pairs, strict=True)
    days = parse_times(theirs).moments.astype("datetime64[D]")
    read = (parse_times(ours, day_first=order).moments.astype("datetime64[D]") for order in (True, False))
    same = [float((found == days).mean()) for found in read]
    return same[0] > same[1] if max(same) > 0.8 > min(same) + 0.3 else None


def _language(c: Chooser, name: str) -> str:
    from insight.text.clean import detect_language

    lang = c.of("lang")
    if lang:
        codes = pd.Series(c.all[lang[0]].values).str[:2].str.casefold()
        return str(codes.mode()[0])
    guessed = pd.Series(detect_language(list(c.all[name].values[:60])))
    known = guessed[guessed.notna() & (guessed != "und")]
    return str(known.mode()[0]) if len(known) > 2 else ""
