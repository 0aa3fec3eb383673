"""Nobody is named on a shareable page: what the exports call people is looked for in all that it holds."""

import base64
import gzip
import html
import json
import re
import zipfile
import zlib

import pytest

import insight as ins
from tests.simulate import simulate_archive

MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.I)
PHONE = re.compile(
    r"(?<![\w.,])(?:\+\d{1,3}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){6,12}\d|\d{3}[-. ]\d{3}[-. ]\d{4})(?!\w)"
)
TAG = re.compile(r"(?<![\w.])@(\w+)")
PROFILE = re.compile(r"(?:twitter\.com|x\.com|reddit\.com/u(?:ser)?|instagram\.com|t\.me)/(\w+)", re.I)
PSEUDONYM = re.compile(r"u[0-9a-f]{16}")


def held(page):
    """All that a reader of the file could find in it, what is packed unpacked; not the program."""
    data, rows = (
        base64.b64decode(re.search(rf'<script type="text/plain" id="{name}">(.*?)</script>', page, re.S)[1])
        for name in ("data", "rows")
    )
    unpacked = [json.loads(gzip.decompress(data)), json.loads(zlib.decompress(rows, -15))]
    shell = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S)
    assert unpacked[1]["n"]
    return html.unescape("\n".join([shell, *strings(unpacked)]))


def strings(value):
    """Every text of a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.items() for part in item for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return []


def assert_nobody_is_named(text, *, names, brands):
    """`names` are words that only a person goes by."""
    assert MAIL.findall(text) == []
    assert PHONE.findall(text) == []
    tagged = {tag for tag in TAG.findall(text) if not PSEUDONYM.fullmatch(tag)}
    assert {tag.casefold() for tag in tagged} <= brands
    assert {name.casefold() for name in PROFILE.findall(text)} <= brands
    assert set(re.findall(r"[\w-]+", text.casefold())) & {name.casefold() for name in names} == set()


def test_nobody_of_the_invented_world_is_named(page_report, page_file):
    truth = simulate_archive(None, n_people=120, n_months=5)
    people = truth.people["author"].dropna().astype(str)
    text = held(page_file.read_text(encoding="utf-8"))
    assert len(people) > 90
    assert page_report.imported.privacy == "shareable"
    assert PSEUDONYM.search(text)
    assert_nobody_is_named(text, names={*people, *truth.bots}, brands={"pellwick", "pellwickhelp", "brastow"})


def test_what_is_looked_for_is_found_where_names_are_kept(tmp_path):
    truth = simulate_archive(tmp_path / "exports", n_people=60, n_months=3)
    kept = ins.read_archive(tmp_path / "exports", key=tmp_path / "key", privacy="internal").mentions
    with pytest.raises(AssertionError):
        assert_nobody_is_named(
            "\n".join([*kept["text"], *kept["author_name"].dropna()]),
            names=set(truth.people["author"].dropna()), brands={"pellwick", "pellwickhelp", "brastow"},
        )  # fmt: skip


def letters(path):
    """Who wrote to a mailing list: `name at host`."""
    found = re.findall(r"^From: (\S+) at (\S+)", path.read_text(encoding="latin-1"), re.M)
    return {f"{name} at {host}" for name, host in found} | {f"{name}@{host}" for name, host in found}


def members(path):
    """The account ids, user names and addresses of a Slack export."""
    with zipfile.ZipFile(path) as packed:
        file = next(name for name in packed.namelist() if name.endswith("users.json"))
        users = json.loads(packed.read(file))
    return {user["id"] for user in users} | {user["profile"].get("email") or user["id"] for user in users}


def tweeters(path):
    """The handles of everybody in a capture of X; a name without its mark may be a word like any other."""
    names = set(re.findall(r'"screen_name": ?"(\w+)"', path.read_text(encoding="utf-8")))
    return {mark + name for name in names for mark in "@/"}


REAL = {
    "mbox/pipermail_2001-November.txt": letters,
    "slack/testarchive.zip": members,
    "zeeschuimer/twitter-test.ndjson": tweeters,
}


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_nobody_of_a_real_archive_is_named(real_data, tmp_path, name):
    path = real_data / "archives" / name
    known = REAL[name](path)
    assert len(known) >= 2
    page = ins.build_report(ins.read_archive(path, key=tmp_path / "key")).to_html()
    text = held(page)
    assert_nobody_is_named(text, names=set(), brands=set())
    assert [one for one in known if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.I)] == []
