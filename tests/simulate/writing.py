"""From plan to words: each planned message is said in its topic, its place and its author's voice."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np

from .grammar import Draft, Rules, load_rules
from .plan import DEALS, QUOTES, Message, Person
from .voice import Voice, hashtag, load_voices, speak

LIMIT = 280  # characters of a post on X
_SETTLED = frozenset(  # said once a message, so that a message does not contradict itself
    [
        "weeks",
        "ago",
        "since",
        "who",
        "whosleeps",
        "early",
        "money",
        "order",
        "while",
        "place",
        "phone",
        "month",
    ]
)
_MOODS = {
    "complaint": "angry",
    "help": "sad",
    "compliment": "glad",
    "thanks": "glad",
    "still": "angry",
    "metoo": "sad",
}
_HANDLES = ("@pellwickhelp", "@pellwickhelp", "@pellwickhelp", "@pellwick", "@pellwick")
_AGENTS = ("MK", "JT", "SO", "LB", "AN", "RH")
_OWN_POST = {"misuse": "misuse", "apology": "apology", "status": "reply", "contest": "contest_call"}
_WORD = re.compile(r"\w+")
_LAST_SENTENCE = re.compile(r"(?<=[.!?\n])\s*[^.!?\n]+[.!?]*\s*$")


@dataclass(frozen=True)
class Written:
    """What a planned message says; `title` is a subject line or headline, if the place has one."""

    text: str
    title: str = ""


@functools.cache
def _shapes() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("words/shapes.toml").read_text("utf-8"))


@functools.cache
def _rules(lang: str) -> Rules:
    if lang == "en":
        return load_rules("shared", "needs", "clauses", "chatter", "brand", "replies", "circles")
    common = ("link", "k", "form_letter", "ticket_private", "first")
    english = load_rules("shared", "brand")
    return {name: english[name] for name in common} | load_rules({"de": "german", "es": "spanish"}[lang])


def write_all(
    messages: Iterable[Message], people: list[Person], handles: Mapping[int, str], *, rng: np.random.Generator
) -> dict[int, Written]:
    """Find words for every message, in order of time.

    Of several drafts the one whose five-word runs have been used least is kept: people repeat each other in
    substance and not in wording. `handles` gives the name by which X shows each author.
    """
    used: set[tuple[str, ...]] = set()
    seen: dict[int, Message] = {}
    written: dict[int, Written] = {}
    for message in sorted(messages, key=lambda m: (m.created, m.key)):
        seen[message.key] = message
        if message.role == "repost" and message.parent is not None:
            original = seen[message.parent]
            written[message.key] = Written(f"RT @{handles[original.person]}: {written[original.key].text}")
            continue
        parent = seen[message.parent] if message.parent is not None else None
        n_drafts = 1 if message.note.startswith("copy:") or message.role == "bot" else 5
        drafts = [_draft(message, parent, people, handles, rng) for _ in range(n_drafts)]
        best = min(drafts, key=lambda draft: _staleness(draft.text, used))
        used.update(_runs(best.text))
        written[message.key] = best
    return written


def _runs(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return [tuple(words[at : at + 5]) for at in range(max(1, len(words) - 4))]


def _staleness(text: str, used: set[tuple[str, ...]]) -> float:
    runs = _runs(text)
    return sum(run in used for run in runs) / len(runs)


def _draft(
    message: Message, parent: Message | None, people: list[Person], handles: Mapping[int, str],
    rng: np.random.Generator,
) -> Written:  # fmt: skip
    asker = parent.person if parent is not None and parent.person >= 0 else message.person
    facts = {
        "ticket": message.note.partition("#")[2],
        "them": people[asker].name.split()[0] if asker >= 0 else "all",
    }
    if message.person >= 0:
        facts["me"] = people[message.person].name
    pen = Draft(_rules(message.lang), message.topic, rng, facts, _SETTLED)
    to = f"@{handles[parent.person]} " if parent is not None else ""
    if message.person < 0:
        return Written(_tidy(_brand_words(pen, message, to)))
    if message.note == "stars only":
        return Written("")
    voice = load_voices()[people[message.person].voice]
    if message.platform == "zendesk":
        return _ticket_words(pen, message, voice)
    parts, mood = _parts(pen, message)
    text = speak(_join(pen, parts), voice=voice, lang=message.lang, mood=mood, rng=rng)
    if message.platform == "x":
        return Written(_on_x(pen, text, message, to, voice, mood))
    if message.platform == "reddit" and parent is None:
        return Written(text, speak(pen.say("title"), voice=voice, lang="", mood="calm", rng=rng))
    return Written(text)


def _brand_words(pen: Draft, message: Message, to: str) -> str:
    if message.role == "bot":
        return pen.say({DEALS: "deal_bot", QUOTES: "quote_bot"}[message.person])
    if message.role == "broadcast":
        return pen.say(_OWN_POST.get(message.note, "broadcast"))
    if message.role == "note":
        return pen.say("ticket_private")
    if message.note.startswith("copy:"):
        text = "".join(map(str, pen.rules["form_letter"][int(message.note[5])]))
    elif message.role == "brand2":
        text = pen.say(f"answer_second_{message.intent}")
    else:
        opening, reply = (
            pen.say("answer_glad" if message.intent == "compliment" else "answer_open"),
            pen.say("reply"),
        )
        sorry = f"{pen.say('ack')} " if pen.knows("matter") and not opening.endswith(", ") else ""
        if (opening + sorry).endswith((", ", ": ")) and not reply.startswith(("I ", "I'")):
            reply = reply[:1].lower() + reply[1:]
        text = f"{opening}{sorry}{reply}{pen.say('answer_close')}"
    return f"{to}{text} ^{pen.one_of(*_AGENTS)}" if message.platform == "x" else text


def _parts(pen: Draft, message: Message) -> tuple[list[str], str]:
    """Write the sentences of a customer's message, and its mood."""
    mood = _MOODS.get(message.intent, "calm")
    if message.note.startswith("escalation"):
        return [pen.say("escalation"), _fresh(pen, "problem", [])], mood
    if message.role == "followup":
        return [pen.say(f"followup_{message.intent}")], mood
    if message.role in ("peer", "comment"):
        slot = message.intent if message.role == "peer" else pen.one_of("metoo", "problem", "advice")
        parts = [_fresh(pen, slot, [])]
        if pen.knows("effect") and slot != "advice" and pen.rng.random() < 0.3:
            parts.append(pen.say("effect"))
        if message.platform == "reddit" and slot == "metoo" and pen.rng.random() < 0.5:
            parts.append(_fresh(pen, "problem", parts))
        return parts, mood
    shape = pen.one_of(*_shapes()[message.platform][message.intent]).split()
    return _fill(pen, shape), "joke" if "sarcasm" in shape else mood


def _fill(pen: Draft, shape: list[str]) -> list[str]:
    """Write the slots of a shape; a slot the topic lacks is left out, a numbered one is said anew."""
    parts: list[str] = []
    for slot in shape:
        name = slot.rstrip("2")
        if name == "wish" and not pen.knows("wish"):
            name = "ask"
        if pen.knows(name):
            parts.append(_fresh(pen, name, parts))
    return parts


def _fresh(pen: Draft, slot: str, parts: list[str]) -> str:
    """Write one slot, perhaps framed from clauses, unlike the beginning of any sentence already there."""
    choice = f"which_{slot}"
    framed = pen.knows(choice) and not pen.rules.keys().isdisjoint(
        (f"{pen.topic}.lack", f"{pen.topic}.{choice}")
    )
    for _ in range(6):
        text = pen.say(pen.say(choice) if framed else slot)
        if text[:16].rstrip(".!") not in {part[:16].rstrip(".!") for part in parts}:
            break
    return text


def _ticket_words(pen: Draft, message: Message, voice: Voice) -> Written:
    parts, _ = _parts(pen, message)
    title = _tidy(pen.say("title")) if message.role == "ticket" else ""
    if message.space == "phone":
        spoken = " ".join(_stop(part) for part in parts if not part.endswith((",", pen.facts["me"])))
        return Written(_tidy((pen.say("phone_log") if message.role == "ticket" else "") + spoken), title)
    head = parts[:1] if parts[0].endswith(",") else []
    tail = parts[-1:] if len(parts) > 1 and parts[-1].endswith(pen.facts["me"]) else []
    body = _join(pen, parts[len(head) : len(parts) - len(tail)])
    body = speak(body, voice=voice, lang=message.lang, mood="calm", rng=pen.rng)
    return Written("\n\n".join(map(_tidy, [*head, body, *tail])), title)


def _stop(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", ",", ":", "…")) else text + "."


def _join(pen: Draft, parts: list[str]) -> str:
    if len(parts) == 1:
        return _tidy(parts[0])
    gap = pen.one_of(" ", " ", " ", " ", "\n", " - ")
    if gap == " - ":
        return _tidy(" - ".join(part.rstrip(".") for part in parts))
    return _tidy(gap.join(map(_stop, parts)))


def _tidy(text: str) -> str:
    return re.sub(r" ([.,!?;:])", r"\1", re.sub(r"[ \t]+", " ", text)).strip()


def _on_x(pen: Draft, text: str, message: Message, to: str, voice: Voice, mood: str) -> str:
    if pen.rng.random() < voice.tag:
        text = f"{text} {hashtag(mood, pen.rng)}"
    handle = pen.one_of(*_HANDLES)
    front, back = to, ""
    if not message.addressed:
        text = re.sub(r"@pellwick(help)?\b", "Pellwick", text, flags=re.IGNORECASE)
        if not to and not re.search("pellwick|brastow|romy", text, re.IGNORECASE):
            back = pen.one_of(" #pellwick", " #pellwick", " (pellwick one)", " #PellwickOne")
    elif not to and "@pellwick" not in text.lower():
        front, back = (f"{handle} ", "") if pen.rng.random() < 0.72 else ("", f" {handle}")
    return front + _cut(text, LIMIT - len(front) - len(back)) + back


def _cut(text: str, room: int) -> str:
    """Whole sentences as far as they fit; a single long one is broken at a word with an ellipsis."""
    while len(text) > room:
        shorter = _LAST_SENTENCE.sub("", text)
        if not shorter or shorter == text:
            return text[: room - 1].rsplit(" ", 1)[0] + "…"
        text = shorter
    return text
