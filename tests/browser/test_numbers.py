"""Numbers in sight, computed again by pandas from the rows that the page itself carries."""

import base64
import json
import re
import zlib

import numpy as np
import pandas as pd
import pytest

ARRAYS = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32}
FEWEST = 30
"""Numbers that must be checked."""


def column(packed):
    return np.frombuffer(base64.b64decode(packed["data"]), ARRAYS[packed["type"]]).astype("int64")


class Rows:
    """The rows of a page as tables: messages, what each is about, waits."""

    def __init__(self, html):
        packed = re.search(r'<script type="text/plain" id="rows">(.*?)</script>', html, re.S)[1]
        data = json.loads(zlib.decompress(base64.b64decode(packed), -15))
        self.data, self.fewest = data, data["min_people"]
        stars = np.array([np.nan, *data["rating"]["values"]])
        self.messages = pd.DataFrame(
            {
                "person": np.repeat(np.arange(data["n_people"]), column(data["of_person"])),
                "month": self.months(column(data["day"])),
                "worded": column(data["worded"]).astype(bool),
                "own": column(data["own"]).astype(bool),
                "stars": 1 + 4 * stars[column(data["rating"]["codes"])],
            }
        )
        waits = data["waits"]
        hours = {name: column(waits[name]) * data["unit"] / 3600 for name in ("wait", "watched")}
        flags = {name: column(waits[name]).astype(bool) for name in ("answered", "due")}
        self.waits = pd.DataFrame({"row": np.cumsum(column(waits["gap"])), **hours, **flags})

    def months(self, day):
        first = pd.Timestamp(self.data["first"])
        dates = first + pd.to_timedelta(np.where(day > 0, day - 1, 0), unit="D")
        return pd.Series(dates).dt.strftime("%Y-%m").where(day > 0)

    def values(self, name):
        """Rows of messages by the label of each value."""
        found = next(one for one in self.data["dimensions"] if one["name"] == name)
        codes = column(found["codes"])
        at = np.repeat(np.arange(len(self.messages)), column(found["counts"]) if "counts" in found else 1)
        return {label: at[codes == code] for code, (_, label) in enumerate(found["values"], 1)}

    def people(self, at):
        return int(self.messages["person"].iloc[at].nunique())

    def answered(self, at=None):
        """Waits that could be watched for a day, those answered within it, and the share."""
        due = self.waits[self.waits["due"] & (self.waits["watched"] >= 24)]
        due = due if at is None else due[due["row"].isin(at)]
        met = due["answered"] & (due["wait"] <= 24)
        return len(due), int(met.sum()), met.mean()

    def mean_stars(self, at):
        rated = self.messages.iloc[at]
        rated = rated[rated["own"] & rated["stars"].notna()]
        return len(rated), rated.groupby("person")["stars"].mean()

    def stars_lost(self, at):
        """How much lower people rate who mention a problem, people the unit."""
        read = self.messages[self.messages["worded"] & self.messages["own"] & self.messages["stars"].notna()]
        means = read.groupby("person")["stars"].mean()
        mine = means.index.isin(self.messages["person"].iloc[at])
        return means[~mine].mean() - means[mine].mean()


def percent(share):
    value = 100 * share
    return f"{value:.1f}\u00a0%" if 0 < value < 9.95 else f"{value:.0f}\u00a0%"


@pytest.fixture(scope="module")
def file(make_report, tmp_path_factory):
    """The page of an archive that is large enough for every kind of number."""
    return make_report(n_people=400, n_months=6).save(tmp_path_factory.mktemp("numbers") / "page.html")


@pytest.fixture
def seen(open_page, file):
    page = open_page(file)
    page.locator(":root[data-ready]").wait_for(state="attached")
    return page


def table_of(page, name):
    """The rows of the table of numbers behind a figure; none of a figure that has nothing to show."""
    figure = page.locator(f"#figure-{name}")
    if not figure.count():
        return []
    figure.locator("details.more summary").click()
    figure.locator("tbody tr").first.wait_for()
    return [row.split("\t") for row in figure.locator("tbody tr").all_inner_texts()]


def test_thirty_numbers_in_sight_come_out_again(seen, file):
    rows = Rows(file.read_text(encoding="utf-8"))
    checked = []

    def check(shown, exact):
        """A count of people may be written as the multiple of the fewest people below it."""
        floored = isinstance(exact, int) and shown == f"{exact - exact % rows.fewest:,}"
        written = f"{exact:,}" if isinstance(exact, int) else exact
        assert shown == written or floored, (shown, exact)
        checked.append(shown)

    size = re.findall(r"\d[\d,]*", seen.locator("#count").inner_text())
    check(size[0], rows.data["n_people"])
    check(size[1], len(rows.messages))
    needs, base = rows.values("need"), rows.people(np.flatnonzero(rows.messages["worded"]))
    if 0 < rows.data["n_people"] - base < rows.fewest:  # too few wrote without words to be counted beside
        base = rows.data["n_people"]
    heads = [head.rstrip(" ↓↑") for head in seen.locator("#problems-table thead th").all_inner_texts()]
    for line in seen.locator("#problems-table tbody tr").all():
        cells = dict(zip(heads, line.locator("th, td").all_inner_texts(), strict=True))
        people, share = cells["People"], cells["Share"]
        lost, answered = cells.get("Stars lost"), cells.get("Answered in a day")
        at = needs[cells["Problem"]]
        check(people, rows.people(at))
        if people == f"{rows.people(at):,}" and share:
            check(share, percent(rows.people(at) / base))
        if lost:
            check(lost, f"{rows.stars_lost(at):.1f}")
        if answered and "." not in answered:
            assert abs(float(answered.split("\u00a0")[0]) - 100 * rows.answered(at)[2]) <= 2
    wants = {"ask for help": "help", "complain": "complaint", "suggest something": "idea"}
    for figure, groups, words in (
        ("answered-by-want", "want", wants),
        ("answered-by-channel", "channel", {}),
    ):
        known = rows.values(groups)
        for name, n, met, share, *_ in table_of(seen, figure):
            exact = rows.answered(known[words.get(name.lower(), name)])
            check(n, exact[0])
            check(met, exact[1])
            if share != "–":  # of few people the count only
                check(share, percent(exact[2]))
    for month, n, stars, *_ in table_of(seen, "ratings"):
        at = np.flatnonzero(rows.messages["month"] == pd.Timestamp(month).strftime("%Y-%m"))
        count, means = rows.mean_stars(at)
        check(n, count)
        check(stars, f"{means.mean():.1f}" if count else "–")
    assert len(checked) >= FEWEST, len(checked)
