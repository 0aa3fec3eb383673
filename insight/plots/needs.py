"""Figures of needs."""

from __future__ import annotations

from html import escape

import pandas as pd

from .figure import Figure, draws
from .lines import share_panels
from .shapes import Dots, both_ways, dots
from .theme import BLUE, GREY, VERMILION


@draws("find_needs(...).table")
def needs(needs: pd.DataFrame, *, top: int = 15) -> Figure:
    """Draw `Needs.table` of `find_needs`: the needs most worth meeting, a diamond where shown, not asked for.

    The title says so where more than `top` are left out; each mark carries its need ("need-1").
    """
    rows = needs.head(top)
    question = "Which needs are most worth meeting?"
    rows = rows.assign(latent=rows["latent"].astype(bool), voiced=~rows["latent"].astype(bool))
    reach = max([20, *rows["opportunity_high"].dropna()]) if len(rows) else 20
    detail = (
        "{share:.1%} ({low:.1%} to {high:.1%}) of people<br>{n_complaint:,} complain, {n_wish:,} wish, "
        "{n_workaround:,} work around, {n_praise:,} praise<br>Trend: {trend}"
    )
    columns = ("opportunity", "opportunity_low", "opportunity_high")
    latent = Dots(
        *columns,
        where="latent",
        name="shown, not asked for",
        colour=VERMILION,
        symbol="diamond-open",
        detail=detail,
    )
    return dots(
        rows,
        question if len(rows) == len(needs) else f"{question} The first {len(rows)} of {len(needs)}",
        axis="Opportunity", label="{name}",
        series=(Dots(*columns, where="voiced", detail=detail), latent), n="n_people", of="people",
        reach=(0, 1.025 * reach), number=".1f", key="need",
        empty="No need is mentioned by enough people.",
    )  # fmt: skip


@draws("needs_over_time")
def needs_over_time(table: pd.DataFrame, *, top: int = 9) -> Figure:
    """Draw what `needs_over_time` returns: the share of people who mention each need, a panel a need."""
    return share_panels(
        table, "How did needs change?", by="need",
        hover="{period:%d %b %Y}: {share:.1%} of {total:,}<br>{n_people:,} people, {n:,} messages",
        of="people", most=top, empty="No need is listed.",
    )  # fmt: skip


@draws("compare_streams or emerging")
def compare_streams(found: pd.DataFrame, *, kind: str = "word", top: int = 20) -> Figure:
    """Draw what `compare_streams` or `emerging` returns: what one stream says more, open grey if not clear.

    `kind` is "word", "topic" or "signal", `top` the most rows a stream. Of two streams the second points to
    the left; of more, each row names its stream.
    """
    rows = found[found["kind"] == kind].groupby("group", sort=False).head(top)
    groups = list(dict.fromkeys(rows["group"]))
    left = groups[1] if len(groups) == 2 else None
    sign = (rows["group"] != left).map({True: 1, False: -1})
    away, sure = rows["group"] == left, rows["significant"].astype(bool)
    ends = rows[["low", "high"]].mul(sign, axis=0)
    looks = {(to_left, clear): f"{to_left} {clear}" for to_left in (False, True) for clear in (False, True)}
    masks = {name: (away == to_left) & (sure == clear) for (to_left, clear), name in looks.items()}
    series = tuple(
        Dots(
            "at", "least", "most", where=name, colour=GREY if not clear else VERMILION if to_left else BLUE,
            symbol="circle" if clear else "circle-open",
        )
        for (to_left, clear), name in looks.items()
        if masks[name].any()
    )  # fmt: skip
    return dots(
        rows.assign(at=rows["log_odds"] * sign, least=ends.min(axis=1), most=ends.max(axis=1), **masks),
        "What does each stream say more than the rest?",
        axis=escape(f"← {left} more · log odds · {groups[0]} more →") if left else "Log odds",
        label="{item} ({group})" if len(groups) > 2 else "{item}",
        detail="{n_with:,} of {n:,} people of {group} ({share:.1%}), {n_other_with:,} of {n_other:,} "
        "others ({share_other:.1%})",
        series=series, n="", reach=both_ways(ends, "low", "high"), number=".1f",
        empty=f"No {kind} is used by enough people.",
    )  # fmt: skip
