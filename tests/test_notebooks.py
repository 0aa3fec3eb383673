"""Every notebook runs on any archive: a cell shows something, or says in one line why it cannot."""

from __future__ import annotations

import re
from pathlib import Path

import nbclient
import nbformat
import pandas as pd
import pytest
from jupyter_client.manager import start_new_kernel
from nbconvert import HTMLExporter

from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
ASKING = [path for path in NOTEBOOKS if path.stem != "05_report"]
STAYING = "04_retention_and_churn"
BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
FRESH = """%reset -f
%reload_ext insight.explore.notebook
from functools import cache
from insight.text.encode import BundledEncoder
if not hasattr(BundledEncoder._encode_one, "cache_info"):
    BundledEncoder._encode_one = cache(BundledEncoder._encode_one)
"""
"""Run before each notebook: an empty kernel, in which each text is encoded once for all notebooks."""
FIGURE = "application/vnd.plotly.v1+json"
SAMPLE_ONLY = re.compile(r"you should see|pellwick|brastow|romy|\b20(24|25)\b", re.I)


def ids(path):
    return path.stem


def is_parameters(cell):
    return "parameters" in cell.metadata.get("tags", [])


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def kernel():
    """One kernel for all runs, so that packages and the encoder are loaded once."""
    manager, client = start_new_kernel(cwd=str(FOLDER))
    client.stop_channels()
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.fixture
def run(kernel):
    """Run a notebook as papermill would, with some of its parameters set."""

    def run(path, **given):
        notebook = nbformat.read(path, as_version=4)
        place = next(number for number, cell in enumerate(notebook.cells) if is_parameters(cell))
        injected = "\n".join(f"{name} = {value!r}" for name, value in given.items())
        notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(injected))
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FRESH))
        client = nbclient.NotebookClient(notebook, km=kernel, timeout=600)
        client.execute()
        client.kc.stop_channels()
        del notebook.cells[place + 2], notebook.cells[0]
        return notebook

    return run


def shown(cell):
    """Return what a cell shows, in words; an error is a failure of the test."""
    errors = [output.evalue for output in cell.outputs if output.output_type == "error"]
    assert errors == [], cell.source
    results = [out for out in cell.outputs if out.output_type in {"execute_result", "display_data"}]
    assert all("text/plain" in output.data for output in results), "a fallback where no front end is there"
    return [output.data["text/plain"] for output in results]


def unavailable(notebook):
    """Check that each cell shows something, and return the reasons of those that could not."""
    reasons = []
    for cell in code(notebook):
        texts = shown(cell)
        assert texts or is_parameters(cell), cell.source
        reasons += [text for text in texts if text.startswith("Not available: ")]
    assert not any("\n" in reason for reason in reasons)
    return reasons


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_notebook_is_stored_without_outputs_and_without_definitions(path):
    for cell in code(nbformat.read(path, as_version=4)):
        assert not cell.outputs
        assert cell.execution_count is None
        assert not any(line.startswith(("def ", "class ")) for line in cell.source.splitlines())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_one_cell_holds_what_a_reader_changes(path):
    (parameters,) = filter(is_parameters, code(nbformat.read(path, as_version=4)))
    assert {"archive_path", "brands", "tz"} <= set(re.findall(r"^(\w+) =", parameters.source, re.M))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_no_sentence_says_what_only_the_sample_shows(path):
    cells = nbformat.read(path, as_version=4).cells
    place = next(number for number, cell in enumerate(cells) if is_parameters(cell))
    assert [cell.source for cell in cells[place + 1 :] if SAMPLE_ONLY.search(cell.source)] == []


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """An invented archive of eighty people."""
    folder = tmp_path_factory.mktemp("exports")
    simulate_archive(folder, n_people=80, n_months=8)
    return folder


@pytest.mark.parametrize("path", ASKING, ids=ids)
def test_every_cell_runs_on_an_archive_that_has_everything(path, run, exports):
    reasons = unavailable(run(path, archive_path=str(exports), brands=BRANDS))
    assert [reason for reason in reasons if "too little to learn from" not in reason] == []


@pytest.fixture(scope="module")
def poor(tmp_path_factory):
    """Two hundred messages without a brand: one message a person (`once`), or nothing but texts (`texts`)."""
    folder = tmp_path_factory.mktemp("poor")
    things = ("kettle", "lid", "app", "hose", "pump")
    faults = ("broken", "late", "slow", "good", "ugly", "wet", "loud", "too cold, I wish it had a timer")
    texts = [f"the {thing} is {fault}" for thing in things for fault in faults] * 5
    frame = pd.DataFrame({"text": texts, "author": [f"p{number}" for number in range(len(texts))]})
    frame["date"] = pd.date_range("2025-01-01", periods=len(frame), freq="7h").astype(str)
    frame.to_csv(folder / "once.csv", index=False)
    frame[["text"]].to_csv(folder / "texts.csv", index=False)
    return folder


CASES = [*((path.stem, "texts") for path in ASKING), ("03_conversation", "once"), (STAYING, "once")]


@pytest.mark.parametrize(("stem", "name"), CASES)
def test_a_cell_that_lacks_something_says_what(stem, name, run, poor):
    reasons = unavailable(run(FOLDER / f"{stem}.ipynb", archive_path=str(poor / f"{name}.csv"), brands={}))
    assert bool(reasons) == (stem != "01_load_and_trust")


def test_the_report_runs_with_other_parameters_as_papermill_would_set_them(run, tmp_path):
    simulate_archive(tmp_path / "exports", n_people=60, n_months=4)
    given = {"archive_path": str(tmp_path / "exports"), "folder": str(tmp_path / "out" / "april")}
    notebook = run(FOLDER / "05_report.ipynb", **given)
    assert unavailable(notebook) == []
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")}
    names = ("report.html", "findings.xlsx", "quotes.csv", "run.json", "figures/plotly.min.js")
    assert {f"april/{name}" for name in names} <= written
    assert {"april.parquet", "april-edits/topics.toml", "april-edits/notes.csv"} <= written
    assert "<iframe" not in nbformat.writes(notebook), "the page is a file of its own"


def test_an_exported_notebook_keeps_its_figures_and_whole_quotes(run, tmp_path):
    long = "the kettle leaks whenever it is filled beyond the second line on the inside of its wall"
    frame = pd.DataFrame({"text": [long, "the lid is loose"] * 40, "author": [f"p{n}" for n in range(80)]})
    frame.to_csv(tmp_path / "texts.csv", index=False)
    notebook = run(FOLDER / "00_quickstart.ipynb", archive_path=str(tmp_path / "texts.csv"), brands={})
    figures = [out for cell in code(notebook) for out in cell.outputs if FIGURE in out.get("data", {})]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert figures
    assert page.count("Plotly.newPlot(") == len(figures)
    assert long in page


def tweets(folder):
    return pd.read_csv(folder / "archives" / "twcs" / "twcs.csv", dtype=str).iloc[:, 1:].head(300)


def reviews(folder):
    frame = pd.read_csv(folder / "labelled" / "app_reviews_maalej.csv.gz")
    return frame.drop(columns="label").sample(200, random_state=1)


def chat(folder):
    frame = pd.read_csv(folder / "logs" / "slack_racket_2017_2019.csv.gz", dtype=str)
    return frame.loc[2000:2299, ["id", "author", "created_at", "text", "channel"]]


EXPORTED = [
    (tweets, "00_quickstart"),
    (tweets, "03_conversation"),
    (reviews, "01_load_and_trust"),
    (reviews, "02_topics_and_needs"),
    (chat, "03_conversation"),
    (chat, STAYING),
]


@pytest.mark.real
@pytest.mark.parametrize(("cut", "stem"), EXPORTED, ids=lambda given: getattr(given, "__name__", given))
def test_a_notebook_runs_on_what_people_export(cut, stem, run, real_data, tmp_path):
    cut(real_data).to_csv(tmp_path / "own.csv", index=False)
    brands = {"Delta": ["@Delta"]} if cut is tweets else {}
    unavailable(run(FOLDER / f"{stem}.ipynb", archive_path=str(tmp_path / "own.csv"), brands=brands))
