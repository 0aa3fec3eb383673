"""Telephone numbers in running text, in the forms of many countries, each checked by its own rules."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

_LETTER = r"0-9A-Za-z_\u00c0-\u052f"
"""Of the scripts that put spaces between words; in others a number may follow a letter."""
_GAP = r"[ \t\u00a0\u2002-\u200b\u202f./()（）*·‐-―−-]{0,3}"
_RUN = re.compile(
    rf"(?<![{_LETTER}\d.,/#@$€£¥&=‐-―−-])(?<!\d:)(?:[(（]?(?:[+＋]|%2B){_GAP}|[(（])?\d(?:{_GAP}\d){{6,18}}"
    rf"(?:[ ,;]{{0,2}}(?i:x|ext\.?|extension)[ .:]?\d{{1,6}})?(?![{_LETTER}\d]|[/:@‐-―−-]\w|[.,]\d)"
)
_LINK = re.compile(
    r"(?i)(?<!\w)(?:(?:tel|callto|smsto|sms|mms|fax|facetime|facetime-audio):/{0,2}(?:\+|%2B)?\d[\d().%;=-]{4,30}"
    r"|(?:https?://)?(?:www\.)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?(?:phone=)?"
    r"|(?:whatsapp|viber)://\w{1,10}/?\?\w{1,10}=|signal\.me/#p/|zalo\.me/|line\.me/ti/p/)"
    r"(?:\+|%2B)?\d{6,15}[^\s<>\"']{0,200})"
)
_SPACES = re.compile(r"[\u00a0\u2002-\u200b\u202f\t]")
_HYPHENS = re.compile("[‐-―−·*]")
_DATE = re.compile(
    r"(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2})(?:[ ]|$)"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\D|\d{4}|\d{6}|$)"
    r"|(?:(?:19|20)\d{2}[ /-]{0,3}){2,5}$|(?:(?:19|20)\d{2}[ /-]{1,3})"
)
WORDS = tomllib.loads(Path(__file__).with_name("redaction.toml").read_text("utf-8"))


def any_of(patterns: Iterable[str]) -> str:
    """Join patterns into one that matches any of them, the longest first."""
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"


_UNIT = re.compile(rf"(?i)\s?(?:[€$£¥₹%°]|{any_of(WORDS['phones']['units'])}\b)")
_CALL = re.compile(
    rf"(?i)(?<![^\W_]){any_of(WORDS['phones']['call'])}(?![^\W_])|{any_of(WORDS['phones']['call_signs'])}"
)
_OTHER = re.compile(rf"(?i)[#№]|\b{any_of(WORDS['phones']['other'])}\b")
_NEAR = 28
_GROUPS, _ONE_BY_ONE = 7, (8, 9, 10)
"""Groups of figures that a number is written in; or each figure stands alone."""

_FORMS = {region: re.compile(form) for region, form in WORDS["forms"].items()}
_HAN = re.compile("[\u4e00-\u9fff]")
_ZERO = re.compile(r"(?!\d{5}-\d{4}$)\(?0\d{1,5}\)?(?:[ ./-]{0,3}\d{1,8}){0,5}|0(?: \d){8,10}")


def mask_phones(text: str) -> str:
    """Replace telephone numbers by [phone]."""
    if ":" in text or "/" in text:
        text = _LINK.sub("[phone]", text)
    parts: list[str] = []
    done, chinese = 0, bool(_HAN.search(text))
    for run in _RUN.finditer(text):
        before = text[max(done, run.start() - _NEAR) : run.start()]
        after = text[run.end() : run.end() + 16]
        for start, end in _numbers(run.group(), before, after, chinese):
            parts += [text[done : run.start() + start], "[phone]"]
            done = run.start() + end
    return "".join([*parts, text[done:]])


def _numbers(run: str, before: str, after: str, chinese: bool) -> Iterator[tuple[int, int]]:
    """Find telephone numbers among the figures of a run: the longest stretch first, then what follows it."""
    cuts = [match.span() for match in re.finditer(r"[^ \u00a0]+", run)]
    first = 0
    while first < len(cuts):
        for last in range(len(cuts) - 1, first - 1, -1):
            if not (last - first < _GROUPS or last - first in _ONE_BY_ONE):
                continue
            start, end = cuts[first][0], cuts[last][1]
            ends_run = last == len(cuts) - 1
            lead = before if first == 0 else before + run[:start]
            if _is_phone(run[start:end], lead[-_NEAR:], after if ends_run else run[end:], chinese):
                yield start, end
                first = last
                break
        first += 1


def _is_phone(number: str, before: str, after: str, chinese: bool) -> bool:
    """Judge one stretch of figures by what stands before it, its form and the rules of its country."""
    if len(set(number)) < 4:
        return False
    written = _HYPHENS.sub("-", _SPACES.sub(" ", number)).replace("（", "(").replace("）", ")")
    written = re.split("(?i)[ ,;]{0,2}[xe]", written)[0]
    figures = "".join(str(int(mark)) for mark in written.replace("%2B", "+") if mark.isdigit())
    plain = re.sub(r"\d", lambda mark: str(int(mark[0])), written.replace("%2B", "+"))
    if not 7 <= len(figures) <= 17 or len(set(figures)) < 3:
        return False
    if any(mark in plain for mark in "+＋"):
        return _is_possible(f"+{figures}") or _is_possible(f"+{_without_trunk(plain)}")
    if _DATE.match(plain) or _UNIT.match(after):
        return False
    near = [match.end() for match in _CALL.finditer(before)]
    other = [match.end() for match in _OTHER.finditer(before)]
    if other and max(other) > max(near, default=-1):
        return False
    if near and len(figures) <= 15:
        return True
    if figures.startswith(("00", "011")) and len(figures) >= 11:
        return _is_possible("+" + figures[2 if figures.startswith("00") else 3 :])
    if figures[0] == "0":
        return 9 <= len(figures) <= 12 and plain != "0123456789" and bool(_ZERO.fullmatch(plain))
    if chinese and len(figures) == 11 and plain.isdigit():
        return _is_valid(figures, "CN")
    return any(form.fullmatch(plain) and _is_valid(figures, region) for region, form in _FORMS.items())


def _without_trunk(plain: str) -> str:
    """Leave out the 0 in brackets that is dialled at home alone: +44 (0) 20."""
    return "".join(mark for mark in re.sub(r"\(0\)", "", plain) if mark.isdigit())


@functools.lru_cache(4_096)
def _is_possible(number: str) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


@functools.lru_cache(4_096)
def _is_valid(figures: str, region: str) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(figures, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number_for_region(parsed, region))
