"""The memo: one screen that a manager finishes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import is_repost
from insight.needs.ratings_by import mean_stars, rated
from insight.needs.representative import representative
from insight.report import format as wording
from insight.report.actions import Action, next_actions
from insight.report.checked import honesty
from insight.report.exhibit import Said
from insight.report.file_card import n_copies
from insight.report.results import Results
from insight.timeline.persons import by_people, count_people

from .finding import (
    MANY_COPIES,
    answered,
    answered_said,
    costs_stars,
    largest_needs,
    main_change,
    most_common,
    name_of,
    no_needs,
    too_close,
    two_counts,
    wait_said,
    waiting_said,
)

if TYPE_CHECKING:
    from insight.archives import ImportReport

MANY_SKIPPED = 0.05
"""Above this share of rows that are no message of the report a reader must know at once."""

MOST_PROBLEMS = 3
QUOTED_LETTERS = 110
_PSEUDONYM = re.compile(r"@u[0-9a-f]{16}\b")
_MARKS = " \"'“”‘’«»„"


@dataclass(frozen=True)
class Problem:
    """A problem of the memo: what it opens, its people, how they changed, one sentence that voices it."""

    need: str
    name: str
    people: str
    trend: str
    spark: list[float]
    quote: str
    detail: str


@dataclass(frozen=True)
class Memo:
    """The first screen."""

    about: str
    bottom_line: list[Said]
    problems: list[Problem]
    answered: Said
    waiting: Said
    actions: list[Action]
    red_flag: str
    details: list[str] = field(default_factory=list)

    def lines(self) -> list[tuple[str, str]]:
        """Return it as (what it is about, sentences)."""
        lines = {
            "About": f"{self.about}. {self.red_flag}".strip(),
            "Bottom line": " ".join(line.text for line in self.bottom_line),
            "Problems": " ".join(f"{one.name}: {one.people}." for one in self.problems)
            or "None is named by enough people.",
            "Replies": " ".join(filter(None, [self.answered.text, self.waiting.text])),
            "What to do": " ".join(
                f"{number}. {one.text}: {one.why}." for number, one in enumerate(self.actions, 1)
            ),
        }
        return [(name, text) for name, text in lines.items() if text]


def write_memo(results: Results) -> Memo:
    """Write the memo."""
    bottom_line = [_problem_line(results), _reply_line(results), main_change(results)]
    problems = [_problem(need, results) for _, need in largest_needs(results, MOST_PROBLEMS).iterrows()]
    answered, waiting, actions = answered_said(results), waiting_said(results), next_actions(results)
    details = [
        *(line.detail and f"{line.text} {line.detail}" for line in (*bottom_line, answered, waiting)),
        *(f"{problem.name}: {problem.detail}" for problem in problems if problem.detail),
        *(f"{action.text}: {action.rule}" for action in actions),
        honesty(results.labelled),
    ]
    return Memo(
        about=about(results),
        bottom_line=[line for line in bottom_line if line.text],
        problems=problems,
        answered=answered,
        waiting=waiting,
        actions=actions[:3],
        red_flag=red_flag(results),
        details=list(dict.fromkeys(filter(None, details))),
    )


def about(results: Results) -> str:
    """Say how many people wrote how much, and when."""
    line = results.mentions[~is_repost(results.mentions)]
    n_people, n = count_people(line), int(by_people(line).sum())
    dated = line.loc[by_people(line), "created_at"].dropna()
    when = f", {wording.dates(dated.min(), dated.max(), tz=results.tz)}" if len(dated) else ""
    if not n_people:
        return f"{wording.count(len(line), 'message')}, none by a customer{when}"
    if not line["person"].notna().any():
        return f"{wording.count(n, 'message')}{when}; {wording.UNSIGNED}{_copies(line, n)}"
    return f"{wording.people(n_people)} wrote {wording.count(n, 'message')}{when}{_copies(line, n)}"


def _copies(line: pd.DataFrame, n: int) -> str:
    copied = n_copies(line)
    if copied <= MANY_COPIES * n:
        return ""
    repeat = (
        "repeats another and is not counted again"
        if copied == 1
        else "repeat others and are not counted again"
    )
    return f"; {wording.count(copied)} of these {repeat}"


def _problem_line(results: Results) -> Said:
    needs = largest_needs(results, 2)
    if needs.empty:
        return no_needs(results)
    first, n = needs.iloc[0], results.needs.attrs.get("n_people", 0)
    many = two_counts(needs) if too_close(needs) else wording.people(first["n_people"])
    if not too_close(needs) and first["n_people"] >= wording.FEW:
        many = f"{many}, {wording.about(first['share'], 'people who wrote')}"
    return Said(
        f"{most_common(results)}: {many}.",
        f"Out of {wording.people(n)} who wrote themselves; an unsigned review counts as one. A problem is "
        "called by words of its sentences; not everyone puts it so.",
    )


def _reply_line(results: Results) -> Said:
    """Say how long people wait, or how they rate where the file holds no reply."""
    wait = wait_said(results)
    if wait.text:
        return wait
    return _stars_said(results) if answered(results) is None else Said(answered_said(results).text)


def _stars_said(results: Results) -> Said:
    if results.rated is None:
        return Said("")
    rows = rated(results.mentions)
    if len(rows) < wording.FEW:
        return Said("")
    whole = mean_stars(rows.assign(group="all")).iloc[0]
    return Said(
        f"{wording.count(whole['n'], 'rating')} average {wording.stars(whole['stars'])} stars.",
        f"95\u00a0% interval {wording.stars(whole['low'])} to {wording.stars(whole['high'])}; each person "
        "counts once.",
    )


def _problem(need: pd.Series, results: Results) -> Problem:
    few = need["n_people"] < wording.FEW
    between = "" if few else f"{wording.interval(need['low'], need['high'])} of people who wrote"
    cost = ""
    if costs_stars(need):
        cost = f"these people rate {wording.stars(-4 * need['impact'])} stars lower"
    trend = str(need["trend"]) if need["trend"] in ("rising", "falling") else ""
    return Problem(
        need=str(need["need"]),
        name=name_of(need),
        people=wording.people(need["n_people"]),
        trend=trend,
        spark=spark(results, str(need["need"])),
        quote=quoted(results, str(need["need"])),
        detail=", ".join(filter(None, [between, cost])),
    )


def quoted(results: Results, need: str) -> str:
    """Return one sentence that voices a need, fit to stand between quotation marks, or none."""
    said = representative(results.customers, results.voiced, need)
    words = _PSEUDONYM.sub("@someone", said).strip(_MARKS)
    ended = words.rstrip(".…")
    return wording.shorten(words if len(words) - len(ended) < 2 else f"{ended}…", limit=QUOTED_LETTERS)


def spark(results: Results, need: str) -> list[float]:
    """Return the share of people who mention a need, period by period."""
    table = results.needs_over_time
    if table is None:
        return []
    rows = table[(table["need"] == need) & table["share"].notna()]
    return [round(float(share), 4) for share in rows["share"]] if len(rows) > 2 else []


def red_flag(results: Results) -> str:
    """Say in one line why the file cannot be trusted as it is, if so."""
    if results.imported is not None and (lost := _left_out(results.imported)):
        return lost
    if results.own is None and results.n_brands > 1:
        return f"{wording.count(results.n_brands)} brands are read together here."
    if results.imported is not None and len(results.imported.partial):
        return f"The file is incomplete. {results.imported.partial['missing'].iloc[0]}"
    return ""


def _left_out(report: ImportReport) -> str:
    """Say how many rows were skipped, and why most of them, where they are more than a few."""
    n_read, n_lost = (int(report.files[column].sum()) for column in ("rows_read", "rows_set_aside"))
    if n_lost <= MANY_SKIPPED * n_read or report.set_aside.empty:
        return ""
    reasons = report.set_aside["reason"].astype(str).value_counts(sort=False).sort_index()
    why, n = str(reasons.idxmax()), int(reasons.max())
    some = "all of them" if n == n_lost else f"{wording.count(n)} of them"
    were = "was" if n_lost == 1 else "were"
    return f"{wording.count(n_lost)} of {wording.count(n_read, 'row')} {were} left out, {some} as “{why}”."
