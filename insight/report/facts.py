"""One plain dict with every word, number and figure of the page; the template only arranges it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import insight

from . import file_card as card
from . import first_screen as answers
from . import format as wording
from . import sections
from .build import tell
from .checked import checked_rows, honesty
from .results import Results

if TYPE_CHECKING:
    from insight.archives import ImportReport

_PACKAGES = (
    "duckdb",
    "ibis-framework",
    "numpy",
    "pandas",
    "plotly",
    "scikit-learn",
)

READING_ORDER = (
    "file",
    "needs",
    "topics",
    "streams",
    "responses",
    "test",
    "presence",
    "capacity",
    "rivals",
    "conduct",
    "storms",
    "retention",
    "leaving",
    "newcomers",
    "ladder",
)

PRIVACY = {
    "shareable": "shareable: names and handles replaced",
    "internal": "internal: names and handles kept",
}

RULES = (
    "A person is an author of the file. Deleted accounts and unsigned messages are in no count of people, "
    "save in needs, where an unsigned message (a store review) counts as one person.",
    "Topics and needs are told from original messages by customers and unknown sides; reposts and the "
    "brand's own messages are left out.",
    "Intervals hold in 95 of 100 such samples. They tell of chance, not of who is missing from the file.",
    "Fewer than {few} people: the count only. Fewer than {minimum}: not shown.",
    "The file is taken to cover its last day whole; a period counts once its last day is covered.",
    "Last period against the one before: score test by person, Benjamini-Hochberg at 5\u00a0% over all "
    "tested topics.",
    "“Goes with” is all that a file of messages can tell; nothing here shows what causes what.",
)


def versions() -> dict[str, str]:
    """Return the version of the package and of those that its figures depend on."""
    return {"consumer-insight": insight.__version__} | {name: version(name) for name in _PACKAGES}


def collect_facts(
    results: Results, report: ImportReport, *, title: str, tz: str, random_state: int
) -> dict[str, Any]:
    """Collect the page: title, honesty line, six answers, sections, evidence, method; plain JSON values."""
    whole, slices = tell(results, report, tz=tz, random_state=random_state)
    rooms = [sections.file_section(results, report), *whole["sections"]]
    return {
        **whole,
        "title": wording.shorten(title, limit=120),
        "honesty": honesty_line(results, report, tz=tz),
        "privacy": report.privacy,
        "sections": sorted(rooms, key=lambda room: READING_ORDER.index(room["id"])),
        "method": method(results, report, tz=tz, random_state=random_state),
        "slices": slices,
    }


def honesty_line(results: Results, report: ImportReport, *, tz: str) -> str:
    """Say what the page rests on: "12,480 messages by 5,211 people, 3 sources, 1 Jan–31 Mar 2026 (UTC)"."""
    n = len(results.mentions)
    told = [
        card.honest_start(results.mentions, tz=tz),
        f"{wording.count(int(report.files['rows_set_aside'].sum()), 'row')} set aside.",
    ]
    n_reposts = card.n_reposts(results.mentions)
    if n_reposts:
        told.append(f"{wording.share(n_reposts / n)} reposts, left out of topics and needs.")
    if results.topics is not None:
        table = results.topics.table
        loose = table.loc[table["topic"] < 0, "n"].sum() / max(1, table["n"].sum())
        told.append(f"{wording.start(wording.share(loose))} of customer messages in no topic.")
    if results.signals is not None:
        told += [
            answers.languages(results),
            honesty(results.heard),
        ]
    return " ".join(filter(None, told))


def method(results: Results, report: ImportReport, *, tz: str, random_state: int) -> dict[str, Any]:
    """Tell how it was made: rules, parameters, versions, doubts."""
    brands = "; ".join(f"{name}: {', '.join(words)}" for name, words in report.brands.items()) or "none named"
    if report.privacy != "internal":
        brands = ", ".join(report.brands) or "none named"
    return {
        "rules": [rule.format(few=wording.FEW, minimum=results.minimum) for rule in RULES],
        "parameters": [
            ("Brands", wording.shorten(brands, limit=300)),
            ("Zone", tz),
            ("Random state", str(random_state)),
            ("Period of the retention figures", results.period),
            ("Privacy", PRIVACY[report.privacy]),
            *checked_rows(results.heard),
        ],
        "versions": list(versions().items()),
        "doubts": [wording.plain(doubt) for doubt in results.doubts],
        "reasons": list(
            dict.fromkeys(wording.plain(reason) for _, reason in sorted(results.reasons.items()))
        ),
    }
