"""The dependency files say the same thing, and none of them names a place to download from."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distributions, requires, version

import pytest
import yaml
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "ibis-framework[duckdb]": "ibis-duckdb",
    "playwright": "playwright-python",
}
NAME = r"^[\w.-]+(\[\w+\])?"
PLATFORMS = [("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt")]
HEAVY = {"torch", "umap-learn", "hdbscan", "numba", "sentence-transformers", "transformers"}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def requirements(project):
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + extras["notebooks"] + extras["bertopic"] + extras["dev"]
    return {re.match(NAME, line)[0]: re.sub(NAME, "", line) for line in wanted}


@pytest.fixture(scope="module")
def locked(root):
    lines = (root / "requirements.lock").read_text().splitlines()
    pins = [line.split(";")[0].strip() for line in lines if line and not line.startswith("#")]
    return {canonical(pin.split("==")[0]): pin.split("==")[1] for pin in pins}


def test_conda_environment_matches_pyproject(root, requirements):
    text = (root / "environment.yml").read_text()
    listed = yaml.safe_load(text)["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    found = {entry for entry in listed if isinstance(entry, str)} | set(from_pip)
    bertopic = f"bertopic{requirements['bertopic']}"
    expected = {CONDA_NAMES.get(name, name) + spec for name, spec in requirements.items()} - {bertopic}
    assert found - {"python>=3.11,<3.14", "pip"} == expected
    assert f"pip install --no-deps {bertopic} -e ." in text


def test_lock_pins_every_requirement_and_nothing_heavy(requirements, locked):
    assert {canonical(name.split("[")[0]) for name in requirements} <= set(locked)
    assert not HEAVY & set(locked)


def requirements_of(name):
    try:
        return requires(name) or []
    except PackageNotFoundError:  # another platform's
        return []


def required(lines):
    """Names of the requirements and of theirs, on any platform."""
    seen, todo = set(), [Requirement(line) for line in lines]
    while todo:
        wanted = todo.pop()
        found = (canonical(wanted.name), *sorted(wanted.extras))
        if found in seen:
            continue
        seen.add(found)
        for line in requirements_of(wanted.name):
            further = Requirement(line)
            places = [
                {"extra": extra, "sys_platform": name, "platform_system": system, "os_name": os}
                for extra in ("", *wanted.extras)
                for name, system, os in PLATFORMS
            ]
            if further.marker is None or any(further.marker.evaluate(place) for place in places):
                todo.append(further)
    return {name for name, *_ in seen}


def test_lock_keeps_run_time_notebooks_and_development_apart(root, project):
    extras = project["optional-dependencies"]
    pinned = {
        part.splitlines()[0]: {canonical(re.match(NAME, line)[0]) for line in part.splitlines()[1:] if line}
        for part in (root / "requirements.lock").read_text().split("## ")[1:]
    }
    run_time, notebooks = required(project["dependencies"]), required(extras["notebooks"])
    assert pinned["Run time"] == run_time
    assert pinned["Notebooks"] == notebooks - run_time
    assert pinned["BERTopic, without its own requirements"] == {"bertopic", "safetensors"}
    development = required(extras["dev"]) - run_time - notebooks
    assert pinned["Development"] == development
    assert pinned["Docs"] == required(extras["docs"]) - run_time - notebooks - development


def test_every_dependency_has_its_reason(root):
    text = (root / "pyproject.toml").read_text()
    listed = text.split("\ndependencies = [\n")[1].split("\n]")[0].splitlines()
    assert [line for line in listed if "  # " not in line] == []


def test_lock_is_what_is_installed(locked):
    for name in ("pandas", "ibis-framework", "duckdb", "plotly", "bertopic", "scikit-network"):
        assert version(name) == locked[name], name


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml"])
def test_no_dependency_file_names_a_host(root, name):
    assert not re.search(r"https?://|--(extra-)?index-url|file:", (root / name).read_text())


PERMISSIVE = re.compile(
    r"(?i)\bMIT\b|BSD|Apache|\bISC\b|\bPSF\b|Python Software Foundation|MPL|Mozilla|Unlicense|CC0|zlib|HPND"
    r"|Public Domain"
)
BINDING = re.compile(r"(?i)\b[AL]?GPL|General Public|proprietary|non-?commercial|SSPL|BUSL")


def licence(package):
    """Return what a package says of its licence: in its metadata, else in the file that it brings."""
    meta = package.metadata
    classified = [line for line in meta.get_all("Classifier") or [] if line.startswith("License")]
    said = [meta.get("License-Expression") or "", *classified, (meta.get("License") or "")[:80]]
    files = [file for file in package.files or () if "licenses" in file.parts]
    return " ".join(filter(None, said)) or " ".join(file.read_text()[:80] for file in files)


def test_every_locked_package_has_a_permissive_licence(locked):
    here = {canonical(each.name): each for each in distributions()}
    said = {name: licence(here[name]) for name in locked if name in here}
    assert len(said) > 100
    assert {name: line for name, line in said.items() if not PERMISSIVE.search(line)} == {}
    assert {name: line for name, line in said.items() if BINDING.search(line)} == {}
