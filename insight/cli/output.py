"""What the commands print: results on stdout, everything else on stderr, an error in one message."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from insight.archives import ImportReport
    from insight.report import Report


NO_MEMORY = (
    "memory ran out. Read less at once (one export, or --since DATE), write a large archive to Parquet first "
    "(insight check ARCHIVE --to FILE), or close other programs."
)
_NO_MEMORY = re.compile(
    r"(?i)out ?of ?memory|bad.?alloc|(?:cannot|can't|failed to|could not) (?:re)?alloc|failed to map segment"
    r"|cannot allocate memory|can't start new thread|resource temporarily unavailable"
)


def report_written(page: Report, written: list[Path], *, quiet: bool, json: bool = False) -> None:
    """Print the files written, the page first, and the memo; the serious warnings on stderr."""
    for warning in page.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if json:
        typer.echo(page_json(page, written))
        return
    typer.echo("\n".join(map(str, written)))
    if not quiet:
        for name, sentence in page.answers:
            typer.echo(f"\n{name}:\n   {sentence}")


def page_json(page: Report, written: list[Path]) -> str:
    """Write as JSON the files that were written and the memo."""
    files = [str(path) for path in written]
    return _json({"title": page.title, "files": files, "memo": dict(page.answers), "warnings": page.warnings})


def card_json(report: ImportReport) -> str:
    """Write as JSON what the import says."""
    import pandas as pd

    return _json(
        {
            "n_mentions": report.n_mentions,
            "n_authors": report.n_authors,
            "n_replies": report.n_replies,
            "n_duplicates": report.n_duplicates,
            "first": None if report.first is pd.NaT else report.first.isoformat(),
            "last": None if report.last is pd.NaT else report.last.isoformat(),
            "privacy": report.privacy,
            "brands": [*report.brands],
            "files": report.files.to_dict("records"),
            "skipped": report.set_aside["reason"].value_counts().sort_index().to_dict(),
            "missing": dict(zip(report.columns["column"], report.columns["n_missing"], strict=True)),
            "warnings": [*report.notes],
        }
    )


def _json(value: object) -> str:
    return dumps(value, indent=2, ensure_ascii=False, default=str)


def say_new_folder(path: Path) -> None:
    """Say that a folder will be made for a file, in case it is a typing error."""
    if not path.parent.exists():
        typer.echo(f"new folder: {path.parent}", err=True)


def need_free(path: Path | None, *, asks: bool, yes: bool) -> None:
    """Refuse to replace a file that someone may have written by hand, unless they say yes."""
    from insight.mentions import InsightError

    if path is None or yes or not path.is_file():
        return
    if not (asks and typer.confirm(f"{path} exists. Replace it?", err=True)):
        raise InsightError(f"'{path}' exists; pass --yes to replace it, or another name.")


def shows_progress(quiet: bool) -> bool:
    """Return whether to show bars: in a terminal, unless --quiet."""
    return not quiet and sys.stderr.isatty()


@contextmanager
def plainly() -> Iterator[None]:
    """Say an error or a warning in one plain message on stderr; leave with 1 if anything failed."""
    from insight.archives.reading import UnreadWarning
    from insight.files import exit_on_signals
    from insight.mentions import InsightWarning

    unread: list[str] = []
    with warnings.catch_warnings(), exit_on_signals():
        warnings.simplefilter("always", InsightWarning)
        shown = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any) -> None:  # noqa: ANN401
            if issubclass(category, UnreadWarning):
                unread.append(str(message))
                typer.echo(f"insight: {message}", err=True)
            elif issubclass(category, InsightWarning):
                typer.echo(f"warning: {message}", err=True)
            else:
                shown(message, category, *place)

        warnings.showwarning = show  # type: ignore[assignment]
        try:
            yield
        except Exception as error:
            if (said := _in_a_sentence(error)) is None:
                raise
            typer.echo(f"insight: {said}", err=True)
            raise typer.Exit(1) from error
    if unread:
        raise typer.Exit(1)


def _in_a_sentence(error: Exception) -> str | None:
    """Say what is wrong where it is no fault of the program: input, files, memory."""
    from insight.mentions import InsightError

    if isinstance(error, InsightError):
        return str(error)
    if memory_ran_out(error):
        return NO_MEMORY
    if isinstance(error, OSError) and error.filename is not None:
        return f"'{error.filename}': {error.strerror}."
    return None


def memory_ran_out(error: BaseException | None) -> bool:
    """Return whether this error, or one behind it, says that there is no memory left."""
    while error is not None:
        if isinstance(error, MemoryError) or _NO_MEMORY.search(f"{type(error).__name__}: {error}"):
            return True
        error = error.__cause__ or error.__context__
    return False
