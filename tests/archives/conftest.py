"""Reading with one fixed pseudonym key, from a fixture or from bytes written on the spot."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from insight.archives import read_archive
from insight.mentions import check_mentions

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


@pytest.fixture
def rows():
    """Give chosen columns of an archive as tuples, None where a value is missing."""

    def rows_(archive, *names):
        columns = [archive.mentions[name].astype(object) for name in names]
        cells = [[None if pd.isna(value) else value for value in column] for column in columns]
        return list(zip(*cells, strict=True))

    return rows_


@pytest.fixture
def known(load, rows):
    """Read invented JSON or text, check the format that it is known by, and give chosen columns."""

    def known_(content, name, format, *names, **options):
        data = content if isinstance(content, str | bytes) else json.dumps(content)
        archive = load(data, name, **options)
        assert archive.report.files["source_format"].unique().tolist() == [format]
        check_mentions(archive.mentions)
        files = archive.report.files
        assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
        return rows(archive, *names)

    return known_
