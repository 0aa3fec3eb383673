"""The rows that the page carries: one a customer message, in columns, from which the browser counts again.

What is protected. In a shareable page rows hold whole days, numbers in place of people and no ids; a value
of a column of the file that fewer than `min_people` people have is written as "other" (a rating stays: it is
what they said). Waits are rounded up to minutes, and how long a wait was watched is cut to whole days, so
that neither gives the time of day. rows.js shows no group of fewer than `min_people` people under any
combination of filters, and no two numbers whose difference gives one away.

What is not. The file holds one row a message, and people who open it with other tools can combine columns
as they like: a combination may be as rare as one person, who remains a number with words. Texts are as the
import left them, names masked where the archive names them. An internal page holds ids and exact times, and
withholds only what `min_people` asks for.
"""

from __future__ import annotations

import base64
import functools
import json
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import among, is_repost
from insight.stats import MIN_PEOPLE
from insight.timeline.own_words import bare_words
from insight.timeline.persons import by_people

from .results import Results
from .row_columns import EXTRA, KNOWN, list_dimensions, pack
from .row_texts import Shown, show_texts

TEXT_BYTES = 5_000_000
"""Of UTF-8, before compression, that the page spends on people's words."""

_MINUTE, _DAY = 60, 86_400
_GRAINS = (("day", "D"), ("week", "W-SUN"), ("month", "M"))


@dataclass(frozen=True)
class Rows:
    """The messages of a page in columns, see `rows.js` for the schema of `data`."""

    data: dict[str, Any]
    n_messages: int
    n_people: int
    n_texts_left_out: int
    min_people: int

    def to_json(self) -> str:
        """Write the columns in plain ASCII; the same messages give the same text."""
        return json.dumps(self.data, sort_keys=True, allow_nan=False, separators=(",", ":"))

    @functools.cached_property
    def packed(self) -> str:
        """The JSON, deflated and in base64: no text of a message can close a script block or start a tag."""
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
        return base64.b64encode(squeeze.compress(self.to_json().encode()) + squeeze.flush()).decode()


def page_rows(
    results: Results, *, tz: str = "UTC", min_people: int | None = None, text_bytes: int = TEXT_BYTES
) -> Rows:
    """Put what was found of each message into columns; `min_people` is by default 10, internally 1."""
    shareable = results.guard.shareable
    fewest = min_people or results.config.min_people or (MIN_PEOPLE if shareable else 1)
    rows = _messages(results, tz)
    rare = fewest if shareable else 1
    said = _sentences(results, rows)
    texts = show_texts(rows, said, n_bytes=text_bytes)
    dated = rows["day"] >= 0
    n_people = int(rows["number"].max()) + 1 if len(rows) else 0
    data: dict[str, Any] = {
        "version": 1,
        "n": len(rows),
        "n_people": n_people,
        "min_people": fewest,
        "internal": not shareable,
        "tz": tz,
        "first": _date(rows["local"].min()),
        "last": _date(rows["local"].max()),
        "as_of": None if results.as_of is None else _date(results.as_of.tz_convert(tz)),
        "period": results.period,
        "grain": _grain(rows[dated], fewest),
        "unit": _MINUTE if shareable else 1,
        "of_person": pack(rows["number"].value_counts(sort=False).sort_index()),
        "day": pack(rows["day"] + 1),
        "worded": pack(rows["worded"]),
        "own": pack(rows["own"]),
        "rating": _ratings(rows),
        "dimensions": list_dimensions(results, rows, said, rare),
        "sentences": _spans(said, texts),
        "waits": _waits(results, rows, shareable=shareable),
        "texts": {"has": pack(texts.has), "list": texts.texts, **texts.counts},
    }
    if not shareable:
        data["id"] = rows["mention_id"].tolist()
        data["time"] = pack(_seconds(rows["created_at"]))
    return Rows(data, len(rows), n_people, texts.counts["n_left_out"], fewest)


def _messages(results: Results, tz: str) -> pd.DataFrame:
    """Keep what people wrote, by person and day; numbers follow keyed ids, so that none gives the time."""
    line = results.mentions
    rows = line[by_people(line) & ~is_repost(line)].reset_index(drop=True)
    rows = rows.rename(columns={name: f"{EXTRA}{name}" for name in set(rows.columns) - KNOWN})
    local = rows["created_at"].dt.tz_convert(tz).dt.tz_localize(None).dt.normalize()
    words = bare_words(rows["title"] + " " + rows["text"])
    alone = rows["mention_id"].where(words == "", "words " + words)
    signed = rows["person"].astype(object).map("signed {}".format, na_action="ignore")
    who = signed.where(rows["person"].notna(), alone)
    token = rows["mention_id"].astype(object)
    shareable = results.guard.shareable
    when = local if shareable else rows["created_at"]
    rows = rows.assign(
        local=local,
        day=(local - local.min()).dt.days.fillna(-1).astype("int64"),
        worded=among(rows["mention_id"], results.customers["mention_id"]),
        who=who,
        when=when,
        token=token.map(results.guard.shown) if shareable else token,
    )
    rows = rows.sort_values(["when", "token"], kind="stable", ignore_index=True)
    rows["number"] = pd.factorize(rows["who"])[0]
    return rows.sort_values("number", kind="stable", ignore_index=True)


def _seconds(moments: pd.Series) -> pd.Series:
    """Return whole seconds since 1970, 0 where there is no moment."""
    since = (moments - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return since.fillna(0).clip(0, (1 << 32) - 1)


def _date(moment: pd.Timestamp) -> str | None:
    return None if pd.isna(moment) else f"{moment:%Y-%m-%d}"


def _grain(rows: pd.DataFrame, fewest: int) -> str:
    """Return the finest period of which nine in ten hold three times as many people as a group must have."""
    for name, frequency in _GRAINS[:-1] if len(rows) else ():
        people = rows.groupby(rows["local"].dt.to_period(frequency))["number"].nunique()
        if (people >= (3 * fewest if fewest > 1 else 0)).mean() >= 0.9:
            return name
    return "month"


def _sentences(results: Results, rows: pd.DataFrame) -> pd.DataFrame:
    """List the sentences that voice something, by message."""
    names = ["mention_id", "sentence", "start", "end", "signal", "need", "part", "echo"]
    if results.voiced is None:
        empty = pd.DataFrame(columns=names).assign(row=0)
        return empty.astype(
            {"row": "int64", "start": "int64", "end": "int64", "echo": bool, "sentence": "int64"}
        )
    said = results.voiced.members[names].copy()
    at = pd.Series(range(len(rows)), index=rows["mention_id"]).reindex(said["mention_id"]).to_numpy()
    said = said.assign(row=at)[~np.isnan(at)].astype({"row": "int64"})
    pairs = zip(said["need"], said["part"], strict=True)
    part = pd.Series([f"{need}.{part}" for need, part in pairs], index=said.index, dtype=object)
    known = set(results.voiced.tree["need"])
    said["part"] = part.where((said["part"] >= 0) & part.isin(known), None)
    said["need"] = said["need"].astype(object).where(said["need"].notna(), None)
    order = ["row", "sentence", "start", "end", "signal"]
    return said.sort_values(order, kind="stable", ignore_index=True)


def _spans(said: pd.DataFrame, texts: Shown) -> dict[str, Any]:
    signals = sorted(said["signal"].unique())
    return {
        "signals": signals,
        "gap": pack(np.diff(said["row"].to_numpy(), prepend=0)),
        "start": pack(texts.start),
        "end": pack(texts.end),
        "signal": pack(said["signal"].map({name: at for at, name in enumerate(signals)})),
        "echo": pack(said["echo"]),
        **{name: _coded(said[name]) for name in ("need", "part")},
    }


def _coded(values: pd.Series) -> dict[str, Any]:
    kept = sorted(values.dropna().unique())
    code = {value: number for number, value in enumerate(kept, 1)}
    return {"values": kept, "codes": pack(values.map(code).fillna(0).astype("int64"))}


def _ratings(rows: pd.DataFrame) -> dict[str, Any]:
    given = rows["rating"].astype("float64")
    values = sorted(given.dropna().unique())
    code = {value: number for number, value in enumerate(values, 1)}
    return {"values": [float(value) for value in values], "codes": pack(given.map(code).fillna(0))}


def coarse_waits(waits: pd.DataFrame, *, shareable: bool) -> pd.DataFrame:
    """Return waits as the page knows them: whole minutes and days, or internally whole seconds.

    A wait is rounded up and its watch down, so that what was answered within any number of minutes, judged
    over any number of whole days, is the same as before.
    """
    unit, watch = (_MINUTE, _DAY) if shareable else (1, 1)
    seconds = waits["wait_hours"].to_numpy(float) * 3600, waits["watched_hours"].to_numpy(float) * 3600
    answered = waits["responded"].to_numpy(bool)
    watched = np.floor(seconds[1] / watch + 1e-6).astype("int64") * watch
    wait = np.where(answered, np.ceil(seconds[0] / unit - 1e-6).astype("int64") * unit, watched)
    return waits.assign(wait_hours=wait / 3600, watched_hours=watched / 3600)


def _waits(results: Results, rows: pd.DataFrame, *, shareable: bool) -> dict[str, Any] | None:
    if results.waits is None or "watched_hours" not in results.waits.columns:
        return None
    waits = coarse_waits(results.waits, shareable=shareable)
    at = pd.Series(range(len(rows)), index=rows["mention_id"]).reindex(waits["mention_id"]).to_numpy()
    asking = waits if results.responses is None else results.responses
    due = among(waits["mention_id"], asking["mention_id"])
    known = ~np.isnan(at)
    order = np.argsort(at[known], kind="stable")
    unit = _MINUTE if shareable else 1
    columns = {
        "gap": np.diff(at[known][order], prepend=0),
        "wait": np.round(waits["wait_hours"].to_numpy()[known][order] * 3600 / unit),
        "watched": np.round(waits["watched_hours"].to_numpy()[known][order] * 3600 / unit),
        "answered": waits["responded"].to_numpy(bool)[known][order],
        "due": due[known][order],
    }
    return {**{name: pack(values) for name, values in columns.items()}, "n_left_out": int((~known).sum())}
