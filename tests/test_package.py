"""What is installed is what is in the tree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile

import insight as ins


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
        "import sys; sys.modules['bertopic'] = None; import insight as ins, insight.report.facts as facts;"
        "topics = ins.fit_topics([f'{word} {other} is here' for word in ('kettle leak', 'app crash')"
        " for other in 'abcdefghij'], min_topic_size=3);"
        "print(facts.versions()['pandas']);"
        "topics.model"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout[0].isdigit()
    assert "pip install --no-deps bertopic==" in run.stderr.splitlines()[-1]
