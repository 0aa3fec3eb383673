"""`insight report --by`: a page for each brand or value of a column, and an index of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import typer

from .options import Reading
from .output import shows_progress


def pages_by(
    reading: Reading,
    by: str,
    output: Path,
    *,
    title: str | None,
    since: str | None,
    until: str | None,
    single: Mapping[str, object],
) -> None:
    """Write the pages and index.html into a folder; print each path with its bottom line."""
    from insight.files import write_file
    from insight.mentions import InsightError
    from insight.report import build_report, split_archive
    from insight.report.page import render_index

    if given := [option for option, value in single.items() if value is not None]:
        raise InsightError(f"{', '.join(given)} is for one page; leave --by out, or make these page by page.")
    folder = output.with_suffix("") if output.suffix == ".html" else output
    config = reading.settle()
    pages: list[dict[str, str]] = []
    for name, archive in split_archive(reading.read(config), by).items():
        heading = (title and f"{title}: {name}") or (None if by == "brand" else f"What people say: {name}")
        page = build_report(
            archive, title=heading, config=config, since=since, until=until,
            progress=shows_progress(reading.quiet),
        )  # fmt: skip
        file = _file_name(name, {one["file"] for one in pages})
        typer.echo(page.save(folder / file))
        about, line = (sentence for _, sentence in page.answers[:2])
        pages.append({"file": file, "name": name, "about": about, "line": line})
        if not reading.quiet:
            typer.echo(f"   {line}\n")
    index = render_index(title or f"Reports by {by}", by.capitalize(), pages)
    typer.echo(write_file(folder / "index.html", index.encode()))


def _file_name(name: str, taken: set[str]) -> str:
    """Name a page by letters, digits and hyphens, a number behind it where another has the name."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold())[:60].strip("-") or "page"
    stem = f"{stem}-page" if stem == "index" else stem
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.html" for number in range(1, len(taken) + 2))
    return next(file for file in names if file not in taken)
