"""Other people's words in a message: quoted history, quotes of forums, lines that a phone adds."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from .converters import Column, holding
from .quoted_blocks import without_blocks

_MAY_QUOTE = (
    r"\n|^\s*(?:>|＞|&gt;)|(?i:\[quote|</?blockquote)|-{3,}|[12]\d{3}[^\n]*[:：]|[:：][^\n]*[12]\d{3}|<<<"
)
"""In Arrow's syntax: what no cut can be without. A text of one line seldom holds it, and is left at that."""

_NEVER_QUOTES = frozenset({
    "x", "bluesky", "threads", "instagram", "tiktok", "facebook", "youtube", "google_play", "app_store",
    "amazon", "trustpilot", "yelp", "steam", "survey",
})  # fmt: skip
"""Where nothing is quoted by a mark in the text: there a line that begins with ">" is the writer's own."""

_QUOTED = re.compile(r"\s{0,3}(?:[>＞]|&gt;|\|\s(?![^\n]*\|)|[A-Z]{2,3}>\s)")
_DEPTH = re.compile(r"(?:\s{0,3}(?:[>＞]|&gt;))+\s?")
_OWN_MARK = re.compile(r"\s{0,3}(?:[>＞]|&gt;)(?:\s?=?\s?[$€£]?\d|!|[:;=xX]?['-]?[()DP<_.]|\s?[:;])")
_MENU = re.compile(r"\s(?:>|&gt;|→)\s")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_RULE = re.compile(r"\A\s*_{20,}\s*")
_FOOTER_LINES = 8

_TIME = re.compile(r"(?<!\d)\d{1,2}\s?(?:[:.h]\s?\d{2}|[ap]\.?m\b)", re.I)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|\d{4}[年년]")
_SIGNS = re.compile(r"[>＞|:：↑`~]|&gt;|--|_{20}|posted by", re.I)
"""What a line has that is quoted, introduces a quote, or ends the text."""
_MAIL = re.compile(r"[\w.+-]{1,64}(?:@| at )[\w-]{1,63}\.[\w.-]{2,60}|\[mailto:|\[e-mail\]")
_DATED_HEAD = re.compile(r"\W{0,3}(?:\d|\w{2,9}[.,]{1,2}\s?\d{1,2}\b)")
_RULED_OFF = re.compile(r"[^-]-{3,5}$")
_LOOSE = " \t\u00a0*_>\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ENDED = re.compile(r"[^\W\d_]{3}[.!?]\s{1,20}[^\W\d_]")
_RUNS_ON = re.compile(r"[^:：\n]{0,120}[:：][ \t]*(?=[^\s:：])")
_GAP = re.compile(r"\n{3,}")
_LONGEST, _MOST_LINES, _WINDOW = 320, 3, 220


@dataclass(frozen=True)
class _Marks:
    """The words of `quoted.toml`, as patterns; `roles` names what each head of a header line says."""

    on: re.Pattern[str]
    wrote: re.Pattern[str]
    narrated: re.Pattern[str]
    head: re.Pattern[str]
    roles: dict[str, str]
    original: re.Pattern[str]
    above: re.Pattern[str]
    device: re.Pattern[str]
    said: re.Pattern[str]
    expand: re.Pattern[str]
    may_go_on: str


@functools.cache
def _marks() -> _Marks:
    text = (resources.files(__package__) / "quoted.toml").read_text(encoding="utf-8")
    languages = list(tomllib.loads(text).values())

    def any_of(key: str) -> str:
        words = sorted({word for one in languages for word in one.get(key, ())}, key=lambda w: (-len(w), w))
        return "(?:" + "|".join(re.escape(word).replace("…", r"[^.!?:\n]{1,40}?") for word in words) + ")"

    heads = ("cc", "to", "date", "sent", "subject", "from")
    roles = {word: key for key in heads for one in languages for word in one.get(key, ())}
    alone = sorted(roles, key=lambda word: (-len(word), word))
    original = any_of("original")
    return _Marks(
        on=re.compile(rf"(?<!\w){any_of('on')}\b"),
        wrote=re.compile(rf"(?:(?<![^\W\d_])|(?<=[\u0e00-\uffff])){any_of('wrote')}(?![^\W\d_])"),
        narrated=re.compile(rf"(?<!\w){any_of('self')}\s?(?:have |had |just |already )?{any_of('wrote')}"),
        head=re.compile(rf"(?<!\w)[*_]{{0,2}}({'|'.join(map(re.escape, alone))})[*_]{{0,2}}[ \u00a0]?[:：]"),
        roles=roles,
        original=re.compile(
            rf"(?<![-_*=#])[-_*=#]{{2,}}[ \t]{{0,3}}{original}\b"
            rf"|^[ \t]*{original}[ \t]{{0,3}}[:：]?[ \t]*$",
            re.M | re.I,
        ),
        above=re.compile(rf"^[^\n]{{0,40}}{any_of('above')}[^\n]{{0,40}}$", re.M | re.I),
        device=re.compile(
            rf"\W{{0,3}}{any_of('device')}(?!\s?[:：])[^.!?:;,<\n]{{0,48}}(?:[<(]\S{{1,200}}[>)])?[.!]?\s*",
            re.I,
        ),
        said=re.compile(
            rf"(?:@?[^\n:：]{{1,60}}?\s?{any_of('said')}(?: in #\d+)?\s?(?:[:：]\s?↑?|↑)"
            r"|(?:Quote: ?)?Originally posted by[^\n]{1,60})\s?$",
            re.I,
        ),
        expand=re.compile(rf"\s*{any_of('expand')}\W{{0,6}}$", re.I),
        may_go_on="(?i)"
        + _arrow(languages, "original", "above")
        + "|(?:"
        + _arrow(languages, *heads, "wrote")
        + ")[^:：]*[:：]",
    )


def _arrow(languages: list[dict[str, list[str]]], *keys: str) -> str:
    """Write the words as a pattern of Arrow."""
    words = sorted({word for one in languages for key in keys for word in one.get(key, ())})
    return "|".join(re.sub(r"([.()?*+\[\]|^$\\])", r"\\\1", word).replace("…", ".*") for word in words)


def cut_quotes(texts: Column, kinds: Iterable[str], platforms: Iterable[str]) -> tuple[Column, list[bool]]:
    """Leave the writer's own words of each text, and say of which something was cut.

    Reviews, answers to surveys and posts of networks that know no quotes in their texts stay as they are.
    """
    kinds, platforms, own = list(kinds), list(platforms), list(texts)
    (rows,) = holding(texts, _MAY_QUOTE)
    (going_on,) = holding([texts[row] for row in rows], _marks().may_go_on)
    may_go_on = set(rows[going_on].tolist())
    for row in rows.tolist():
        if not (kinds[row].startswith("review") or platforms[row] in _NEVER_QUOTES):
            own[row] = own_words(texts[row], goes_on=row in may_go_on)
    return own, [one is not other for one, other in zip(own, texts, strict=True)]


def own_words(text: str, *, goes_on: bool = True) -> str:
    """Cut what a message quotes and what a program added; the very same text where there is nothing to cut.

    A message that holds nothing else becomes empty. `goes_on`: it may hold history that goes on to its end.
    """
    own = without_blocks(text)
    if goes_on:
        blocks = list(_header_blocks(own))
        if (below := _without_top(own, blocks)) != own:
            own, blocks = below, list(_header_blocks(below))
        own = own[: _history(own, blocks)]
    lines = own.split("\n")
    kept = list(_own_lines(lines)) if _SIGNS.search(own) else lines
    while kept and (not kept[-1].strip() or _marks().device.fullmatch(kept[-1])):
        kept.pop()
    found = _trimmed(kept)
    return text if found == _trimmed(text.split("\n")) else found


def _trimmed(lines: Iterable[str]) -> str:
    whole = "\n".join(line.rstrip() for line in lines)
    return (_GAP.sub("\n\n", whole) if "\n\n\n" in whole else whole).strip()


# ------------------------------------------------------------------------------------- to the end of the text


def _without_top(text: str, blocks: list[Block]) -> str:
    """Leave out headers that an export put before its own text, and a desk's line with nothing above it."""
    above = _marks().above.search(text)
    if above and not text[: above.start()].strip():
        return _without_top(text[above.end() :], list(_header_blocks(text[above.end() :])))
    found = next(iter(blocks), None)
    if found and not text[: found[0]].strip() and "sent" not in found[2]:
        return text[found[1] :].partition("\n")[2]
    return text


def _history(text: str, blocks: list[Block]) -> int:
    """Find where quoted history begins that goes on to the end; the length of the text if none does."""
    found = [len(text)]
    for pattern in (_marks().original, _marks().above):
        found += [at.start() for at in pattern.finditer(text) if not _in_quote(text, at.start())][:1]
    found += [start for start, _, _ in blocks[:1]]
    found += list(_flat_attributions(text))[:1]
    return min(found)


def _in_quote(text: str, at: int) -> bool:
    return _QUOTED.match(text, text.rfind("\n", 0, at) + 1, at + 1) is not None


Block = tuple[int, int, set[str]]


def _header_blocks(text: str) -> Iterator[Block]:
    """Yield start, end and roles of each run of header lines, which an export may have joined into one line.

    Sender, subject (or an address) and one more are asked for, so that "From: Rome, To: Paris, Date: 3 May"
    stays.
    """
    if ":" not in text and "：" not in text:
        return
    roles = _marks().roles
    heads = [head for head in _marks().head.finditer(text) if not _in_quote(text, head.start())]
    at = 0
    while at < len(heads):
        last, seen = at, {roles[heads[at][1]]}
        while last + 1 < len(heads) and _next_header(text, heads[last], heads[last + 1]):
            role = roles[heads[last + 1][1]]
            if role in seen and role != "cc":
                break
            seen.add(role)
            last += 1
        start, end = heads[at].start(), heads[last].end()
        sure = "subject" in seen or _MAIL.search(text, start, end) is not None
        if "from" in seen and len(seen - {"cc"}) >= 3 and sure:
            yield start, end, seen
        at = last + 1


def _next_header(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    between = text[one.end() : other.start()]
    return len(between) <= 600 and "\n\n\n" not in between and between.count("\n") <= 4


def _flat_attributions(text: str) -> Iterator[int]:
    """Yield where an attribution begins in the midst of a line: the export has joined the lines of a mail."""
    for verb in _marks().wrote.finditer(text):
        rest = _RUNS_ON.match(text, verb.end())
        if rest is None or _in_quote(text, verb.start()):
            continue
        floor = max(text.rfind("\n", 0, verb.start()) + 1, verb.start() - _WINDOW)
        for on in [*_marks().on.finditer(text, floor, verb.start())][:-4:-1]:
            said = text[on.start() : rest.end()]
            if _evidence(said) >= 2 and not _marks().narrated.search(said):
                yield on.start()
                break


# ----------------------------------------------------------------------------------------------- line by line


def _own_lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines that neither are quoted nor introduce a quote, up to a signature or history."""
    single = sum(map(_is_quoted, lines)) == 1
    at, fenced, introduced = 0, False, False
    while at < len(lines):
        line = lines[at]
        if fenced or _FENCE.match(line):
            fenced ^= _FENCE.match(line) is not None
            yield line
            at += 1
            continue
        if line.rstrip() == "--" or (_RULE.fullmatch(line) and _is_footer(lines[at + 1 :])):
            return
        if skipped := _forum_quote(lines, at):
            at, introduced = at + skipped, True
            continue
        n, is_sure = _attribution(lines, at)
        if n and _quote_follows(lines, at + n):
            at, introduced = at + n, True
            continue
        if n and is_sure:
            return
        if not _is_quoted(line) or (single and not introduced and _is_own_mark(line)):
            introduced = introduced and not line.strip()
            yield line
        at += 1


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None


def _is_own_mark(line: str) -> bool:
    """Say whether the mark is no quote: "> 5 stars", a face, the rest of "Settings > Account > Delete"."""
    return bool(_OWN_MARK.match(line)) or bool(_MENU.search(_DEPTH.sub("", line, count=1)))


def _is_footer(after: list[str]) -> bool:
    """Say whether history or the footer of a list stands below a long line of underscores."""
    said = [line for line in after if line.strip()]
    return len(said) <= _FOOTER_LINES or any(_marks().head.match(line) for line in said[:2])


def _attribution(lines: list[str], at: int) -> tuple[int, bool]:
    """Count the lines from here on that say who wrote what follows, and say whether that is certain."""
    said = ""
    for n, line in enumerate(lines[at : at + _MOST_LINES], start=1):
        if not line.strip() or _is_quoted(line) or len(said) + len(line) > _LONGEST:
            break
        said = f"{said} {line.strip()}".strip()
        if not said.rstrip(_LOOSE).endswith((":", "：")) and not _RULED_OFF.search(said[-8:]):
            continue
        verb, evidence = _marks().wrote.search(said), _evidence(said)
        begins = bool(_marks().on.match(said.lstrip("-*_ \u202a\u202b"))) or bool(_DATED_HEAD.match(said))
        if verb is None:
            return (n, True) if evidence == 3 and begins else (0, False)
        mail = _MAIL.search(said) is not None
        if n > 1 and not ((begins and evidence) or mail):
            return 0, False
        if not (begins and evidence) and (_ENDED.search(said) or len(said) > 160):
            return 0, False
        named = begins or mail or said[:1].isupper()
        return n, evidence >= 2 and named and not _marks().narrated.search(said)
    return 0, False


def _evidence(said: str) -> int:
    """Count what marks an attribution: a date, a time of day, a mail address."""
    return sum(pattern.search(said) is not None for pattern in (_DATE, _TIME, _MAIL))


def _quote_follows(lines: list[str], at: int) -> bool:
    following = [line for line in lines[at : at + 8] if line.strip()][:2]
    return any(map(_is_quoted, following))


def _forum_quote(lines: list[str], at: int) -> int:
    """Count the lines of a forum's quote that begins here with "Ann said:"; 0 where none does.

    It ends at the link that unfolds it; without one, where the paragraph ends, if the name is marked as one.
    """
    head = lines[at].strip()
    if head.casefold() == "quote:" and any(map(_marks().said.fullmatch, lines[at + 1 : at + 2])):
        return 1
    may = head[-1:] in (":", "：", "↑") or "posted by" in head.casefold()  # most lines end there
    if not may or _is_quoted(head) or not _marks().said.fullmatch(head):
        return 0
    for n, line in enumerate(lines[at + 1 : at + 200], start=2):
        if _marks().expand.match(line):
            return n
    if not (head.startswith("@") or head.endswith("↑") or "originally posted" in head.casefold()):
        return 0
    end = at + 1
    while end < len(lines) and not lines[end].strip():
        end += 1
    while end < len(lines) and lines[end].strip():
        end += 1
    is_followed = any(line.strip() for line in [*lines[:at], *lines[end:]])
    return end - at if is_followed else 0
