"""A notebook in a real JupyterLab: figures are drawn, controls work, nothing is loaded from elsewhere."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import TimeoutError

import insight as ins
from tests.simulate import simulate_archive

CELLS = (
    "import insight as ins\n"
    "import pandas as pd\n"
    "rows = [('x:1', 'x:1', 'ann', 'customer', '2026-01-03 09:30', 'my lid leaks'),"
    " ('x:2', 'x:1', 'acme', 'brand', '2026-01-04 09:30', 'We send a seal'),"
    " ('x:3', 'x:3', 'ben', 'customer', '2026-02-02 09:30', 'I wish it had a timer'),"
    " ('x:4', 'x:4', 'ann', 'customer', '2026-02-20 09:30', '<b>bold</b> lid')]\n"
    "names = ['mention_id', 'conversation_id', 'author_id', 'side', 'created_at', 'text']\n"
    "frame = pd.DataFrame(rows, columns=names).assign(platform='x')\n"
    "mentions = ins.as_mentions(frame.assign(created_at=pd.to_datetime(frame['created_at'], utc=True)))",
    "activity = ins.activity(mentions, as_of='2026-03-01', burn_in='0D')\n"
    "ins.plots.growth(ins.growth(activity))",
    "ins.explore.mentions(mentions)",
    "ins.explore.retention(activity)",
    "ins.explore.responses(ins.first_responses(mentions, only_addressed=False), mentions=mentions)",
)


STORED = Path(__file__).parents[2] / "notebooks" / "02_topics_and_needs.ipynb"
"""The one with the most controls; the others differ in their measures, which tests/test_notebooks.py runs."""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab with two notebooks, and settings of its own."""
    home, port = tmp_path_factory.mktemp("lab"), free_port()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, home / "small.ipynb")
    nbformat.write(on_a_small_archive(home), home / f"{STORED.stem}.ipynb")
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.root_dir": home,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "LabApp.news_url": None,
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    own = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options],
            env={**os.environ, **own, "PYTHONPATH": str(Path(ins.__file__).parent.parent)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status", server, home / "log")
        yield f"{address}/lab"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def on_a_small_archive(home):
    """The notebook as a new user gets it, its parameters pointed at an archive of eighty people."""
    simulate_archive(home / "exports", n_people=80, n_months=4)
    notebook = nbformat.read(STORED, as_version=4)
    first = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    first.source += f"\narchive_path = {str(home / 'exports')!r}"
    return notebook


def wait_for(address, server, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def run_all(browser, lab, name, *, height=900):
    """Open a notebook alone and run its cells; `strays` lists what was asked for elsewhere."""
    page = browser.new_page(viewport={"width": 1300, "height": height})
    page.set_default_timeout(300_000)
    page.strays = []

    def stay_here(route):
        if route.request.url.startswith("http://127.0.0.1:"):
            route.continue_()
        else:
            page.strays.append(route.request.url)
            route.abort()

    page.route("http*://**", stay_here)
    page.goto(f"{lab}/workspaces/{name}/tree/{name}.ipynb")
    page.wait_for_function("window.jupyterapp && jupyterapp.shell.currentWidget?.context?.isReady")
    page.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.isReady")
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells') }")
    return page


@pytest.fixture(scope="module")
def small(lab, browser):
    page = run_all(browser, lab, "small", height=2600)
    page.locator(".widget-dropdown select").nth(8).wait_for()
    yield page
    page.close()


LAST_RUN = """() => {
  const { cells } = jupyterapp.shell.currentWidget.content.model;
  const codes = Array.from(cells).filter((cell) => cell.type === "code");
  const failed = codes.some(({ outputs }) => (
    Array.from({ length: outputs.length }, (_, n) => outputs.get(n).type).includes("error")
  ));
  return failed || (codes.at(-1).executionCount && codes.at(-1).outputs.length > 0);
}"""


FAULTS = """() => Array.from(jupyterapp.shell.currentWidget.content.model.cells)
  .filter((cell) => cell.type === "code")
  .flatMap(({ outputs }) => Array.from({ length: outputs.length }, (_, n) => outputs.get(n).toJSON()))
  .filter((output) => output.output_type === "error")
  .map((output) => output.evalue)"""
DRAWN = """() => Array.from(jupyterapp.shell.currentWidget.content.model.cells, (cell, n) => [n, cell])
  .filter(([, { type, outputs }]) => type === "code" && Array.from(
    { length: outputs.length }, (_, n) => outputs.get(n).data["application/vnd.plotly.v1+json"]
  ).some(Boolean)).map(([n]) => n)"""


@pytest.fixture(scope="module")
def notebook(lab, browser):
    """A stored notebook, run to its last cell; JupyterLab draws what is in view, so tests scroll to it."""
    page = run_all(browser, lab, STORED.stem)
    page.wait_for_function(LAST_RUN)
    yield page
    page.close()


def shown(page, source):
    """The cell that holds this line, scrolled into view."""
    number = page.evaluate(
        "line => Array.from(jupyterapp.shell.currentWidget.content.model.cells)"
        ".findIndex((cell) => cell.type === 'code' && cell.sharedModel.getSource().includes(line))",
        source,
    )
    return in_view(page, number)


def in_view(page, number):
    page.evaluate("number => jupyterapp.shell.currentWidget.content.scrollToItem(number, 'start')", number)
    found = cell(page, number)
    found.locator(".jp-OutputArea-output").first.scroll_into_view_if_needed()
    return found


def cell(page, number):
    return page.locator(".jp-Notebook .jp-Cell").nth(number)


def test_a_figure_is_drawn(small):
    drawn = cell(small, 1).locator(".js-plotly-plot")
    drawn.locator(".trace, .bars, .point").first.wait_for()
    assert drawn.bounding_box()["height"] > 200
    assert "Does the crowd grow?" in drawn.inner_text()
    assert drawn.locator(".modebar-btn").count() == 0


def test_a_word_filters_and_a_message_opens_its_thread(small):
    seen = cell(small, 2)
    seen.get_by_text("4 of 4 messages").wait_for()
    seen.locator(".widget-text input").fill("lid")
    seen.locator(".widget-text input").press("Enter")
    seen.get_by_text("2 of 4 messages").wait_for()
    assert seen.locator("td b").count() == 0
    seen.locator("select").last.select_option(label="my lid leaks")
    seen.get_by_text("We send a seal").wait_for()


def test_a_choice_redraws_the_figure(small):
    seen = cell(small, 3)
    seen.get_by_text("How many write again").or_(seen.locator(".js-plotly-plot")).first.wait_for()
    seen.locator("select").first.select_option(label="growth")
    seen.locator(".js-plotly-plot", has_text="Does the crowd grow?").wait_for()
    assert seen.locator(".js-plotly-plot").count() == 1
    assert seen.locator("td").count() > 0


def test_a_wait_opens_its_thread(small):
    seen = in_view(small, 4)
    seen.locator("select").nth(3).select_option(label="answered")
    seen.locator("td", has_text="my lid leaks").first.wait_for()
    read_a_thread(seen)


def test_nothing_is_loaded_from_elsewhere(small):
    assert small.strays == []


def read_a_thread(seen):
    """Choose the first of the listed messages, again where the list was still that of an earlier choice."""
    for _ in range(10):
        seen.locator("select").last.select_option(index=0)
        seen.locator("select").last.select_option(index=1)
        with contextlib.suppress(TimeoutError):
            return seen.get_by_text("The thread:").wait_for(timeout=15_000)
    return pytest.fail("no thread was opened")


def open_a_need(page):
    seen = shown(page, "ins.explore.needs")
    seen.locator("select").nth(1).select_option(index=1)
    seen.locator("td", has_text="typical").first.wait_for()
    read_a_thread(seen)


def open_a_topic(page):
    seen = shown(page, "ins.explore.topics")
    seen.locator("select").first.select_option(index=1)
    seen.locator("td", has_text="typical").first.wait_for()


MARKS = ".trace, .bars, .point, .hm, .annotation"
"""What is drawn; a small archive has no storm, and its figure says so in an annotation."""


def test_a_stored_notebook_runs_draws_its_figures_and_shows_evidence_on_a_click(notebook):
    assert notebook.evaluate(FAULTS) == []
    with_figures = notebook.evaluate(DRAWN)
    assert with_figures
    for number in with_figures:
        drawn = in_view(notebook, number).locator(".js-plotly-plot")
        drawn.locator(MARKS).first.wait_for(state="attached", timeout=60_000)
        assert drawn.bounding_box()["height"] > 100, number
    open_a_topic(notebook)
    open_a_need(notebook)
    assert notebook.strays == []
