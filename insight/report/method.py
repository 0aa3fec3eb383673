"""How the page was made: warnings by severity, rules, parameters, versions, and what was not calculated."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import insight
from insight.archives.privacy.pseudonyms import mask_note
from insight.archives.unseen import NOWHERE

from . import file_card as card
from . import format as wording
from .checked import checked_rows, honesty
from .exhibit import Table, as_table, definitions
from .own_brand import NOT_ABOUT
from .results import Results
from .sections.finding import not_compared
from .vocabulary import values

if TYPE_CHECKING:
    from insight.archives import ImportReport

_PACKAGES = ("duckdb", "ibis-framework", "numpy", "pandas", "plotly", "scikit-learn")
SERIOUS, NOTED = "Caution", "Note"


@dataclass(frozen=True)
class Method:
    """What the appendix says beside its figures. Warnings are (severity, text), the serious ones first."""

    warnings: list[tuple[str, str]]
    rules: list[str]
    missing: list[str]
    parameters: list[tuple[str, str]]
    versions: list[tuple[str, str]]
    tables: list[tuple[str, Table]]


def versions() -> dict[str, str]:
    """Return the version of the package and of those that its figures depend on."""
    return {"consumer-insight": insight.__version__} | {name: version(name) for name in _PACKAGES}


def describe(results: Results, report: ImportReport, *, random_state: int, sought: str = "") -> Method:
    """Describe how it was made; `sought` is what was looked for without a finding."""
    brands = "; ".join(f"{name}: {', '.join(words)}" for name, words in report.brands.items()) or "none named"
    if report.privacy != "internal":
        brands = ", ".join(report.brands) or "none named"
    return Method(
        warnings=_warnings(results, report),
        rules=definitions()["rules"].format(few=wording.FEW, minimum=results.minimum).strip().splitlines(),
        missing=_missing(results, sought),
        parameters=[
            ("Brands", wording.shorten(brands, limit=300)),
            ("Time zone", results.tz),
            ("Random state", str(random_state)),
            ("Period", results.period),
            ("Privacy", values("privacy")[report.privacy]),
            *checked_rows(results.labelled),
        ],
        versions=list(versions().items()),
        tables=[*card.tables(report), *_noted(results)],
    )


def _missing(results: Results, sought: str) -> list[str]:
    """Say what the file does not show, and what was looked for in it without a finding."""
    reasons = dict.fromkeys(wording.plain(reason) for _, reason in sorted(results.reasons.items()))
    unknown = [row["question"] for row in card.abilities(results.mentions) if not row["can"]]
    unknown = [one for one in unknown if "waits" not in results.reasons or "answers" not in one]
    lacks = f"The file does not show {wording.listing(unknown)}." if unknown else ""
    return [line for line in (lacks, *reasons, not_compared(results), sought) if line]


def _noted(results: Results) -> list[tuple[str, Table]]:
    """List what the team noted beside the words it is about."""
    if results.notes is None or results.notes.empty:
        return []
    rows = results.notes.merge(results.customers, on="mention_id").assign(
        note=lambda table: [mask_note(note) for note in table["note"]]
    )
    columns = {"text": ("Words", wording.shorten), "note": ("Note", wording.shorten)}
    return [("Notes by the team", as_table(rows, columns))]


def lacking(results: Results, report: ImportReport) -> list[str]:
    """Say what a whole page lacks: who wrote, when, and the brand that it is asked to be about."""
    said = [text for text in results.warnings if text.startswith(NOT_ABOUT)]
    said += [note for note in report.notes if NOWHERE in note]
    if not results.mentions["author_id"].notna().any():
        said += [f"no message is signed; {wording.UNSIGNED}, and no one can be followed over time."]
    if not results.mentions["created_at"].notna().any():
        said += ["no message has a date, so nothing can be followed over time."]
    return [wording.start(wording.plain(text)) for text in said]


def _concerned(results: Results, report: ImportReport) -> str:
    """Say how many of the rows that were kept are about the own brand, where not all are."""
    n = len(results.mentions)
    if results.own is None or n >= report.files["rows_kept"].sum():
        return ""
    return f" {wording.count(n)} of them are about {results.own}."


def _warnings(results: Results, report: ImportReport) -> list[tuple[str, str]]:
    """List what limits the trust in the file: what a measure warned of first, then what the import noted."""
    serious = [wording.plain(text) for text in results.warnings]
    serious += [wording.plain(str(text)) for text in report.partial["missing"]]
    serious += lacking(results, report)
    notes = [
        f"{card.heading(report)}.{_concerned(results, report)}",
        card.spoken(results.mentions),
        card.absent(report),
        *(wording.start(wording.plain(note)) for note in report.notes if NOWHERE not in note),
        honesty(results.labelled),
    ]
    ranked = [(SERIOUS, wording.start(text)) for text in serious] + [(NOTED, text) for text in notes]
    return list(dict.fromkeys(ranked))
