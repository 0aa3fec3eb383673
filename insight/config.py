"""insight.toml: what is the same in every run (brands, zone, hours, events), said once in a small file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from .conversations.opening_hours import WEEKDAYS
from .files import read_toml
from .incidents.read_events import check_keys, list_events
from .mentions import InsightError

CONFIG_NAME = "insight.toml"
_KINDS: dict[str, type] = {
    "title": str,
    "tz": str,
    "privacy": str,
    "private": bool,
    "format": str,
    "deleted": str,
    "min_people": int,
    "brands": dict,
    "business_hours": dict,
    "beliefs": dict,
    "event": list,
}
_HOURS = ("opens", "closes", "days", "holidays")
_SAID = {str: "text in quotes", bool: "true or false", int: "a whole number", dict: "a table", list: "a list"}
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


@dataclass(frozen=True)
class Config:
    """What insight.toml says; what it leaves out is as below.

    Attributes
    ----------
    title : str or None
        Heading of the report.
    brands : dict of str to list of str
        Name to handles, addresses and words; the first is the own brand, the others are rivals.
    tz : str or None
        Zone of times that name none, and of the report; None is UTC.
    privacy : str
        "shareable" or "internal".
    private : bool
        Whether private messages are read too.
    format : str or None
        Name of the export format, or path of a map.
    deleted : Path or None
        A text file of who and what must not appear, one handle, author id or message id a line.
    min_people : int or None
        Fewest people of a need or topic that is shown; None is 5, and 1 in an internal report.
    business_hours : dict
        Any of opens, closes ("09:00"), days (names), holidays (dates): arguments of `business_hours`.
    beliefs : dict of str to float
        Name of a topic or need to the share (0 to 1) of customers who are believed to speak of it.
    events : DataFrame
        As `read_events` returns it.
    path : Path or None
        The file that was read.
    """

    title: str | None = None
    brands: dict[str, list[str]] = field(default_factory=dict)
    tz: str | None = None
    privacy: str = "shareable"
    private: bool = False
    format: str | None = None
    deleted: Path | None = None
    min_people: int | None = None
    business_hours: dict[str, Any] = field(default_factory=dict)
    beliefs: dict[str, float] = field(default_factory=dict)
    events: pd.DataFrame = field(default_factory=lambda: list_events([]))
    path: Path | None = None


def read_config(path: str | Path) -> Config:
    r"""Read insight.toml.

    Parameters
    ----------
    path : str or Path
        A TOML file with any of the keys title, tz, privacy, private, format, deleted and min_people, the
        tables [brands], [business_hours] and [beliefs], and one [[event]] an event (see `read_events`).

    Returns
    -------
    Config
        What the file says; the rest is left at its default.

    Raises
    ------
    InsightError
        If the file is no TOML, a key is unknown (the nearest one is named) or a value is of another kind.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "insight.toml"
    >>> _ = file.write_text('tz = "Europe/Berlin"\n[brands]\nAcme = ["@acme"]\n')
    >>> read_config(file).brands
    {'Acme': ['@acme']}
    """
    file = Path(path)
    said = read_toml(file, what="the settings", way_out="Write them as TOML, as the README shows.")
    where = f"{file.name}: "
    check_keys(said, _KINDS, where)
    for key, value in said.items():
        if type(value) is not _KINDS[key]:
            raise InsightError(f"{where}{key} is {value!r}; write {_SAID[_KINDS[key]]}.")
    listed = said.pop("event", [])
    config = Config(**said, path=file)
    _check(config, where)
    if config.format and config.format.endswith(".toml"):
        config = replace(config, format=str(file.parent / config.format))
    if config.deleted:
        config = replace(config, deleted=file.parent / config.deleted)
    return replace(config, events=list_events(listed, where=where, tz=config.tz or "UTC"))


def parse_brands(given: list[str]) -> dict[str, list[str]]:
    """Read "Acme=@acme,@acmecare" or "@acme" into a name and its handles; a name given twice gathers both."""
    brands: dict[str, list[str]] = {}
    for text in given:
        name, _, listed = text.partition("=") if "=" in text else (text.lstrip("@"), "", text)
        handles = [handle.strip() for handle in listed.split(",") if handle.strip()]
        if not name.strip() or not handles:
            raise InsightError(
                f"--brand '{text}' names no handle; write it as 'Acme=@acme,@acmecare' or '@acme'."
            )
        brands.setdefault(name.strip(), []).extend(handles)
    return brands


def find_config(paths: str | Path | Sequence[str | Path]) -> Path | None:
    """Find insight.toml beside an archive: in its folder, or in the folder that holds it."""
    given = [paths] if isinstance(paths, str | Path) else paths
    for path in given:
        place = Path(path).expanduser()
        for folder in (place, place.parent):
            if (folder / CONFIG_NAME).is_file():
                return folder / CONFIG_NAME
    return None


def check_zone(tz: str, where: str = "") -> str:
    """Return the name of a zone that exists."""
    try:
        ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as error:
        raise InsightError(
            f"{where}'{tz}' is no time zone; name one such as 'Europe/Berlin' or 'UTC'."
        ) from error
    return tz


def _check(config: Config, where: str) -> None:
    for name, handles in config.brands.items():
        if not _is_texts(handles) or not handles:
            raise InsightError(
                f'{where}brand {name} is {handles!r}; write a list such as ["@{name.lower()}"].'
            )
    if config.privacy not in ("shareable", "internal"):
        raise InsightError(f"{where}privacy is {config.privacy!r}; write 'shareable' or 'internal'.")
    if config.min_people is not None and config.min_people < 1:
        raise InsightError(f"{where}min_people is {config.min_people}; write the fewest people, from 1.")
    for name, share in config.beliefs.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise InsightError(f"{where}beliefs gives {name!r} {share!r}; write a share such as 0.3.")
    check_zone(config.tz or "UTC", where)
    _check_hours(config.business_hours, f"{where}business_hours, ")


def _check_hours(hours: Mapping[str, Any], where: str) -> None:
    check_keys(hours, _HOURS, where)
    for key in ("opens", "closes"):
        if key in hours and not _CLOCK.fullmatch(str(hours[key])):
            raise InsightError(f'{where}{key} is {hours[key]!r}; write an hour such as "09:00".')
    for key, example in (("days", "Monday"), ("holidays", "2025-12-25")):
        if key in hours and not _is_texts(hours[key]):
            raise InsightError(f'{where}{key} is {hours[key]!r}; write a list such as ["{example}"].')
    for day in hours.get("holidays", []):
        try:
            datetime.date.fromisoformat(day)
        except ValueError as error:
            raise InsightError(f'{where}holiday {day!r} is no date; write "2025-12-25".') from error
    check_keys(hours.get("days", []), WEEKDAYS, f"{where}days, ")


def _is_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
