"""A report: it shows itself in a notebook, and is saved, exported and handed on from here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from insight.archives import ImportReport

from .page_facts import Page
from .results import Results


@dataclass(frozen=True)
class Report:
    """A page in the making: in a notebook it shows itself, `save` and `export` hand it on.

    Attributes
    ----------
    title : str
        Heading of the page.
    page : Page
        Every word, number and figure of the page; `page.memo` is the first screen.
    results : Results
        The tables behind it: `.needs`, `.topics`, `.responses` and the others.
    imported : ImportReport
        `archive.report`.
    parameters : dict
        What the results depend on beside the files.
    """

    title: str
    page: Page = field(repr=False)
    results: Results = field(repr=False)
    imported: ImportReport = field(repr=False)
    parameters: dict[str, Any] = field(repr=False)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The memo as (what it is about, sentences)."""
        return self.page.memo.lines()

    @property
    def warnings(self) -> list[str]:
        """What the whole page lacks: who wrote, when, or the brand that it is asked to be about."""
        from .method import lacking

        return lacking(self.results, self.imported)

    def to_html(self) -> str:
        """Return the whole page: one file, nothing loaded from elsewhere."""
        from .page import render_page

        return render_page(self.page)

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
        from insight.needs.runs import run_bytes

        from .take_run import take_run

        return write_file(page_file(path), run_bytes(take_run(self.results)))

    def save_edits(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write small files in which people name and merge topics and problems, follow ideas and take notes.

        Parameters
        ----------
        folder : str or path
            Where `build_report(edits=)` looks for them; made if missing. What people wrote there is kept.

        Returns
        -------
        list of Path
            topics.toml and needs.toml (this run's names as comments, to be copied and changed), ideas.csv
            (with `build_report(edits=)`: every idea, its dates and notes), notes.csv (made if missing).

        Raises
        ------
        InsightError
            If the folder cannot be written.
        """
        from .save_edits import save_edits

        return save_edits(self.results, Path(folder))

    def save_slides(self, path: str | os.PathLike[str]) -> Path:
        """Write a few slides with native charts: memo, problems, replies, community, quotes, method.

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

        return write_file(page_file(path), make_slides(self.page, self.results))

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
            findings.xlsx (a sheet a table), quotes.csv (all sentences of the problems and messages of the
            topics that are shown), the figures of the page, run.json; see `export_tables`.

        Raises
        ------
        InsightError
            If the folder cannot be written.
        """
        from .collect import collect_figures, collect_quotes, collect_tables
        from .export import export_tables

        tz, results = self.parameters["tz"], self.results
        quotes = {"quotes": collect_quotes(results)}
        return export_tables(
            results.guard.tables(collect_tables(results, self.imported), results.mentions, tz=tz),
            folder=folder,
            quotes=results.guard.tables(quotes, results.mentions, tz=tz)["quotes"],
            figures=collect_figures(self.page),
            inputs=inputs,
            parameters=self.parameters,
            tz=tz,
        )

    def _repr_html_(self) -> str:
        from .page import render_inline

        return render_inline(self.title, self.answers, self.to_html())
