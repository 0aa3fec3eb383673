"""Reading with one fixed pseudonym key, from a fixture or from bytes written on the spot."""

from __future__ import annotations

import pytest

from insight.archives import read_archive

BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}


@pytest.fixture(scope="session")
def fixtures(root):
    """The folder of invented exports."""
    return root / "tests" / "fixtures"


@pytest.fixture
def read(fixtures):
    """Read one fixture by name, any path, or a list of paths."""

    def read_(path, **options):
        options.setdefault("brands", BRANDS)
        place = path if isinstance(path, list) else fixtures / path
        return read_archive(place, key=fixtures / "pseudonym.txt", **options)

    return read_


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a new file and give its path."""

    def write_(content, name="export.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_


@pytest.fixture
def load(read, write):
    """Write a file and read it."""

    def load_(content, name="export.csv", **options):
        return read(write(content, name), **options)

    return load_
