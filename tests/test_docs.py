"""The site builds without a broken link or a request to elsewhere; what its pages say to type works."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import typer

import insight as ins
from insight.cli import app
from tests.conftest import unavailable
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parent.parent / "notebooks" / "docs"
PAGES = sorted((DOCS / "pages").rglob("*.md"))
HOW_TOS = [path for path in PAGES if path.parent.name == "howto"]


def ids(path):
    return path.stem


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """The files that the how-tos name, of an invented archive."""
    folder = tmp_path_factory.mktemp("docs")
    simulate_archive(folder / "exports", n_people=80, n_months=8)
    (folder / "forum").mkdir()
    for path in (folder / "exports").glob("r_pellwick*"):
        shutil.copy(path, folder / "forum")
    shutil.copy(folder / "exports" / "x_mentions.csv.gz", folder / "tweets.csv.gz")
    shutil.copy(min((folder / "exports").glob("reviews*.csv")), folder / "reviews.csv")
    return folder


@pytest.mark.parametrize("path", HOW_TOS, ids=ids)
def test_the_code_of_a_how_to_runs(path, exports, monkeypatch):
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M))
    monkeypatch.chdir(exports)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ins.InsightWarning)  # eighty people are few
        exec(compile(code, path.name, "exec"), {})  # noqa: S102


def typed(text):
    """Return what is to be typed in a shell: lines of blocks, and what is set as code in a sentence."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    inline = re.findall(r"`(insight [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    return [line.strip() for line in [*lines, *inline] if line.strip().startswith("insight ")]


@pytest.mark.parametrize("path", [*PAGES, DOCS.parents[1] / "README.md"], ids=ids)
def test_every_command_and_option_exists(path):
    commands = typer.main.get_command(app).commands
    for line in typed(path.read_text(encoding="utf-8")):
        _, name, *words = shlex.split(line, comments=True)
        if name == "COMMAND":
            continue
        options = {
            option for given in commands[name].params for option in (*given.opts, *given.secondary_opts)
        }
        options |= {"-h", "--help"}
        assert {word for word in words if word.startswith("-")} <= options, line


COLUMNS = {
    "trend",
    "extreme",
    "detail",
    "hearsay",
    "proxy",
    "sarcasm",
    "role",
    "person",
    "about",
    "answered_by",
}


def test_every_function_and_figure_in_the_table_of_measures_exists():
    text = (DOCS / "pages" / "measures.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+\? \|([^|]+)\|([^|]*)\|", text, re.M)
    names = {name for row in rows for name in re.findall(r"`([\w.]+)(?:\([^`]*\))?`", " ".join(row))}
    found = {name for name in names if exists(name)}
    assert len(found) > 60
    assert names - found == {*COLUMNS, "Archive.report"}


def exists(name):
    thing = ins
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return thing is not None


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make docs` builds it."""
    if importlib.util.find_spec("mkdocs") is None:
        unavailable("mkdocs", "run `.venv/bin/pip install --no-deps -r requirements.lock`")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", DOCS / "mkdocs.yml", "-d", folder]
    own = {**os.environ, "PYTHONPATH": str(DOCS.parents[1]), "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def test_the_site_asks_nothing_of_others(site):
    loads = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//")
    assert [
        page.name for page in site.rglob("*.html") if loads.search(page.read_text(encoding="utf-8"))
    ] == []


def test_the_reference_has_every_public_name(site):
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (site / "reference").glob("*.html")}
    packages = [name for name in ins.__all__ if inspect.ismodule(getattr(ins, name))]
    assert set(pages) == {*packages, "timeline"}
    public = {
        f"{package}.{name}": thing.__module__ + "." + thing.__qualname__
        for package in packages
        for name, thing in vars(getattr(ins, package)).items()
        if inspect.isfunction(thing) and thing.__module__.startswith(f"insight.{package}") and name[0] != "_"
    }
    assert len(public) > 100
    missing = [name for name, path in public.items() if f'id="{path}"' not in pages[name.split(".")[0]]]
    assert missing == []


def test_the_measured_tables_say_which_command_prints_them():
    for name in ("quality", "scale"):
        assert "tests.benchmarks" in (DOCS / "pages" / f"{name}.md").read_text(encoding="utf-8")
