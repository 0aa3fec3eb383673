"""What changed since an earlier run: left in a file, read again, compared person by person."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from statsmodels.stats.proportion import proportions_ztest

import insight as ins
from insight.needs import Needs
from insight.needs.runs import Run, compare_runs, read_run, run_bytes
from insight.report.earlier_names import keep_names
from insight.report.take_run import take_run

pytestmark = pytest.mark.slow

DAY = pd.Timestamp("2026-03-31", tz="UTC")


def run_of(topics, *, needs=(), name="p", answered=(), returned=(), period="month"):
    """A run in which person number i writes on topics[i]; answered and returned are (n, k) by person."""
    rows = [
        ("message", f"{name}{i}", 1, int(i in needs), f"text {topic}", topic)
        for i, topic in enumerate(topics)
    ]
    for kind, counts in (("answered", answered), ("returned", returned)):
        rows += [(kind, f"{name}{i}", n, k, None, None) for i, (n, k) in enumerate(counts)]
    people = pd.DataFrame(rows, columns=["kind", "author_id", "n", "k", "text", "topic"])
    return Run(people, DAY, period, {})


def by_text(texts):
    return np.array([int(text.split()[1]) for text in texts])


def test_shares_of_people_are_compared_by_hand():
    before, now = run_of([1] * 10 + [2] * 30), run_of([1] * 30 + [2] * 10, name="q")
    changes = compare_runs(now, before, predict=by_text)
    row = changes.table.set_index("topic").loc[1]
    assert (changes.n_before, changes.n_after, changes.period) == (40, 40, "run")
    assert (row["n_before"], row["n_after"], row["change"]) == (10, 30, 0.5)
    assert row["p_value"] == pytest.approx(2 * student.sf(proportions_ztest([30, 10], [40, 40])[0], 78))


def test_the_same_run_again_has_no_change():
    run = run_of([1] * 20 + [2] * 20, needs=range(15), answered=[(2, 1)] * 20, returned=[(3, 1)] * 30)
    changes = compare_runs(run, run, predict=by_text)
    assert list(changes.table["p_value"]) == [1.0, 1.0]
    assert list(changes.rates["measure"]) == ["need", "answered", "returned"]
    assert not changes.rates["change"].any()
    assert not changes.rates["clear"].any()


def test_needs_answers_and_returns_are_counted_by_hand():
    before = run_of([1] * 40, needs=range(10), answered=[(1, 1)] * 30 + [(1, 0)] * 10, returned=[(2, 1)] * 50)
    now = run_of(
        [1] * 40, needs=range(30), name="q", answered=[(1, 1)] * 10 + [(1, 0)] * 30, returned=[(2, 1)] * 50
    )
    rates = compare_runs(now, before, predict=by_text).rates.set_index("measure")
    assert rates.loc["need", ["n_before", "n_after", "change"]].tolist() == [10, 30, 0.5]
    assert rates.loc["answered", ["share_before", "share_after"]].tolist() == [0.75, 0.25]
    assert rates.loc["returned", "change"] == 0
    assert rates["clear"].tolist() == [True, True, False]


def test_both_runs_are_placed_by_one_rule():
    before, now = run_of([1] * 20 + [2] * 20), run_of([7] * 20 + [8] * 20, name="q")
    renumbered = {"text 1": 7, "text 2": 8}
    changes = compare_runs(now, before, predict=lambda texts: np.array([renumbered[text] for text in texts]))
    assert [f"topic-{topic}" for topic in changes.table["topic"]] == ["topic-7", "topic-8"]
    assert not changes.table["change"].any()


def test_rates_alone_are_compared_where_no_topic_is_large_enough():
    before, now = (run_of([n], name=name, answered=[(1, 1)] * 40) for n, name in ((1, "a"), (2, "b")))
    changes = compare_runs(now, before, predict=by_text)
    assert changes.table.empty
    assert changes.rates["measure"].tolist() == ["answered"]


def test_returns_of_other_periods_are_not_compared():
    before = run_of([1] * 40, returned=[(2, 1)] * 50, period="week")
    changes = compare_runs(run_of([1] * 40, returned=[(2, 2)] * 50), before, predict=by_text)
    assert changes.rates.empty


def test_chance_alone_is_flagged_in_at_most_the_stated_share_of_pairs():
    rng = np.random.default_rng(0)

    def drawn(name):
        answered = [(n, rng.binomial(n, 0.4)) for n in rng.integers(1, 4, 120)]
        needs = np.flatnonzero(rng.random(150) < 0.4)
        return run_of(list(rng.integers(0, 10, 150)), needs=set(needs), name=name, answered=answered)

    flagged = []
    for _ in range(150):
        changes = compare_runs(drawn("a"), drawn("b"), predict=by_text)
        flagged.append(bool(len(changes.clear)) or bool(len(changes.rates) and changes.rates["clear"].any()))
    assert np.mean(flagged) <= 0.09


@pytest.fixture(scope="module")
def earlier(built, tmp_path_factory):
    return built.save_run(tmp_path_factory.mktemp("runs") / "new" / "winter.parquet")


def test_a_run_is_read_as_it_was_written(built, earlier):
    run = take_run(built.results)
    again = read_run(earlier)
    assert (again.as_of, again.period, again.given) == (run.as_of, run.period, run.given)
    assert again.names == built.results.topics.table.query("topic >= 0").set_index("topic")["name"].to_dict()
    assert run_bytes(again) == run_bytes(run) == earlier.read_bytes()
    messages = again.messages
    assert len(messages) == len(built.results.topics.messages)
    waits = again.people.query("kind == 'answered'")
    assert waits["n"].sum() == built.results.rate["n"].iloc[0]
    assert waits["k"].sum() == built.results.rate["answered"].iloc[0]
    pooled = built.results.repeat.query("period == 'all'").iloc[0]
    came_back = again.people.query("kind == 'returned'")
    assert (came_back["n"].sum(), came_back["k"].sum()) == (pooled["n"], pooled["retained"])


def test_the_same_archive_again_keeps_its_topics_and_says_nothing_changed(
    built, earlier, make_archive, crowd
):
    again = ins.build_report(make_archive(crowd), compare_to=earlier)
    assert set(again.results.topics.changes["change"]) == {"kept"}
    assert list(again.results.topics.table["topic"]) == list(built.results.topics.table["topic"])
    part = next(part for part in again.page.sections if part.id == "changes")
    assert part.heading == "No clear change since the run of 13 Mar 2026"
    assert any("before the earlier run ended" in warning for warning in again.results.warnings)


def test_a_planted_fall_in_answers_is_the_finding(earlier, make_archive, crowd):
    later = crowd.assign(created_at=crowd["created_at"] + pd.Timedelta(days=90))
    silent = later[later["side"] != "brand"].reset_index(drop=True)
    one = later[later["side"] == "brand"].head(1)
    page = ins.build_report(
        make_archive(ins.as_mentions(pd.concat([silent, one], ignore_index=True))), compare_to=earlier
    )
    line = page.page.memo.bottom_line[-1].text
    assert line.startswith("The share answered within a day fell from ")
    assert not any("before the earlier run ended" in warning for warning in page.results.warnings)


def test_names_that_people_gave_outlive_the_run(built, earlier, make_archive, crowd, tmp_path):
    topics = ins.rename_topics(built.results.topics, {0: "My own words"})
    kept = tmp_path / "kept.parquet"
    found = {**built.results.found, "topics": topics}
    kept.write_bytes(run_bytes(take_run(replace(built.results, found=found))))
    again = ins.build_report(make_archive(crowd), compare_to=kept)
    assert again.results.topics.table.set_index("topic").loc[0, "name"] == "My own words"


def needs_of(said):
    """Needs in which message n voices the needs that are listed for it, called by their keys."""
    rows = [(f"x:{n}", key) for n, keys in enumerate(said) for key in keys]
    members = pd.DataFrame(rows, columns=["mention_id", "need"])
    names = {key: f"Found {key}" for key in members["need"].unique()} | {"general": "General dissatisfaction"}
    table = pd.DataFrame({"need": [*names], "name": [*names.values()]})
    rest = (members, pd.DataFrame(), pd.DataFrame(), None, {}, names, frozenset(), 1, 0)
    return Needs(table, *rest)


def run_with(needs):
    """A run in which message n voiced the needs listed for it, by name."""
    rows = [
        ("need", f"p{n}", f"Lid leaks, late {n}", name) for n, names in enumerate(needs) for name in names
    ]
    people = pd.DataFrame(rows, columns=["kind", "author_id", "text", "need"])
    return Run(people, DAY, "month", {})


def test_a_problem_keeps_its_name_where_half_of_its_messages_are_in_it_again():
    customers = pd.DataFrame(
        {"mention_id": [f"x:{n}" for n in range(8)], "text": [f"Lid leaks, late {n}" for n in range(8)]}
    )
    before = run_with([["Lid leaks"], ["Lid leaks"], ["Late"], ["Late"], ["Late"], ["Kim"], ["Kim"]])
    now = needs_of([["a"], ["a"], ["a"], ["b"], ["general"], ["c"], ["c"], ["c"]])
    names = keep_names(now, customers, before).names
    assert names == {"a": "Lid leaks", "b": "Found b", "c": "Found c", "general": "General dissatisfaction"}
    given = keep_names(now, customers, before, {"Found a": "Found a", "Kim": "Ours"}).names
    assert given == names | {"a": "Found a", "c": "Ours"}


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing PAR1", None])
def test_another_file_is_refused(content, tmp_path):
    path = tmp_path / "x.parquet"
    if content is None:
        pd.DataFrame({"a": [1]}).to_parquet(path)
    else:
        path.write_bytes(content)
    with pytest.raises(ins.InsightError, match="not what an earlier run left"):
        read_run(path)
    with pytest.raises(ins.InsightError, match="not what an earlier run left"):
        read_run(tmp_path / "absent.parquet")


def test_a_run_without_topics_cannot_be_left(built):
    with pytest.raises(ins.InsightError, match="no topics or no dates"):
        take_run(replace(built.results, found={}))
