"""Ratings, counts, links, languages, places, sides: what else the columns hold."""

from __future__ import annotations

from insight.archives.converters import FLAGS, LANGUAGE_NAMES, SCALE

from .chooser import COUNTED, Chooser, Found
from .columns import Profile, is_rating, mean
from .headers import header_words, roles
from .side_columns import find_sides

_FEW = 40
NAMED = (
    *("channel", "place", "platform", "brand", "addressed", "automated"),
    *("reposted", "quoted", "kind", "status"),
)


def find_numbers(c: Chooser) -> None:
    """Find the rating, then the counts; what people voted a post up with is a count."""
    best = c.best("rating", [(fit, look) for look in c.free() if (fit := _rating_fit(c, look)) > 0])
    if best is not None:
        c.give("rating", best, "by its header; few steps of a scale")
    counted = any(look.fit(role) > 0.5 for look in c.free() for role in COUNTED)
    is_talk = counted or c.of("conversation") or c.of("reply_to")
    scales = [look for look in c.free() if _is_scale(c, look)] if best is None and not is_talk else []
    marked = [look for look in scales if SCALE.search(look.name)]
    if marked:
        c.give("rating", marked[0], "whole numbers on the scale in its header")
    elif scales:
        top = max(scales, key=lambda look: look.given).name
        c.give("rating", c.all[top], "whole numbers on a scale", sure=False)
        c.warnings.append(
            f"{top!r} is taken for the rating by its values alone. If it is none: columns={{'rating': None}} "
            "in Python, or insight map FILE and take out rating."
        )
    for role in COUNTED:
        whole = [look for look in c.free() if look.whole >= 0.9 and len(look.steps) <= 3]
        one = c.best(role, [(look.fit(role), look) for look in whole])
        if one is not None and one.fit(role) > 0.5:
            c.give(role, one, "by its header; whole numbers")


def _rating_fit(c: Chooser, look: Profile) -> float:
    fit, rated, liked = look.fit("rating"), roles()["rating"], roles()["like_count"]
    sure = look.last in rated.names and look.last not in rated.rest["vague"]
    if (
        fit <= 0
        or not is_rating(look, by_tenths=sure)
        or (look.last in liked.names and look.last not in rated.names)
    ):
        return 0.0
    if look.last in rated.rest["vague"] and c.headers & set(rated.rest["forum"]):
        return 0.0
    exact = look.last in rated.names or look.last in rated.rest["flags"]
    return 0.0 if look.flags >= 0.9 and look.n_distinct > 1 and not exact else fit + 0.2 * look.given


def _is_scale(c: Chooser, look: Profile) -> bool:
    """Whether people chose among few whole numbers that end where scales do, and the header is no amount."""
    rest, words = roles()["rating"].rest, set(look.last.split("_"))
    others = ("id", "created_at", "channel", "place", "conversation", "author")
    is_other = max(map(look.fit, others)) > 0 or look.fit("rating") < 0 or len(look.steps) > 1
    if is_other or words & set(rest["amounts"]) or c.headers & set(rest["forum"]):
        return False
    steps = sorted({int(value) for value in look.values if value.isdigit() and len(value) < 3})
    whole = all(value.isdigit() for value in look.values)
    return whole and len(steps) >= 3 and steps[0] <= 1 and steps[-1] in (5, 7, 10) and look.given >= 0.3


def find_marks(c: Chooser) -> None:
    """Find the link, the language, the side, and what only a header can say."""
    linked = [
        look for look in c.free() if look.links >= 0.8 and (look.distinct > 0.5 or len(look.values) < 3)
    ]
    links = [(fit + 0.3 * look.distinct, look) for look in linked if (fit := look.fit("url")) >= 0]
    if (url := c.best("url", links)) is not None:
        c.give("url", url, "links, each its own" if url.fit("url") <= 0 else "by header and values")
    _language_column(c)
    find_sides(c)
    find_private(c)
    for role in NAMED:
        fits = [
            (look.fit(role), look) for look in c.free()
            if look.fit(role) > 0.35 and look.dates < 0.5 and look.links < 0.5 and look.words <= 12
            and (look.n_distinct <= max(3, 0.5 * len(look.values)) or role in ("reposted", "quoted"))
            and (role not in ("channel", "place") or look.flags < 0.5)
        ]  # fmt: skip
        if (one := c.best(role, fits)) is not None:
            known = roles()[role].rest.get("values", ())
            if not known or any(value.casefold() in known for value in one.values):
                c.give(role, one, "by its header")


def _language_column(c: Chooser) -> None:
    fits = []
    for look in c.free():
        named = mean([_is_language(value) for value in look.values[:200]])
        coded = (look.codes > 0.95 or named > 0.9) and look.flags < 0.5
        if look.fit("lang") > 0 and coded and look.n_distinct <= 80:
            fits.append((look.fit("lang"), look))
        several = 2 <= look.n_distinct <= 40 and len(look.values) > 3 and look.words <= 1
        if coded and named > 0.95 and several and look.fit("lang") <= 0 and look.fit("place") <= 0:
            fits.append((0.1, look))
    if (best := c.best("lang", fits)) is not None:
        c.give("lang", best, "codes of languages")


def find_private(c: Chooser) -> None:
    """Find what says that a message is for colleagues only: a flag, or a word such as `internal`."""
    if "is_public" in c.settled:
        return
    about = roles()["is_public"].rest
    private, public = set(about["private"]), set(about["public"])
    for look in c.looks.values():
        words = set(look.last.split("_"))
        if look.flags >= 0.95 and (words & private or words & public) and look.words <= 1:
            hides = bool(words & private)
            values = {word: str(flag != hides).lower() for word, flag in FLAGS.items()}
        elif words & set(about["where"]) and 1 < look.n_distinct <= _FEW:
            hidden = [value for value in {*look.values} if set(header_words(value).split("_")) & private]
            if not hidden or len(hidden) == look.n_distinct:
                continue
            values = {value.casefold(): "false" for value in hidden}
        else:
            continue
        c.entries["is_public"] = {"values": values, "others": "true"}
        c.found["is_public"] = Found(
            "is_public", (look.name,), "by its header and values: what is not public"
        )
        return


def _is_language(value: str) -> bool:
    low = value.casefold()
    return low in LANGUAGE_NAMES or low.replace("_", "-").split("-")[0] in roles()["lang"].rest["codes"]
