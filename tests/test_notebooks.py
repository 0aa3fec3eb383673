"""Every notebook runs from top to bottom on the sample, stores no outputs and defines nothing."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

from tests.simulate import simulate_archive

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_without_outputs_and_without_definitions(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            assert not any(line.startswith(("def ", "class ")) for line in cell.source.splitlines())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_notebook_runs_and_every_code_cell_shows_something(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.source.rstrip().endswith(";") and cell.source:
            shown = [
                output for output in cell.outputs if output.output_type in {"execute_result", "display_data"}
            ]
            silent = "import" in cell.source or "parameters" in cell.metadata.get("tags", [])
            assert shown or silent, cell.source
            for output in shown:
                assert "text/plain" in output.data, "a fallback where no front end is there"


def test_the_report_runs_with_other_parameters_as_papermill_would_set_them(root, tmp_path):
    simulate_archive(tmp_path / "exports", n_people=80, n_months=4)
    notebook = nbformat.read(root / "notebooks" / "05_report.ipynb", as_version=4)
    place = next(n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    given = {"archive_path": str(tmp_path / "exports"), "folder": str(tmp_path / "out" / "april")}
    injected = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(injected))
    nbclient.NotebookClient(notebook, timeout=600).execute()
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")}
    names = ("report.html", "findings.xlsx", "quotes.csv", "run.json", "figures/plotly.min.js")
    assert {f"april/{name}" for name in names} <= written
    assert {"april.parquet", "april-edits/topics.toml", "april-edits/notes.csv"} <= written
