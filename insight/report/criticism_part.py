"""Extreme criticism in the room of storms: every total with and without it, and what peers make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from insight.people import Credibility

from . import format as wording
from .exhibit import INTERVAL, Columns, as_rows, exhibit


def extreme_said(found: Credibility) -> str:
    """Say how much criticism is extreme, and how many people would be left without it."""
    parts = found.totals.set_index("part")
    whole, rest, extreme = (parts.loc[name] for name in ("all", "without extreme", "extreme"))
    return (
        f"{wording.start(wording.people(whole['n_people']))} criticise, {wording.estimate_of(whole)} "
        f"of those who spoke; {wording.people(extreme['n_people'])} in extreme words at least once. "
        f"Without what is extreme {wording.people(rest['n_people'])} do, {wording.estimate_of(rest)}."
    )


def extreme_table(found: Credibility) -> tuple[str, dict[str, Any]]:
    """List the totals with and without."""
    columns: Columns = {
        "part": ("Criticism", wording.start),
        "n": ("Messages", wording.count),
        "n_people": ("People", wording.count),
        "n_spoke": ("Of all who spoke", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_answered": ("Messages a peer answered", wording.count),
    }
    note = (
        "Extreme: negative beyond measure (“worst ever”, “scam”), by readable rules. With detail: it names "
        "what another could check. Flagged beside, never removed: who is angry may be right."
    )
    return "Criticism with and without what is extreme", as_rows(found.totals, columns) | {"definition": note}


def _told(stances: pd.DataFrame) -> pd.DataFrame:
    words = {
        "support": "support it",
        "doubt": "doubt it",
        "defend": "defend the brand",
        "other": "none of these",
    }
    return stances.assign(stance=stances["stance"].map(words).fillna(stances["stance"]))


def extreme_figure(found: Credibility) -> dict[str, Any]:
    """Draw whether peers support, doubt or defend."""
    from insight import plots

    rows = found.stances[
        found.stances["part"].isin(["extreme", "without extreme"]) & (found.stances["n"] > 0)
    ]
    columns: Columns = {
        "part": ("Criticism", wording.start),
        "stance": ("Its peers", wording.start),
        "n_stance": ("People", wording.count),
        "n": ("Of those who answered", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    support = rows[rows["stance"] == "support"].set_index("part")
    told = [
        f"{wording.estimate_of(support.loc[part])} of {wording.people(support.loc[part, 'n'])} who answered "
        f"{name} support it"
        for part, name in {"extreme": "extreme criticism", "without extreme": "other criticism"}.items()
        if part in support.index
    ]
    return exhibit(
        "credibility",
        rows.reset_index(drop=True),
        plot=lambda _: plots.credibility(replace(found, stances=_told(found.stances))),
        columns=columns,
        sentence=f"{wording.start('; '.join(told))}.",
        definition="A peer is another person, the brand aside, who answers the message itself: one who says "
        "“me too” supports, one who asks for proof doubts, one who speaks up for the brand defends; by "
        "readable rules, in English. Silence is no doubt.",
    )
