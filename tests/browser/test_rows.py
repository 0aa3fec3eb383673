"""The rows of the page in Chromium: the numbers of pandas and of the package, and no small group."""

import base64
import hashlib
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import insight as ins
import insight.report
from insight.report.page_rows import coarse_waits, page_rows
from insight.stats.intervals import wilson
from insight.timeline.own_words import bare_words
from tests.simulate import simulate_archive

SOURCE = (Path(insight.report.__file__).parent / "rows.js").read_text(encoding="utf-8")
MIN_PEOPLE = 10
BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
DIMENSIONS = ("channel", "rating", "topic", "want", "tagged", "kind", "lang", "signal", "need")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What a report finds in a small invented archive, as far as rows hold it."""
    folder = tmp_path_factory.mktemp("rows")
    simulate_archive(folder / "exports", n_people=300, n_months=6)
    archive = ins.read_archive(folder / "exports", brands=BRANDS, key=folder / "key.txt")
    return ins.build_report(archive).results


@pytest.fixture(scope="module")
def internal(results):
    return replace(results, guard=replace(results.guard, shareable=False))


@pytest.fixture(scope="module")
def opened(browser):
    """Open rows in a page of their own, under a policy that runs this one script only."""
    contexts = []

    def open_rows(data, *, script="", change=None):
        packed = data if isinstance(data, str) else data.packed
        if change is not None:
            packed = json.dumps(change(json.loads(unpacked(packed))))
            packed = base64.b64encode(zlib.compress(packed.encode())[2:-4]).decode()
        source = SOURCE + script
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        context = browser.new_context(offline=True)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        policy = f"default-src 'none'; script-src 'sha256-{digest}'"
        page.set_content(
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            f'<script type="text/plain" id="rows">{packed}</script><script>{source}</script>'
        )
        page.evaluate(
            "async () => { window.rows = await openRows(document.getElementById('rows').textContent); }"
        )
        return page

    yield open_rows
    for context in contexts:
        context.close()


def unpacked(packed):
    return zlib.decompress(base64.b64decode(packed), -15).decode()


@pytest.fixture(scope="module")
def everything(results):
    """One row a message of people's, made from the results by other means than rows are."""
    line = results.mentions
    people = line["role"].isin(["customer", "unknown"]) & (line["person"].notna() | line["author_id"].isna())
    rows = line[people & (line["kind"] != "repost") & line["reposted_id"].isna()].set_index("mention_id")
    words = bare_words(rows["title"] + " " + rows["text"])
    unsigned = pd.Series(np.where(words == "", rows.index, "w:" + words), rows.index)
    rows = rows.assign(who=rows["person"].astype(object).where(rows["person"].notna(), unsigned))
    voiced = results.voiced.members
    sets = {
        "need": voiced[voiced["need"].notna()].groupby("mention_id")["need"].agg(frozenset),
        "signal": results.signals.groupby("mention_id")["signal"].agg(lambda said: frozenset(said)),
    }
    names = {"x": "X", "reddit": "Reddit", "google_play": "Google Play", "zendesk": "Zendesk"}
    topic = results.topics.assignments.set_index("mention_id")["topic"]
    one = {
        "channel": rows["platform"].astype(object).map(names),
        "rating": rows["rating"].astype("float64").map("{:g}".format, na_action="ignore"),
        "topic": topic[topic >= 0].astype(str).reindex(rows.index),
        "want": results.wants.set_index("mention_id")["intent"].astype(object).reindex(rows.index),
        "tagged": rows["addressed"].astype(object).map({True: "tagged", False: "untagged"}),
        "kind": rows["kind"].astype(object),
        "lang": rows["lang"].astype(object),
    }
    table = pd.DataFrame(one, index=rows.index)
    for name, found in sets.items():
        table[name] = found.reindex(rows.index).map(lambda value: value if value == value else frozenset())
    return table.assign(
        who=rows["who"],
        day=rows["created_at"].dt.tz_localize(None).dt.normalize(),
        stars=rows["rating"].astype("float64"),
        own=rows["own"].astype(bool),
        worded=rows.index.isin(results.customers["mention_id"]),
        text=(rows["title"] + " " + rows["text"]).str.lower(),
    )


def drawn_filters(table, n, *, seed, dates=True):
    """Filters of one to three clauses, drawn by chance."""
    rng = np.random.default_rng(seed)
    days = sorted(table["day"].unique())
    for number in range(n):
        filters = {}
        names = [name for name in DIMENSIONS if name in table.columns]
        for name in rng.choice(names, size=1 + number % 3, replace=False).tolist():
            values = sorted({v for value in table[name].dropna() for v in listed(value)})
            filters[name] = sorted(
                rng.choice(values, size=min(len(values), 1 + int(rng.integers(3))), replace=False)
            )
        if dates and number % 4 == 3:
            first, last = sorted(rng.choice(len(days), size=2, replace=False).tolist())
            filters |= {"from": f"{days[first]:%Y-%m-%d}", "to": f"{days[last]:%Y-%m-%d}"}
        if dates and number % 10 == 9:
            filters = {"text": str(rng.choice(["refund", "the", "app"]))}
        yield {
            name: value if isinstance(value, str) else [str(one) for one in value]
            for name, value in filters.items()
        }


def listed(value):
    return value if isinstance(value, frozenset) else [value]


def kept_by(table, filters):
    keep = pd.Series(True, table.index)
    for name, value in filters.items():
        if name == "text":
            keep &= table["text"].str.contains(value, regex=False)
        elif name == "from":
            keep &= table["day"] >= pd.Timestamp(value)
        elif name == "to":
            keep &= table["day"] <= pd.Timestamp(value)
        else:
            keep &= table[name].map(lambda own, value=value: not set(listed(own)).isdisjoint(value))
    return table[keep]


def close(found, expected):
    """Counts to the last digit; sums of floats taken in another order to the twelfth."""
    return found == pytest.approx(expected, rel=1e-12, abs=1e-14, nan_ok=True)


SEEN = """([filters, dimensions]) => {
    const view = rows.view(filters);
    return {
        people: view.people, messages: view.messages, base: view.base,
        by: Object.fromEntries(dimensions.map((name) => [name, view.by(name)])),
        volume: view.volume("month"), ratings: view.ratings("month"), whole: view.ratings(),
        answered: view.answered(24), by_channel: view.answered(24, "channel"), curve: view.waitCurve(),
        needs: view.needs(), compared: view.compare("tagged"),
    };
}"""


def test_fifty_filters_give_the_numbers_of_pandas_and_of_the_package(opened, results, everything):
    page = opened(page_rows(results, min_people=1))
    waits = coarse_waits(results.responses, shareable=True).set_index("mention_id", drop=False)
    full = 0
    for number, filters in enumerate(drawn_filters(everything, 50, seed=1)):
        seen, kept = page.evaluate(SEEN, [filters, DIMENSIONS]), kept_by(everything, filters)
        assert (seen["people"], seen["messages"]) == (kept["who"].nunique(), len(kept)), filters
        full += len(kept) > 20
        check_counts(seen, kept)
        check_answers(seen, waits[waits.index.isin(kept.index)])
        check_ratings(seen, kept)
        if number % 5 == 0:
            check_needs(seen, kept, results)
    assert full >= 20
    assert page.complaints == []


def check_counts(seen, kept):
    base = kept.loc[kept["worded"], "who"].nunique()
    assert seen["base"] == base
    for name in DIMENSIONS:
        pairs = kept[[name, "who"]].assign(value=kept[name].map(lambda own: [*listed(own)])).explode("value")
        pairs = pairs[pairs["value"].notna()]
        people = pairs.groupby("value")["who"].nunique()
        n = base if name in {"topic", "signal", "need"} else kept["who"].nunique()
        low, high = wilson(people.to_numpy(), n)
        expected = {
            str(value): (int(k), int(m), n, k / n, float(a), float(b))
            for value, k, m, a, b in zip(
                people.index, people, pairs.groupby("value").size(), low, high, strict=True
            )
        }
        got = {
            row["value"]: tuple(row[key] for key in ("people", "messages", "n", "share", "low", "high"))
            for row in seen["by"][name]
        }
        assert got == expected, name
    months = kept["day"].dt.strftime("%Y-%m-01")
    for row in seen["volume"]:
        mine = kept[months == row["start"]]
        assert (row["people"], row["messages"]) == (mine["who"].nunique(), len(mine))


def check_answers(seen, waits):
    if waits.empty:
        assert seen["answered"] == seen["curve"] == []
        return
    curve = ins.response_curve(waits)
    assert [row["n_at_risk"] for row in seen["curve"]] == curve["n_at_risk"].tolist()
    for name in ("wait_hours", "unanswered", "low", "high"):
        assert close([row[name] for row in seen["curve"]], curve[name].tolist()), name
    for found, by in ((seen["answered"], None), (seen["by_channel"], "platform")):
        rate = ins.response_rate(waits.assign(platform=waits["platform"].astype(str)), by=by, min_people=1)
        rate = rate[rate["n"] > 0]
        names = ("n", "n_people", "answered", "n_open")
        assert sorted([row[name] for name in names] for row in found) == sorted(
            rate[list(names)].to_numpy().tolist()
        )
        key = ["n", "answered", "n_people"]
        ordered = sorted(found, key=lambda row: [row[name] for name in key] + [row["low"]])
        rate = rate.sort_values([*key, "low"])
        for got, name in (("share", "share"), ("low", "low"), ("high", "high")):
            assert close([row[got] for row in ordered], rate[name].tolist()), name


def check_ratings(seen, kept):
    rated = kept[kept["stars"].notna() & kept["own"]]
    months = rated["day"].dt.strftime("%Y-%m")
    assert {row["label"] for row in seen["ratings"]} == set(months)
    for row in seen["ratings"]:
        people = rated[months == row["label"]].groupby("who")["stars"].mean()
        half = 1.96 * people.std() / np.sqrt(len(people))
        expected = [people.mean(), max(people.mean() - half, 0), min(people.mean() + half, 1)]
        assert row["n_people"] == len(people)
        got = [np.nan if row[name] is None else row[name] for name in ("mean", "low", "high")]
        assert close(got, expected)


def check_needs(seen, kept, results):
    """The package counts the same needs among the messages kept."""
    customers = results.customers[results.customers["mention_id"].isin(kept.index)]
    if customers.empty:
        return
    table = results.voiced.within(customers).table.set_index("need")
    shown = {row["need"]: row for row in seen["needs"]}
    assert set(table.index) <= set(shown)
    for need, row in table.iterrows():
        mine = shown[need]
        names = [("people", "n_people"), ("messages", "n_mentions"), ("sentences", "n_sentences")]
        assert [mine[own] for own, _ in names] == [row[theirs] for _, theirs in names]
        assert mine["share"] == row["share"]
        assert mine["n_rated"] == row["n_rated"]
        for name in ("rating", "impact", "impact_low", "impact_high"):
            assert close(np.nan if mine[name] is None else mine[name], row[name]), name
    tree = results.voiced.within(customers).tree.set_index("need")
    parts = {part["part"]: part for row in seen["needs"] for part in row["parts"]}
    assert {key: (part["people"], part["sentences"]) for key, part in parts.items()} == {
        key: (row["n_people"], row["n_sentences"]) for key, row in tree.iterrows()
    }


def test_the_rows_alone_give_the_tables_of_the_report_again(opened, internal):
    page = opened(page_rows(internal))
    view = page.evaluate(SEEN, [{}, DIMENSIONS])
    checked = []
    needs = {row["need"]: row for row in view["needs"]}
    for _, row in internal.needs.iterrows():
        mine = needs[row["need"]]
        checked += [
            (mine["people"], row["n_people"]),
            (mine["messages"], row["n_mentions"]),
            (mine["sentences"], row["n_sentences"]),
            (mine["share"], row["share"]),
        ]
    rate = internal.rate.iloc[0]
    answered = view["answered"][0]
    checked += [
        (answered[name], rate[name]) for name in ("n", "n_people", "answered", "low", "high", "n_open")
    ]
    places = internal.rate_by_channel.set_index("group")
    for row in view["by_channel"]:
        checked += [(row[name], places.loc[row["value"], name]) for name in ("n", "answered")]
    checked += [
        (row[name], curve[name])
        for row, (_, curve) in zip(view["curve"], internal.curve.iterrows(), strict=True)
        for name in ("wait_hours", "n_at_risk", "unanswered", "low", "high")
    ]
    topics = internal.topics.table.set_index("topic")["n"]
    checked += [(row["messages"], topics[int(row["value"])]) for row in view["by"]["topic"]]
    assert len(checked) >= 30
    for found, expected in checked:
        assert close(found, float(expected))


def test_groups_side_by_side_have_the_shares_of_their_people(opened, results, everything):
    page = opened(page_rows(results, min_people=1))
    worded = everything[everything["worded"]]
    for group in page.evaluate("rows.view({}).compare('channel')"):
        inside = worded[worded["channel"] == group["value"]]
        for row in group["needs"]:
            voiced = inside["need"].map(lambda own, need=row["value"]: need in own)
            share = inside.loc[voiced, "who"].nunique() / inside["who"].nunique()
            assert close(row["share"], share)


LEAKS = """([drawn, k]) => {
    const views = drawn.map((filters) => rows.view(filters));
    const span = (shown, exact) => shown === null ? [0, k - 1] : [shown, exact ? shown : shown + k - 1];
    const people = (mask) => {
        const found = new Set();
        mask.forEach((kept, row) => { if (kept) found.add(rows.person[row]); });
        return found;
    };
    const leaks = [], naive = [];
    let nested = 0, small = 0, exact = 0;
    const sets = views.map((view) => people(view.mask));
    views.forEach((outer, a) => {
        const truth = sets[a].size, [low, high] = span(outer.people, outer.exact);
        const wrong = outer.people !== null && (outer.people < k || truth < low || truth > high);
        if (wrong) leaks.push(["small", drawn[a]]);
        if (outer.people !== null && outer.exact) exact++;
        views.forEach((inner, b) => {
            if (a === b || !inner.mask.every((kept, row) => !kept || outer.mask[row])) return;
            nested++;
            const only = sets[a].size - sets[b].size, isFew = only > 0 && only < k;
            const apart = people(outer.mask.map((kept, row) => (kept && !inner.mask[row] ? 1 : 0))).size;
            small += isFew || (apart > 0 && apart < k) ? 1 : 0;
            if (isFew && sets[b].size >= k) naive.push([drawn[a], drawn[b]]);
            const [from, to] = span(inner.people, inner.exact);
            const seen = low - to >= 1 && high - from <= k - 1;
            if (seen) leaks.push(["people", drawn[a], drawn[b], low - to, high - from]);
            const both = outer.people !== null && inner.people !== null && outer.exact && inner.exact;
            if (both && apart > 0 && apart < k) leaks.push(["messages", drawn[a], drawn[b], apart]);
        });
    });
    return { leaks, naive: naive.length, nested, small, exact };
}"""


def test_no_two_filters_give_away_a_small_group(opened, results, everything):
    page = opened(page_rows(results, min_people=MIN_PEOPLE))
    dimensions = page.evaluate("rows.dimensions.map(({ name, values }) => [name, values])")
    known = {name: {value["value"] for value in values} for name, values in dimensions}
    months = page.evaluate("rows.view({}).by('month').map(({ value }) => value)")
    alone = [
        {name: [value]} for name, values in {**known, "month": months}.items() for value in sorted(values)
    ]
    drawn = [{}, *alone]
    for filters in drawn_filters(everything, 130, seed=2):
        kept = {name: own for name, own in filters.items() if isinstance(own, str) or set(own) <= known[name]}
        drawn += [kept, *narrower_and_wider(kept)]
    unique = list(dict.fromkeys(json.dumps(filters, sort_keys=True) for filters in drawn))
    found = page.evaluate(LEAKS, [[json.loads(text) for text in unique], MIN_PEOPLE])
    assert found["nested"] > 500
    assert found["small"] > 50, "pairs that differ by few people were tried"
    assert found["naive"] > 20, "and the bare counts would have given some of them away"
    assert found["exact"] > 10, "though not every number is coarse"
    assert found["leaks"] == []


def narrower_and_wider(filters):
    """The same filter with a clause less, with a value less, and with a day more or less."""
    for name, value in filters.items():
        yield {other: own for other, own in filters.items() if other != name}
        if isinstance(value, list) and len(value) > 1:
            yield {**filters, name: value[1:]}
        elif name in {"from", "to"}:
            yield {**filters, name: f"{pd.Timestamp(value) + pd.Timedelta(days=1):%Y-%m-%d}"}


def test_a_number_is_exact_or_at_least(opened, results, everything):
    page = opened(page_rows(results, min_people=MIN_PEOPLE))
    n_exact = n_floored = 0
    for filters in [{}, *drawn_filters(everything.drop(columns=["kind", "channel", "lang"]), 30, seed=4)]:
        kept = kept_by(everything, filters)
        for row in page.evaluate("(filters) => rows.view(filters).by('topic')", filters):
            mine = kept[kept["topic"] == row["value"]]
            people, messages = mine["who"].nunique(), len(mine)
            if people < MIN_PEOPLE:
                assert (row["people"], row["messages"], row["share"]) == (None, None, None)
            elif row["exact"]:
                n_exact += 1
                assert (row["people"], row["messages"]) == (people, messages)
            else:
                n_floored += 1
                assert row["people"] == people - people % MIN_PEOPLE
                assert row["messages"] == messages - messages % MIN_PEOPLE
                n = kept.loc[kept["worded"], "who"].nunique()
                assert row["low"] <= people / n <= row["high"]
    assert n_exact > 3
    assert n_floored > 20


MEASURED = """([drawn, names]) => drawn.map((filters) => {
    const view = rows.view(filters), groups = [null, "month", ...names].flatMap((name) =>
        [...view.ratings(name), ...view.answered(24, name)].map((row) => [name, row.value, row.n_people]));
    return {
        people: new Set([...rows.person].filter((_, row) => view.mask[row])).size, groups,
        words: [view.messagesOf().items.length, view.sentences(null).items.length, view.waiting().length],
        curve: view.waitCurve().length,
        needs: view.needs().map(({ people, rating, n_rated, trend }) =>
            [people, n_rated, rating, trend.map((each) => each.people)]),
    };
})"""


def test_no_measure_and_no_words_of_a_small_group(opened, results, everything):
    page = opened(page_rows(results, min_people=MIN_PEOPLE))
    drawn = list(drawn_filters(everything.drop(columns=["kind", "lang"]), 60, seed=6))
    names = [name for name in DIMENSIONS if name not in {"kind", "lang"}]
    n_small = n_groups = 0
    for filters, seen in zip(drawn, page.evaluate(MEASURED, [drawn, names]), strict=True):
        counts = [n for _, _, n in seen["groups"]]
        counts += [n for people, n_rated, _, trend in seen["needs"] for n in (people, n_rated, *trend)]
        known = [n for n in counts if n]
        assert all(n >= MIN_PEOPLE for n in known), filters
        n_groups += len(known)
        if seen["people"] < MIN_PEOPLE:
            n_small += 1
            assert seen["words"] == [0, 0, 0]
            assert seen["groups"] == seen["needs"] == []
            assert seen["curve"] == 0
    assert n_small > 5
    assert n_groups > 100


def test_a_group_is_the_filter_by_its_value(opened, results):
    page = opened(page_rows(results, min_people=MIN_PEOPLE))
    pairs = page.evaluate("""rows.dimensions.map(({ name }) => name).flatMap((name) =>
        [{}, { tagged: ["tagged"] }].flatMap((filters) => rows.view(filters).by(name).map((row) => {
            if (name in filters) return [null, null];
            const alone = rows.view({ ...filters, [name]: [row.value] });
            return [[row.people, row.messages], [alone.people, alone.messages]];
        })))""")
    assert len(pairs) > 60
    assert [group for group, alone in pairs if group != alone] == []


PARTS = """([names, k]) => names.flatMap((name) => {
    const outer = rows.view({}), groups = outer.by(name), leaks = [];
    const shown = groups.filter(({ people }) => people !== null);
    leaks.push(...shown.filter(({ people }) => people < k));
    const { codes, values, several } = rows.dimension(name);
    if (!several && outer.exact && shown.every(({ exact }) => exact)) {
        const kept = new Set(shown.map(({ value }) => value)), rest = new Set();
        const hidden = (code) => !code || !kept.has(values[code - 1].value);
        codes.forEach((code, row) => { if (hidden(code)) rest.add(rows.person[row]); });
        if (rest.size > 0 && rest.size < k) leaks.push([name, rest.size]);
    }
    return leaks;
})"""


def test_what_is_left_of_the_whole_is_no_small_group(opened, results):
    page = opened(page_rows(results, min_people=MIN_PEOPLE))
    names = page.evaluate("rows.dimensions.map(({ name }) => name)")
    assert page.evaluate(PARTS, [[*names, "month", "week"], MIN_PEOPLE]) == []


def plain(values):
    return {"type": "u1", "data": base64.b64encode(np.asarray(values, np.uint8)).decode()}


def test_four_hundred_and_twenty_and_four(opened, results):
    """Two channels of 420 and 4 people: the small one is withheld, the large one is "at least"."""
    rows = page_rows(results, min_people=MIN_PEOPLE)

    def two_channels(data):
        channel = {"name": "channel", "label": "Channel", "values": [["a", "A"], ["b", "B"]]}
        codes = np.full(424, 1, np.uint8)
        codes[:4] = 2
        ones, none = plain(np.ones(424)), plain(np.zeros(424))
        empty = {"values": [], "codes": plain([])}
        return {
            **data, "n": 424, "n_people": 424, "of_person": ones, "day": ones, "worded": ones, "own": ones,
            "dimensions": [{**channel, "codes": plain(codes)}], "rating": {"values": [], "codes": none},
            "waits": None, "texts": {**data["texts"], "has": none, "list": []},
            "sentences": {
                "signals": [], "need": empty, "part": empty,
                **{name: plain([]) for name in ("gap", "start", "end", "signal", "echo")},
            },
        }  # fmt: skip

    page = opened(rows, change=two_channels)
    shown = page.evaluate(
        "rows.view({}).by('channel').map(({ value, people, exact }) => [value, people, exact])"
    )
    assert page.evaluate("rows.view({}).people") == 424
    assert shown == [["a", 420, False], ["b", None, False]]
    assert page.evaluate("[rows.view({ channel: ['a'] }).people, rows.view({ channel: ['a'] }).exact]") == [
        420,
        False,
    ]
    assert page.evaluate("rows.view({ channel: ['b'] }).messagesOf().items") == []


def test_a_number_opens_the_words_behind_it(opened, internal):
    page = opened(page_rows(internal))
    voiced = internal.voiced.members
    need = internal.needs["need"].iloc[0]
    mine = voiced[voiced["need"] == need]
    found = page.evaluate("(need) => rows.view({}).sentences(need, { limit: 1000 })", need)
    texts = internal.customers.set_index("mention_id")[["title", "text"]]
    expected = sorted(
        (
            row["mention_id"],
            texts.loc[row["mention_id"], "title" if row["sentence"] < 0 else "text"][
                row["start"] : row["end"]
            ],
        )
        for _, row in mine.iterrows()
    )
    assert found["total"] == len(mine)
    assert (
        sorted((item["id"], utf16(item["text"], item["start"], item["end"])) for item in found["items"])
        == expected
    )
    days = [item["time"] for item in found["items"]]
    assert days == sorted(days, reverse=True)
    pages = page.evaluate(
        """(need) => [0, 5].map((offset) =>
            rows.view({}).sentences(need, { offset, limit: 5, sort: "oldest" }).items)""",
        need,
    )
    assert [len(part) for part in pages] == [5, 5]
    assert [item["time"] for part in pages for item in part] == sorted(days)[:10]
    waiting = page.evaluate("rows.view({}).waiting()")
    open_ = internal.responses[~internal.responses["responded"]]
    assert sorted(item["id"] for item in waiting) == sorted(open_["mention_id"])
    assert [item["waited_hours"] for item in waiting] == sorted(
        (i["waited_hours"] for i in waiting), reverse=True
    )


def utf16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_a_link_carries_the_filters(opened, results):
    page = opened(page_rows(results, min_people=1))
    seen = page.evaluate("""() => {
        const found = {};
        found.state = formatState({ channel: ["X", "Reddit"], from: "2024-08-01", text: "the & a=b#" });
        found.again = formatState(parseState("#" + found.state));
        found.less = formatState({ ...parseState(found.state), text: "" });
        found.same = rows.view(parseState(found.less)) === rows.view(parseState("#" + found.less));
        const odd = "channel=X&channel=Gone&__proto__=x&constructor=y&tab=2&from=yesterday";
        found.ignored = rows.view(parseState(odd)).ignored;
        return found;
    }""")
    assert seen["state"] == seen["again"]
    assert "text" not in seen["less"]
    assert seen["same"] is True
    assert sorted(map(tuple, seen["ignored"])) == [
        ("__proto__", "x"), ("channel", "Gone"), ("constructor", "y"), ("from", "yesterday"), ("tab", "2"),
    ]  # fmt: skip


HOSTILE = (
    "</script><script>window.pwned = 1</script> my kettle leaks",
    "\u2028\u2029 ]]> <!--<script> the kettle leaks \u202eskael\u202c",
    "my kettle \U0001f469\u200d\U0001f469 leaks \x00 and \ufeff leaks \ud7ff",
    "__proto__",
)


def test_hostile_words_are_only_words(opened, internal):
    mentions = internal.mentions.copy()
    own = mentions.index[mentions["mention_id"].isin(internal.customers["mention_id"])][: len(HOSTILE)]
    mentions.loc[own, "text"] = HOSTILE
    mentions.loc[own, "title"] = ""
    mentions["channel"] = "</script><img src=x onerror=window.pwned=2>"
    mentions["plan"] = np.where(np.arange(len(mentions)) % 2, "__proto__", "<b>\u2028<")
    rows = page_rows(replace(internal, mentions=mentions))
    page = opened(rows)
    assert "<" not in rows.packed
    texts = page.evaluate(
        "rows.view({}).messagesOf(null, null, { limit: 1e6 }).items.map(({ text }) => text)"
    )
    assert set(HOSTILE) <= set(texts)
    people = page.evaluate("rows.view({}).by('x.plan').map(({ value, people }) => [value, people > 0])")
    assert sorted(people) == [["<b>\u2028<", True], ["__proto__", True]]
    assert page.evaluate("rows.view({ 'x.plan': ['__proto__'] }).people") > 0
    assert page.evaluate("window.pwned") is None
    assert page.complaints == []


def test_no_message_is_no_error(opened, internal):
    none = replace(
        internal,
        mentions=internal.mentions.iloc[:0],
        customers=internal.customers.iloc[:0],
        found={}, as_of=None,
    )  # fmt: skip
    page = opened(page_rows(none))
    seen = page.evaluate("""() => { const view = rows.view({ channel: ["X"] }); return [
        view.people, view.needs(), view.volume(), view.ratings(), view.answered(), view.waitCurve(),
        view.waiting(), view.messagesOf(), view.sentences("need-1"), rows.dimensions, view.by("topic"),
        view.answered(24, "want"), view.ratings("need"), view.compare("channel"),
    ]; }""")
    assert seen == [
        0,
        [],
        [],
        [],
        [],
        [],
        [],
        {"total": 0, "exact": True, "items": []},
        {"total": 0, "exact": True, "items": []},
        *[[]] * 5,
    ]


def test_a_dimension_that_does_not_exist_is_an_error(opened, results):
    page = opened(page_rows(results))
    for call in ("by('plan')", "messagesOf(null, null, { sort: 'best' })"):
        with pytest.raises(Exception, match=r"RangeError: no (dimension plan|sort best); there are"):
            page.evaluate(f"rows.view({{}}).{call}")
