"""One archive as several: who is in which, and a page for each."""

from __future__ import annotations

import importlib

import pytest
from typer.testing import CliRunner

import insight as ins
from insight.cli import app
from insight.report import split_archive

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twelve people write to Acme on x and twelve to Rival by mail, each answered once; one writes by fax."""
    rows = ["id,thread,author,date,text,side,brand,channel"]
    asked, said = "The lid broke again,customer", "Sorry about that,brand"
    for number in range(24):
        brand, channel = ("Acme", "x") if number < 12 else ("Rival", "mail")
        day = f"2026-03-{number % 12 + 1:02d}"
        rows.append(f"q{number},t{number},p{number},{day}T10:00:00Z,{asked},{brand},{channel}")
        rows.append(f"a{number},t{number},{brand}care,{day}T11:00:00Z,{said},{brand},")
    rows.append("q99,t99,p99,2026-03-01T10:00:00Z,Anyone there,customer,Acme,fax")
    path = tmp_path_factory.mktemp("split") / "messages.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def archive(folder, tmp_path_factory):
    return ins.read_archive(folder, key=tmp_path_factory.mktemp("key") / "key")


def test_a_channel_has_its_people_and_the_answers_to_them(archive):
    parts = split_archive(archive, "channel")
    assert [*parts] == ["mail", "x"]  # one person by fax is too few
    assert {name: len(part.mentions) for name, part in parts.items()} == {"mail": 24, "x": 24}
    assert set(parts["x"].mentions["brand"]) == {"Acme"}


def test_each_brand_is_once_the_own_one(archive):
    parts = split_archive(archive, "brand")
    assert {name: part.report.named[0] for name, part in parts.items()} == {"Acme": "Acme", "Rival": "Rival"}
    assert all(len(part.mentions) == len(archive.mentions) for part in parts.values())


def test_what_is_no_segment_is_refused(archive, monkeypatch):
    with pytest.raises(ins.InsightError, match="no column 'plan'; with few values it has"):
        split_archive(archive, "plan")
    with pytest.raises(ins.InsightError, match="no channel has 100 people or more; the largest has 12"):
        split_archive(archive, "channel", min_people=100)
    monkeypatch.setattr(importlib.import_module("insight.report.split_archive"), "MOST", 1)
    with pytest.raises(ins.InsightError, match="'channel' has 3 values, more than 1: it is no segment"):
        split_archive(archive, "channel")


def test_pages_and_their_index_are_written(folder, tmp_path):
    given = ["report", str(folder), "--by", "channel", "-o", str(tmp_path / "pages"), "-q"]
    run = CliRunner().invoke(app, given, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "index.html",
        "mail.html",
        "x.html",
    ]
    index = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert '<a href="mail.html">mail</a>' in index
    assert "<title>What people say: x</title>" in (tmp_path / "pages" / "x.html").read_text(encoding="utf-8")
    refused = CliRunner().invoke(app, [*given, "--slides", str(tmp_path / "s.pptx")])
    assert refused.exit_code == 1
    assert "--slides is for one page" in refused.output
