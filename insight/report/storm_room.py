"""The room of storms: days that stand out, what goes with them, and how people took them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import format as wording
from .criticism_part import extreme_figure, extreme_said, extreme_table
from .crowd import bursts
from .dialogue import Dialogue
from .exhibit import INTERVAL, Columns, as_rows, before, begins_late, exhibit, keyed, with_caveats
from .sections import section

PARTS = {
    "first_time": "critics who had not written before",
    "spread": "people who only passed others' words on",
    "copies": "critical messages that repeat another",
    "few_hands": "critical messages by the three loudest",
    "without_detail": "critical messages without reason or case",
    "constructive": "critical messages with a reason, case or wish",
    "before_statement": "critical messages before the brand's word",
    "defenders": "people who speak up for the brand",
    "half_life": "hours until criticism halved after it",
}
REACTIONS = {
    "reporting": "report that it is down",
    "help": "ask for help",
    "anger": "are angry",
    "joke": "joke",
}


def storm_room(days: pd.DataFrame, dialogue: Dialogue, *, names: pd.Series | None, tz: str) -> dict[str, Any]:
    """Show the days that stand out, and take storms and outages apart."""
    found = bursts(days)
    every = days[days["by"] == "all"]
    begin = begins_late(every["day"], every["n_people"])
    n_days = len(every) if begin is None else int((every["day"] >= begin).sum())
    drawn = [_days_figure(days, found)] if (days["by"] == "all").any() else []
    said, tables = [], []
    if len(found):
        heading = _burst(found.iloc[0])
        said.append(f"{wording.start(wording.count(len(found), 'burst'))} in {wording.count(n_days)} days.")
        tables.append(_burst_table(found, names))
    else:
        heading = f"No day clearly stands out, of {wording.count(n_days, 'day')}"
        if every.empty:
            heading = "Too few days or people to test which days stand out"
    if begin is not None:
        said.append(before(every, ("day", "n_people")))
    if dialogue.storms is not None and len(dialogue.storms):
        heading = _storm(dialogue.storms, names)
        drawn.append(_storm_figure(dialogue.storms, names, tz=tz))
        said.append(_reading(dialogue.storms))
    if dialogue.outages is not None and len(dialogue.outages):
        drawn.append(_outage_figure(dialogue.outages, tz=tz))
        said.append(_down(dialogue.outages, tz=tz))
    if dialogue.credibility is not None and dialogue.credibility.totals["n"].iloc[2]:
        said.append(extreme_said(dialogue.credibility))
        tables.append(extreme_table(dialogue.credibility))
        if (dialogue.credibility.stances["n"] > 0).any():
            drawn.append(extreme_figure(dialogue.credibility))
    tables += [_brief_table(brief, tz=tz) for brief in dialogue.briefs]
    return section("storms", "Storms", heading, said=said, drawn=drawn) | {"tables": tables}


def _burst(row: pd.Series) -> str:
    return (
        f"{_span(row)}: {wording.people(row['n_people'])} on the fullest day, "
        f"{row['expected']:.0f} usual ({row['low']:.0f}–{row['high']:.0f})"
    )


def _span(row: pd.Series) -> str:
    start, end = row["start"], row["end"]
    return wording.dates(start.tz_localize("UTC"), end.tz_localize("UTC"))


def _days_figure(days: pd.DataFrame, found: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    every = days[days["by"] == "all"].sort_values(["flagged", "day"], ascending=[False, True])
    opens = [f"burst-{spike}" if pd.notna(spike) else "" for spike in every["spike"]]
    columns: Columns = {
        "day": ("Day", wording.day),
        "n_people": ("People", wording.count),
        "expected": ("Expected", wording.count),
        "low": ("from", wording.count),
        "high": ("to", wording.count),
        "n_mentions": ("Messages", wording.count),
        "share_reposts": ("Passed on", wording.share),
        "share_copies": ("Copies", wording.share),
        "share_loudest": ("By the three loudest", wording.share),
        "voices": ("Voices", str),
        "terms": ("Words", wording.shorten),
    }
    shown = exhibit(
        "spikes",
        every,
        plot=lambda _: plots.spikes(days),
        columns=columns,
        sentence=f"{wording.start(wording.count(len(found), 'burst'))}: "
        f"{wording.listing([_span(row) for _, row in found.sort_values('start').iterrows()]) or 'none'}.",
        definition=with_caveats(
            "People who spoke on a day, the brand left out, against the local mean of the days around it "
            "that do not stand out, by weekday; the band holds 95 % of such days. A day stands out at a "
            f"false-discovery rate of 5 % over {wording.count(days.attrs['n_tests'], 'test')}, topics "
            "included. Words go with a burst; nothing here says that they made it.",
            days,
        ),
        opens=opens,
        over=("day", "n_people"),
    )
    flagged = int(every["flagged"].sum())
    return keyed(shown, [[], [], opens[:flagged]])


def _burst_table(found: pd.DataFrame, names: pd.Series | None) -> tuple[str, dict[str, Any]]:
    listed = found.assign(
        when=[_span(row) for _, row in found.iterrows()],
        about=found["topic"].map(names).astype(object) if names is not None else None,
    )
    columns: Columns = {
        "when": ("When", str),
        "n_people": ("People on the fullest day", wording.count),
        "expected": ("Expected", wording.count),
        "voices": ("Voices", str),
        "about": ("Topic that grew most", wording.shorten),
        "topic_share": ("Share of messages", wording.share),
        "terms": ("Words", wording.shorten),
    }
    rows = as_rows(listed, columns, opens=[f"burst-{spike}" for spike in listed["spike"]])
    return "Bursts, the largest first", rows


def _storm(storms: pd.DataFrame, names: pd.Series | None) -> str:
    largest = storms.loc[storms[storms["part"] == "first_time"]["n"].idxmax(), "storm"]
    parts = storms[storms["storm"] == largest].set_index("part")
    first = parts.loc["first_time"]
    when = wording.dates(first["start"], first["end"])
    about = ""
    if names is not None and pd.notna(first["topic"]):
        about = f" {wording.shorten(str(names[first['topic']]))}"
    did = "took the brand to task" if first["rose"] == "accusations" else f"criticised{about}"
    return (
        f"{when}: {wording.people(first['n'])} {did}, {wording.estimate_of(first, 'value')} of "
        "them had not written before"
    )


def _reading(storms: pd.DataFrame) -> str:
    largest = storms.loc[storms[storms["part"] == "first_time"]["n"].idxmax(), "storm"]
    parts = storms[storms["storm"] == largest].set_index("part")
    told = [
        f"{wording.estimate_of(parts.loc[part], 'value')} {words}"
        for part, words in {
            "constructive": "give a reason, a case or a wish",
            "copies": "repeat another message",
            "few_hands": "are by the three loudest",
        }.items()
        if part in parts.index and pd.notna(parts.loc[part, "value"])
    ]
    n = wording.count(parts.loc["copies", "n"], "critical message")
    return f"Of {n} {wording.listing(told)}."


def _storm_figure(storms: pd.DataFrame, names: pd.Series | None, *, tz: str) -> dict[str, Any]:
    from insight import plots

    shown = storms[storms["value"].notna()].reset_index(drop=True)
    hours = shown["of"] == "hours"

    def told(column: str) -> list[str]:
        values = zip(shown[column], hours, strict=True)
        return ["–" if pd.isna(v) else wording.duration(v) if h else wording.share(v) for v, h in values]

    about = shown["topic"].map(names).astype(object) if names is not None else None
    columns: Columns = {
        "start": ("Storm of", lambda moment: wording.date(moment, tz=tz)),
        "rose": ("What rose", str),
        "about": ("About", wording.shorten),
        "part": ("Part", lambda part: wording.start(PARTS[part])),
        "n_marked": ("Of these", wording.count),
        "n": ("All", wording.count),
        "value": ("Share or hours", str),
        "low": ("from", str),
        "high": ("to", str),
    }
    figure = exhibit(
        "storms-figure",
        shown.assign(value=told("value"), low=told("low"), high=told("high"), about=about),
        plot=lambda _: plots.storms(shown.assign(part=shown["part"].map(PARTS))),
        columns=columns,
        sentence=f"{_storm(storms, names)}.",
        definition=with_caveats(
            "A storm: days on which more people than usual criticised, beyond chance, all together or in one "
            "topic, or three days on which more took the brand to task. "
            "First time means first in this file. Many newcomers who copy one another without detail "
            "read as a pile-on; detail by people who were here before reads as trouble that customers have. "
            "The parts stand side by side, in no total.",
            storms,
        ),
        opens=[f"storm-{storm}" for storm in shown["storm"]],
    )
    shares = shown[~hours]
    return keyed(figure, [[f"storm-{storm}"] * len(rows) for storm, rows in shares.groupby("storm")])


def _down(outages: pd.DataFrame, *, tz: str) -> str:
    first = outages.iloc[0]
    everyone = outages[(outages["outage"] == first["outage"]) & (outages["tier"] == "all")]
    share = {row["reaction"]: wording.estimate_of(row) for _, row in everyone.iterrows()}
    return (
        f"From {wording.date(first['start'], tz=tz)} people report for "
        f"{wording.count(first['hours'], 'hour')} that it is down; of {wording.people(first['n'])} who spoke "
        f"then {share['help']} ask for help, {share['anger']} are angry, {share['joke']} joke."
    )


def _outage_figure(outages: pd.DataFrame, *, tz: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "start": ("Outage of", lambda moment: wording.date(moment, tz=tz)),
        "hours": ("Hours", wording.count),
        "tier": ("Who", str),
        "reaction": ("Reaction", lambda reaction: wording.start(REACTIONS[reaction])),
        "n": ("People", wording.count),
        "n_reacting": ("Reacting", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "outages",
        outages,
        plot=lambda table: plots.outages(table.assign(reaction=table["reaction"].map(REACTIONS))),
        columns=columns,
        sentence=_down(outages, tz=tz),
        definition=with_caveats(
            "Hours in which more people than usual say that it is down, by a scan over all runs of 1 to 72 "
            "hours; the people are those who spoke until things were usual again. Reactions are told by "
            "readable rules, in English; one person may show several. The hours are those of messages, not "
            "of machines.",
            outages,
        ),
    )


def _brief_table(brief: pd.DataFrame, *, tz: str) -> tuple[str, dict[str, Any]]:
    start, end = brief.attrs["start"], brief.attrs["end"] - pd.Timedelta(days=1)
    columns: Columns = {
        "fact": ("Fact", wording.start),
        "detail": ("What", wording.shorten),
        "at": ("First at", lambda moment: f"{moment.tz_convert(tz):%d %b %Y %H:%M}"),
        "n": ("People or messages", wording.count),
        "n_of": ("Of", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    key = f"burst-{brief.attrs['spike']}"
    rows = as_rows(brief, columns, opens=[key] * len(brief))
    note = (
        "What was said, when and by how many: facts about messages. Whether it is true is for people to find "
        "out. First words and passed on count messages, the rest people."
    )
    return f"Brief: {wording.dates(start, end, tz=tz)}", rows | {"definition": note}
