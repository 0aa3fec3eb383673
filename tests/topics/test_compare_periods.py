import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportions_ztest

from insight.topics.compare_periods import compare_periods


def archive(rows):
    """Rows of (author, day, topic)."""
    author, day, topic = zip(*rows, strict=True)
    ids = [f"x:{number}" for number in range(len(rows))]
    mentions = pd.DataFrame(
        {"mention_id": ids, "author_id": author, "created_at": pd.to_datetime(list(day), utc=True)}
    )
    return mentions, pd.DataFrame({"mention_id": ids, "topic": topic})


def two_months(before, after, *, shared=False):
    """People of March and April by topic, in full months; `shared` gives both months the same people."""
    rows = [(f"m{n}", "2026-03-01" if n % 2 else "2026-03-31", topic) for n, topic in enumerate(before)]
    name = "m" if shared else "a"
    return archive(rows + [(f"{name}{n}", "2026-04-30", topic) for n, topic in enumerate(after)])


def test_shares_are_of_people_and_counted_by_hand():
    mentions, topics = two_months([1] * 10 + [2] * 30, [1] * 30 + [2] * 10)
    changes = compare_periods(mentions, topics)
    row = changes.table.set_index("topic").loc[1]
    assert (changes.period, changes.n_before, changes.n_after) == ("month", 40, 40)
    assert (row["n_before"], row["n_after"], row["change"]) == (10, 30, 0.5)
    expected = 1.96 * np.sqrt(2 * 0.25 * 0.75 / 40)
    near = {"rel": 0.03}  # Student's t, and as much more spread as half a person brings
    assert (row["low"], row["high"]) == (
        pytest.approx(0.5 - expected, **near),
        pytest.approx(0.5 + expected, **near),
    )
    z = proportions_ztest([30, 10], [40, 40])[0]
    assert row["p_value"] == pytest.approx(2 * student.sf(z, 78))
    assert row["clear"]


def test_people_of_both_periods_make_it_mcnemars_test():
    rng = np.random.default_rng(0)
    before = rng.integers(1, 3, 60)
    after = np.where(rng.random(60) < 0.3, 1, before)
    mentions, topics = two_months(list(before), list(after), shared=True)
    row = compare_periods(mentions, topics).table.set_index("topic").loc[1]
    table = pd.crosstab(before == 1, after == 1).to_numpy()
    assert row["p_value"] == pytest.approx(mcnemar(table, exact=False, correction=False).pvalue, rel=0.6)
    unpaired = proportions_ztest([(before == 1).sum(), (after == 1).sum()], [60, 60])[1]
    assert row["p_value"] < unpaired / 5


def test_one_loud_person_changes_nothing():
    quiet = two_months([1] * 10 + [2] * 30, [1] * 12 + [2] * 28)
    loud, topics = archive(
        [(f"m{n}", "2026-03-01" if n % 2 else "2026-03-31", 1 if n < 10 else 2) for n in range(40)]
        + [(f"a{n}", "2026-04-30", 1 if n < 12 else 2) for n in range(40)]
        + [("a0", "2026-04-29", 1)] * 500
    )
    pd.testing.assert_frame_equal(compare_periods(loud, topics).table, compare_periods(*quiet).table)


def test_row_order_does_not_matter():
    mentions, topics = two_months([1] * 10 + [2] * 30, [1] * 30 + [2] * 10)
    shuffled = mentions.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        compare_periods(shuffled, topics).table, compare_periods(mentions, topics).table
    )


def test_a_period_that_the_archive_does_not_cover_is_not_compared():
    mentions, topics = two_months([1] * 40, [1] * 40)
    later, more = archive([(f"l{n}", "2026-05-12", 1) for n in range(90)])
    both = pd.concat([mentions, later.assign(mention_id="y" + later["mention_id"])], ignore_index=True)
    more = pd.concat([topics, more.assign(mention_id="y" + more["mention_id"])], ignore_index=True)
    assert compare_periods(both, more).after == pd.Timestamp("2026-04-01")


def test_months_give_way_to_quarters_and_to_weeks():
    months = pd.date_range("2026-01-01", "2026-06-30", freq="15D", tz="UTC")
    sparse = archive([(f"{day:%m%d}{n}", str(day), 1) for day in months for n in range(8)])
    assert compare_periods(*sparse).period == "quarter"
    days = pd.date_range("2026-03-02", "2026-03-15", tz="UTC")
    short = archive([(f"{day:%m%d}{n}", str(day), 1) for day in days for n in range(9)])
    assert compare_periods(*short).period == "week"


def test_too_few_people_or_no_date_cannot_be_compared():
    assert compare_periods(*two_months([1] * 29, [1] * 40)) is None
    mentions, topics = two_months([1] * 40, [1] * 40)
    assert compare_periods(mentions.assign(created_at=pd.NaT), topics) is None
    assert compare_periods(mentions.assign(author_id=None), topics) is None


def test_topics_too_small_for_the_test_are_not_tested():
    mentions, topics = two_months([1] * 40 + [3] * 2, [1] * 40 + [3] * 3)
    assert list(compare_periods(mentions, topics).table["topic"]) == [1]


def test_chance_alone_is_flagged_in_at_most_the_stated_share_of_archives():
    rng = np.random.default_rng(0)
    flagged = [
        len(
            compare_periods(*two_months(list(rng.integers(0, 12, 150)), list(rng.integers(0, 12, 170)))).clear
        )
        > 0
        for _ in range(200)
    ]
    assert np.mean(flagged) <= 0.08


def test_a_planted_rise_is_the_surest_change():
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 12, 400), rng.integers(0, 12, 400)
    after[:60] = 7
    first = compare_periods(*two_months(list(before), list(after))).table.iloc[0]
    assert (first["topic"], first["change"] > 0, first["clear"]) == (7, True, True)
