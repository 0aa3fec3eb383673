"""The cohorts one by one: counted as by hand, told of few people without a share."""

import types

import pandas as pd

from insight.report.cohorts import cohort_table, list_cohorts
from insight.staying import activity, retention


def results(minimum=1):
    """Twelve newcomers of January, of whom three write again in March, and two of February."""
    rows = [(f"p{number}", "2025-01-10") for number in range(12)]
    rows += [(f"p{number}", "2025-03-05") for number in range(3)]
    rows += [("p5", "2025-01-20"), ("q1", "2025-02-02"), ("q2", "2025-02-03"), ("q2", "2025-04-01")]
    mentions = pd.DataFrame(rows, columns=["author_id", "day"])
    mentions = mentions.assign(side="customer", created_at=pd.to_datetime(mentions["day"], utc=True))
    people = activity(mentions, as_of="2025-05-01", burn_in="0D")
    return types.SimpleNamespace(activity=people, cohorts=retention(people), period="month", minimum=minimum)


def test_a_cohort_counts_who_wrote_in_a_later_period():
    rows = list_cohorts(results())
    assert rows[["cohort", "n", "n_again"]].to_numpy().tolist() == [["2025-01", 12, 3], ["2025-02", 2, 1]]
    assert rows["share"].tolist()[0] == 0.25
    assert rows.loc[0, "low"] < 0.25 < rows.loc[0, "high"]
    assert rows.loc[1, ["share", "low", "high"]].isna().all()


def test_a_cohort_of_fewer_people_than_may_be_told_of_is_not_listed():
    ((_, table),) = cohort_table(results(minimum=5))
    assert [row[:3] for row in table["rows"]] == [["2025-01", "12", "3"]]
    assert table["opens"] == ["cohort-2025-01"]
