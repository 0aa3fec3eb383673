"""The command line: insight check, report, map, label, demo."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from insight.config import Config
    from insight.report import Report

app = typer.Typer(
    name="insight",
    help="From exported chatter to topics, unmet needs, response times, retention and one offline report. "
    "Leaves with 0 if all was done, 1 if something could not be (one message on stderr says what), "
    "2 if an option is wrong.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PACKAGE = Path(__file__).parent
SAMPLE = next(filter(Path.is_dir, [PACKAGE / "sample", PACKAGE.parent / "data" / "sample"]))
SAMPLE_BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars; print only what is asked for.")]


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the commands that read an archive have in common: each field is an argument or option."""

    archives: Annotated[
        list[str], typer.Argument(metavar="ARCHIVE...", help="Exported files, folders or patterns.")
    ]
    brand: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=@HANDLE,...",
            help="A brand and its handles, addresses or words; repeat it for rivals. The first is the own "
            "brand. A plain handle names itself.",
        ),
    ] = None
    tz: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Zone of times that name none, and of the report. Default: UTC."),
    ] = None
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="What 3/4/2024 is, where the file cannot tell."),
    ] = None
    format: Annotated[
        str | None,
        typer.Option(
            help="Name of the export format, or a map (.toml) made by insight map, if it is not recognised."
        ),
    ] = None
    internal: Annotated[
        bool | None,
        typer.Option(
            "--internal/--shareable",
            help="Keep names and handles and show small groups, or (default) replace and hide them.",
        ),
    ] = None
    private: Annotated[
        bool, typer.Option("--private", help="Read private messages too: support tickets, direct messages.")
    ] = False
    deleted: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Who and what must not appear: a text file, one handle, author id or message id a line.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings that stay the same: brands, zone, hours, events. Default: insight.toml beside the "
            "archive. Options on this line win.",
        ),
    ] = None
    quiet: Quiet = False

    def settle(self) -> Config:
        """Lay the options over what insight.toml says."""
        from insight.config import Config, find_config, parse_brands, read_config

        path = self.config or find_config(self.archives)
        if path and not self.quiet:
            typer.echo(f"settings: {path}", err=True)
        said = read_config(path) if path else Config()
        privacy = {True: "internal", False: "shareable", None: said.privacy}[self.internal]
        return dataclasses.replace(
            said,
            brands=parse_brands(self.brand or []) or said.brands,
            tz=self.tz or said.tz,
            format=self.format or said.format,
            privacy=privacy,
            private=self.private or said.private,
            deleted=self.deleted or said.deleted,
        )

    def read(self, config: Config, *, to: Path | None = None) -> Any:  # noqa: ANN401
        """Read the archive; with `to`, write it there and return the account of the import alone."""
        from insight.archives import read_archive

        how: dict[str, Any] = {
            "format": config.format,
            "brands": config.brands or None,
            "tz": config.tz,
            "day_first": self.day_first,
            "privacy": "internal" if config.privacy == "internal" else "shareable",
            "include_private": config.private,
            "deleted": config.deleted,
            "progress": _progress(self.quiet),
        }
        return read_archive(self.archives, to=to, **how)


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments and options of `Reading`, which it takes as one; say errors plainly."""
    shared = inspect.signature(Reading, eval_str=True).parameters.values()
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401
        reading = Reading(**{parameter.name: given.pop(parameter.name) for parameter in shared})
        with _plainly():
            command(reading, **given)

    ordered = sorted([*own, *shared], key=lambda parameter: parameter.default is not parameter.empty)
    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in ordered]
    run.__signature__ = inspect.Signature(keyword)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in keyword}
    return run


@app.command(epilog='Example: insight check exports/*.csv --brand "Acme=@acme,@acmecare" --tz Europe/Berlin')
@reads
def check(
    reading: Reading,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Write the mentions to this Parquet file, however large the archive is."),
    ] = None,
) -> None:
    """Say what is in an archive, what was set aside and why, and what it can answer."""
    from insight.report.card import file_card, report_card

    config = reading.settle()
    read = reading.read(config, to=to)
    typer.echo(file_card(read, tz=config.tz or "UTC") if to is None else f"{report_card(read)}\n\n{to}")


@app.command(
    epilog='Example: insight report exports/ --brand "Acme=@acme,@acmecare" --brand @rival -o acme.html '
    "--export acme"
)
@reads
def report(
    reading: Reading,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path("report.html"),
    title: Annotated[str | None, typer.Option(help="Heading of the page.")] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write findings.xlsx, quotes.csv, the figures and run.json into this folder too.",
        ),
    ] = None,
    compare_to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Tell what changed since the run that left this file."),
    ] = None,
    save_run: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Leave a file (.parquet) for --compare-to of the next run; as private as the archive.",
        ),
    ] = None,
    edits: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Files to name and merge topics, follow ideas and take notes in; made on the first run. "
            "Default: insight-edits beside insight.toml, if it is there.",
        ),
    ] = None,
    slides: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write slides with native charts (.pptx; needs python-pptx)."),
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="By insight label: tell how well needs are heard.")
    ] = None,
) -> None:
    """Make one HTML file, to be opened offline, from an archive; print its path and the six answers."""
    from insight.files import page_file
    from insight.report import build_report
    from insight.report.edits import find_edits

    page_file(output)
    config = reading.settle()
    kept = edits or find_edits(config.path)
    page = build_report(
        reading.read(config),
        title=title,
        config=config,
        compare_to=compare_to,
        edits=kept,
        labels=labels,
        progress=_progress(reading.quiet),
    )
    written = [page.save(output)]
    written += page.export(export, inputs=reading.archives) if export else []
    written += [page.save_slides(slides)] if slides else []
    written += [page.save_run(save_run)] if save_run else []
    written += page.save_edits(kept) if kept else []
    _tell(page, written, quiet=reading.quiet)


@app.command(name="map", epilog="Example: insight map export.csv -o export.toml")
def map_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table or JSON lines of no known format.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The map to write.")] = None,
) -> None:
    """Propose how the columns of an unknown file become mentions; --format takes the map that it writes."""
    with _plainly():
        from insight.archives.propose import propose_map
        from insight.files import write_file
        from insight.mentions import InsightError

        proposal = propose_map(file)
        target = output or file.with_suffix(".toml")
        if output is None and target.exists():
            raise InsightError(f"'{target}' is there already; name the map with -o.")
        write_file(target, proposal.toml.encode())
        for role, column in proposal.columns.items():
            typer.echo(f"{role:16} {column}  ({proposal.reasons[role]})")
        typer.echo("".join(f"\n? {question}" for question in proposal.questions))
        typer.echo(f"\n{target}: read it over, then pass it with --format {target}")


@app.command(epilog='Example: insight label exports/ --brand "Acme=@acme" -n 100 -o labels.csv')
@reads
def label(
    reading: Reading,
    output: Annotated[Path, typer.Option("-o", "--output", help="The labels.")] = Path("labels.csv"),
    n: Annotated[int, typer.Option("-n", min=1, help="Sentences to draw.")] = 100,
) -> None:
    """Label a sample of sentences by hand; print how well signals are heard here; learn from the labels."""
    from insight.label import SIGNALS, ask_labels, draw_sentences, score_signals
    from insight.refit import learn_beside
    from insight.signals import find_signals

    mentions = reading.read(reading.settle()).mentions
    drawn = draw_sentences(mentions, find_signals(mentions, progress=_progress(reading.quiet)), n=n)
    typer.echo("  ".join(f"{number} {signal}" for number, signal in enumerate(SIGNALS, 1)))
    typer.echo("Type numbers, nothing for none, q to stop.")
    labels = ask_labels(
        output, drawn, lambda text: typer.prompt(f"\n{text}\n", default="", show_default=False)
    )
    typer.echo(score_signals(labels).to_string(index=False, float_format="{:.2f}".format))
    typer.echo(learn_beside(labels, output))


@app.command(epilog="Example: insight demo -o demo.html")
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path(
        "insight-demo.html"
    ),
    quiet: Quiet = False,
) -> None:
    """Make the report of the sample archive: an invented brand, its customers and a rival."""
    with _plainly():
        from insight.archives import read_archive
        from insight.files import page_file
        from insight.report import build_report

        page_file(output)
        archive = read_archive(SAMPLE, brands=SAMPLE_BRANDS, include_private=True, progress=_progress(quiet))
        page = build_report(archive, title="What people say about Pellwick", progress=_progress(quiet))
        _tell(page, [page.save(output)], quiet=quiet)


def _tell(page: Report, written: list[Path], *, quiet: bool) -> None:
    """Print the files written, the page first, and the six answers."""
    typer.echo("\n".join(map(str, written)))
    if not quiet:
        for number, (question, sentence) in enumerate(page.answers, 1):
            typer.echo(f"\n{number}. {question}\n   {sentence}")


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
        except OSError as error:
            if error.filename is None:
                raise
            typer.echo(f"insight: '{error.filename}': {error.strerror}.", err=True)
            raise typer.Exit(1) from error
        finally:
            warnings.showwarning = shown


if __name__ == "__main__":
    app()
