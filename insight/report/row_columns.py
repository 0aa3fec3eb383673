"""What the rows of the page can be filtered by: each column's values, those that few people have unnamed."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import COLUMNS
from insight.timeline import ADDED

from . import format as wording
from .measures.staying import fates
from .results import Results

MAX_VALUES = 30
"""Distinct values up to which a column of the file becomes a filter."""

MAX_NUMBERS = 10
"""The same of a column that holds only numbers, such as a plan's: counts and scores are no groups."""

OTHER = "other"
SAID = {"topic", "want", "rating", "signal", "need", "part"}
"""What is read from what people said: no column by which to recognise them, so that rare values stay."""

STARS = 5

EXTRA = "x."
"""Stands before the name of a column that the file brings beside those of every mentions table."""

KNOWN = {"copy_formats", "n_copies", "placeholder", "automated", "words_cut", "is_context", "topic"}
KNOWN |= {"thread_is_cut", *ADDED, *(column.name for column in COLUMNS)}
"""Columns that are no filter by themselves: of every mentions table, of the timeline, of the import."""


def list_dimensions(
    results: Results, rows: pd.DataFrame, said: pd.DataFrame, fewest: int
) -> list[dict[str, Any]]:
    """List what can be filtered by, each with its values; a column with one value is no filter."""
    found = {}
    for name, label, values, names in _columns(results, rows):
        kept = values if name in SAID else without_rare(values, rows["number"], fewest)
        found[name] = _one(name, label, kept, names)
    found["brand"] = _many("brand", "Brand", _pairs(rows["about"]), rows, fewest)
    if results.signals is not None:
        flags = results.signals[["mention_id", "signal"]].drop_duplicates()
        at = pd.Series(range(len(rows)), index=rows["mention_id"]).reindex(flags["mention_id"])
        pairs = pd.DataFrame({"row": at.to_numpy(), "value": flags["signal"].astype(object).to_numpy()})
        found["signal"] = _many("signal", "What it says", pairs.dropna(), rows, 1)
    for name, label, named in _themes(results):
        pairs = said.loc[said[name].notna(), ["row", name]].drop_duplicates()
        found[name] = _many(name, label, pairs.set_axis(["row", "value"], axis=1), rows, 1, named)
    always = {"need", "part"}
    return [one for name, one in found.items() if len(one["values"]) > (0 if name in always else 1)]


def _columns(results: Results, rows: pd.DataFrame) -> Iterable[tuple[str, str, pd.Series, Mapping[str, str]]]:
    places = len(rows["platform"].unique()) > 1 or rows["channel"].isna().all()
    place = rows["platform"].astype(object).map(wording.place) if places else rows["channel"]
    yield "channel", _called(results, "channel") if not places else "Channel", place.astype(object), {}
    rated = rows["rating"].astype("float64").map(lambda rating: f"{rating:g}", na_action="ignore")
    stars = {f"{at / (STARS - 1):g}": f"{at + 1} star{'s' if at else ''}" for at in range(STARS)}
    if rated.nunique() <= MAX_VALUES:
        yield "rating", "Rating", rated, stars if set(rated.dropna()) <= set(stars) else {}
    if results.topics is not None:
        found = results.topics.assignments.drop_duplicates("mention_id").set_index("mention_id")["topic"]
        topic = found.reindex(rows["mention_id"]).reset_index(drop=True)
        table = results.topics.table[results.topics.table["topic"] >= 0]
        names = dict(zip(table["topic"].astype(str), table["name"], strict=True))
        known = topic.where(topic >= 0).map(lambda key: str(int(key)), na_action="ignore")
        yield "topic", "Topic", known, names
    if results.wants is not None:
        wants = results.wants.drop_duplicates("mention_id").set_index("mention_id")["intent"].astype(object)
        yield "want", "What they want", wants.reindex(rows["mention_id"]).reset_index(drop=True), {}
    sent = rows["addressed"].astype(object).map({True: "tagged", False: "untagged"})
    yield "tagged", "Tagged", sent, {}
    for name, label, table in (
        ("reply", "Reply", results.by_reply),
        ("welcome", "First message", _welcome(results)),
    ):
        if table is not None:
            group = table.drop_duplicates("mention_id").set_index("mention_id")["group"].astype(object)
            yield name, label, group.reindex(rows["mention_id"]).reset_index(drop=True), {}
    for name in ("lang", "kind"):
        yield name, {"lang": "Language", "kind": "Kind"}[name], rows[name].astype(object), {}
    for name in sorted(name for name in rows.columns if name.startswith(EXTRA)):
        values = rows[name].map(str, na_action="ignore").str.strip().replace("", np.nan)
        if 1 < values.nunique() <= (MAX_NUMBERS if _is_number(values) else MAX_VALUES):
            yield name, wording.start(name.removeprefix(EXTRA).replace("_", " ")), values, {}


def _called(results: Results, role: str) -> str:
    """Return what the file calls the column that was taken for a role, where its content decided so."""
    known = None if results.imported is None else results.imported.understood
    if known is None or known.empty:
        return wording.start(role)
    names = known.loc[known["role"] == role, "column"].unique()
    plain = len(names) == 1 and str(names[0]).replace(" ", "").isalpha()  # no path within a record
    return wording.start(str(names[0])) if plain else wording.start(role)


def _welcome(results: Results) -> pd.DataFrame | None:
    """Say of each newcomer's first message whether it was answered within a day."""
    if results.met is None:
        return None
    return results.met.newcomers[["mention_id"]].assign(group=fates(results.met))


def _is_number(values: pd.Series) -> bool:
    return bool(pd.to_numeric(values.dropna(), errors="coerce").notna().all())


def _themes(results: Results) -> Iterable[tuple[str, str, Mapping[str, str]]]:
    if results.voiced is None:
        return
    yield (
        "need",
        "Problem",
        dict(zip(results.voiced.table["need"], results.voiced.table["name"], strict=True)),
    )
    yield (
        "part",
        "Sub-problem",
        dict(zip(results.voiced.tree["need"], results.voiced.tree["name"], strict=True)),
    )


def _one(name: str, label: str, values: pd.Series, names: Mapping[str, str]) -> dict[str, Any]:
    found = set(values.dropna())
    kept = [value for value in names if value in found] + sorted(found - set(names), key=str)
    code = {value: number for number, value in enumerate(kept, 1)}
    named = [[value, names.get(value, value)] for value in kept]
    return {"name": name, "label": label, "values": named, "codes": pack(values.map(code).fillna(0))}


def _pairs(lists: pd.Series) -> pd.DataFrame:
    pairs = lists.map(list).reset_index(drop=True).explode().dropna()
    return pd.DataFrame({"row": pairs.index.to_numpy(), "value": pairs.to_numpy()})


def _many(
    name: str,
    label: str,
    pairs: pd.DataFrame,
    rows: pd.DataFrame,
    fewest: int,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write a column of which a message may have several values; rare ones are left out."""
    who = rows["number"].to_numpy()[pairs["row"].to_numpy(int)]
    n = pd.Series(who).groupby(pairs["value"].to_numpy()).nunique()
    kept = [value for value in (names or sorted(n.index)) if n.get(value, 0) >= max(fewest, 1)]
    code = {value: number for number, value in enumerate(kept, 1)}
    pairs = pairs.assign(code=pairs["value"].map(code)).dropna().sort_values(["row", "code"])
    counts = np.bincount(pairs["row"].to_numpy(int), minlength=len(rows))
    named = [[value, (names or {}).get(value, value)] for value in kept]
    return {
        "name": name,
        "label": label,
        "values": named,
        "counts": pack(counts),
        "codes": pack(pairs["code"]),
    }


def without_rare(values: pd.Series, people: pd.Series, fewest: int) -> pd.Series:
    """Write values that fewer than `fewest` people have as "other", of which there are then enough."""
    if fewest <= 1:
        return values
    left = values.astype(object).where(values.notna(), None)
    while True:
        at = pd.DataFrame(
            {"value": left.map(lambda value: ("", "") if value is None else ("v", value)), "who": people}
        )
        n = at.groupby("value")["who"].nunique()
        few = [value for value in n.index[n < fewest] if value != ("v", OTHER)]
        if not few and 0 < n.get(("v", OTHER), 0) < fewest and len(n) > 1:
            rest = n.drop([("v", OTHER)])
            few = [min(rest.index, key=lambda value: (rest[value], value))]
        if not few:
            return left
        left = left.mask(at["value"].isin(few), OTHER)


def pack(values: Iterable[Any]) -> dict[str, str]:
    """Write whole numbers as the smallest typed array that holds them, little-endian."""
    numbers = np.asarray(values)
    largest = int(numbers.max()) if len(numbers) else 0
    kind = "u1" if largest < 1 << 8 else "u2" if largest < 1 << 16 else "u4"
    return {"type": kind, "data": base64.b64encode(numbers.astype(f"<{kind}").tobytes()).decode()}
