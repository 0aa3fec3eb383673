import functools
import json
import pathlib
import subprocess
import sys
import tomllib

import pandas as pd
import pytest
from typer.testing import CliRunner

import insight as ins
from insight.cli import app, commands
from insight.config import parse_brands
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("command", ["check", "report", "map", "label", "demo"])
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
    assert told.stdout.startswith("4 messages by 3 people, 1 source, 1–3 Mar 2026 (UTC).")
    assert "4 of 4 rows kept." in told.stdout
    assert "can    answer whether the brand answers (1 message by it)" in told.stdout


def test_check_writes_the_mentions_to_parquet(run, tiny, tmp_path):
    to = tmp_path / "mentions.parquet"
    told = run(["check", str(tiny), "--brand", "Acme=@acme", "--quiet", "--to", str(to)])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("4 of 4 rows kept.")
    assert told.stdout.rstrip().endswith("mentions.parquet")
    assert len(pd.read_parquet(to)) == 4


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


def test_report_writes_the_page_and_prints_the_memo(run, tiny, tmp_path):
    page = tmp_path / "new" / "out.html"
    told = run(["report", str(tiny), "--brand", "@acme", "-o", str(page), "--title", "Acme, spring"])
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0] == str(page)
    assert [line for line in lines if line.endswith(":")] == [
        "About:", "Bottom line:", "Problems:", "Replies:", "What to do:"
    ]  # fmt: skip
    assert "<title>Acme, spring</title>" in page.read_text(encoding="utf-8")


def test_quiet_prints_the_path_alone(run, tiny, tmp_path):
    page = tmp_path / "out.html"
    told = run(["report", str(tiny), "-q", "-o", str(page)])
    assert told.stdout == f"{page}\n"


def test_a_place_that_cannot_be_written_is_one_message(run, tiny, tmp_path):
    told = run(["report", str(tiny), "-q", "-o", str(tmp_path)])
    assert told.exit_code == 1
    assert "is a folder" in told.stderr


def test_demo_reads_the_sample(run, tmp_path, monkeypatch):
    assert any(commands.SAMPLE.glob("x_mentions.*"))
    simulate_archive(tmp_path / "sample", n_people=60, n_months=4)
    monkeypatch.setattr(commands, "SAMPLE", tmp_path / "sample")
    page = tmp_path / "demo.html"
    told = run(["demo", "-o", str(page)])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith(f"{page}\n")
    assert "What people say about Pellwick" in page.read_text(encoding="utf-8")


def test_settings_beside_the_archive_are_used_and_options_win(run, tiny):
    settings = tiny.with_name("insight.toml")
    settings.write_text('tz = "Asia/Tokyo"\n[brands]\nAcme = ["@acme"]\n', encoding="utf-8")
    told = run(["check", str(tiny)])
    assert told.stderr.startswith(f"settings: {settings}")
    assert "(Asia/Tokyo)" in told.stdout
    assert "can    answer whether the brand answers (1 message by it)" in told.stdout
    assert "(UTC)" in run(["check", str(tiny), "--tz", "UTC", "-q"]).stdout


def test_settings_may_lie_elsewhere(run, tiny, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text('title = "Acme <b>spring</b>"\n', encoding="utf-8")
    page = tmp_path / "out.html"
    assert run(["report", str(tiny), "-q", "-o", str(page), "--config", str(other)]).exit_code == 0
    assert "<title>Acme &lt;b&gt;spring&lt;/b&gt;</title>" in page.read_text(encoding="utf-8")


def test_wrong_settings_are_one_message(run, tiny):
    tiny.with_name("insight.toml").write_text("[brand]\n", encoding="utf-8")
    told = run(["check", str(tiny), "-q"])
    assert told.exit_code == 1
    assert told.stderr.startswith("insight: insight.toml: 'brand' is not known; the nearest is 'brands'")


def test_a_reader_that_leaves_early_sees_no_traceback(tiny):
    command = f"{sys.executable} -m insight check {tiny} | head -c 1"
    told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert told.stdout == "4"
    assert "Traceback" not in told.stderr
    assert "BrokenPipe" not in told.stderr


def test_what_a_whole_report_lacks_is_said_beside_the_memo(run, tiny, tmp_path):
    where = ["-o", str(tmp_path / "out.html"), "-q", "--json"]
    full = run(["report", str(tiny), "--brand", "Acme=@acme", *where])
    assert (json.loads(full.stdout)["warnings"], full.stderr) == ([], "")
    bare = tmp_path / "bare.csv"
    bare.write_text("text\n" + "".join(f"The lid number {n} of it broke again\n" for n in range(30)))
    said = run(["report", str(bare), "--brand", "Acme=@zzz", *where])
    assert said.exit_code == 0, said.stderr
    warned = json.loads(said.stdout)["warnings"]
    for start in ("@zzz does not occur", "No message is signed", "No message has a date"):
        assert sum(warning.startswith(start) for warning in warned) == 1, warned
    assert said.stderr.splitlines() == [f"warning: {warning}" for warning in warned]


def test_a_map_never_replaces_another_file(run, tiny):
    beside = tiny.with_suffix(".toml")
    beside.write_text("mine", encoding="utf-8")
    told = run(["map", str(tiny)])
    assert (told.exit_code, beside.read_text()) == (0, "mine")
    assert tomllib.loads(told.stdout)["map"]["text"]["from"] == ["text"]
    assert run(["map", str(tiny), "--yes"]).stdout == told.stdout
    assert "! not used" not in told.stderr
    told = run(["map", str(tiny), "-o", str(beside)])
    assert (told.exit_code, beside.read_text(), told.stdout) == (1, "mine", "")
    assert told.stderr.startswith(f"insight: '{beside}' exists; pass --yes")
    told = run(["map", str(tiny), "-o", str(beside / "x.toml")])
    assert (told.exit_code, beside.read_text()) == (1, "mine")
    assert told.stderr.startswith("insight: cannot write '")


def test_a_map_is_replaced_by_who_says_yes(run, tiny):
    beside = tiny.with_suffix(".toml")
    for option in ([], ["--yes"]):
        assert run(["map", str(tiny), "-o", str(beside), *option]).exit_code == 0
        assert "[map]" in beside.read_text()


@pytest.mark.parametrize("wrong", [["check"], ["check", "x", "--nope"], ["label", "x", "-n", "0"], ["nope"]])
def test_a_wrong_option_is_exit_code_2(run, wrong):
    assert run(wrong).exit_code == 2


def test_an_error_names_the_file_and_its_columns(run, tmp_path):
    path = tmp_path / "ids.csv"
    path.write_text("id,author\n1,ann\n2,bo\n", encoding="utf-8")
    told = run(["check", str(path)])
    assert told.exit_code == 1
    assert all(word in told.stderr for word in ("ids.csv", "'id'", "'author'"))


def test_a_date_that_cannot_be_read_is_named_with_file_and_column(run, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("id,author,created_at,text\n1,ann,soon,my kettle leaks\n", encoding="utf-8")
    told = run(["check", str(path)])
    assert told.exit_code == 0
    assert "days.csv: column 'created_at': none of its values can be read as a date" in told.stdout
    assert "'aaaa' (row 1)" in told.stdout


def test_a_run_that_is_left_is_compared_with(run, tmp_path):
    simulate_archive(tmp_path / "exports", n_people=60, n_months=4)
    common = ["report", str(tmp_path / "exports"), "--brand", "@pellwick", "-o", str(tmp_path / "out.html")]
    left = tmp_path / "left.parquet"
    told = run([*common, "-q", "--save-run", str(left)])
    assert told.stdout.splitlines()[-1] == str(left), told.stderr
    told = run([*common, "--compare-to", str(left)])
    assert "No clear change since the run of " in told.stdout
    told = run([*common, "--compare-to", str(tmp_path / "out.html")])
    assert told.exit_code == 1
    assert "is not what an earlier run left" in told.stderr


def test_a_cluster_is_named_with_its_engine_and_needs_pyspark(run, tiny, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    page = ["report", str(tiny), "-o", str(tmp_path / "page.html")]
    for options, said in (
        (["--master", "spark://a:1"], "add that, or leave --master out"),
        (["--engine", "spark"], "pip install pyspark"),
        (["--engine", "spark", "--by", "channel"], "--engine is for one page"),
    ):
        result = run([*page, *options])
        assert result.exit_code == 1
        assert said in result.stderr
    assert not (tmp_path / "page.html").exists()


def test_report_exports_its_tables_too(run, tiny, tmp_path):
    folder = tmp_path / "files"
    told = run(["report", str(tiny), "-q", "-o", str(tmp_path / "out.html"), "--export", str(folder)])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.splitlines()[1] == str(folder / "findings.xlsx")
    assert all(pathlib.Path(line).is_file() for line in told.stdout.splitlines())
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in record["inputs"]] == ["tiny.csv"]


def test_people_on_the_deletion_list_are_left_out(run, tiny, tmp_path):
    who = tmp_path / "gone.txt"
    who.write_text("@Ann\n")
    kept = run(["check", str(tiny), "--quiet"]).output
    told = run(["check", str(tiny), "--quiet", "--deleted", str(who)]).output
    assert "deletion list" in told
    assert "deletion list" not in kept
    (tmp_path / "insight.toml").write_text('deleted = "gone.txt"\n')
    assert "deletion list" in run(["check", str(tiny), "--quiet"]).output
    lacking = run(["check", str(tiny), "--deleted", "nowhere.txt"])
    assert lacking.exit_code == 1
    assert "cannot be read" in lacking.output


def test_the_order_of_day_and_month_can_be_said(run, tmp_path):
    path = tmp_path / "dates.csv"
    path.write_text("author,date,text\nann,03/04/2024 10:00,it hums\nbo,05/04/2024 10:00,it drips\n")
    asked = run(["check", str(path)])
    assert "no dates" in asked.output
    assert "Pass --day-first or --month-first" in asked.output
    assert "3–5 Apr 2024" in run(["check", str(path), "--quiet", "--day-first"]).output
    assert "4 Mar–4 May 2024" in run(["check", str(path), "--quiet", "--month-first"]).output


def test_the_version_and_the_module_form():
    told = subprocess.run([sys.executable, "-m", "insight", "--version"], capture_output=True, text=True)
    assert told.stdout == f"{ins.__version__}\n"


def test_shells_can_complete(run, monkeypatch):
    # the shell is known whatever started this process
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    assert "insight" in run(["--show-completion"]).stdout


def test_check_as_json(run, tiny):
    told = run(["check", str(tiny), "--brand", "Acme=@acme", "--json", "-q"])
    said = json.loads(told.stdout)
    assert (said["n_mentions"], said["n_authors"], said["brands"]) == (4, 4, ["Acme"])
    assert said["files"][0]["rows_kept"] == 4
    assert said["first"].startswith("2026-03-01T10:00:00")


def test_the_memo_as_json_and_a_new_folder_is_said(run, tiny, tmp_path):
    page = tmp_path / "new" / "out.html"
    told = run(["report", str(tiny), "--brand", "@acme", "-o", str(page), "--json", "-q"])
    said = json.loads(told.stdout)
    assert said["files"] == [str(page)]
    assert list(said["memo"]) == ["About", "Bottom line", "Problems", "Replies", "What to do"]
    assert all(said["memo"].values())
    assert f"new folder: {page.parent}" in told.stderr


def test_one_unreadable_file_of_several(run, tiny, tmp_path):
    broken = tmp_path / "ids.csv"
    broken.write_text("id,author\n1,ann\n2,bo\n", encoding="utf-8")
    told = run(["check", str(tiny), str(broken), "-q"])
    assert told.exit_code == 1
    assert told.stdout.startswith("4 messages by 4 people, 1 source")
    assert told.stderr.startswith("insight: not read: ids.csv")
    none = run(["check", str(broken), str(broken.rename(tmp_path / "again.csv")), "-q"])
    assert (none.exit_code, none.stdout) == (1, "")


@pytest.mark.parametrize("command", ["check", "report"])
@pytest.mark.parametrize(
    ("brand", "said"),
    [
        ("Kettles=@acmee", "@acmee does not occur; did you mean @acme, in 3 messages?"),
        ("Acme=@acme,@acmee", None),
        ("Acme=@acme", None),
    ],
)
def test_a_typo_in_a_handle_is_said(run, tiny, tmp_path, command, brand, said):
    where = ["-o", str(tmp_path / "out.html")] if command == "report" else []
    told = run([command, str(tiny), "--brand", brand, "-q", *where])
    assert told.exit_code == 0
    assert (f"warning: {said}" in told.stderr) if said else ("does not occur" not in told.stderr)
