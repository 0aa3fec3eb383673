"""The command line: insight check, report, map, label, demo."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from insight.archives import Archive

app = typer.Typer(
    name="insight",
    help="From exported chatter to topics, unmet needs, response times, retention and one offline report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SAMPLE_BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}

Archives = Annotated[
    list[str], typer.Argument(metavar="ARCHIVE...", help="Exported files, folders or patterns.")
]
Brands = Annotated[
    list[str] | None,
    typer.Option(
        "--brand",
        metavar="NAME=@HANDLE,...",
        help="A brand and its handles, addresses or words; repeat it for rivals. The first is the own brand. "
        "A plain handle names itself.",
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", help="Zone of times that name none, and of the report. Default: UTC."
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="Name of the export format, or a map (.toml) written by insight map, if it is not recognised.",
    ),
]
Internal = Annotated[bool, typer.Option("--internal", help="Keep names and handles, show small groups.")]
Private = Annotated[
    bool, typer.Option("--private", help="Read private messages too: support tickets, direct messages.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars; print only what is asked for.")]


@app.command(epilog='Example: insight check exports/*.csv --brand "Acme=@acme,@acmecare" --tz Europe/Berlin')
def check(
    archives: Archives,
    brand: Brands = None,
    tz: Zone = None,
    format: Format = None,
    internal: Internal = False,
    private: Private = False,
    quiet: Quiet = False,
) -> None:
    """Say what is in an archive, what was set aside and why, and what it can answer."""
    with _plainly():
        from insight.report.card import file_card

        archive = _read(archives, brand, tz=tz, form=format, internal=internal, private=private, quiet=quiet)
        typer.echo(file_card(archive, tz=tz or "UTC"))


@app.command(
    epilog='Example: insight report exports/ --brand "Acme=@acme,@acmecare" --brand @rival -o acme.html'
)
def report(
    archives: Archives,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path("report.html"),
    title: Annotated[str | None, typer.Option(help="Heading of the page.")] = None,
    brand: Brands = None,
    tz: Zone = None,
    format: Format = None,
    internal: Internal = False,
    private: Private = False,
    quiet: Quiet = False,
) -> None:
    """Make one HTML file, to be opened offline, from an archive; print its path and the six answers."""
    with _plainly():
        from insight.report import page_file

        page_file(output)
        archive = _read(archives, brand, tz=tz, form=format, internal=internal, private=private, quiet=quiet)
        _report(archive, output, title=title, tz=tz, quiet=quiet)


@app.command(name="map", epilog="Example: insight map export.csv -o export.toml")
def map_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table or JSON lines of no known format.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The map to write.")] = None,
) -> None:
    """Propose how the columns of an unknown file become mentions; --format takes the map that it writes."""
    with _plainly():
        from insight.archives.propose import propose_map

        proposal = propose_map(file)
        target = output or file.with_suffix(".toml")
        target.write_text(proposal.toml, encoding="utf-8")
        for role, column in proposal.columns.items():
            typer.echo(f"{role:16} {column}  ({proposal.reasons[role]})")
        typer.echo("".join(f"\n? {question}" for question in proposal.questions))
        typer.echo(f"\n{target}: read it over, then pass it with --format {target}")


@app.command(epilog='Example: insight label exports/ --brand "Acme=@acme" -n 100 -o labels.csv')
def label(
    archives: Archives,
    output: Annotated[Path, typer.Option("-o", "--output", help="Where labels are kept.")] = Path(
        "labels.csv"
    ),
    n: Annotated[int, typer.Option("-n", help="Sentences to draw.")] = 100,
    brand: Brands = None,
    tz: Zone = None,
    format: Format = None,
    internal: Internal = False,
    private: Private = False,
    quiet: Quiet = False,
) -> None:
    """Label a sample of sentences by hand; print how well signals are heard in this archive."""
    with _plainly():
        from insight.label import SIGNALS, ask_labels, draw_sentences, score_signals
        from insight.signals import find_signals

        archive = _read(archives, brand, tz=tz, form=format, internal=internal, private=private, quiet=quiet)
        drawn = draw_sentences(
            archive.mentions, find_signals(archive.mentions, progress=_progress(quiet)), n=n
        )
        typer.echo("  ".join(f"{number} {signal}" for number, signal in enumerate(SIGNALS, 1)))
        typer.echo("Type numbers, nothing for none, q to stop.")
        labels = ask_labels(
            output, drawn, lambda text: typer.prompt(f"\n{text}\n", default="", show_default=False)
        )
        typer.echo(score_signals(labels).to_string(index=False, float_format="{:.2f}".format))


@app.command(epilog="Example: insight demo -o demo.html")
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path(
        "insight-demo.html"
    ),
    quiet: Quiet = False,
) -> None:
    """Make the report of the sample archive: an invented brand, its customers and a rival."""
    with _plainly():
        from tempfile import TemporaryDirectory

        from insight.archives import read_archive
        from insight.simulate import simulate_archive

        with TemporaryDirectory() as folder:
            sample = SAMPLE if SAMPLE.is_dir() else Path(folder)
            if sample != SAMPLE:
                simulate_archive(sample)
            archive = read_archive(
                sample, brands=SAMPLE_BRANDS, include_private=True, progress=_progress(quiet)
            )
        _report(archive, output, title="What people say about Pellwick", tz=None, quiet=quiet)


def _read(
    archives: list[str],
    brand: list[str] | None,
    *,
    tz: str | None,
    form: str | None,
    internal: bool,
    private: bool,
    quiet: bool,
) -> Archive:
    from insight.archives import read_archive

    return read_archive(
        archives,
        format=form,
        brands=parse_brands(brand or []) or None,
        tz=tz,
        privacy="internal" if internal else "shareable",
        include_private=private,
        progress=_progress(quiet),
    )


def _report(archive: Archive, output: Path, *, title: str | None, tz: str | None, quiet: bool) -> None:
    from insight.report import build_report

    page = build_report(archive, title=title, tz=tz or "UTC", progress=_progress(quiet))
    typer.echo(page.save(output))
    if not quiet:
        for number, (question, sentence) in enumerate(page.answers, 1):
            typer.echo(f"\n{number}. {question}\n   {sentence}")


def parse_brands(given: list[str]) -> dict[str, list[str]]:
    """Read "Acme=@acme,@acmecare" or "@acme" into a name and its handles; a name given twice gathers both."""
    from insight.mentions import InsightError

    brands: dict[str, list[str]] = {}
    for text in given:
        name, _, listed = text.partition("=") if "=" in text else (text.lstrip("@"), "", text)
        handles = [handle.strip() for handle in listed.split(",") if handle.strip()]
        if not name.strip() or not handles:
            raise InsightError(
                f"--brand '{text}' names no handle; write it as 'Acme=@acme,@acmecare' or '@acme'."
            )
        brands.setdefault(name.strip(), []).extend(handles)
    return brands


def _progress(quiet: bool) -> bool:
    return not quiet and sys.stderr.isatty()


@contextmanager
def _plainly() -> Iterator[None]:
    """Say an error or a doubt in one plain message on stderr, and leave with 1 after an error."""
    from insight.mentions import InsightError, InsightWarning

    with warnings.catch_warnings():
        warnings.simplefilter("always", InsightWarning)
        shown = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any) -> None:  # noqa: ANN401
            if issubclass(category, InsightWarning):
                typer.echo(f"doubt: {message}", err=True)
            else:
                shown(message, category, *place)

        warnings.showwarning = show  # type: ignore[assignment]
        try:
            yield
        except InsightError as error:
            typer.echo(f"insight: {error}", err=True)
            raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
