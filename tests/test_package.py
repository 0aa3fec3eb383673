"""What is installed is what is in the tree."""

from __future__ import annotations

import subprocess
import sys
import zipfile


def test_a_built_wheel_holds_every_file_of_the_package(root, tmp_path):
    listed = subprocess.run(
        ["git", "ls-files", "insight"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    source = tmp_path / "source"
    for name in [*listed.split(), "pyproject.toml", "README.md", "LICENSE"]:
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((root / name).read_bytes())
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert set(listed.split()) <= set(packed.namelist())
