"""The keys of a spec: the parser's list, the specs that ship, and the page that explains them agree."""

from __future__ import annotations

import re
import tomllib
import warnings

import pytest

from insight.archives import read_archive
from insight.archives.detect import ENTRY_KEYS, KEYS
from insight.archives.instructions import ROLES
from insight.archives.mapping import COUNTS, WORDS
from insight.mentions import InsightError, InsightWarning

NAMED_ONLY_IN_COLUMNS = {"questions", "place", "status", "reply", "reply_at"}


def test_what_is_read_of_a_map_is_what_the_list_names():
    keys = set(KEYS["map"].split())
    assert keys == {*WORDS, *COUNTS, "rating", "created_at", "retrieved_at", "reposted_text"}
    assert set(ROLES) - NAMED_ONLY_IN_COLUMNS <= keys


def test_no_spec_has_a_key_that_nothing_reads(root):
    for path in sorted((root / "insight" / "archives" / "specs").glob("[a-z]*.toml")):
        spec = tomllib.loads(path.read_text(encoding="utf-8"))
        for table, entries in spec.items():
            unread = set() if table == "extra" else set(entries) - set(KEYS[table].split())
            assert not unread, f"{path.name} [{table}] {unread}"
            for name, entry in entries.items() if table in ("map", "extra", "reply") else ():
                inner = set(entry) if isinstance(entry, dict) else set()
                assert inner <= set(ENTRY_KEYS.split()), f"{path.name} {name} {inner}"


def test_the_page_of_formats_explains_every_key_and_no_other(root):
    page = (root / "notebooks" / "docs" / "pages" / "formats.md").read_text(encoding="utf-8")
    part = page.partition("## Every key of a spec")[2]
    found, table = {}, ""
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 2 or set(cells[0]) == {"-"}:
            continue
        if len(cells) == 2:
            table, cells = "entry", ["", cells[0]]
        elif cells[0]:
            table = cells[0].strip("`[]")
        found.setdefault(table, set()).update(re.findall(r"`(\w+)`", cells[1]))
    expected = {name: set(keys.split()) for name, keys in KEYS.items()}
    given = {name: found[name] for name in expected}
    assert given == expected
    assert found["entry"] == set(ENTRY_KEYS.split())


@pytest.mark.parametrize(
    ("change", "said"),
    [(("local_ids", "local_idz"), r"nothing reads \[rules\] local_idz; did you mean 'local_ids'\? Write one"),
     (("[rules]", "[rulez]"), r"nothing reads \[rulez\]; did you mean 'rules'\?")],
)  # fmt: skip
def test_a_key_that_nothing_reads_is_an_error(write, change, said):
    spec = (
        '[format]\nname = "x"\ntitle = "x"\nreader = "table"\n[detect]\nall = ["text"]\n[time]\n'
        'formats = []\n[map]\ntext = "text"\n[rules]\nlocal_ids = true\n'
    )
    path, wrong = write("text,date\nHello there,2024-01-01\n"), write(spec.replace(*change), "mine.toml")
    with pytest.raises(InsightError, match=said):
        read_archive(path, format=str(wrong))
    assert len(read_archive(path, format=str(write(spec, "mine.toml"))).mentions) == 1


MAPPED = """[format]
name = "mine"
title = "my table"
reader = "table"
[detect]
all = ["Said"]
[time]
formats = []
[map]
text = "Said"
created_at = "When"
author = "Plant parrent"
rating = { from = ["Stars"], conv = "rating", scale = "guess" }
"""


@pytest.mark.parametrize("second", [False, True])
def test_a_column_of_a_map_that_no_file_has_is_named_with_the_nearest(write, second):
    """Where one of several files has it, it is no typing error."""
    rows = "Said,When,Plant parent,Stars\nIt leaks,2026-03-01,ann,2\nIt broke,2026-03-02,bo,1\n"
    paths = [write(rows, "one.csv")]
    paths += [write(rows.replace("parent", "parrent"), "two.csv")] if second else []
    spec = write(MAPPED, "mine.toml")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InsightWarning)
        report = read_archive(paths, format=str(spec)).report
    said = [str(one.message) for one in caught if issubclass(one.category, InsightWarning)]
    if second:
        assert said == []
    else:
        assert len(said) == 1
        assert said[0] in report.notes
        assert said[0].endswith("[map] author from 'Plant parrent', a column that is not there; "
                                "did you mean 'Plant parent'?")  # fmt: skip


def test_rows_of_a_map_with_answers_are_the_customers_as_with_columns(write):
    """What `[reply]` says of the rows holds for any map, unless it says otherwise itself."""
    rows = "Said,When,Pal,We said\nIt leaks,2026-03-01,ann,Sorry\nIt broke,2026-03-02,bo,\n"
    path = write(rows, "one.csv")
    base = MAPPED.replace("Plant parrent", "Pal").split("rating =")[0] + '[reply]\ntext = "We said"\n'
    named = read_archive(path, columns={"author": "Pal", "reply": "We said"}).mentions
    mapped = read_archive(path, format=str(write(base, "mine.toml"))).mentions
    assert sorted(mapped["side"]) == sorted(named["side"]) == ["brand", "customer", "customer"]
    assert mapped["addressed"].sum() == named["addressed"].sum() == 2
    own = write(base + '[rules]\nside = "other"\n', "own.toml")
    assert set(read_archive(path, format=str(own)).mentions["side"]) == {"brand", "other"}
