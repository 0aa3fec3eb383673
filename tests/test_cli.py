import functools
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import insight as ins
from insight import cli
from insight.cli import app, parse_brands

TEN = [
    "id,author,created_at,text",
    "1,ann,2026-03-01T10:00:00Z,@acme my kettle leaks",
    "2,acme,2026-03-01T12:00:00Z,Sorry Ann! We send a seal.",
    "3,ben,2026-03-02T10:00:00Z,@acme how do I descale it?",
    "4,cleo,2026-03-03T10:00:00Z,I wish it had a timer",
]


@pytest.fixture
def run():
    return functools.partial(CliRunner().invoke, app)


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.csv"
    path.write_text("\n".join(TEN) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["Acme=@acme,@acmecare"], {"Acme": ["@acme", "@acmecare"]}),
        (["@acme", "rival"], {"acme": ["@acme"], "rival": ["rival"]}),
        (["Acme=@acme", "Acme= @help "], {"Acme": ["@acme", "@help"]}),
        (["Acme=care@acme.com"], {"Acme": ["care@acme.com"]}),
        ([], {}),
    ],
)
def test_brands_are_read_in_their_order(given, expected):
    assert list(parse_brands(given).items()) == list(expected.items())


@pytest.mark.parametrize("text", ["", "=", "Acme=", "=@acme", "Acme=,"])
def test_a_brand_without_a_handle_is_refused(text):
    with pytest.raises(ins.InsightError, match="names no handle"):
        parse_brands([text])


@pytest.mark.parametrize("command", ["check", "report", "demo"])
def test_help_has_a_worked_example(run, command):
    told = run([command, "--help"])
    assert told.exit_code == 0
    assert f"Example: insight {command} " in " ".join(told.stdout.split())


def test_help_loads_nothing_heavy():
    code = (
        "import sys, insight.cli; print(sorted({'pandas', 'plotly', 'bertopic', 'numpy'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_check_prints_the_file_card(run, tiny):
    told = run(["check", str(tiny), "--brand", "Acme=@acme", "--quiet"])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("4 messages by 4 people, 1 source, 1–3 Mar 2026 (UTC).")
    assert "4 of 4 rows kept." in told.stdout
    assert "can    tell whether the brand answers (1 message by it)" in told.stdout


@pytest.mark.parametrize("command", ["check", "report"])
def test_what_cannot_be_read_is_one_message_and_exit_code_1(run, tmp_path, command):
    told = run([command, str(tmp_path / "absent.csv")])
    assert told.exit_code == 1
    assert told.stderr.startswith("insight: ")
    assert "absent.csv" in told.stderr
    assert "Traceback" not in told.output
    assert not told.stdout


def test_an_unknown_zone_is_one_message(run, tiny, tmp_path):
    told = run(["report", str(tiny), "--tz", "Mars/Base", "-o", str(tmp_path / "out.html")])
    assert told.exit_code == 1
    assert "Mars/Base" in told.stderr
    assert not (tmp_path / "out.html").exists()


def test_report_writes_the_page_and_tells_the_six_answers(run, tiny, tmp_path):
    page = tmp_path / "new" / "out.html"
    told = run(["report", str(tiny), "--brand", "@acme", "-o", str(page), "--title", "Acme, spring"])
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0] == str(page)
    assert [line[:2] for line in lines if line[:2].rstrip(".").isdigit()] == [
        "1.",
        "2.",
        "3.",
        "4.",
        "5.",
        "6.",
    ]
    assert "<title>Acme, spring</title>" in page.read_text(encoding="utf-8")


def test_quiet_prints_the_path_alone(run, tiny, tmp_path):
    page = tmp_path / "out.html"
    told = run(["report", str(tiny), "-q", "-o", str(page)])
    assert told.stdout == f"{page}\n"


def test_a_place_that_cannot_be_written_is_one_message(run, tiny, tmp_path):
    told = run(["report", str(tiny), "-q", "-o", str(tmp_path)])
    assert told.exit_code == 1
    assert "is a folder" in told.stderr


def test_demo_makes_its_sample_where_none_is_installed(run, tmp_path, monkeypatch):
    small = functools.partial(ins.simulate_archive, n_people=60, n_months=4)
    monkeypatch.setattr("insight.simulate.simulate_archive", small)
    monkeypatch.setattr(cli, "SAMPLE", tmp_path / "absent")
    page = tmp_path / "demo.html"
    told = run(["demo", "-o", str(page)])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith(f"{page}\n")
    assert "What people say about Pellwick" in page.read_text(encoding="utf-8")
