"""The room of rivals: how the tracked brands compare, in counts; never a list of their customers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.report import wording
from insight.report.exhibit import INTERVAL, Columns, as_rows, exhibit, with_caveats
from insight.report.sections import section


def rivals_room(rivals: pd.DataFrame, *, names: pd.Series | None, minimum: int) -> dict[str, Any]:
    """Compare the tracked brands by the people who talk and complain; counts only."""
    whole = rivals[rivals["period"].isna() & rivals["topic"].isna() & ~rivals["hidden"]]
    complaining = whole[whole["measure"] == "complaining"].sort_values(
        ["n", "brand"], ascending=[False, True]
    )
    told = [
        f"{wording.estimate_of(row)} of {wording.people(row['n'])} who talk about {_name(row['brand'])}"
        for _, row in complaining.head(3).iterrows()
    ]
    heading = f"Complaints: {wording.listing(told)}"
    said = _moves(rivals)
    drawn = [_rival_figure(rivals, "complaining"), _rival_figure(rivals, "talking")]
    return section("rivals", "Rivals", heading, said=said, drawn=drawn) | {
        "tables": _rival_tables(rivals, names, minimum=minimum)
    }


def _name(brand: object) -> str:
    return wording.shorten(str(brand), limit=30)


def _moves(rivals: pd.DataFrame) -> list[str]:
    moved = rivals[rivals["flagged"].astype(bool) & rivals["topic"].isna()].sort_values(["period", "brand"])
    if moved.empty:
        return ["No month's share changed beyond chance."]
    verbs = {"talking": "talking about", "complaining": "complaining about"}
    told = [
        f"{wording.month(row['period'])}: people {verbs[row['measure']]} "
        f"{_name(row['brand'])} "
        f"{wording.share(row['share'])}, {wording.points(row['change'])}"
        for _, row in moved.tail(4).iterrows()
    ]
    return [f"{wording.count(len(moved), 'change')} beyond chance from month to month. {'; '.join(told)}."]


_COLUMNS: Columns = {
    "brand": ("Brand", wording.shorten),
    "period": ("Month", wording.month),
    "n": ("People", wording.count),
    "n_marked": ("Of these", wording.count),
    "share": ("Share", wording.share),
    **INTERVAL,
    "change": ("Since the month before", wording.points),
    "beyond": ("Beyond chance", str),
}


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        brand=rows["brand"].astype(str), beyond=rows["flagged"].astype(bool).map({True: "yes", False: "no"})
    ).reset_index(drop=True)


def _rival_figure(rivals: pd.DataFrame, measure: str) -> dict[str, Any]:
    from insight.plots.incidents import plot_rivals

    rows = rivals[
        (rivals["measure"] == measure) & rivals["topic"].isna() & rivals["period"].notna() & ~rivals["hidden"]
    ]
    words = {
        "talking": "Of all people who talk about a tracked brand in a month, those who talk about this one.",
        "complaining": "Of the people who talk about a brand in a month, those who complain.",
    }
    return exhibit(
        f"rivals-{measure}",
        _told(rows),
        plot=lambda _: plot_rivals(rivals, measure=measure),
        columns=_COLUMNS,
        sentence=words[measure],
        definition=with_caveats(
            f"{words[measure]} Months of fewer than ten are gaps. A share of what this file holds: a search "
            "that fits one brand better than another tilts it. Counts only; nobody is listed.",
            rivals,
        ),
    )


def _rival_tables(
    rivals: pd.DataFrame, names: pd.Series | None, *, minimum: int
) -> list[tuple[str, dict[str, Any]]]:
    whole = rivals[rivals["period"].isna() & ~rivals["hidden"]]
    every = whole[whole["topic"].isna()]
    columns: Columns = {
        "brand": _COLUMNS["brand"],
        "measure": ("Share of people", wording.start),
        "n": _COLUMNS["n"],
        "n_marked": _COLUMNS["n_marked"],
        "share": _COLUMNS["share"],
        **INTERVAL,
    }
    note = (
        "Answered counts messages to a brand that it answered in public, as far as the file holds its "
        "posts; the others count people."
    )
    tables = [("All months together", as_rows(_told(every), columns) | {"definition": note})]
    topics = whole[whole["topic"].notna() & (whole["n_marked"] >= minimum)]
    if len(topics) and names is not None:
        topics = topics.assign(about=topics["topic"].map(names)).sort_values(
            ["share", "brand", "topic"], ascending=[False, True, True]
        )
        by_topic = {
            "brand": columns["brand"],
            "about": ("Topic", wording.shorten),
            **{k: columns[k] for k in ("n", "n_marked", "share", "low", "high")},
        }
        opens = [f"topic-{topic}" for topic in topics["topic"]]
        tables.append(("What they complain about", as_rows(_told(topics), by_topic, opens=opens)))
    return tables
