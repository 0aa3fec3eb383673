"""Who speaks, the brand or a customer: by a word, a flag, a column of the same name, or the address."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from insight.archives.converters import FLAGS, domain_of, is_given

from .chooser import Chooser, Found
from .columns import BLANK, Profile, mean
from .contact_threads import thread_by_customer
from .headers import header_words, roles

_SORTS = ("brand", "customer", "other")
_FEW, _NEARLY_ALL, _LONGEST = 40, 0.9, 60
_TURNED = re.compile(r"(?:\A|_)(?:to|an|for|towards)_(?P<other>[^\W_]+)\Z")


@functools.cache
def _about() -> dict[str, Any]:
    rest = roles()["side"].rest
    return {key: frozenset(words) if isinstance(words, list) else words for key, words in rest.items()}


@functools.lru_cache(4_096)
def side_of_word(value: str) -> str:
    """Say whose word it is: brand, customer, other, `either` where the words beside it decide; "" of none.

    What is sent to one side was written by the other: `MessageToVisitor`.
    """
    if len(value) > _LONGEST:
        return ""
    words, about = header_words(value), _about()
    if turned := _TURNED.search(words):
        return {"brand": "customer", "customer": "brand"}.get(side_of_word(turned["other"]), "")
    parts = words.split("_")
    for sort in (*_SORTS, "either"):
        if words in about[sort]:
            return sort
    if len(parts) > 4:
        return ""
    left = [part for part in parts if part not in about["filler"]]
    left = left or [part for part in parts if part in about["either"]]
    if len(left) == 1 < len(parts):
        return side_of_word(left[0])
    said = {sort for sort in _SORTS for part in parts if part in about[sort]}
    said |= {"brand"} if not said.isdisjoint({"customer"}) and not about["desk"].isdisjoint(parts) else set()
    return next((sort for sort in ("other", "brand", "customer") if sort in said), "")


def sides_of(values: Iterable[str]) -> dict[str, str]:
    """Give each distinct value its side; words such as `user` and `message` are whose no other word is."""
    found = {value.casefold(): side_of_word(value) for value in values}
    if found and max(map(len, found)) == 1:
        pair = _about()["pairs"].get("".join(sorted(found)), _about()["initials"])
        found = {letter: pair.get(letter, "") for letter in found}
    if found.keys() == {"message", "response"}:  # a desk's own names for who asks and who answers
        return {"message": "customer", "response": "brand"}
    sure = {side for value, side in found.items() if side in ("brand", "customer") and "note" not in value}
    rest = "brand" if sure == {"customer"} else "customer" if sure else ""
    if not rest:  # `user` beside nothing but `bot`, or `message` beside `note`
        rest = "customer" if "other" in found.values() else ""
    return {value: rest if side == "either" else side for value, side in found.items()}


def names_sides(look: Profile) -> bool:
    """Whether all that a column holds are words for a brand and its customers: `user` and `operator`."""
    if look.n_distinct > _FEW:
        return False
    sides = _sides_in(look)
    few = len(look.values) >= 2 * look.n_distinct
    return few and "" not in sides.values() and {"brand", "customer"} <= {*sides.values()}


def flag_sides(header: str) -> dict[str, str]:
    """Say who speaks where a flag is true: `is_staff`, `fromMe`, `incoming`; {} of other flags."""
    about = _about()
    words = [word for word in header.split("_") if word not in about["filler"]]
    if not {"note", "notes"}.isdisjoint(words):  # what colleagues leave for each other, and not who they are
        return {}
    whose = {side_of_word(word) for word in words} if words else {side_of_word(header.rpartition("_")[2])}
    if "either" in whose and words in (["user"], []):
        whose = {"customer"}
    if words == ["me"] or (words == ["owner"]):
        whose = {"brand"}
    if whose not in ({"brand"}, {"customer"}):
        return {}
    yes = whose.pop()
    no = "customer" if yes == "brand" else "brand"
    if not set(words).isdisjoint(about["community"]):
        no = ""  # those who are no moderators may be anybody
    return {word: side for word, flag in FLAGS.items() if (side := yes if flag else no)}


def find_sides(c: Chooser) -> None:
    """Find what says whether the brand or a customer speaks."""
    own = c.by_caller("side")
    if "side" in c.settled and own is None:
        return
    ranked = sorted(_candidates(c, own), key=lambda one: (-one[0], len(one[1].steps)))
    for _, look, sides, reason in ranked[:1]:
        c.entries["side"] = {"values": sides}
        c.give("side", look, reason)
        _take_back_author(c, look, sides)
        _add_agents(c)
        thread_by_customer(c, [sides.get(value.casefold(), "") for value in c.columns[look.name]])
        return
    if own is None:
        _by_filled(c) or _by_columns(c) or _by_address(c)


def _candidates(c: Chooser, own: Profile | None) -> list[tuple[float, Profile, dict[str, str], str]]:
    found = []
    for look in c.free() if own is None else [own]:
        fit = look.fit("side")
        if look is own or look.flags >= 0.95:
            flags = flag_sides(look.last)
            if flags and look.flags >= 0.95:
                found.append((0.8 + fit, look, flags, "by its header: who speaks"))
        if look.n_distinct > _FEW or (look.flags >= 0.95 and look is not own):
            continue
        sides = _sides_in(look)
        said = Counter(sides.get(value.casefold(), "") for value in look.values)
        known = 1 - said[""] / max(len(look.values), 1)
        both = said["brand"] > 0 and said["customer"] > 0
        if names_sides(look):
            found.append((1.5 + fit, look, sides, "by its values: who speaks"))
        elif (fit > 0 or look is own) and known >= 0.5 and (both or look.last not in _about()["weak"]):
            found.append((0.5 + fit + both, look, sides, "by its header: who speaks"))
    return found


def _sides_in(look: Profile) -> dict[str, str]:
    """Give the values of a column their sides; what they mean of a person may need its header."""
    words = set("_".join(look.steps[-2:]).split("_"))
    if look.last == "author_association":
        return dict(_about()["association"])
    within = {"internal": "brand", "external": "customer"}
    if not words.isdisjoint(_about()["parties"]) and within.keys() == {one.casefold() for one in look.values}:
        return within
    sides, alone = sides_of(look.values), {"brand"}
    if {*sides.values()} - {"other"} == alone and look.fit("side") > 0 and look.given < 0.95:
        sides |= dict.fromkeys(BLANK, "customer")  # a role that only those of the brand have
    return sides


def _take_back_author(c: Chooser, side: Profile, sides: Mapping[str, str]) -> None:
    """Keep the name of the customer off what the brand said, where one column names it for a whole thread."""
    names, threads = c.of("author"), c.of("conversation")
    if not names or not threads or names[0] not in c.columns:
        return
    thread, who = c.joined(threads[0]), c.columns[names[0]]
    said = [sides.get(value.casefold(), "") for value in c.columns[side.name]]
    people: dict[str, set[str]] = defaultdict(set)
    speak: dict[str, set[str]] = defaultdict(set)
    for at, one, whose in zip(thread, who, said, strict=True):
        if whose in ("brand", "customer"):
            speak[at].add(whose)
            people[at].add(one)
    both = [at for at, found in speak.items() if len(found) == 2]
    if len(both) > 1 and mean(len(people[at]) == 1 for at in both) > _NEARLY_ALL:
        theirs = [word for word, whose in sides.items() if whose == "customer"]
        for role in ("author", "handle"):
            c.entries[role] = {"when": {"column": side.name, "words": theirs}}


def _by_columns(c: Chooser) -> bool:
    """Find that the writer is the one whom another column of the row names as customer or as agent."""
    names = (*c.of("handle"), *c.of("author"))
    writers = [name for name in names if name in c.columns]
    about = _about()
    for name in writers:
        who = [value.strip().casefold() for value in c.columns[name]]
        matched: dict[str, tuple[float, str, list[bool]]] = {}
        for look in c.looks.values():
            side = _whose_name(look, about)
            if look.name == name or not side or look.dates >= 0.5:
                continue
            same = [
                bool(one) and one == other.strip().casefold()
                for one, other in zip(who, c.columns[look.name], strict=True)
            ]
            share = sum(same) / max(sum(map(bool, who)), 1)
            if 0.1 < share < _NEARLY_ALL and share > matched.get(side, (0.0,))[0]:
                matched[side] = share, look.name, same
        covered = sum(share for share, _, _ in matched.values())
        if len(matched) == 2 and covered > _NEARLY_ALL:
            c.entries["side"] = {"same": {side: column for side, (_, column, _) in matched.items()}}
        elif "brand" in matched and _is_one(c, matched["brand"][1]):
            c.entries["side"] = {"same": {"brand": matched["brand"][1]}, "others": "customer"}
        elif "customer" in matched and _serves_several(who, c.columns, *matched["customer"][1:]):
            c.entries["side"] = {"same": {"customer": matched["customer"][1]}, "others": "brand"}
        else:
            continue
        c.found["side"] = Found("side", (name,), "the writer is whom another column names")
        return True
    return False


def _is_one(c: Chooser, name: str) -> bool:
    """Whether a column names the same in nearly all rows, as the page or profile of a brand."""
    return c.all[name].given > _NEARLY_ALL and c.all[name].n_distinct <= 3


def _by_filled(c: Chooser) -> bool:
    """Find that messages of agents name them in a column of their own, which is empty beside customers."""
    people = [look for look in c.looks.values() if look.dates < 0.5 and look.words <= 6]
    whose: dict[str, list[Profile]] = {"brand": [], "customer": []}
    for look in people:
        side = _whose_name(look, _about())
        if side and look.given > 0.05:
            whose[side].append(look)
    threads = c.joined(c.of("conversation")[0]) if c.of("conversation") else []
    for agent in whose["brand"]:
        is_agent = [is_given(cell) for cell in c.columns[agent.name]]
        if not 0.05 < mean(is_agent) < 0.95:
            continue
        writers = [look for look in people if look.name in c.of("author") and look is not agent]
        other = next((look for look in (*whose["customer"], *writers) if _fills(c, look, is_agent)), None)
        if other is None and not _take_turns(threads, is_agent):
            continue
        c.entries["side"] = {"filled": "brand", "others": "customer"}
        c.found["side"] = Found("side", (agent.name,), "only messages of the brand name an agent")
        if other is not None:
            author = next((look for look in people if look.name in c.of("author")), other)
            _write_both(c, author, agent)
        elif not set(c.of("author")).isdisjoint({look.name for look in whose["customer"]}):
            for role in ("author", "handle"):
                c.entries[role] = {"unless": {"column": agent.name}}
        return True
    return False


def _add_agents(c: Chooser) -> None:
    """Name the agents by their own column where that of the customers is empty."""
    writer = next((c.all[name] for name in c.of("author") if name in c.all), None)
    agents = [look for look in c.free() if _whose_name(look, _about()) == "brand" and look.words <= 2]
    if writer is None or "author" in c.settled | c.entries.keys():
        return
    for agent in agents:
        if writer.steps[:-1] == agent.steps[:-1] and _fills(
            c, writer, list(map(is_given, c.columns[agent.name]))
        ):
            _write_both(c, writer, agent)
            return


def _write_both(c: Chooser, customer: Profile, agent: Profile) -> None:
    c.found["author"] = Found("author", (customer.name, agent.name), "by header: customers and agents")
    if "0" in {*customer.values, *agent.values}:
        c.entries["author"] = {"conv": "parent"}


def _fills(c: Chooser, look: Profile, gaps: Sequence[bool]) -> bool:
    """Whether a column is filled where another is not."""
    filled = zip(c.columns[look.name], gaps, strict=True)
    return mean(is_given(cell) != gap for cell, gap in filled) > 0.95


def _take_turns(threads: Sequence[str], is_agent: Sequence[bool]) -> bool:
    """Whether most threads have messages with and without an agent."""
    found: dict[str, list[bool]] = defaultdict(list)
    for thread, flag in zip(threads, is_agent, strict=True) if threads else ():
        found[thread].append(flag)
    mixed = [flags for flags in found.values() if len({*flags}) == 2]
    return len(mixed) > 2 and len(mixed) > 0.5 * len(found)


def _whose_name(look: Profile, about: dict[str, Any]) -> str:
    """Say whose name a column holds by its header: `Requester` and `assignee_id` name one side each."""
    words = "_".join(look.steps[-2:]).split("_")
    if not set(words).isdisjoint(
        {"type", "role", "count", "at", "time", "date", "is", "message", "text", "rating"}
    ):
        return ""
    whose = {side_of_word(word) for word in words} & {"brand", "customer"}
    whose |= {"brand"} if not about["houses"].isdisjoint(words) else set()
    return whose.pop() if len(whose) == 1 else ""


def _serves_several(
    who: Sequence[str], columns: Mapping[str, Sequence[str]], asked: str, same: Sequence[bool]
) -> bool:
    """Whether nearly all who are not the customer of their row write beside several customers."""
    beside: dict[str, set[str]] = defaultdict(set)
    for one, customer, is_customer in zip(who, columns[asked], same, strict=True):
        if one and not is_customer:
            beside[one].add(customer)
    n = Counter(one for one, is_customer in zip(who, same, strict=True) if one and not is_customer)
    several = sum(n[one] for one, customers in beside.items() if len(customers) > 1)
    return several > _NEARLY_ALL * sum(n.values()) > 0


def _by_address(c: Chooser) -> bool:
    """Find the domain that takes part in nearly every mail, as sender or as recipient: the brand's."""
    about = _about()
    mails = {look.name: look for look in c.looks.values() if look.addresses >= 0.8}
    writer = next((c.all[name] for name in c.of("author") if name in c.all), None)
    beside = [
        look.name
        for look in mails.values()
        if writer and len(look.steps) > 1 and look.steps[:-1] == writer.steps[:-1]
    ]
    from_ = writer.name if writer and writer.name in mails else next(iter(beside), "")
    to = [
        look for look in mails.values() if look.fit("reply_to") <= 0
        and not set("_".join(look.steps).split("_")).isdisjoint(about["recipients"])
    ]  # fmt: skip
    if from_ not in mails or not to:
        return False
    pairs = [
        (domain_of(sent), domain_of(got))
        for sent, got in zip(c.columns[from_], c.columns[to[0].name], strict=True) if sent and got
    ]  # fmt: skip
    n = Counter(domain for pair in pairs for domain in {*pair})
    people: dict[str, set[str]] = defaultdict(set)
    for name in (from_, to[0].name):
        for value in c.columns[name]:
            people[domain_of(value)].add(value.casefold())
    usual = [d for d in n if d and n[d] > _NEARLY_ALL * len(pairs) and d not in about["freemail"]]
    desks = [d for d in usual if any(_is_desk(value, about) for value in people[d])]
    best = min(desks or usual, key=lambda d: (len(people[d]), d), default="")
    sent = mean(one == best for one, _ in pairs)
    if not best or not 0.02 < sent < 0.98:
        return False
    c.entries["side"] = {"domains": [best]}
    c.found["side"] = Found("side", (from_,), f"who writes from {best}")
    return True


def _is_desk(address: str, about: dict[str, Any]) -> bool:
    local = address.rpartition("<")[2].partition("@")[0].casefold()
    return not about["desk"].isdisjoint(header_words(local).split("_"))
