"""Which message it is, what it answers and who wrote it."""

from __future__ import annotations

import re

from insight.archives.converters import NO_PARENT

from .chooser import COUNTED, Chooser, Found
from .columns import Profile, header_fit, mean, roles

_TOKEN = re.compile(r"\S{1,200}")
_OWN_ID = frozenset(("id", "_id", "id_str", "mention_id", "message_id", "uuid", "guid", "tweet_id"))
_MIXED = re.compile(r"\A(?=.*\d)(?=.*[A-Za-z])[\w:./#+=-]{4,120}")
_PERSON = re.compile(r"\A(?:@?[^\W\d_][\w.'’ -]{1,40}|@?\w{0,64}[^\W\d_]\w{0,64}[\d_]\w{0,64})")
_HANDLE = re.compile(r"\A(?:@?[\w.-]{0,64}[\d_.@-][\w.-]{0,64}|@\w{1,64})")


def find_ids(c: Chooser) -> None:
    """Find the column that names each message: short, never the same, no count."""
    fits = []
    near = _container_of_text(c)
    for look in c.free():
        fit = header_fit("id", look)
        counted = max(header_fit(role, look) for role in COUNTED) > 0.5
        sound = (
            look.words <= 4
            and look.flags < 0.9
            and sum(bool(_TOKEN.fullmatch(value)) for value in look.values[:200])
            >= 0.9 * min(len(look.values), 200)
        )
        dated = look.dates >= 0.8 and not look.bare_dates
        if not sound or counted or dated or look.given < 0.5:
            continue
        if fit == 0 and look.last.endswith("id") and look.is_unique:
            fit = 0.5
        if fit > 0 and (look.distinct >= 0.97 or look.last in _OWN_ID):
            beside = 0.25 * (bool(near) and look.steps[:-1] == near)
            fits.append((fit * look.distinct + 0.2 * look.is_unique + beside, look))
        elif (
            fit == 0
            and look.is_unique
            and len(look.values) > 2
            and look.mails < 0.5
            and look.links < 0.5
            and all(_MIXED.fullmatch(value) for value in look.values[:200])
            and header_fit("author", look) <= 0
        ):
            fits.append((0.1, look))
    best = c.best("id", fits)
    if best is not None:
        by_name = header_fit("id", best) > 0
        c.give(
            "id",
            best,
            "by its header; no value repeats" if by_name else "short and never the same",
            sure=by_name,
        )


def _container_of_text(c: Chooser) -> tuple[str, ...]:
    """Return the path to the object that has the words: an envelope around it has ids of its own."""
    fits = [(header_fit("text", look), look) for look in c.free() if look.is_wordy]
    best = c.best("text", fits)
    return best.steps[:-1] if best is not None else ()


def find_threads(c: Chooser) -> None:
    """Find what a message answers and which thread it is in: ids of other messages."""
    id_ = c.of("id")
    own = c.columns[id_[0]] if id_ else []
    known = set(own) - {""}
    for role in ("reply_to", "conversation"):
        fits = []
        for look in c.free():
            fit = header_fit(role, look)
            if (
                fit < 0
                or (look.flags >= 0.9 and not known & set(look.values))
                or (look.dates >= 0.8 and not look.bare_dates)
                or (look.words > 3 and look.links < 0.8)
            ):
                continue
            if max(header_fit(one, look) for one in COUNTED) > 0.5 and not fit > 0.6:
                continue
            shared = (
                mean([value in known or value.partition("_")[2] in known for value in set(look.values)])
                if known
                else 0.0
            )
            itself = (
                mean([one == two for one, two in zip(c.columns[look.name], own, strict=False) if one])
                if known
                else 0.0
            )
            if itself > 0.98 or (role == "reply_to" and look.given == 1 and itself > 0):
                continue
            if fit > 0 or (
                role == "reply_to"
                and shared >= 0.6
                and look.n_distinct > 1
                and header_fit("id", look) >= -0.5
                and look.numbers < 0.5
            ):
                fits.append(
                    (
                        max(fit, 0.0)
                        + 0.3 * float(shared)
                        + (0.1 if role == "conversation" and look.distinct < 0.95 else 0),
                        look,
                    )
                )
        best = c.best(role, fits)
        if best is not None and not (role == "conversation" and best.is_unique and best.given == 1):
            c.give(
                role,
                best,
                "by header and values"
                if header_fit(role, best) > 0
                else "its values are ids of other messages",
            )
    parents = {value for name in c.of("reply_to") for value in c.all[name].values}
    c.rooted = bool({value.casefold() for value in parents - known} & NO_PARENT)
    if not {"reply_to"} & {*c.found, *c.settled} and id_:
        inside = [value.rpartition(".")[0] in known for value in own if "." in value]
        if inside and mean(inside) > 0.5:
            c.found["reply_to"] = Found("reply_to", id_, "the part of the id before the dot is another id")


def find_people(c: Chooser) -> None:
    """Find who wrote: by a key that stays, and by a name."""
    if "author" in c.settled:
        return
    fits = [(score, look) for look in c.free() if (score := _person_fit(c, look)) > 0]
    best = c.best("author", fits)
    if best is None:
        best = _by_value(c)
        if best is None:
            c.warnings.append(
                "no column names the writers: no one can be followed over time. If one does, name it in a "
                "map (insight map FILE)."
            )
            return
        c.give("author", best, "its values look like names", sure=False)
        c.warnings.append(f"{best.name!r} is taken for the author by its values alone.")
        return
    c.give("author", best, "by header and values")
    names = [
        (score, look) for score, look in fits
        if look is not best and look.steps[:-1] == best.steps[:-1] and look.numbers < 0.5 and look.mails < 0.5
    ]  # fmt: skip
    handle = c.best("handle", names)
    if handle is not None and (best.numbers > 0.5 or re.search(r"id$|channel", best.last)):
        c.give("handle", handle, "the author's name")


def _person_fit(c: Chooser, look: Profile) -> float:
    fit = header_fit("author", look)
    if look.mails >= 0.8 and fit >= 0:
        fit = max(fit, 0.6)
    keyed = bool({"id", "pk", "steamid", "did"} & set(look.last.split("_"))) or look.last.endswith("id")
    if fit <= 0 or look.words > 5 or look.characters > 80 or look.flags >= 0.9 or look.times >= 0.5:
        return 0.0
    if (look.dates >= 0.5 and not (keyed and look.bare_dates)) or (
        look.numbers >= 0.9 and not keyed and header_fit("author", look) < 0.9
    ):
        return 0.0
    if look.given < 0.02 or (look.links >= 0.8 and not keyed and fit < 0.6):
        return 0.0
    return fit + 0.15 * min(look.given, 1.0) + 0.1 * (look.n_distinct > 2)


def _by_value(c: Chooser) -> Profile | None:
    """Find a column of names or handles under a header that says nothing."""
    others = [role for role in roles() if role not in ("author", "id", "title")]
    fits = []
    for look in c.free():
        if (
            max(header_fit(role, look) for role in others) > 0
            or header_fit("author", look) < 0
            or len(look.steps) > 2
        ):
            continue
        named = mean([bool(_PERSON.fullmatch(value)) for value in look.values[:200]])
        many = look.n_distinct >= max(3, 0.05 * len(look.values))
        plain_words = (
            max(look.dates, look.times, look.numbers, look.links, look.codes * (look.n_distinct < 30)) < 0.5
        )
        if named > 0.9 and many and plain_words and look.words <= 3 and _looks_personal(look):
            fits.append((float(named), look))
    return c.best("author", fits)


def _looks_personal(look: Profile) -> bool:
    """Whether values are written as names are: handles, or several capitalised words."""
    some = look.values[:200]
    handles = mean(bool(_HANDLE.fullmatch(value)) for value in some)
    capitals = mean(value[:1].isupper() and " " in value for value in some)
    single = mean(value.islower() and " " not in value for value in some)
    return bool(max(handles, capitals) > 0.3 or single > 0.8)
