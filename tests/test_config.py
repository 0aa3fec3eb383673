"""insight.toml: what it says is taken, what it says wrongly is named."""

import datetime
import re

import pytest

import insight as ins
from insight.config import Config, find_config, read_config

WHOLE = """
title = "Acme, spring"
tz = "Europe/Berlin"
privacy = "internal"
private = true
format = "maps/ours.toml"
min_people = 3

[brands]
Acme = ["@acme", "@acmecare"]
Rival = ["@rival"]

[business_hours]
opens = "08:30"
days = ["Monday", "Saturday"]
holidays = ["2025-12-25"]

[[event]]
name = "App down"
kind = "outage"
start = 2025-03-03T10:00:00
"""


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "insight.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_every_key_is_taken(write, tmp_path):
    config = read_config(write(WHOLE))
    assert (config.title, config.tz, config.privacy) == ("Acme, spring", "Europe/Berlin", "internal")
    assert (config.private, config.min_people) == (True, 3)
    assert config.format == str(tmp_path / "maps" / "ours.toml")
    assert list(config.brands) == ["Acme", "Rival"]
    assert config.business_hours == {
        "opens": "08:30",
        "days": ["Monday", "Saturday"],
        "holidays": ["2025-12-25"],
    }
    (start,) = config.events["start"]
    assert start.to_pydatetime() == datetime.datetime(2025, 3, 3, 9, tzinfo=datetime.UTC), (
        "Berlin is an hour on"
    )


def test_an_empty_file_changes_nothing(write):
    empty, default = read_config(write("")), Config()
    assert empty.events.empty
    assert (empty.brands, empty.tz, empty.min_people) == (default.brands, default.tz, default.min_people)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('brnads = {Acme = ["@acme"]}', "'brnads' is not known; the nearest is 'brands'"),
        ('[business_hours]\nopen = "09:00"', "'open' is not known; the nearest is 'opens'"),
        ('[business_hours]\ndays = ["Mondy"]', "'Mondy' is not known; the nearest is 'Monday'"),
        ('[business_hours]\nopens = "9"', 'write an hour such as "09:00"'),
        ('[business_hours]\nholidays = ["Christmas"]', "'Christmas' is no date"),
        ('[business_hours]\ndays = "Monday"', 'write a list such as \\["Monday"\\]'),
        ('[[event]]\nname = "x"\nkind = "outrage"\nstart = 2025-01-01', "the nearest is 'outage'"),
        ('[brands]\nAcme = "@acme"', 'write a list such as \\["@acme"\\]'),
        ("[brands]\nAcme = []", "brand Acme is \\[\\]"),
        ('tz = "Mars/Base"', "'Mars/Base' is no time zone"),
        ("tz = 1", "tz is 1; write text in quotes"),
        ("min_people = true", "write a whole number"),
        ("min_people = 0", "min_people is 0"),
        ('privacy = "public"', "write 'shareable' or 'internal'"),
        ("title = ", "insight.toml' cannot be read"),
    ],
)
def test_what_is_wrong_is_named(write, text, told):
    with pytest.raises(ins.InsightError, match=told):
        read_config(write(text))


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ins.InsightError, match="cannot be read"):
        read_config(tmp_path / "insight.toml")


def test_it_is_found_beside_the_archive(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.csv").touch()
    assert find_config(tmp_path / "exports") is None
    outer, inner = tmp_path / "insight.toml", tmp_path / "exports" / "insight.toml"
    outer.touch()
    assert find_config([str(tmp_path / "exports")]) == outer
    assert find_config(tmp_path / "a.csv") == outer
    inner.touch()
    assert find_config(tmp_path / "exports") == inner
    assert find_config(str(tmp_path / "exports" / "*.csv")) == inner


def test_the_example_of_the_docs_is_read(write, root):
    start = (root / "notebooks" / "docs" / "pages" / "index.md").read_text()
    (example,) = re.findall(r"^```toml\n(.*?)^```", start, re.S | re.M)
    config = read_config(write(example))
    assert list(config.brands) == ["Acme", "Rival"]
    assert len(config.events) == 1
