"""A bundle is read as it was written, and a file that is not what was written is refused."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from insight.files import Bundle, read_bundle, write_bundle
from insight.mentions import InsightError

TABLE = pd.DataFrame({"name": ["kettle", None], "n": [2, 1]}, index=pd.Index([7, 9], name="row")).astype(
    {"name": pd.StringDtype("pyarrow", na_value=float("nan")), "n": "Int64"}
)
TABLE.attrs = {"min_people": 10}
BUNDLE = Bundle({"needs": TABLE}, {"centres": np.eye(2, dtype=np.float32)}, {"words": ["zu spät", "\ud83d"]})


@pytest.fixture
def file(tmp_path):
    return write_bundle(tmp_path / "new" / "a.needs", BUNDLE, kind="needs", version=2)


def read(file, kind="needs"):
    return read_bundle(file, kind=kind, version=2)


def rewritten(file, part, content):
    """Return a copy of the file in which one part is another, the seal as it was."""
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    target = file.with_name("changed.needs")
    with zipfile.ZipFile(target, "w") as packed:
        for name, kept in {**parts, part: content}.items():
            packed.writestr(name, kept)
    return target


def test_what_is_read_is_what_was_written(file, tmp_path):
    again = read(file)
    pd.testing.assert_frame_equal(again.tables["needs"], TABLE)
    assert again.tables["needs"].attrs == TABLE.attrs
    assert again.arrays["centres"].tolist() == [[1, 0], [0, 1]]
    assert again.arrays["centres"].dtype == np.float32
    assert again.facts == BUNDLE.facts
    assert write_bundle(tmp_path / "b", again, kind="needs", version=2).read_bytes() == file.read_bytes()


def test_a_file_that_was_changed_is_refused(file):
    other = io.BytesIO()
    np.savez(other, centres=np.zeros((2, 2)))
    for part, content in (("arrays.npz", other.getvalue()), ("more.pkl", b"x"), ("seal", b"0" * 64)):
        with pytest.raises(InsightError, match="changed after it was saved"):
            read(rewritten(file, part, content))


def test_every_cut_and_every_changed_byte_is_refused_or_harmless(file, tmp_path):
    whole, damaged = file.read_bytes(), tmp_path / "damaged"
    cuts = [whole[:end] for end in range(0, len(whole), 97)]
    flips = [whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :] for at in range(0, len(whole), 41)]
    refused = 0
    for content in [*cuts, *flips]:
        damaged.write_bytes(content)
        try:
            again = read(damaged)
        except InsightError:
            refused += 1
        else:  # the byte was one that only other programs read, such as a time
            pd.testing.assert_frame_equal(again.tables["needs"], TABLE)
    assert refused >= len(cuts)


def test_other_files_folders_and_none_at_all_are_refused(tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("a.txt", "a")
    with pytest.raises(InsightError, match="holds no needs"):
        read(other)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InsightError, match="cannot be read as needs"):
            read(path)


def test_another_kind_or_version_is_refused(file):
    with pytest.raises(InsightError, match="holds needs, not topics"):
        read(file, kind="topics")
    with pytest.raises(InsightError, match=r"version 2, this insight reads 3"):
        read_bundle(file, kind="needs", version=3)


def test_nothing_in_it_is_a_pickle(file):
    with pytest.raises(ValueError, match="Object arrays"):
        write_bundle(file, Bundle({}, {"any": np.array([{}], dtype=object)}, {}), kind="needs", version=2)
    with zipfile.ZipFile(file) as packed:
        assert set(packed.namelist()) == {"needs.parquet", "arrays.npz", "facts.json", "seal"}
        assert json.loads(packed.read("facts.json"))["kind"] == "needs"
