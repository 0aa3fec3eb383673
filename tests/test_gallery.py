"""The gallery shows every figure, drawn by the code that stands under it."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import insight as ins
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow


def test_the_gallery_is_complete(root):
    source = (root / "notebooks" / "gallery.md").read_text()
    figures = [name for name, thing in vars(ins.plots).items() if inspect.isfunction(thing)]
    assert len(figures) > 40
    assert [name for name in figures if f"ins.plots.{name}(" not in source] == []


def test_every_block_draws_its_figure_and_nothing_is_loaded(root, tmp_path):
    simulate_archive(tmp_path / "exports", n_people=300, n_months=12)
    page = tmp_path / "gallery.html"
    command = [
        sys.executable,
        "-W",
        "ignore",
        root / "notebooks" / "gallery.py",
        tmp_path / "exports",
        "-o",
        page,
    ]
    own = {**os.environ, "PYTHONPATH": str(Path(ins.__file__).parent.parent)}
    finished = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    html = page.read_text(encoding="utf-8")
    blocks = (root / "notebooks" / "gallery.md").read_text().count("```python")
    assert html.count("<pre>") == blocks
    figures = re.findall(r'Plotly\.newPlot\(\s*"(f\d+)"', html)
    assert len(figures) == len(set(figures)) == blocks - 1, "the first block reads the archive"
    assert finished.stdout.strip() == f"{page}: {blocks - 1} figures"
    outside = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", outside)
