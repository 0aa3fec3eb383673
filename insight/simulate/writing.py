"""From plan to words: each planned message is said in its topic, its place and its author's voice."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from .grammar import Rules, expand, load_rules
from .plan import DEALS, HELP, MAIN, QUOTES, Message, Person
from .voice import hashtag, load_voices, speak

_SETTLED = ("weeks", "ago", "who", "whosleeps", "early", "money", "order", "while", "first", "place", "phone", "month")
_MOOD = {"complaint": "angry", "help": "sad", "compliment": "glad", "thanks": "glad", "still": "angry", "metoo": "sad"}
_BRAND_HANDLES = ("@pellwickhelp", "@pellwick", "@pellwickhelp", "@pellwick", "@pellwickhelp")
_AGENTS = ("MK", "JT", "SO", "LB", "AN", "RH")
_WORD = re.compile(r"\w+")
LIMIT = 280


@functools.cache
def _shapes() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("words/shapes.toml").read_text("utf-8"))


@functools.cache
def _rules(lang: str) -> Rules:
    if lang == "en":
        return load_rules("shared", "needs", "chatter", "brand")
    spoken = load_rules({"de": "german", "es": "spanish"}[lang])
    neutral = {name: rule for name, rule in load_rules("shared", "brand").items() if name in ("link", "k", "form_letter")}
    return {**neutral, **spoken}


@dataclass
class Memory:
    """Five-word runs already used, so that of several drafts the freshest is kept."""

    runs: set[tuple[str, ...]] = field(default_factory=set)

    def staleness(self, text: str) -> float:
        runs = _runs(text)
        return sum(run in self.runs for run in runs) / len(runs)

    def keep(self, text: str) -> str:
        self.runs.update(_runs(text))
        return text


def _runs(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return [tuple(words[at : at + 5]) for at in range(max(1, len(words) - 4))]


@dataclass(frozen=True)
class Written:
    """What a planned message says; `title` is a subject line or headline, if the place has one."""

    text: str
    title: str = ""


def write_all(
    messages: Iterable[Message], people: list[Person], handles: dict[int, str], *, rng: np.random.Generator
) -> dict[int, Written]:
    """Words for every message, in order of time; `handles` gives the name by which X shows each author."""
    memory = Memory()
    written: dict[int, Written] = {}
    plans = {}
    for message in sorted(messages, key=lambda m: (m.created, m.key)):
        plans[message.key] = message
        if message.role == "repost":
            original = plans[message.parent]
            written[message.key] = Written(f"RT @{handles[original.person]}: {written[original.key].text}")
            continue
        parent = plans.get(message.parent) if message.parent is not None else None
        if message.note.startswith("copy:") or message.role in ("bot", "broadcast"):
            drafts = [_draft(message, parent, people, handles, rng)]
        else:
            drafts = [_draft(message, parent, people, handles, rng) for _ in range(4)]
        best = min(drafts, key=lambda draft: memory.staleness(draft.text))
        memory.keep(best.text)
        written[message.key] = best
    return written


def _draft(
    message: Message, parent: Message | None, people: list[Person], handles: dict[int, str], rng: np.random.Generator
) -> Written:
    rules = _rules(message.lang)
    facts: dict[str, str] = {}
    if message.person >= 0:
        facts["me"] = people[message.person].name
    asker = parent.person if parent is not None and parent.person >= 0 else message.person
    facts["them"] = people[asker].name.split()[0] if asker >= 0 else "there"
    for name in _SETTLED:
        if name in rules:
            facts[name] = expand(rules, name, rng=rng, facts=facts)
    facts["ticket"] = message.note.partition("#")[2]
    say = functools.partial(expand, rules, rng=rng, facts=facts, topic=message.topic)
    if message.person < 0:
        return _brand_words(message, parent, handles, say, rng)
    return _customer_words(message, parent, people, handles, rules, say, rng)


def _brand_words(message: Message, parent: Message | None, handles: dict[int, str], say, rng) -> Written:  # noqa: ANN001
    if message.person in (DEALS, QUOTES):
        return Written(say("deal_bot" if message.person == DEALS else "quote_bot"))
    if message.role == "broadcast":
        slot = {"misuse": "misuse", "apology": "apology", "status": "reply", "contest": "contest_call"}
        return Written(_tidy(say(slot.get(message.note, "broadcast"))))
    if message.note.startswith("copy:"):
        letters = load_rules("brand")["form_letter"]
        text = "".join(map(str, letters[int(message.note[5])]))
    elif message.role == "brand2":
        text = say("answer_second")
    else:
        opening = "answer_glad" if message.intent == "compliment" else "answer_open"
        text = f"{say(opening)}{say('reply')}{say('answer_close')}"
    text = _tidy(text)
    if message.platform == "x":
        text = f"@{handles[parent.person]} {text} ^{_AGENTS[int(rng.random() * len(_AGENTS))]}"
    return Written(text)


def _customer_words(message, parent, people, handles, rules, say, rng) -> Written:  # noqa: ANN001
    person = people[message.person]
    voice = load_voices()[person.voice]
    mood = _MOOD.get(message.intent, "calm")
    title = ""
    if message.role == "followup":
        parts = [say(f"followup_{message.intent}")]
    elif message.role in ("peer", "comment"):
        slot = message.intent if message.role == "peer" else ("metoo", "problem", "advice")[int(rng.random() * 3)]
        parts = [say(slot)] + ([say("effect")] if rng.random() < 0.3 and _has(rules, message.topic, "effect") else [])
        if message.platform == "reddit" and slot != "advice" and rng.random() < 0.4:
            parts.append(say("problem"))
    else:
        shapes = _shapes()[message.platform][message.intent]
        shape = shapes[int(rng.random() * len(shapes))].split()
        parts = _fill(shape, message, rules, say)
        if "sarcasm" in shape:
            mood = "joke"
    if message.note.startswith("escalation") and "escalation" in rules:
        parts = [say("escalation"), parts[-1]]
    if message.note == "stars only":
        return Written("")
    if message.platform == "zendesk":
        title = _tidy(say("title")) if message.role == "ticket" else ""
        if message.space == "phone":
            body = " ".join(_stop(p) for p in parts if not p.endswith((",", person.name)))
            return Written(_tidy(say("phone_log") + body) if message.role == "ticket" else body, title)
        return Written(_letter(parts, voice, message, mood, rng), title)
    text = speak(_join(parts, rng), voice=voice, lang=message.lang, mood=mood, rng=rng)
    if message.platform == "reddit":
        title = speak(say("title"), voice=voice, lang="", mood="calm", rng=rng) if message.parent is None else ""
        return Written(text, title)
    if message.platform == "x":
        text = _on_x(text, message, parent, handles, voice, mood, rng)
    return Written(text, title)


def _has(rules: Rules, topic: str, slot: str) -> bool:
    return f"{topic}.{slot}" in rules or slot in rules


def _fill(shape: list[str], message: Message, rules: Rules, say) -> list[str]:  # noqa: ANN001
    """The slots of a shape in words; a slot the topic lacks is left out, a numbered one differs from the first."""
    parts: list[str] = []
    for slot in shape:
        name = slot.rstrip("2")
        if name == "wish" and not _has(rules, message.topic, "wish"):
            name = "ask"
        if not _has(rules, message.topic, name):
            continue
        text = say(name)
        for _ in range(6):
            if text[:25] not in {part[:25] for part in parts}:
                break
            text = say(name)
        parts.append(text)
    return parts or [say("problem")]


def _stop(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", ",", ":", "…")) else text + "."


def _join(parts: list[str], rng: np.random.Generator) -> str:
    gap = (" ", " ", " ", " ", "\n", " - ")[int(rng.random() * 6)] if len(parts) > 1 else " "
    if gap == " - ":
        return " - ".join(part.rstrip(".") for part in parts)
    return _tidy(gap.join(_stop(part) if len(parts) > 1 else part for part in parts))


def _letter(parts: list[str], voice, message: Message, mood: str, rng: np.random.Generator) -> str:  # noqa: ANN001
    head = parts[:1] if message.role == "ticket" and parts[0].endswith(",") else []
    body = [part for part in parts if part not in head]
    text = speak(_join([p for p in body], rng), voice=voice, lang=message.lang, mood="calm", rng=rng)
    return "\n\n".join([*head, text])


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" ([.,!?;:])", r"\1", text)
    return text.strip()


def _on_x(text, message, parent, handles, voice, mood, rng) -> str:  # noqa: ANN001
    if rng.random() < voice.tag:
        text = f"{text} {hashtag(mood, rng)}"
    handle = _BRAND_HANDLES[int(rng.random() * len(_BRAND_HANDLES))]
    if parent is not None and message.role != "start":
        front, back = f"@{handles[parent.person]} ", ""
    elif not message.addressed:
        named = re.search("pellwick|brastow|romy", text, re.IGNORECASE)
        front, back = "", "" if named else (" #pellwick" if rng.random() < 0.6 else " (pellwick one)")
    elif handle in text.lower() or rng.random() < 0.72:
        front, back = ("" if "@pellwick" in text.lower() else f"{handle} "), ""
    else:
        front, back = "", f" {handle}"
    room = LIMIT - len(front) - len(back)
    return front + _cut(text, room) + back


def _cut(text: str, room: int) -> str:
    """Whole sentences as far as they fit; a single long one is broken at a word with an ellipsis."""
    while len(text) > room:
        shorter = re.sub(r"(?<=[.!?\n])\s*[^.!?\n]+[.!?]*\s*$", "", text)
        if not shorter or shorter == text:
            return text[: room - 1].rsplit(" ", 1)[0] + "…"
        text = shorter
    return text
