"""Facts -> template.html + report.js + report.css -> one HTML file that opens offline."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight.mentions import InsightError

if TYPE_CHECKING:
    import pandas as pd

    from insight.archives import Archive, ImportReport
    from insight.config import Config
    from insight.text.encode import Encoder

    from .results import Results

__all__ = ["Report", "build_report"]


@dataclass(frozen=True)
class Report:
    """A page in the making: in a notebook it shows itself, `save` and `export` hand it on.

    Attributes
    ----------
    title : str
        Heading of the page.
    answers : list of (question, sentence)
        The six answers of the first screen.
    facts : dict
        Every word, number and figure of the page; plain JSON values.
    results : Results
        The tables behind it: `.needs`, `.topics`, `.responses` and the others.
    imported : ImportReport
        `archive.report`.
    parameters : dict
        What the results depend on beside the files.
    """

    title: str
    answers: list[tuple[str, str]]
    facts: dict[str, Any] = field(repr=False)
    results: Results = field(repr=False)
    imported: ImportReport = field(repr=False)
    parameters: dict[str, Any] = field(repr=False)

    def to_html(self) -> str:
        """Return the whole page: one file, nothing loaded from elsewhere."""
        from .page import render_page

        return render_page(self.facts)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page; the file appears whole or not at all.

        Parameters
        ----------
        path : str or path
            Where to; missing folders are made, an older file is replaced.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        InsightError
            If the file cannot be written there.
        """
        from insight.files import page_file, write_file

        return write_file(page_file(path), self.to_html().encode())

    def save_run(self, path: str | os.PathLike[str]) -> Path:
        """Leave what a later run is compared with (`compare_to=`).

        Parameters
        ----------
        path : str or path
            A .parquet file; missing folders are made, an older file is replaced. It holds customers' words
            under pseudonyms: keep it as safe as the archive, and do not hand it on.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        InsightError
            If the run has no topics or dates, or the file cannot be written.
        """
        from insight.files import page_file, write_file

        from .runs import run_bytes, take_run

        return write_file(page_file(path), run_bytes(take_run(self.results)))

    def save_edits(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write small files in which people name and merge topics, follow ideas and take notes.

        Parameters
        ----------
        folder : str or path
            Where `build_report(edits=)` looks for them; made if missing. What people wrote there is kept.

        Returns
        -------
        list of Path
            topics.toml (this run's topics as comments, to be copied and named), ideas.csv (with
            `build_report(edits=)`: every idea, its dates and notes), notes.csv (made if missing).

        Raises
        ------
        InsightError
            If the folder cannot be written.
        """
        from .corrections import save_edits

        return save_edits(self.results, Path(folder))

    def save_slides(self, path: str | os.PathLike[str]) -> Path:
        """Write a few slides with native charts: answers, needs, responses, retention, quotes, caveats.

        Parameters
        ----------
        path : str or path
            A .pptx file; missing folders are made, an older file is replaced.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        InsightError
            If python-pptx is not installed (`pip install python-pptx`) or the file cannot be written.
        """
        from insight.files import page_file, write_file

        from .slides import make_slides

        return write_file(page_file(path), make_slides(self))

    def export(
        self,
        folder: str | os.PathLike[str],
        *,
        inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    ) -> list[Path]:
        """Write the same findings as files for people who do not code.

        Parameters
        ----------
        folder : str or path
            Where to; made if missing, files of the same name are replaced.
        inputs : path or list of paths, optional
            What `read_archive` was given; run.json then names each file with its size and SHA-256.

        Returns
        -------
        list of Path
            findings.xlsx (a sheet a table), quotes.csv (all messages of the topics that are shown), the
            figures of the page, run.json; see `export_tables`.

        Raises
        ------
        InsightError
            If the folder cannot be written.
        """
        from .export import export_tables
        from .findings import collect_figures, collect_quotes, collect_tables

        tz, results = self.parameters["tz"], self.results
        quotes = {"quotes": collect_quotes(results)}
        return export_tables(
            results.guard.tables(collect_tables(results, self.imported), results.mentions, tz=tz),
            folder=folder,
            quotes=results.guard.tables(quotes, results.mentions, tz=tz)["quotes"],
            figures=collect_figures(self.facts),
            inputs=inputs,
            parameters=self.parameters,
            tz=tz,
        )

    def _repr_html_(self) -> str:
        from .page import render_inline

        return render_inline(self.title, self.answers, self.to_html())


def build_report(
    archive: Archive | pd.DataFrame,
    *,
    title: str | None = None,
    encoder: Encoder | str | None = None,
    tz: str | None = None,
    config: Config | None = None,
    compare_to: str | os.PathLike[str] | None = None,
    edits: str | os.PathLike[str] | None = None,
    labels: pd.DataFrame | str | os.PathLike[str] | None = None,
    random_state: int = 0,
    progress: bool = False,
) -> Report:
    """Run every measure on an archive and arrange the results as one offline page.

    Parameters
    ----------
    archive : Archive or DataFrame
        From `read_archive`; or a table of mentions, which is taken as it is, names and all. With
        `privacy="internal"`, and of a table, needs and topics of fewer than five people are shown, unless
        `config` says another minimum.
    title : str, optional
        Heading of the page; by default that of `config`, else the own brand's name or that of the first file.
    encoder : Encoder or str, optional
        Handed to `fit_topics`; by default the bundled encoder.
    tz : str, optional
        The zone in which dates are printed and months begin; by default that of `config`, else UTC.
    config : Config, optional
        From `read_config`: title, zone, minimum, opening hours and events.
    compare_to : str or path, optional
        What `Report.save_run` left of an earlier run. Topics keep their numbers and given names, and the
        page tells what changed since: people by topic and by need, waits answered, people who came back.
        By default the last complete period is compared with the one before.
    edits : str or path, optional
        Folder of what people corrected without code: topics.toml (names and merges), ideas.csv (what became
        of each idea), notes.csv (mention_id, note). `Report.save_edits` writes it, ready to be edited; by
        default the folder insight-edits beside insight.toml, if there is one.
    labels : DataFrame, str or path, optional
        Sentences of this archive labelled by hand, as `insight label` keeps them. The page then tells of
        each signal precision, recall and the share corrected for both; without, that nothing was checked.
    random_state : int
        Seed of every random step.
    progress : bool
        Show bars on stderr.

    Returns
    -------
    Report
        `.answers` to read, `.save(path)` to write. The same mentions in any order give the same bytes.

    Raises
    ------
    InsightError
        If the archive holds no message, the zone does not exist, or the labels are of another archive.

    Notes
    -----
    A measure that cannot be reckoned (no authors, no dates, no message by the brand) leaves its reason on
    the page. Topics and needs are told from original messages by customers and unknown sides.

    Examples
    --------
    >>> import insight as ins
    >>> report = ins.build_report(ins.read_archive("exports/"), title="Acme, spring")  # doctest: +SKIP
    >>> report.save("acme.html")  # doctest: +SKIP
    PosixPath('acme.html')
    """
    from insight.archives import Archive
    from insight.archives.as_archive import as_archive
    from insight.config import Config, check_zone

    from .checked import check_labels
    from .corrections import find_edits
    from .facts import collect_facts
    from .kept import sweep_kept
    from .results import run_measures
    from .runs import read_run

    archive = archive if isinstance(archive, Archive) else as_archive(archive)
    if archive.mentions.empty:
        raise InsightError("the archive holds no message; see archive.report for the rows set aside and why.")
    config = config or Config()
    zone = check_zone(tz or config.tz or "UTC")
    folder = find_edits(config.path) if edits is None else Path(edits)
    run = None if compare_to is None else Path(compare_to)
    sweep_kept(archive.guard, edits=folder, run=run, labels=_path(labels))
    results = run_measures(
        archive,
        config=config,
        compare_to=None if run is None else read_run(run),
        edits=folder,
        encoder=encoder,
        tz=zone,
        random_state=random_state,
        progress=progress,
    )
    if labels is not None:
        results = replace(
            results, heard=check_labels(labels, results.mentions, results.signals, guard=results.guard)
        )
    heading = title or config.title or _default_title(archive, results)
    facts = collect_facts(results, archive.report, title=heading, tz=zone, random_state=random_state)
    told = [(answer["question"], _sentence(answer)) for answer in facts["answers"]]
    parameters = {
        "brands": archive.report.brands if archive.report.privacy == "internal" else [*archive.report.brands],
        "encoder": encoder if isinstance(encoder, str) else type(encoder).__name__ if encoder else "bundled",
        "minimum": results.minimum,
        "privacy": archive.report.privacy,
        "random_state": random_state,
        "title": facts["title"],
        "tz": zone,
    }
    return Report(facts["title"], told, facts, results, archive.report, parameters)


def _path(labels: pd.DataFrame | str | os.PathLike[str] | None) -> Path | None:
    return Path(labels) if isinstance(labels, str | os.PathLike) else None


def _default_title(archive: Archive, results: Results) -> str:
    if results.own is not None:
        return f"What people say about {results.own}"
    return f"What people say in {Path(str(archive.report.files['source_file'].iloc[0])).name}"


def _sentence(answer: dict[str, Any]) -> str:
    actions = [
        f"{number}. {action['text']}: {action['why']}." for number, action in enumerate(answer["actions"], 1)
    ]
    return " ".join(filter(None, [answer["lead"], answer["detail"], *actions]))
