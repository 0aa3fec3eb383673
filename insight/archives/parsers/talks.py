"""Chat logs -> plain items, in any layout: the file's own lines show how it writes time, name and words.

A log repeats itself: the same brackets around a stamp, the same sign behind it, the same few names. The
layout that explains most lines is taken, so that no list of apps or languages is needed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from insight.archives.dates.chat_stamps import DAY, STAMP, Stamp, days_of, hours_of, read_stamp

Item = dict[str, Any]

_MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_WIDE = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u060c": ",", "\u3000": " "})
_ENTRY = re.compile(
    rf"\A(?P<open>[\[(]?){STAMP}(?: \|[^\]]{{1,30}}(?=\]))?(?P<close>[\])]?)"
    r"(?P<sep> ?[-–—] |: ?(?=\S)|, |\t| +|$)(?P<rest>.*)"
)
_NAMED = re.compile(
    rf"\A(?P<name>[^\s\d,;:\t\"(<][^,;:\t\"<]{{0,60}}?)(?P<open>,? ?[\[(]| [–—-] |,? {{1,3}})(?:{STAMP})"
    r"(?P<close>[\])]?)(?P<sep>: ?| |$)(?P<rest>.*)"
)
_FIELD = re.compile(rf"\w{{2,20}}: {DAY}.{{0,4}}\d{{1,2}}:\d\d")
_DAY_FIRST = re.compile(rf"{DAY}[ ,]*(?:[(（]?[^\W\d_]{{1,14}}\.?[)）]?)?$")
_SESSION = re.compile(r"(?:[-*=]{3,}|—{2,})\s*\S")
_CLOCK_AWAY = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_ANGLE = re.compile(r"<[ @+%&~!]?(?P<name>[^<>\s][^<>]{0,40})> ?(?P<text>.*)")
_COLON = re.compile(r"(?P<name>[^:\t]{1,70}?) ?:(?:\s|$|(?=\.))(?P<text>.*)")
_ACTION = re.compile(r"\A\s*\* (?P<name>[^\s*:]{1,40}) (?P<text>.+)")
_SENT = re.compile(r"From\s+(.+?)(?:\s+to\s+.+)?", re.I)
_PLACEHOLDER = re.compile(r"<[^<>]{2,60}>|\[[^\[\]]{2,20}\]|\S{1,80}\.\w{2,4} \([^()]{3,40}\)")
_OMITTED = re.compile(r"\A(?:.{1,80} omitted|<?attached: .+|.{1,99}\.(?:jpe?g|png|webp|mp4|opus|pdf|vcf)>?)")
_EDITED = re.compile(r"\s?<[^<>@/]{3,20} [^<>@/]{3,40}>$")
_FENCE = re.compile(r"\A(?:={20,}$|\{(?:Attachments|Embed|Stickers|Reactions|Inline Emojis)\}$)")
_FILE_DAY = re.compile(r"(?<!\d)(\d{4})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_ANNOUNCED = re.compile(r".{1,40}님[이을] .{2,40}니다\.?$")
_MOST_WORDS = 6
_SENTENCE = 5
_NIGHT = 6
_HEADED = 200

Key = tuple[bool, str, bool, str, str]


@dataclass(frozen=True)
class Layout:
    """How a log writes its messages: the signs around the stamp, and where name and words are."""

    key: Key
    style: str


@dataclass
class _Entry:
    stamp: Stamp
    name: str
    lines: list[str]
    marked: bool = False
    acts: bool = False
    day: str = ""
    year: int | None = None
    after: list[str] = field(default_factory=list)


def plain(line: str) -> str:
    """Remove the invisible marks of a line, and make its blanks alike."""
    return _MARKS.sub("", line).translate(_WIDE).rstrip("\r\n ")


def layout_of(lines: Iterable[str]) -> Layout | None:
    """Infer the layout from the first lines; None if they are no log of a chat."""
    said = [line for line in map(plain, lines) if line.strip()]
    first = _ENTRY.match(said[0]) if said else None
    if first is None and _is_table(said):
        return None
    for pattern in (_ENTRY, _NAMED):
        found = [(at, match) for at, line in enumerate(said) if (match := pattern.match(line[:400]))]
        by_key = Counter(_key(match) for _, match in found)
        for key, n in by_key.most_common(2):
            entries = [(at, match) for at, match in found if _key(match) == key]
            style = _style(entries, said, key)
            if style == "next" and entries[-1][0] == len(said) - 1:
                return None
            if style and (n > 1 or entries[0][0] == 0) and n >= 0.05 * len(said):
                return Layout(key, style)
    return None


def is_timed(lines: Iterable[str]) -> bool:
    """Return whether lines look like a log of a chat, if only by their stamps: they hold names of people."""
    said = [line for line in map(plain, lines) if line.strip()]
    found = [match for line in said if (match := _ENTRY.match(line[:400]) or _NAMED.match(line[:400]))]
    sure = sum(bool(match["day"] or match["day_"] or match["close"]) for match in found)
    fields = sum(bool(_FIELD.match(line[:100])) for line in said)
    return max(sure, fields) >= 3 and max(sure, fields) >= 0.2 * len(said)


def _is_table(said: list[str]) -> bool:
    """Return whether the first line is a header: most records below it have as many cells."""
    for sign in "\t,;|":
        header = said[0].split(sign) if said else []
        if len(header) < 2 or f"{sign} " in said[0].replace(" | ", "|"):
            continue
        try:
            widths = [len(cells) for cells in csv.reader(said[: _HEADED + 1], delimiter=sign)]
        except csv.Error:
            continue
        if len(widths) > 1 and widths[1:].count(widths[0]) >= 0.8 * len(widths[1:]):
            return True
    return False


def _key(match: re.Match[str]) -> Key:
    has_day = bool(match["day"] or match["day_"])
    sign = match["sep"].strip(" ").replace("–", "-")
    return "name" in match.groupdict(), match["open"].strip(" "), has_day, match["close"], sign


def _style(entries: list[tuple[int, re.Match[str]]], said: list[str], key: Key) -> str:
    """Name where the words of a message are, judged by all of its lines; "" if they are in no place."""
    rests = [match["rest"] for _, match in entries]
    n = len(rests)
    named, bracketed, sign = key[0], key[1].endswith(("[", "(")) and bool(key[3]), key[4]
    starts = {at for at, _ in entries}
    follows = sum(at + 1 < len(said) and at + 1 not in starts for at in starts)
    if named:
        if bracketed and sum(map(bool, rests)) > 0.5 * n:
            return "named"
        return "named block" if not any(rests) and follows > 0.6 * n else ""
    tests = {
        "angle": sum(bool(_ANGLE.match(rest)) for rest in rests) / 0.2,
        "tab": sum(rest.count("\t") == 1 for rest in rests) / 0.5 if sign == "\t" or key[2] else 0,
        "colon": sum(bool(_COLON.match(rest)) for rest in rests) / 0.4,
    }
    style = next((name for name, score in tests.items() if score >= n), "")
    if style or follows <= 0.6 * n:
        return style
    short = sum(0 < len(rest) <= 60 for rest in rests)
    if not key[2] and not key[1] and len(set(rests)) > 0.7 * n:
        return ""
    return (
        "block" if short > 0.6 * n else "next" if sum(not r or r[0] == "(" for r in rests) > 0.6 * n else ""
    )


def read_talk(lines: Iterable[str], layout: Layout, *, name: str, day_first: bool | None) -> Iterator[Item]:
    """Yield the messages and events of a log, and what is doubtful about its days."""
    entries, head = _entries(lines, layout, name)
    stamps = [entry.stamp for entry in entries]
    days, cautions = _days(entries, layout, name, day_first)
    hours = hours_of(stamps)
    app = _app(layout, head, name, seconds=any(":" in stamp.rest for stamp in stamps))
    if head:
        yield {**_EVENT, "app": app, "text": "\n".join(head)}
    known = Counter(entry.name for entry in entries if entry.name and not entry.acts)
    repeated = Counter("\n".join(entry.lines).strip() for entry in entries)
    for entry, day, hour in zip(entries, days, hours, strict=True):
        moment = f"{day.isoformat()} {hour:02d}:{entry.stamp.rest}{entry.stamp.zone}" if day else ""
        text = "\n".join(entry.lines).strip()
        is_message = entry.name and not _is_event(entry, known, text)
        item = {
            "day": day.isoformat() if day else "", "time": f"{hour:02d}:{entry.stamp.rest}", "date": moment,
            "author": entry.name if is_message else "", "app": app,
            "text": _words(text, entry.marked, repeated, app),
        }  # fmt: skip
        yield item if is_message else {**item, "text": f"{entry.name}: {text}" if entry.name else text}
    yield {"_note": "chat logs say neither ids nor what a message answers."}
    yield from ({"_note": caution} for caution in cautions if caution)


_EVENT: Item = {"day": "", "time": "", "date": "", "author": ""}


def _entries(lines: Iterable[str], layout: Layout, name: str) -> tuple[list[_Entry], list[str]]:
    """Cut a log into its entries; what stands above the first is no message."""
    pattern = _NAMED if layout.key[0] else _ENTRY
    entries, head = list[_Entry](), list[str]()
    file_day = "-".join(found.groups()) if (found := _FILE_DAY.search(PurePosixPath(name).stem)) else ""
    day, fenced = file_day, False
    for raw in lines:
        line = plain(raw)
        match = pattern.match(line[:400])
        as_usual = match is not None and _key(match) == layout.key
        if match and (as_usual or (_is_sure(layout) and _key(match)[:4] == layout.key[:4])):
            rest = match["rest"] + line[400:]
            entry = _entry(match, rest, layout.style if as_usual else "event", day)
            entry.marked = _is_marked(raw)
            entries.append(entry)
            fenced = False
            day = _day_line(rest) or day if not entry.name and not layout.key[2] else day
        elif not layout.key[2] and (found_day := _day_line(line, loose=layout.style == "angle")):
            day = found_day
        elif (layout.key[2] and _DAY_FIRST.match(line)) or not line.strip():
            entries[-1].after.append(line) if entries else None
            day = line if _DAY_FIRST.match(line) else day
        elif layout.key[2] and _SESSION.match(line) and (found_day := _day_line(line)):
            day = found_day
        elif not entries or _ANNOUNCED.match(line) or (layout.style == "angle" and _SESSION.match(line)):
            head.append(line)
        elif layout.style == "next" and not entries[-1].name:
            entries[-1].name = line.strip()
        elif not (fenced := fenced or ("block" in layout.style and bool(_FENCE.match(line)))):
            last = entries[-1]
            last.lines += [*("" for _ in last.after if last.lines and any(last.lines)), line.strip("\t")]
            last.after.clear()
    return entries, head


def _is_sure(layout: Layout) -> bool:
    """Return whether a stamp alone, whatever follows it, begins an entry: no text begins like that."""
    return not layout.key[0] and (layout.key[2] or bool(layout.key[1]))


def _is_marked(raw: str) -> bool:
    """Return whether the words of a line begin with a mark: the app wrote them, no one typed them."""
    return ": \u200e" in raw or ":\u00a0\u200e" in raw


def _day_line(line: str, *, loose: bool = False) -> str:
    """Return a line that only says which day begins, without its clock; `loose`: any that names one."""
    whole, session = _DAY_FIRST.match(line.strip()), loose or _SESSION.match(line)
    bare = _CLOCK_AWAY.sub("", line)
    dated = re.search(DAY, bare) or re.search(r"[^\W\d_]{3} +\d{1,2} +\d{4}", bare)
    return bare if whole or (session and dated) else ""


def _entry(match: re.Match[str], rest: str, style: str, day: str) -> _Entry:
    stamp = read_stamp(match["day"] or match["day_"] or "", match["time"] or match["time_"] or match["bare"])
    if match["word"]:
        stamp = read_stamp("", match["time"])
    name, text = _said(match, rest, style)
    acts = style in ("angle", "tab") and rest.lstrip().startswith("*")
    return _Entry(stamp, _tidy(name), [text] if text else [], acts=acts, day=day)


def _said(match: re.Match[str], rest: str, style: str) -> tuple[str, str]:
    if style.startswith("named"):
        return match["name"], rest
    if style == "block":
        return rest, ""
    if style == "next":
        return "", ""
    if style == "tab":
        name, tab, text = rest.partition("\t")
        action = _ACTION.match(f"* {text}") if name.strip() == "*" else None
        if action:
            return action["name"], action["text"]
        return (name, text) if tab and re.search(r"\w", name) else ("", rest)
    found = {"angle": _ANGLE, "colon": _COLON}[style].match(rest) if style in ("angle", "colon") else None
    if found is None and style == "angle":
        found = _ACTION.fullmatch(rest)
    return (found["name"], found["text"]) if found else ("", rest)


def _tidy(name: str) -> str:
    name = re.sub(r" \((?:pinned|edited)\)$", "", name.strip()).strip("[]").rstrip(",: ")
    name = re.sub(r"^[~@%& ]+|^\+(?=\D)", "", name)
    sent = _SENT.fullmatch(name)
    return sent[1].strip() if sent else name


def _is_event(entry: _Entry, known: Counter[str], text: str) -> bool:
    """Return whether the app says this of a person: no name that people have, or no typed words."""
    name = entry.name
    if entry.acts:
        return name not in known
    if any(sign in name for sign in '"“”„«»'):
        return True
    if entry.marked and known[name] == 1 and len(text.split()) >= _SENTENCE:
        return True
    words = name.split()
    if known[name] > 1 or len(words) < 3:
        return False
    led = any(
        " ".join(words[:n]) in known and any(word.islower() for word in words[n:])
        for n in range(1, len(words))
    )
    return led or len(words) > _MOST_WORDS


def _words(text: str, marked: bool, repeated: Counter[str], app: str) -> str:
    """Return what a person typed: not what the app puts in the place of pictures."""
    if "\n" not in text:
        bracketed = _PLACEHOLDER.fullmatch(text)
        if (bracketed and (text[0] != "[" or repeated[text] > 1 or app == "line")) or (
            (marked and repeated[text] > 1) or (len(text) < 100 and _OMITTED.fullmatch(text))
        ):
            return ""
    elif text[0] == text[-1] == '"':
        text = text[1:-1]
    return _EDITED.sub("", text)


def _app(layout: Layout, head: list[str], name: str, *, seconds: bool) -> str:
    """Name the app, where the layout or the lines above the first message show it."""
    above = "\n".join(head[:10])
    named, open_, has_day, _, sign = layout.key
    for word, app in (
        ("[LINE]", "line"),
        ("카카오톡", "kakaotalk"),
        ("KakaoTalk", "kakaotalk"),
        ("Guild:", "discord"),
    ):
        if word in above:
            return app
    if layout.style == "angle" or (layout.style == "tab" and (has_day or open_)):
        return "irc"
    if layout.style == "tab":
        return "line"
    usual = layout.style == "colon" and has_day and (open_ == "[" if seconds else sign == "-")
    if usual or "whatsapp" in name.casefold():
        return "whatsapp"
    if named and open_ == ", [":
        return "telegram"
    return "kakaotalk" if named and layout.style == "named" and not has_day else "chat"


def _days(entries: list[_Entry], layout: Layout, name: str, day_first: bool | None) -> tuple[list, list[str]]:
    """Return the day of each entry: its own, or that of the line above, or that of the file's name."""
    years = [int(found[0]) if (found := re.search(r"\d{4}", entry.day)) else None for entry in entries]
    if layout.key[2]:
        days, caution = days_of([entry.stamp for entry in entries], day_first=day_first, years=years)
        cautions = [caution]
    else:
        above = [read_stamp(entry.day, "0:00") for entry in entries]
        days, caution = days_of(above, day_first=day_first, years=years)
        cautions = [caution]
        clocks = hours_of([entry.stamp for entry in entries])
        shift, last = timedelta(), (-1, "")
        for at, (entry, hour) in enumerate(zip(entries, clocks, strict=True)):
            shift = timedelta() if entry.day != last[1] else shift
            shift += timedelta(days=1) if entry.day == last[1] and hour < last[0] - _NIGHT else timedelta()
            day, last = days[at], (hour, entry.day)
            days[at] = day + shift if day is not None else None
    n = sum(day is None for day in days)
    if n:
        cautions.append(
            f"the days of {n:,} of {len(days):,} entries are not in the log (or not as dates), so these have "
            "no date. Name the file by its day, such as 2024-03-31.txt, or export with full dates."
        )
    return days, cautions
