"""Incidents: outages and storms of criticism, where the collection window does not explain them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Said, Section
from insight.report.results import Results
from insight.report.vocabulary import values


def _heading(results: Results) -> str:
    storms, outages = results.storms, results.outages
    if outages is not None and len(outages):
        return _outage_title(outages, results)
    if storms is not None and len(storms):
        return _storm_title(storms, results)
    return ""


def _outage_title(outages: pd.DataFrame, results: Results) -> str:
    first = outages.iloc[0]
    return (
        f"People reported an outage for {wording.count(first['hours'], 'hour')} from "
        f"{wording.date(first['start'], tz=results.tz)}"
    )


def _reactions_title(outages: pd.DataFrame, results: Results) -> str:
    first = outages.iloc[0]
    shares = [
        f"{wording.share(row['share'])} {values('reactions')[row['reaction']]}"
        for _, row in outages[outages["outage"] == first["outage"]].head(2).iterrows()
    ]
    return f"Of {wording.people(first['n'])} who spoke during the outage {wording.listing(shares)}"


def _largest(storms: pd.DataFrame) -> pd.DataFrame:
    firsts = storms[storms["part"] == "first_time"]
    return storms[storms["storm"] == firsts.loc[firsts["n"].idxmax(), "storm"]].set_index("part")


def _storm_title(storms: pd.DataFrame, results: Results) -> str:
    first = _largest(storms).loc["first_time"]
    when = wording.dates(first["start"], first["end"], tz=results.tz)
    did = "took the brand to task" if first["rose"] == "accusations" else "criticised"
    return f"{when}: {wording.people(first['n'])} {did}, more than usual"


def _said(results: Results) -> Sequence[Said]:
    said = []
    if results.storms is not None and len(results.storms):
        parts = _largest(results.storms)
        first = parts.loc["first_time"]
        said.append(_of(first, "critics", "had not written before"))
        said += [
            _of(parts.loc[name], "critical messages", words)
            for name, words in (
                ("constructive", "give a reason, a case or a wish"),
                ("copies", "repeat another"),
            )
            if name in parts.index and pd.notna(parts.loc[name, "value"])
        ]
    if results.outages is not None and len(results.outages):
        first = results.outages.iloc[0]
        rows = results.outages[
            (results.outages["outage"] == first["outage"]) & (results.outages["tier"] == "all")
        ].set_index("reaction")
        if "help" in rows.index:
            said.append(_of(rows.loc["help"], "people who spoke during the outage", "ask for help", "share"))
    return said


def _of(row: Any, of: str, words: str, value: str = "value") -> Said:  # noqa: ANN401
    return Said(
        f"{wording.start(wording.about(row[value], of))} {words}.",
        f"{wording.estimate(row[value], row['low'], row['high'])}, n\u00a0=\u00a0{wording.count(row['n'])}",
    )


def _storm_rows(storms: pd.DataFrame, results: Results) -> pd.DataFrame:
    shown = storms[storms["value"].notna()].reset_index(drop=True)
    hours = shown["of"] == "hours"

    def words(column: str) -> list[str]:
        values = zip(shown[column], hours, strict=True)
        return ["–" if pd.isna(v) else wording.duration(v) if h else wording.share(v) for v, h in values]

    day = [wording.date(moment, tz=results.tz) for moment in shown["start"]]
    return shown.assign(
        when=day, begin=shown["start"].dt.tz_convert(results.tz), end=shown["end"].dt.tz_convert(results.tz),
        named=shown["part"].map(values("storm_parts")), value_words=words("value"), low_words=words("low"),
        high_words=words("high"),
    )  # fmt: skip


def _outage_rows(outages: pd.DataFrame, results: Results) -> pd.DataFrame:
    when = [wording.date(moment, tz=results.tz) for moment in outages["start"]]
    ends = outages["end"].dt.tz_convert(results.tz)
    return outages.assign(
        begin=outages["start"].dt.tz_convert(results.tz),
        end=ends,
        when=when,
        reaction=outages["reaction"].map(values("reactions")),
    )


INCIDENTS = Section(
    "incidents",
    "Incidents",
    _heading,
    _said,
    (
        Exhibit(
            "outages", "outages", "when hours tier reaction n n_reacting share low high", _reactions_title,
            plot="outages", rows=_outage_rows, label="reaction",
            opens="dates={begin:%Y-%m-%d}..{end:%Y-%m-%d}",
            words={"hours": ("Hours", wording.count), "n_reacting": ("Reacting", wording.count)},
        ),
        Exhibit(
            "storms", "storms", "when rose named n_marked n value_words low_words high_words", _storm_title,
            plot="storms", rows=_storm_rows,
            draw=lambda _, shown: shown.assign(part=shown["part"].map(values("storm_parts"))), label="when",
            opens="dates={begin:%Y-%m-%d}..{end:%Y-%m-%d}",
            words={
                "rose": ("What rose", str), "named": ("Part", wording.start), "n": ("All", wording.count),
                "value_words": ("Share or hours", str), "low_words": ("From", str), "high_words": ("To", str),
            },
        ),
    ),
)  # fmt: skip
