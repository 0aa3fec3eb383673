import base64
import gzip
import hashlib
import json
import re
from html import unescape

import pytest
from plotly.offline import get_plotlyjs

import insight as ins
from insight.report.file_card import tables
from insight.report.page import render_inline, spark_points, to_json

pytestmark = pytest.mark.slow

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    "a & b",
    "\u2028\u2029",
    'quo"te\\',
    "]]>",
    "é 👩‍👩‍👧",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_json_cannot_leave_its_block_and_comes_back_whole(text):
    shown = to_json({"text": text})
    assert not re.search("[<>&\u2028\u2029]", shown)
    assert json.loads(shown) == {"text": text}


def test_json_is_the_same_whatever_the_order_of_keys():
    assert to_json({"a": 1, "b": [2]}) == to_json({"b": [2], "a": 1})


def test_numbers_that_are_none_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        to_json({"n": float("nan")})


def test_inside_a_notebook_title_memo_and_page_are_escaped():
    shown = render_inline(
        "<b>Acme</b>", [("Why?", "<script>alert(1)</script>")], '"><script>alert(2)</script>'
    )
    assert "<script>" not in shown
    assert "&lt;b&gt;Acme" in shown
    assert 'srcdoc="&#34;&gt;&lt;script&gt;alert(2)' in shown


def scripts(page):
    return re.findall(r"<script>(.*?)</script>", page, flags=re.S)


def packed(page, name):
    found = re.search(rf'<script type="text/plain" id="{name}">(.*?)</script>', page, re.S)[1]
    return gzip.decompress(base64.b64decode(found)).decode()


def test_the_policy_names_every_script_and_allows_nothing_else(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src" not in policy
    runs = [*scripts(page), packed(page, "plotly")]
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in runs}
    assert set(re.findall("'sha256-([^']*)'", policy)) == hashes
    assert "\r" not in page


@pytest.mark.parametrize("header", ["id,author,created_at,text,rating", "a,b,c,d,e"])
def test_each_table_stands_under_its_heading(tmp_path, header):
    """Some tables of the card are empty, with a map or without one; no other takes their place."""
    rows = [
        f"{n},p{n},2026-03-{n % 9 + 1:02},the lid of it broke on day {n},{n % 3 or ''}" for n in range(40)
    ]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    archive = ins.read_archive(path, columns={"text": header.split(",")[3], "rating": header.split(",")[4]})
    html = ins.build_report(archive).to_html()
    headings = re.findall(r'data-table="([^"]*)"[^>]*><summary>([^<]*)</summary>', html)
    assert {"Volume by file, days in UTC", "Known of some messages only"} <= {name for name, _ in headings}
    shown = json.loads(packed(html, "data"))["tables"]
    expected = dict(tables(archive.report))
    assert dict(headings) == {name: name for name in expected}
    for key, name in headings:
        table = expected[unescape(name)]
        assert shown[unescape(key)]["head"] == [list(cell) for cell in table.head]
        assert shown[unescape(key)]["rows"] == table.rows != []


def test_plotly_is_packed_once_and_nothing_is_loaded(page):
    assert len(scripts(page)) == 1
    assert packed(page, "plotly") == get_plotlyjs()
    shell = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", shell)
    assert "@import" not in shell
    assert "url(" not in shell
    assert "widget-view" not in page


def test_no_figure_offers_an_upload(page):
    data = json.loads(packed(page, "data"))
    assert data["config"]["showSendToCloud"] is False
    drawn = [shown["plot"] for shown in data["shown"].values() if shown["plot"]]
    assert drawn
    assert all("template" not in plot["layout"] for plot in drawn)
    assert set(data["templates"]) == {"light", "dark"}


def test_a_spark_begins_at_zero():
    points = [tuple(map(float, point.split(","))) for point in spark_points([0.0, 0.5, 1.0]).split()]
    assert points == [(0, 19), (42, 10), (84, 1)]
