"""How the page was made: warnings by severity, rules, parameters, versions, and what was not calculated."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import insight
from insight.archives.privacy.pseudonyms import mask_note

from . import file_card as card
from . import format as wording
from .checked import checked_rows, honesty
from .exhibit import Table, as_table
from .results import Results

if TYPE_CHECKING:
    from insight.archives import ImportReport

_PACKAGES = ("duckdb", "ibis-framework", "numpy", "pandas", "plotly", "scikit-learn")
PRIVACY = {
    "shareable": "shareable: names and handles replaced",
    "internal": "internal: names and handles kept",
}
RULES = (
    "A person is an author of the file. Deleted accounts are in no count of people; an unsigned message (a "
    "store review) counts as one person, and its copies with it.",
    "Topics and problems are found in original messages by customers and unknown authors; reposts and the "
    "brand's own messages are left out.",
    "Intervals (95\u00a0%) cover chance, not who is missing from the file.",
    "Fewer than {few} people: the count only. Fewer than {minimum}: not shown.",
    "The file is taken to cover its last day whole; a period counts once its last day is covered.",
    "The last period is compared with the one before by a score test over people, false discovery rate "
    "5\u00a0% over all tested topics.",
    "Two things that go together need not be cause and effect.",
)
SERIOUS, NOTED = "Serious", "Note"


@dataclass(frozen=True)
class Method:
    """What the appendix says beside its figures. Warnings are (severity, text), the serious ones first."""

    warnings: list[tuple[str, str]]
    abilities: list[dict[str, Any]]
    rules: list[str]
    missing: list[str]
    parameters: list[tuple[str, str]]
    versions: list[tuple[str, str]]
    tables: list[tuple[str, Table]]


def versions() -> dict[str, str]:
    """Return the version of the package and of those that its figures depend on."""
    return {"consumer-insight": insight.__version__} | {name: version(name) for name in _PACKAGES}


def describe(results: Results, report: ImportReport, *, random_state: int) -> Method:
    """Describe how it was made."""
    brands = "; ".join(f"{name}: {', '.join(words)}" for name, words in report.brands.items()) or "none named"
    if report.privacy != "internal":
        brands = ", ".join(report.brands) or "none named"
    reasons = dict.fromkeys(wording.plain(reason) for _, reason in sorted(results.reasons.items()))
    return Method(
        warnings=_warnings(results, report),
        abilities=card.abilities(results.mentions),
        rules=[rule.format(few=wording.FEW, minimum=results.minimum) for rule in RULES],
        missing=list(reasons),
        parameters=[
            ("Brands", wording.shorten(brands, limit=300)),
            ("Time zone", results.tz),
            ("Random state", str(random_state)),
            ("Period", results.period),
            ("Privacy", PRIVACY[report.privacy]),
            *checked_rows(results.labelled),
        ],
        versions=list(versions().items()),
        tables=[*card.tables(report), *_noted(results)],
    )


def _noted(results: Results) -> list[tuple[str, Table]]:
    """List what the team noted beside the words it is about."""
    if results.notes is None or results.notes.empty:
        return []
    rows = results.notes.merge(results.customers, on="mention_id").assign(
        note=lambda table: [mask_note(note) for note in table["note"]]
    )
    columns = {"text": ("Words", wording.shorten), "note": ("Note", wording.shorten)}
    return [("Notes by the team", as_table(rows, columns))]


def _warnings(results: Results, report: ImportReport) -> list[tuple[str, str]]:
    """List what limits the trust in the file: what a measure warned of first, then what the import noted."""
    serious = [wording.plain(text) for text in results.warnings]
    serious += [wording.plain(str(text)) for text in report.partial["missing"]]
    notes = [
        card.heading(report) + ".",
        card.spoken(results.mentions),
        card.absent(report),
        *(wording.start(wording.plain(note)) for note in report.notes),
        honesty(results.labelled),
    ]
    ranked = [(SERIOUS, wording.start(text)) for text in serious] + [(NOTED, text) for text in notes]
    return list(dict.fromkeys(ranked))
