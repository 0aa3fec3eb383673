"""The dependency files say the same thing, and none of them names a place to download from."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

CONDA_NAMES = {"duckdb": "python-duckdb", "playwright": "playwright-python"}
HEAVY = {"torch", "umap-learn", "hdbscan", "numba", "sentence-transformers", "transformers"}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def requirements(project):
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + extras["notebooks"] + extras["dev"]
    return {re.match(r"[\w-]+", line)[0]: re.sub(r"^[\w-]+", "", line) for line in wanted}


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
    assert found - {"python>=3.11", "pip", "setuptools>=77"} == expected
    assert f"pip install --no-deps {bertopic} -e ." in text


def test_lock_pins_every_requirement_and_nothing_heavy(requirements, locked):
    assert {canonical(name) for name in requirements} <= set(locked)
    assert not HEAVY & set(locked)


def test_lock_is_what_is_installed(locked):
    from importlib.metadata import version

    for name in ("pandas", "ibis-framework", "duckdb", "plotly", "bertopic", "scikit-network"):
        assert version(name) == locked[name], name


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml"])
def test_no_dependency_file_names_a_host(root, name):
    assert not re.search(r"https?://|--(extra-)?index-url|file:", (root / name).read_text())
