"""The file card: what was read, what was skipped and why, what is missing, what the file can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.mentions import is_repost
from insight.timeline.brands import speaking_brands
from insight.timeline.persons import by_people, count_people
from insight.timeline.rows import timeline

from . import format as wording
from .exhibit import Table, as_table
from .scope import customer_messages
from .vocabulary import columns, field, values

if TYPE_CHECKING:
    from insight.archives import Archive, ImportReport

_MOST_ACCOUNTS = 20


def heading(report: ImportReport) -> str:
    """Head the card: "3,000 of 3,100 rows entered this report"."""
    n_read, n_kept = (int(report.files[column].sum()) for column in ("rows_read", "rows_kept"))
    return f"{wording.count(n_kept)} of {wording.count(n_read, 'row')} kept"


def spoken(mentions: pd.DataFrame) -> str:
    """Say who speaks in the file."""
    n_by_side = mentions["role"].value_counts()
    lines = [
        wording.count(n_by_side[side], f"message by {words}", plural=f"messages by {words}")
        for side, words in values("sides").items()
        if n_by_side.get(side, 0)
    ]
    n = n_reposts(mentions)
    enter = "enters" if n == 1 else "enter"
    reposts = f" {wording.count(n, 'repost')} among them {enter} no topic and no problem." if n else ""
    return f"{wording.listing(lines)}.{reposts}{_copies(mentions)}{_receipts(mentions)}"


def _copies(mentions: pd.DataFrame) -> str:
    n = n_copies(mentions)
    if not n:
        return ""
    repeated = wording.count(n, "message repeats", plural="messages repeat")
    return f" {repeated} an earlier one word for word, by the same person or unsigned; each text counts once."


def _receipts(mentions: pd.DataFrame) -> str:
    """Say how many automatic receipts of the brand there are, and how fast; they are no answers."""
    sent = mentions[(mentions["role"] == "automated") & (mentions["side"] == "brand")]
    if sent.empty:
        return ""
    asked = mentions.drop_duplicates("mention_id").set_index("mention_id")["created_at"]
    gap = (sent["created_at"] - sent["parent_id"].map(asked)).dt.total_seconds()
    fast = f", half of them within {gap.median():,.0f} seconds" if gap.notna().any() else ""
    return f" {wording.count(len(sent), 'automatic receipt')} by the brand{fast}: no answer to anyone."


def n_copies(mentions: pd.DataFrame) -> int:
    """Count the messages of people that repeat an earlier one."""
    return int((by_people(mentions) & ~mentions["own"].to_numpy(bool) & ~is_repost(mentions)).sum())


def n_reposts(mentions: pd.DataFrame) -> int:
    """Count the messages that only pass on another."""
    return int(is_repost(mentions).sum())


def abilities(mentions: pd.DataFrame) -> list[dict[str, Any]]:
    """List what this file can and cannot answer, and why."""
    n_words, n_brand = len(customer_messages(mentions)), int((mentions["role"] == "brand").sum())
    n_people, n_dated = mentions["person"].nunique(), int(mentions["created_at"].notna().sum())
    n_placed = int(mentions["addressed"].notna().sum())
    answers = f"{wording.count(n_brand, 'message')} by it" if n_brand else "none by it: silent or left out"
    stays = "author and date are there" if n_people and n_dated else "it takes both author and date"
    questions = (
        ("what people need", n_words, f"{wording.count(n_words, 'customer message')} with words"),
        ("who speaks how often", n_people, f"{wording.people(n_people)} known by an author key"),
        ("what changed when", n_dated, f"{wording.count(n_dated, 'message')} with a date"),
        ("whether the brand answers", n_brand, answers),
        ("who stays", n_people and n_dated, stays),
        ("what was sent to the brand", n_placed, f"known of {wording.count(n_placed, 'message')}"),
    )
    return [{"question": question, "can": n > 0, "why": why} for question, n, why in questions]


def tables(report: ImportReport) -> list[tuple[str, Table]]:
    """Tabulate files, reasons for skipping and what is there in part, each under its heading."""
    reasons = report.set_aside.groupby("reason", observed=True).size().rename("n").reset_index()
    reasons = reasons.sort_values(["n", "reason"], ascending=[False, True])
    gaps = report.columns[(report.columns["n_missing"] > 0) & (report.columns["share_missing"] < 1)]
    gaps = gaps.sort_values(["n_missing", "column"], ascending=[False, True])
    listed = [
        ("Files and formats", as_table(report.files, columns("files"))),
        (
            "How the columns were understood (to correct it: insight map FILE)",
            as_table(report.understood, columns("understood")),
        ),
        ("Volume by file, days in UTC", as_table(_by_file(report.volume), columns("volume"))),
        (
            "Messages that are not all their author's own",
            as_table(_not_own(report.files), columns("not_own")),
        ),
        ("Skipped, by reason", as_table(reasons, columns("skipped"))),
        ("Known of some messages only", as_table(gaps, columns("gaps"))),
    ]
    return [(name, table) for name, table in listed if table.rows]


def _not_own(files: pd.DataFrame) -> pd.DataFrame:
    counts = files[[name for name in columns("not_own") if name != "source_file"]]
    return files[(counts > 0).any(axis=1)]


def _by_file(volume: pd.DataFrame) -> pd.DataFrame:
    """Sum the volume up: from when to when each file has messages, on how many days, and most on which."""
    files = volume.groupby("source_file", sort=True)
    table = files.agg(n=("n", "sum"), first=("day", "min"), last=("day", "max"), n_days=("day", "size"))
    most = volume.sort_values(["n", "day"], ascending=[False, True]).groupby("source_file").first()
    span = (table["last"] - table["first"]).dt.days + 1
    table = table.assign(n_silent=span - table["n_days"], busiest=most["day"], n_busiest=most["n"])
    return table.reset_index()


def absent(report: ImportReport) -> str:
    """Name what no row holds; that exports are complete, none of the known formats says.

    Names of authors are left out of a shareable report, whatever the file holds: they are no gap of it.
    """
    gaps = report.columns.loc[report.columns["share_missing"] == 1, "column"]
    hidden = {"author_name"} if report.privacy == "shareable" else set()
    names = sorted(field(column) for column in set(gaps) - hidden)
    lacks = f"Not in the file: {wording.listing(names)}. " if names else ""
    if len(report.partial):
        return f"{lacks}Incomplete: {' '.join(wording.start(part) for part in report.partial['missing'])}"
    return f"{lacks}The file does not say whether it is complete."


def honest_start(mentions: pd.DataFrame, *, tz: str) -> str:
    """Begin the honesty line: "12,480 messages by 5,211 people, 3 sources, 1 Jan–31 Mar 2026 (UTC)."."""
    n, n_known = len(mentions), mentions["person"].nunique()
    n_unsigned = count_people(mentions) - n_known
    dated = mentions["created_at"].dropna()
    when = f"{wording.dates(dated.min(), dated.max(), tz=tz)} ({tz})" if len(dated) else "no dates"
    source = wording.count(mentions["platform"].nunique(), "source")
    who = f" by {wording.people(n_known)}" if n_known else ""
    end = ""
    if n_unsigned:
        one = "unsigned message is counted as one person"
        many = "unsigned messages are counted as one person each"
        end = f"; {wording.count(n_unsigned, one, plural=many) if n_known else wording.UNSIGNED}"
    return f"{wording.count(n, 'message')}{who}, {source}, {when}{end}."


def file_card(archive: Archive, *, tz: str = "UTC") -> str:
    """Write the card as plain text."""
    line = timeline(archive.mentions, undated=True)
    who = [honest_start(line, tz=tz), spoken(line)]
    can = [
        f"  {'can   ' if row['can'] else 'cannot'} answer {row['question']} ({row['why']})"
        for row in abilities(line)
    ]
    lines = [*who, report_card(archive.report), "", "What this file can and cannot answer", *can]
    lines += _accounts(line)
    return "\n".join(lines)


def _accounts(line: pd.DataFrame) -> list[str]:
    """List the brands that speak in the file, so that a user can name the own one."""
    speaking = speaking_brands(line)
    if speaking.empty:
        return []
    rows = speaking.head(_MOST_ACCOUNTS).rename_axis("brand").reset_index(name="n")
    rest = len(speaking) - len(rows)
    more = [f"  and {wording.count(rest, 'more')}"] if rest else []
    return [
        "",
        "Brands that speak (name yours with --brand)",
        *_aligned(as_table(rows, columns("brands"))),
        *more,
    ]


def report_card(report: ImportReport) -> str:
    """Write as plain text what the import alone says, without the messages."""
    lines = [f"{heading(report)}.", absent(report)]
    for name, table in tables(report):
        lines += ["", name, *_aligned(table)]
    if report.notes:
        lines += ["", "Warnings", *(f"  - {wording.plain(note)}" for note in report.notes)]
    return "\n".join(lines)


def _aligned(table: Table) -> list[str]:
    lines = [[name for name, _ in table.head], *table.rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, (_, number) in zip(line, widths, table.head, strict=True)
        ).rstrip()
        for line in lines
    ]
