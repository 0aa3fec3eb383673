"""One page: every word, number and figure of it, typed; the template only arranges it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from . import format as wording
from .exhibit import Part, looked_for, span
from .method import Method, describe
from .page_rows import Rows, page_rows
from .results import Results
from .sections import SECTIONS
from .sections.memo import Memo, write_memo
from .sections.problems import ProblemRow, problem_rows

if TYPE_CHECKING:
    from insight.archives import ImportReport


@dataclass(frozen=True)
class Page:
    """What the page says. `rows` are the messages from which the browser counts again."""

    title: str
    span: str
    privacy: str
    memo: Memo
    problems: list[ProblemRow]
    names: dict[str, str]
    sections: list[Part]
    method: Method
    rows: Rows

    def to_dict(self) -> dict[str, Any]:
        """Return all of it but the rows, as plain JSON values."""
        parts = asdict(self)
        del parts["rows"]
        return parts


def write_page(results: Results, report: ImportReport, *, title: str, random_state: int) -> Page:
    """Write the page of an archive."""
    sections = [part for section in SECTIONS if (part := section.show(results)) is not None]
    sought = looked_for(SECTIONS, sections, results)
    return Page(
        title=wording.shorten(title, limit=120),
        span=span(results),
        privacy=report.privacy,
        memo=write_memo(results),
        problems=problem_rows(results),
        names=results.names or {},
        sections=sections,
        method=describe(results, report, random_state=random_state, sought=sought),
        rows=page_rows(results, tz=results.tz, min_people=results.minimum),
    )
