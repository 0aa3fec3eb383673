"""The five commands, each a function: its options, the work, what it prints."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import insight

from .options import Quiet, Reading, reads
from .output import card_json, need_free, plainly, report_written, say_new_folder, shows_progress
from .pages_by import pages_by

app = typer.Typer(
    name="insight",
    help="From exported chatter to topics, unmet needs, response times, retention and one offline report. "
    "Exit status: 0 success, 1 error (one message on stderr), 2 usage.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PACKAGE = Path(__file__).parents[1]
SAMPLE = next(filter(Path.is_dir, [PACKAGE / "sample", PACKAGE.parent / "data" / "sample"]))
SAMPLE_BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}

Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only messages from this day on.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only messages before this day.")]
By = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="A page for each brand (brand) or value of a column (channel, ...); -o is the folder.",
    ),
]
Export = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Write findings.xlsx, quotes.csv, the figures and run.json into this folder too.",
    ),
]
CompareTo = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Keep the names of the run that left this file; show what changed."),
]
SaveRun = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Leave a file (.parquet) for --compare-to of the next run; as private as the archive.",
    ),
]
Edits = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Files to name and merge topics, follow ideas and take notes in; made on the first run. "
        "Default: insight-edits beside insight.toml, if it is there.",
    ),
]
Slides = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write slides with native charts (.pptx; needs python-pptx)."),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Keep topics, signals and problems for later runs; as private as the archive. Default: in a "
        "hidden folder beside the page until it is written, so that a run that was killed goes on.",
    ),
]
Engine = Annotated[
    Literal["duckdb", "spark"],
    typer.Option(help="Where signals, waits and activity are found: in this process, or on a Spark cluster."),
]
Master = Annotated[
    str | None,
    typer.Option(metavar="URL", help="The cluster of --engine spark, such as spark://host:7077."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(insight.__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    """Nothing but the options that come before a command."""


@app.command(epilog='Example: insight check exports/*.csv --brand "Acme=@acme,@acmecare" --tz Europe/Berlin')
@reads
def check(
    reading: Reading,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Write the mentions to this Parquet file, however large the archive is."),
    ] = None,
    json: Json = False,
) -> None:
    """Say what is in an archive, what was skipped and why, and what it can answer."""
    from insight.report.file_card import file_card, report_card

    config = reading.settle()
    read = reading.read(config, to=to)
    if json:
        typer.echo(card_json(read if to else read.report))
        return
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
    export: Export = None,
    compare_to: CompareTo = None,
    save_run: SaveRun = None,
    edits: Edits = None,
    slides: Slides = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="By insight label: show how well needs are detected.")
    ] = None,
    cache: Cache = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    engine: Engine = "duckdb",
    master: Master = None,
    json: Json = False,
) -> None:
    """Make one HTML file, to be opened offline, from an archive; print its path and the memo."""
    from insight.files import page_file
    from insight.report import build_report
    from insight.report.corrections import find_edits
    from insight.report.stages import Stages, stages_beside

    if by is not None:
        single: dict[str, object] = {"--export": export, "--compare-to": compare_to, "--save-run": save_run}
        single |= {"--slides": slides, "--master": master, "--engine": None if engine == "duckdb" else engine}
        pages_by(reading, by, output, title=title, since=since, until=until, single=single)
        return
    say_new_folder(page_file(output))
    config = reading.settle()
    kept = edits or find_edits(config.path)
    stages = cache or stages_beside(output)
    with _cluster(engine, master) as cluster:
        page = build_report(
            reading.read(config), title=title, config=config, compare_to=compare_to, edits=kept,
            labels=labels, since=since, until=until, cache=stages, cluster=cluster,
            progress=shows_progress(reading.quiet),
        )  # fmt: skip
    written = [page.save(output)]
    if cache is None:
        Stages(stages).clear()
    written += page.export(export, inputs=reading.archives) if export else []
    written += [page.save_slides(slides)] if slides else []
    written += [page.save_run(save_run)] if save_run else []
    written += page.save_edits(kept) if kept else []
    report_written(page, written, quiet=reading.quiet, json=json)


def _cluster(engine: str, master: str | None) -> AbstractContextManager[Any]:
    from insight.mentions import InsightError
    from insight.timeline.engine import Cluster

    if engine == "spark":
        return Cluster.open(master)
    if master is not None:
        raise InsightError("--master names the cluster of --engine spark: add that, or leave --master out.")
    return nullcontext()


@app.command(name="map", epilog="Example: insight map export.csv -o export.toml")
def map_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table or JSON lines of no known format.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The map to write; else it is printed.")
    ] = None,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Ask nothing: take what is proposed, as without a terminal; replace an older map."
        ),
    ] = False,
) -> None:
    """Ask how the columns of an unknown file become mentions; --format takes the map that it writes."""
    with plainly():
        from insight.archives.inference.ask import ask_roles, summary
        from insight.archives.inference.propose import propose_map
        from insight.files import write_file

        def answer(question: str) -> str:
            return str(typer.prompt(question, default="", show_default=False, err=True))

        def say(text: str) -> None:
            typer.echo(text, err=output is None)

        asks = sys.stdin.isatty() and not yes
        need_free(output, asks=asks, yes=yes)
        proposal = ask_roles(file, ask=answer, say=say) if asks else propose_map(file)
        say("\n".join(["", *summary(proposal)] if asks else summary(proposal)))
        if asks and output is None and (name := answer("File to write (Enter prints the map)")):
            output = Path(name)
            need_free(output, asks=asks, yes=yes)
        if output is None:
            typer.echo(proposal.toml)
            return
        write_file(output, proposal.toml.encode())
        typer.echo(f"\n{output}: read it over, then pass it with --format {output}")


@app.command(epilog='Example: insight label exports/ --brand "Acme=@acme" -n 100 -o labels.csv')
@reads
def label(
    reading: Reading,
    output: Annotated[Path, typer.Option("-o", "--output", help="The labels.")] = Path("labels.csv"),
    n: Annotated[int, typer.Option("-n", min=1, help="Sentences to draw.")] = 100,
) -> None:
    """Label a sample of sentences by hand; print how well signals are detected; learn from the labels."""
    from insight.report.kept import draw_labels
    from insight.signals.label import SIGNALS, ask_labels, score_signals
    from insight.signals.train import learn_beside

    archive = reading.read(reading.settle())
    drawn = draw_labels(archive, output, n=n, progress=shows_progress(reading.quiet))
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
    with plainly():
        from insight.archives import read_archive
        from insight.files import page_file
        from insight.report import build_report

        page_file(output)
        archive = read_archive(
            SAMPLE, brands=SAMPLE_BRANDS, include_private=True, progress=shows_progress(quiet)
        )
        page = build_report(archive, title="What people say about Pellwick", progress=shows_progress(quiet))
        report_written(page, [page.save(output)], quiet=quiet)
