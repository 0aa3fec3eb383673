"""The example of the README runs as it stands, on a smaller sample of the same make."""

from __future__ import annotations

import re
import warnings

import pytest

import insight as ins
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow


def test_the_example_runs(root, tmp_path, monkeypatch):
    (example,) = re.findall(r"^```python\n(.*?)^```", (root / "README.md").read_text(), re.S | re.M)
    simulate_archive(tmp_path / "data" / "sample", n_people=80, n_months=6)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ins.InsightWarning)  # eighty people are few
        exec(compile(example, "README.md", "exec"), {})  # noqa: S102
    assert "<title>Pellwick" in (tmp_path / "pellwick.html").read_text()


def test_every_picture_and_page_that_the_readme_names_exists(root):
    text = (root / "README.md").read_text()
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert pictures
    assert len(links) > 10
    assert [name for name in links if not (root / name).exists()] == []


def test_the_readme_is_a_page(root):
    assert len((root / "README.md").read_text().splitlines()) <= 120
