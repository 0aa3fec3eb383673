"""The analyst's own list of what happened: outages, launches, celebrities, apologies, contests."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from insight.files import read_toml
from insight.mentions import InsightError

from .outages import utc

KINDS = ("apology", "celebrity", "contest", "launch", "outage", "statement", "other")
_KEYS = ("name", "kind", "start", "end", "brand", "note")
_TEXTS = ("name", "kind", "brand", "note")


def read_events(path: str | Path, *, tz: str = "UTC") -> pd.DataFrame:
    """Read a list of events, such as outages and launches, from a TOML file.

    Parameters
    ----------
    path : str or Path
        A file with one table `[[event]]` an event: `name`, `kind` and `start`; if known `end`, `brand` and
        `note`. `kind` is apology, celebrity, contest, launch, outage, statement or other; times are TOML
        dates, with or without a time.
    tz : str
        Zone of the times that name none.

    Returns
    -------
    DataFrame
        One row an event, by start and name.

        - name, kind : str
        - start, end : UTC; `end` is NaT where the event has none; a date without a time ends with its day
        - brand, note : str, missing where not given

    Raises
    ------
    InsightError
        If the file is no TOML, a key is missing, or a key or kind is unknown (the nearest one is named).

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "events.toml"
    >>> _ = file.write_text('event = [{name = "App down", kind = "outage", start = 2025-03-03T10:00:00Z}]')
    >>> read_events(file)[["name", "kind", "start"]]
           name    kind                     start
    0  App down  outage 2025-03-03 10:00:00+00:00
    """
    file = Path(path)
    content = read_toml(file, what="the list of events", way_out="Write one table [[event]] an event.")
    check_keys(content, ["event"], f"{file.name}: ")
    listed = content.get("event", [])
    if not isinstance(listed, list):
        raise InsightError(f"{file.name}: event is {listed!r}; write one table [[event]] an event.")
    return list_events(listed, where=f"{file.name}, ", tz=tz)


def list_events(listed: list[dict[str, Any]], *, where: str = "", tz: str = "UTC") -> pd.DataFrame:
    """Check events as a TOML file gives them, and list them as `read_events` does."""
    rows = [_row(event, f"{where}event {number}: ", tz) for number, event in enumerate(listed, start=1)]
    table = utc(pd.DataFrame(rows, columns=list(_KEYS)), ("start", "end"))
    return table.sort_values(["start", "name"], ignore_index=True)


def _row(event: dict[str, Any], where: str, tz: str) -> dict[str, Any]:
    if not isinstance(event, dict):
        raise InsightError(f"{where}{event!r} is no event; write one table [[event]] an event.")
    check_keys(event, _KEYS, where)
    if wrong := [key for key in _TEXTS if not isinstance(event.get(key, ""), str)]:
        raise InsightError(f"{where}{wrong[0]} is {event[wrong[0]]!r}; write text in quotes.")
    missing = [key for key in ("name", "kind", "start") if key not in event]
    if missing:
        raise InsightError(f"{where}{missing} missing; found {sorted(event)}.")
    if event["kind"] not in KINDS:
        raise InsightError(f"{where}kind {event['kind']!r} is not known{_nearest(str(event['kind']), KINDS)}")
    start = _moment(event["start"], where, tz)
    end = _moment(event["end"], where, tz, last=True) if "end" in event else pd.NaT
    if end < start:
        raise InsightError(f"{where}it ends ({event['end']}) before it starts ({event['start']}).")
    return {**event, "start": start, "end": end}


def _moment(value: object, where: str, tz: str, *, last: bool = False) -> pd.Timestamp:
    if not isinstance(value, datetime.date):
        raise InsightError(
            f"{where}{value!r} is no TOML date; write 2025-03-03 or 2025-03-03T10:00:00Z, unquoted."
        )
    moment = pd.Timestamp(value)
    try:
        if last and not isinstance(value, datetime.datetime):
            moment += pd.Timedelta("1D")
        return (moment if moment.tzinfo else moment.tz_localize(tz)).tz_convert("UTC")
    except (ValueError, OverflowError) as error:  # beyond the calendar, or in the hour that a clock skips
        raise InsightError(f"{where}{value} is no moment in {tz} ({error}). Write another one.") from error


def check_keys(found: Iterable[str], known: Iterable[str], where: str) -> None:
    """Refuse a key that is not known, and name the nearest one that is."""
    for key in found:
        if key not in known:
            raise InsightError(f"{where}{key!r} is not known{_nearest(key, known)}")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f"; the nearest is {near[0]!r}, of {sorted(known)}."
