"""Which message it is, what it answers and who wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insight.archives.converters import NO_PARENT
from insight.archives.instructions import way_out

from .chooser import COUNTED, Chooser, Found
from .columns import Profile, mean
from .headers import roles
from .side_columns import names_sides

_TOKEN = re.compile(r"\S{1,200}")
_OWN_ID = frozenset(("id", "_id", "id_str", "mention_id", "message_id", "uuid", "guid", "tweet_id"))
_KEYS = frozenset(("id", "pk", "uuid", "did", "user_id", "steamid"))
_MIXED = re.compile(r"\A(?=.*\d)(?=.*[A-Za-z])[\w:./#+=-]{4,120}")
_PERSON = re.compile(r"\A(?:@?[^\W\d_][\w.'’ -]{1,40}|@?\w{0,64}[^\W\d_]\w{0,64}[\d_]\w{0,64})")
_PHONE = re.compile(r"(?:\+|00)\d[\d ()-]{7,17}\d")
_HANDLE = re.compile(r"\A(?:@?[\w.-]{0,64}[\d_.@-][\w.-]{0,64}|@\w{1,64})")


def find_ids(c: Chooser) -> None:
    """Find the column that names each message: short, never the same, no count."""
    words = c.best("text", [(look.fit("text"), look) for look in c.free() if look.is_wordy])
    fits = [(_id_fit(look, words), look) for look in c.free() if _may_be_id(look)]
    best = c.best("id", fits)
    if best is not None:
        by_name = best.fit("id") > 0
        reason = "by its header; no value repeats" if by_name else "short and never the same"
        c.give("id", best, reason, sure=by_name)


def _may_be_id(look: Profile) -> bool:
    counted = max(look.fit(role) for role in COUNTED) > 0.5
    dated = look.dates >= 0.8 and not look.bare_dates
    if counted or dated or look.given < 0.5 or look.words > 4 or max(look.flags, look.times) >= 0.9:
        return False
    return mean(bool(_TOKEN.fullmatch(value)) for value in look.values[:200]) >= 0.9


def _id_fit(look: Profile, words: Profile | None) -> float:
    fit = look.fit("id")
    if fit == 0 and look.last.endswith("id") and look.is_unique:
        fit = 0.5
    own = look.last in _OWN_ID and (len(look.steps) == 1 or (words and look.steps[:-1] == words.steps[:-1]))
    if fit > 0 and (look.distinct >= 0.97 or own):
        beside = _nearness(look, words) if words is not None else 0.0
        return fit * look.distinct + 0.2 * look.is_unique + beside
    silent = fit == 0 and look.is_unique and look.n_distinct > 2 and look.fit("author") <= 0
    if not silent or max(look.mails, look.links) >= 0.5:
        return 0.0
    mixed = all(_MIXED.fullmatch(value) for value in look.values[:200])
    return 0.1 * (mixed or look.is_numbered)


def _nearness(look: Profile, words: Profile) -> float:
    """Favour the object that has the words: an envelope around it has ids of its own."""
    same_object = look.name.rpartition(".")[0] == words.name.rpartition(".")[0]
    return 0.25 * (len(words.steps) > 1 and look.steps[:-1] == words.steps[:-1]) + 0.1 * same_object


_SPACES = frozenset(("chat", "chat_id", "group", "room", "room_id", "rid", "channel"))
"""Where many talk at once: a file of one such place is no thread, where replies are known."""
_ANSWERS = re.compile(r"(?:in_)?(?:reply_to|replying_to|parent|answers|quoted)_")


def _numbered(c: Chooser) -> None:
    """Take a number as the id where what a message answers is named by it: `reply_to_post_number`."""
    if c.settled & {"id", "reply_to"}:
        return
    for look in c.free():
        name = _ANSWERS.sub("", look.last)
        own = next((other for other in c.free() if other.last == name != look.last), None)
        if (
            own
            and own.is_unique
            and look.steps[:-1] == own.steps[:-1]
            and set(look.values) <= set(own.values)
        ):
            c.give("id", own, f"what {look.name!r} names")
            c.give("reply_to", look, f"its values are those of {own.name!r}")
            return
        if own and name != look.last and not own.is_unique and (thread := _numbered_in(c, look, own)):
            c.found["id"] = Found(
                "id", (f"{thread.name} + {own.name}",), "messages are numbered in each thread"
            )
            both = (f"{thread.name} + {look.name}",)
            c.found["reply_to"] = Found("reply_to", both, "the number of a message of the same thread")
            c.entries["reply_to"] = {"when": {"column": look.name}}
            c.give("conversation", thread, "messages are numbered in it")
            return


def _numbered_in(c: Chooser, parents: Profile, own: Profile) -> Profile | None:
    """Find the thread in which messages are numbered and name each other by these numbers."""
    for thread in c.looks.values():
        if thread.fit("conversation") <= 0 or thread.n_distinct < 2 or thread.steps[:-1] != own.steps[:-1]:
            continue
        numbered = list(zip(c.columns[thread.name], c.columns[own.name], strict=True))
        named = {
            pair for pair in zip(c.columns[thread.name], c.columns[parents.name], strict=True) if pair[1]
        }
        known = {*numbered}
        if len(known) == len(numbered) and mean(pair in known for pair in named) > 0.8:
            return thread
    return None


def find_threads(c: Chooser) -> None:
    """Find what a message answers and which thread it is in: ids of other messages."""
    _numbered(c)
    id_ = c.of("id")
    own = c.joined(id_[0]) if id_ else []
    known = set(own) - {""}
    for role in ("reply_to", "conversation"):
        if c.of(role):
            continue
        fits = [(_thread_fit(c, look, role, own, known), look) for look in c.free()]
        best = c.best(role, fits)
        whole = best is not None and best.n_distinct == 1 and not _SPACES.isdisjoint(best.steps)
        if best is not None and not (
            role == "conversation" and ((best.is_unique and best.given == 1) or (whole and c.of("reply_to")))
        ):
            alone = "an id that repeats" if _numbers_threads(best) else "its values are ids of other messages"
            c.give(role, best, "by header and values" if best.fit(role) > 0 else alone)
    parents = {value for name in c.of("reply_to") if name in c.all for value in c.all[name].values}
    c.rooted = bool({value.casefold() for value in parents - known} & NO_PARENT)
    if not {"reply_to"} & {*c.found, *c.settled} and id_:
        inside = [value.rpartition(".")[0] in known for value in own if "." in value]
        if inside and mean(inside) > 0.5:
            c.found["reply_to"] = Found("reply_to", id_, "the part of the id before the dot is another id")


def _thread_fit(c: Chooser, look: Profile, role: str, own: Sequence[str], known: set[str]) -> float:
    fit, is_parent = look.fit(role), role == "reply_to"
    dated = look.dates >= 0.8 and not look.bare_dates
    flag = look.flags >= 0.9 and not known & set(look.values)
    counted = max(look.fit(one) for one in COUNTED) > 0.5 and fit <= 0.6
    if fit < 0 or dated or flag or counted or (look.words > 3 and look.links < 0.8):
        return 0.0
    shared = itself = 0.0
    if known:
        named = {value for value in look.values if not (is_parent and value.casefold() in NO_PARENT)}
        shared = mean(value in known or value.partition("_")[2] in known for value in named)
        itself = mean(one == two for one, two in zip(c.columns[look.name], own, strict=False) if one)
    if itself > 0.98 or (is_parent and look.given == 1 and itself > 0):
        return 0.0
    if is_parent and shared == 0 and look.links < 0.5 and _looks_named(look.values[:_READ]):
        return 0.0
    if not is_parent and fit == 0 and _numbers_threads(look):
        fit = 0.2  # whatever is called a thread goes before it
    after = next((c.all[name].last for name in c.of("id") if name in c.all), "")
    if is_parent and fit == 0 and shared >= 0.9 and after and look.last.endswith((f"_{after}", f"p{after}")):
        fit = 0.3  # `to_pid` beside `pid`, `pid` beside `id`
    unnamed = is_parent and shared >= 0.6 and look.n_distinct > 1 and look.numbers < 0.5
    if fit == 0 and not (unnamed and look.fit("id") >= -0.5):
        return 0.0
    return fit + 0.3 * shared + 0.1 * (not is_parent and look.distinct < 0.95)


def _numbers_threads(look: Profile) -> bool:
    """Whether what is called the number of a row stands in several rows: those of one thread."""
    ends = look.last.endswith("_id") and look.fit("id") > 0
    named = ends or look.last in roles()["id"].names or (look.last.endswith("id") and not look.last.isascii())
    called = named and look.fit("author") <= 0 and len(look.steps) == 1
    repeats = look.given > 0.9 and look.n_distinct > 2 and 0.1 < look.distinct < 0.9
    return called and repeats and mean(any(map(str.isdigit, value)) for value in look.values[:_READ]) > 0.9


_NAMED = re.compile(r"@?((?:[^\W\d_]|[.'’_ -]){2,40})\d{0,6}")
_PARENTS = re.compile(r"(?:^|_)parents?(?:_(?:name|handle|username|nickname))?$")
_READ, _CODED = 400, 20


def _looks_named(values: Sequence[str]) -> bool:
    """Whether values are words as names are, and not keys: a stem that all share, or one long run of letters.

    A key outside the file is found nowhere in it, so that its form alone shows that it is no name.
    """
    given = {value for value in values if value.casefold() not in NO_PARENT}
    stems = [found[1] for value in given if (found := _NAMED.fullmatch(value))]
    plain = [stem for stem in stems if len(stem) < _CODED or " " in stem]
    return len(plain) > 0.6 * len(given) and len(set(plain)) > max(2, 0.2 * len(plain))


def find_people(c: Chooser) -> None:
    """Find who wrote: by a key that stays, and by a name."""
    if "author" in c.settled:
        return
    fits = [(score, look) for look in c.free() if (score := _person_fit(c, look)) > 0]
    best = c.best("author", fits)
    if best is None:
        _guess_people(c)
        return
    handle: Profile | None = best
    key = next((look for look in c.free() if _is_key_of(c, look, best)), best)
    c.give("author", key, "by header and values" if key is best else f"the key of {best.name!r}")
    names = [
        (score, look) for score, look in fits
        if look is not best and look.steps[:-1] in (best.steps[:-1], best.steps)
        and look.numbers < 0.5 and look.mails < 0.5
    ]  # fmt: skip
    if key is best:
        is_key = best.numbers > 0.5 or best.mails >= 0.8 or _KEYED.search(best.last)
        handle = c.best("handle", names) if is_key else None
    if key.addresses >= 0.8 and key.mails < 0.8:  # "Kim <kim@example.org>" is one person under several names
        c.entries["author"] = {"conv": "address"}
        handle = handle or key
    if handle is not None:
        c.give("handle", handle, "the author's name")
    if handle is key and handle.addresses >= 0.8:
        c.entries["handle"] = {"conv": "address_name"}


_KEYED = re.compile(r"id$|channel")


def _guess_people(c: Chooser) -> None:
    """Find writers that no header names: by values, else the pages or profiles that posts stand on."""
    best, reason, how = _by_value(c), "its values look like names", "by its values alone"
    if best is None:
        outlets = [look for look in c.free() if look.last in roles()["author"].rest["outlets"]]
        fits = [(look.given, look) for look in outlets if look.words <= 8 and _is_plain(look)]
        best, how = c.best("author", fits), "as the page or profile that posted"
        reason = how.removeprefix("as ")
    if best is None:
        c.warnings.append(
            f"no column names the writers: no one can be followed over time. {way_out('author', 'COLUMN')}"
        )
        return
    c.give("author", best, reason, sure=False)
    c.warnings.append(f"{best.name!r} is taken for the author {how}.")


def _is_key_of(c: Chooser, look: Profile, name: Profile) -> bool:
    """Whether a column is the key of whom another names: beside it in one object, and one for each name."""
    beside = len(name.steps) > 1 and look.steps[:-1] == name.steps[:-1] and look.last in _KEYS
    around = (
        look.mails >= 0.8 and look.name == f"{name.name.rpartition('.')[0]}._text"
    )  # `<who name="">x@y</who>`
    if not (beside or around) or name.last in _KEYS or look.given < name.given:
        return False
    pairs = set(zip(c.columns[look.name], c.columns[name.name], strict=True))
    return len(pairs) <= look.n_distinct + (look.given < 1)


def _person_fit(c: Chooser, look: Profile) -> float:
    fit = look.fit("author")
    if look.addresses >= 0.8 and fit >= 0:
        fit = max(fit, 0.6) + 0.05
    keyed = bool({"id", "pk", "steamid", "did"} & set(look.last.split("_"))) or look.last.endswith("id")
    if names_sides(look):
        return 0.0
    if (
        fit <= 0
        or (look.words > 5 and look.addresses < 0.8)
        or look.characters > 80
        or look.flags >= 0.9
        or look.times >= 0.5
    ):
        return 0.0
    if look.is_numbered and (fit < 0.6 or look.last in roles()["author"].rest["vague"]) and not keyed:
        return 0.0
    if (look.dates >= 0.5 and not (keyed and look.bare_dates)) or (
        look.numbers >= 0.9 and not keyed and look.fit("author") < 0.9
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
        if mean(bool(_PHONE.fullmatch(value)) for value in look.values[:200]) > 0.9 and not look.is_unique:
            fits.append((0.5, look))
        kin = _is_of_parents(look)
        unlike = max(look.fit(role) for role in others) > 0 or look.fit("author") < 0
        if (unlike and not kin) or len(look.steps) > 2:
            continue
        named = mean([bool(_PERSON.fullmatch(value)) for value in look.values[:200]])
        many = look.n_distinct >= max(3, 0.05 * len(look.values)) and not look.is_numbered
        personal = (kin and look.distinct >= 0.1) or _looks_personal(look)
        if named > 0.9 and many and _is_plain(look) and look.words <= 3 and personal:
            fits.append((float(named), look))
    return c.best("author", fits)


def _is_of_parents(look: Profile) -> bool:
    """Whether a header calls people parents, as in `Pet parent`; `find_threads` left it for its values."""
    called = _PARENTS.search(look.last) is not None
    return called and look.distinct < 1 and _looks_named(look.values[:_READ])


def _is_plain(look: Profile) -> bool:
    """Whether values are words, and neither dates, numbers, links nor codes of languages."""
    codes = look.codes * (look.n_distinct < 30)
    return max(look.dates, look.times, look.numbers, look.links, codes) < 0.5


def _looks_personal(look: Profile) -> bool:
    """Whether values are written as names are: handles, or several capitalised words."""
    some = look.values[:200]
    handles = mean(bool(_HANDLE.fullmatch(value)) for value in some)
    capitals = mean(value[:1].isupper() and " " in value for value in some)
    single = mean(value.islower() and " " not in value for value in some)
    return bool(max(handles, capitals) > 0.3 or single > 0.8)
