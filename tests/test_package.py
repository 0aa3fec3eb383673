"""What is installed is what is in the tree."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

import insight as ins

pytestmark = pytest.mark.slow


def test_a_built_wheel_holds_every_file_of_the_package(root, tmp_path):
    listed = subprocess.run(
        ["git", "ls-files", "insight"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    source = tmp_path / "source"
    sample = [f"data/sample/{path.name}" for path in (root / "data" / "sample").iterdir()]
    for name in [*listed.split(), *sample, "pyproject.toml", "README.md", "LICENSE"]:
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((root / name).read_bytes())
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert set(listed.split()) <= set(packed.namelist())
        assert {name.replace("data/", "insight/", 1) for name in sample} <= set(packed.namelist())


def test_the_version_is_said_once(root):
    assert (
        ins.__version__ == re.search(r'__version__ = "(.+)"', (root / "insight/__init__.py").read_text())[1]
    )
    assert "version" in tomllib.loads((root / "pyproject.toml").read_text())["project"]["dynamic"]


def test_without_bertopic_all_but_its_model_works():
    code = (
        "import sys; sys.modules['bertopic'] = None; import insight as ins, insight.report.method as method;"
        "topics = ins.fit_topics([f'{word} {other} is here' for word in ('kettle leak', 'app crash')"
        " for other in 'abcdefghij'], min_topic_size=3);"
        "print(method.versions()['pandas']);"
        "topics.model"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout[0].isdigit()
    assert "pip install --no-deps bertopic==" in run.stderr.splitlines()[-1]


def test_an_editable_install_is_a_path_that_type_checkers_follow(root, tmp_path):
    code = f"import hatchling.build; print(hatchling.build.build_editable({str(tmp_path)!r}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(tmp_path / run.stdout.split()[-1]) as packed:
        paths = [name for name in packed.namelist() if name.endswith(".pth")]
        assert [packed.read(name).decode().strip() for name in paths] == [str(root)]
        assert not [name for name in packed.namelist() if name.startswith("insight/")]


def test_packages_and_everyday_names_are_shown():
    shown = dir(ins)
    assert {"archives", "topics", "plots", "report", "read_archive", "build_report"} <= set(shown)
    assert inspect.ismodule(ins.report)
    assert "read_archive" in ins.__doc__


def test_names_have_their_types(tmp_path, root):
    asks = tmp_path / "asks.py"
    asks.write_text("import insight as ins\nreveal_type(ins.read_archive('x').mentions)\nins.no_such_name\n")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "--config-file=", str(asks)],
        capture_output=True, text=True, check=False, env={**os.environ, "MYPYPATH": str(root)},
    )  # fmt: skip
    assert 'Revealed type is "pandas' in run.stdout or 'Revealed type is "Any"' in run.stdout, run.stdout
    assert 'Module has no attribute "no_such_name"' in run.stdout
