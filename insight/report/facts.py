"""One plain dict with every word, number and figure of the page; the template only arranges it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.report import answers, card, sections, wording
from insight.report.actions import next_actions
from insight.report.checked import checked_rows, honesty
from insight.report.dialogue_evidence import collect_cohort_evidence, collect_dialogue_evidence
from insight.report.evidence import Lines, collect_evidence, voices
from insight.report.members import members_sections
from insight.report.results import Results
from insight.report.rooms import dialogue_sections
from insight.report.slices import Slice, slice_results, slice_size

if TYPE_CHECKING:
    from insight.archives import ImportReport

PACKAGES = (
    "consumer-insight",
    "bertopic",
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


def collect_facts(
    results: Results, report: ImportReport, *, title: str, tz: str, random_state: int
) -> dict[str, Any]:
    """Collect the page: title, honesty line, six answers, sections, evidence, method; plain JSON values."""
    lines: Lines = {}
    told = _told(results, report, tz=tz, random_state=random_state, lines=lines, whole=None)
    rooms = [sections.file_section(results, report), *told["sections"]]
    return {
        **told,
        "title": wording.shorten(title, limit=120),
        "honesty": honesty_line(results, report, tz=tz),
        "privacy": report.privacy,
        "sections": sorted(rooms, key=lambda room: READING_ORDER.index(room["id"])),
        "method": method(results, report, tz=tz, random_state=random_state),
        "slices": [
            _slice(
                cut,
                part,
                whole=results,
                report=report,
                told=told,
                tz=tz,
                random_state=random_state,
                lines=lines,
            )
            for cut, part in slice_results(results, tz=tz, random_state=random_state)
        ],
    }


def _slice(
    cut: Slice,
    part: Results,
    *,
    whole: Results,
    report: ImportReport,
    told: dict[str, Any],
    tz: str,
    random_state: int,
    lines: Lines,
) -> dict[str, Any]:
    anew = _told(part, report, tz=tz, random_state=random_state, lines=lines, whole=whole)
    rooms = {room["id"]: room for room in anew["sections"]}
    return {
        **anew,
        "name": cut.name,
        "label": cut.label,
        "kind": cut.kind,
        "size": slice_size(part),
        "sections": [sections.with_gaps(rooms.get(of["id"]), of) for of in told["sections"]],
    }


def _told(
    results: Results, report: ImportReport, *, tz: str, random_state: int, lines: Lines, whole: Results | None
) -> dict[str, Any]:
    """Tell what the whole page and each slice tell alike: answers, rooms, needs, actions and evidence."""
    actions = next_actions(results, tz=tz)
    needs = answers.shown_needs(results).head(sections.MAX_NEEDS)
    names = None if results.topics is None else results.topics.table.set_index("topic")["name"]
    found = collect_evidence(
        results, n=sections.MAX_NEEDS, tz=tz, random_state=random_state, lines=lines, whole=whole
    )
    return {
        "answers": answers.six_answers(results, report, tz=tz, actions=actions),
        "sections": [
            *sections.main_sections(results, tz=tz),
            *members_sections(results.members, period=results.period, minimum=results.minimum),
            *dialogue_sections(results.dialogue, names=names, minimum=results.minimum, tz=tz),
        ],
        "needs": [_need(need, found) for _, need in needs.iterrows()],
        "actions": actions,
        "evidence": found
        | collect_cohort_evidence(results, tz=tz, random_state=random_state)
        | collect_dialogue_evidence(results, tz=tz, random_state=random_state),
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


def _need(need: pd.Series, found: dict[str, Any]) -> dict[str, Any]:
    key = str(need["need"])
    told = [voices(need)]
    if bool(need["latent"]):
        told.append("shown, hardly ever asked for")
    if bool(need["tied_with_next"]):
        told.append("tied with the next")
    quotes = [quote for group in found[key]["groups"] for quote in group["quotes"]]
    return {
        "id": key,
        "claim": answers.need_claim(need),
        "voices": "; ".join(filter(None, told)),
        "quote": quotes[0] if quotes else None,
    }


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
        "versions": [(name, version(name)) for name in PACKAGES],
        "doubts": [wording.plain(doubt) for doubt in results.doubts],
        "reasons": list(
            dict.fromkeys(wording.plain(reason) for _, reason in sorted(results.reasons.items()))
        ),
    }
