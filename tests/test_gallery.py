"""The gallery shows every figure, drawn by the code that stands under it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import insight as ins
from tests.simulate import simulate_archive


def test_the_gallery_is_complete(root):
    source = (root / "notebooks" / "gallery.md").read_text()
    missing = [name for name in ins.__all__ if name.startswith("plot_") and f"ins.{name}(" not in source]
    assert missing == []


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
    told = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    html = page.read_text(encoding="utf-8")
    blocks = (root / "notebooks" / "gallery.md").read_text().count("```python")
    assert html.count("<pre>") == blocks
    drawn = re.findall(r'Plotly\.newPlot\(\s*"(f\d+)"', html)
    assert len(drawn) == len(set(drawn)) == blocks - 1, "the first block reads the archive"
    assert told.stdout.strip() == f"{page}: {blocks - 1} figures"
    outside = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", outside)
