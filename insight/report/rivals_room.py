"""The room of rivals: how the tracked brands compare, in counts; never a list of their customers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import format as wording
from .exhibit import INTERVAL, Columns, as_rows, exhibit, with_caveats
from .sections import section


def rivals_room(rivals: pd.DataFrame, *, names: pd.Series | None, minimum: int) -> dict[str, Any]:
    """Compare the tracked brands by the people who talk and complain; counts only."""
    whole = rivals[rivals["period"].isna() & rivals["topic"].isna() & ~rivals["hidden"]]
    complaining = whole[whole["measure"] == "complaining"].sort_values(
        ["n", "brand"], ascending=[False, True]
    )
    told = [
        f"{wording.estimate_of(row)} of what {wording.people(row['n'])} write about {_name(row['brand'])}"
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
        n_tested = int((rivals["p_adjusted"].notna() & rivals["topic"].isna()).sum())
        if not n_tested:
            return ["Too few people, or too few whole months, to test whether a share changed."]
        return [f"No clear change from month to month, of {wording.count(n_tested)} tested."]
    verbs = {"talking": "talking about", "complaining": "complaining about"}
    told = [
        f"{wording.month(row['period'])}: people {verbs[row['measure']]} "
        f"{_name(row['brand'])} "
        f"{wording.share(row['share'])}, {wording.points(row['change'])}"
        for _, row in moved.tail(4).iterrows()
    ]
    return [f"{wording.count(len(moved), 'clear change')} from month to month. {'; '.join(told)}."]


_COLUMNS: Columns = {
    "brand": ("Brand", wording.shorten),
    "period": ("Month", wording.month),
    "n": ("People", wording.count),
    "n_marked": ("Of these", wording.count),
    "share": ("Share", wording.share),
    **INTERVAL,
    "change": ("Since the month before", wording.points),
    "beyond": ("Clear change", str),
}


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        brand=rows["brand"].astype(str),
        beyond=rows["flagged"]
        .astype(bool)
        .map({True: "yes", False: "no"})
        .where(rows["p_adjusted"].notna(), "not tested"),
    ).reset_index(drop=True)


def _rival_figure(rivals: pd.DataFrame, measure: str) -> dict[str, Any]:
    from insight import plots

    rows = rivals[
        (rivals["measure"] == measure) & rivals["topic"].isna() & rivals["period"].notna() & ~rivals["hidden"]
    ]
    words = {
        "talking": "Of what people write about tracked brands in a month, the share about this one.",
        "complaining": "Of what people write about a brand in a month, the share that complains.",
    }
    return exhibit(
        f"rivals-{measure}",
        _told(rows),
        plot=lambda _: plots.rivals(rivals, measure=measure),
        columns=_COLUMNS,
        sentence=words[measure],
        definition=with_caveats(
            f"{words[measure]} Each person weighs the same, however much they write. Months of fewer than "
            "ten people are gaps; a month that the file does not cover whole is not compared. A share of "
            "what this file holds: a search that fits one brand better than another tilts it. Counts only; "
            "no one is listed.",
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
