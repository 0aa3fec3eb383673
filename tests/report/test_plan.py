"""What is measured from what, and what becomes of a measure that cannot be made."""

import warnings

import pandas as pd
import pytest

import insight as ins
from insight.mentions import InsightError, InsightWarning, as_mentions
from insight.report import plan
from insight.report.measures.replies import rate_in_hours
from insight.report.measures.staying import dense_from, inactive_days
from insight.report.plan import NAMES, PLAN, Measure, caught_warnings, run_plan
from insight.report.results import Results
from insight.report.scope import customer_messages, period_of

pytestmark = pytest.mark.slow


def fail(table):
    raise InsightError("too few texts: 3.")


@pytest.fixture
def planned(monkeypatch):
    def run(*measures, **settings):
        monkeypatch.setattr(plan, "PLAN", measures)
        monkeypatch.setattr(plan, "NAMES", frozenset(measure.name for measure in measures))
        return run_plan(settings)

    return run


def test_arguments_are_resolved_by_name_in_any_order(planned):
    measured = planned(Measure("b", lambda a: a + 1), Measure("c", lambda b, *, d=5: b + d), a=1)
    assert measured.found == {"b": 2, "c": 7}


def test_a_measure_that_fails_leaves_its_reason_and_what_needs_it_is_silent(planned):
    measured = planned(Measure("b", fail), Measure("c", lambda b: b), table=1)
    assert measured.found == {}
    assert measured.reasons == {"b": "Too few texts: 3."}


def test_a_reason_may_be_put_in_words_for_the_page(planned):
    assert planned(Measure("b", fail, lacks="Too few."), table=1).reasons == {"b": "Too few."}


def test_a_table_that_counted_nothing_is_not_there(planned):
    def made(n):
        return lambda table: pd.DataFrame({"n": n})

    some, none = Measure("some", made([0, 2]), counts="n"), Measure("none", made([0, 0]), counts="n")
    measured = planned(some, none, Measure("bare", made([]), counts="n"), table=1)
    assert set(measured.found) == {"some"}
    assert measured.reasons == {}


def test_what_people_wrote_by_hand_stops_the_run(planned):
    with pytest.raises(InsightError, match="too few texts"):
        planned(Measure("b", fail, must=True), table=1)


def test_a_table_that_is_given_is_not_measured_again(planned):
    assert planned(Measure("b", fail), Measure("c", lambda b: b * 2), table=1, b=4).found == {"b": 4, "c": 8}


def test_every_measure_takes_what_the_plan_or_the_run_gives():
    known = set(NAMES) | {
        "mentions", "customers", "as_of", "period", "own", "tz", "minimum", "config", "guard", "elsewhere",
        "named", "edits", "before", "encoder", "random_state", "progress", "cluster",
    }  # fmt: skip
    for number, measure in enumerate(PLAN):
        wanted = plan.inspect.signature(measure.run).parameters
        assert set(wanted) <= known, measure.name
        later = {other.name for other in PLAN[number:]}
        assert not set(wanted) & later, f"{measure.name} is listed before what it needs"


def test_warnings_are_kept_for_the_page_and_others_pass_on():
    def measure():
        with caught_warnings() as kept:
            warnings.warn("half of the dates are assumed", InsightWarning, stacklevel=2)
            warnings.simplefilter("always")
            warnings.warn("old", DeprecationWarning, stacklevel=2)
        return kept

    with pytest.warns(DeprecationWarning, match="old"):
        assert measure() == ["half of the dates are assumed"]


def test_customers_are_those_who_speak_for_themselves(mentions):
    assert list(customer_messages(mentions)["mention_id"]) == ["x:1", "x:3", "x:4"]


def test_a_post_that_is_only_a_headline_speaks_by_it(mentions):
    headlines = mentions.assign(title=["", "", "", "", "", "Who repairs kettles?"])
    last = customer_messages(headlines).iloc[-1]
    assert (last["mention_id"], last["text"]) == ("x:6", "Who repairs kettles?")
    assert mentions["text"].iloc[-1] == ""


def dated(dates):
    return pd.DataFrame({"created_at": pd.Series(dates)})


@pytest.mark.parametrize(("days", "period"), [(400, "month"), (60, "week"), (5, "day"), (0, "day")])
def test_the_period_fits_the_span_of_the_archive(days, period):
    assert period_of(dated(pd.date_range("2026-01-01", periods=max(2, days), freq="D", tz="UTC"))) == period


def test_one_stray_date_does_not_stretch_the_period():
    dates = pd.date_range("2026-01-01", periods=60, tz="UTC").append(
        pd.DatetimeIndex(["2011-01-01"], tz="UTC")
    )
    assert period_of(dated(dates)) == "week"
    assert period_of(dated(dates[:0])) == "day"


def test_stray_first_messages_do_not_begin_the_archive(crowd):
    line = ins.timeline(crowd)
    assert dense_from(line) == line["created_at"].min()
    first = line.index == 0
    stray = line.assign(created_at=line["created_at"].mask(first, pd.Timestamp("2011-01-01", tz="UTC")))
    assert pd.Timestamp("2026-01-01", tz="UTC") < dense_from(stray) < pd.Timestamp("2026-01-10", tz="UTC")


def people_named_by_half_year(days):
    """Thirty people who write every other day, under other names in the second half of the time."""
    times = [(day, person) for day in range(days) for person in range(30) if (day + person) % 2]
    rows = {
        "mention_id": [f"c:{at}" for at in range(len(times))],
        "author_id": [f"{'old' if day < 200 else 'new'}{person}" for day, person in times],
        "created_at": [pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=day) for day, _ in times],
        "text": [f"the lid of kettle {at} leaks" for at in range(len(times))],
    }
    return ins.timeline(as_mentions(pd.DataFrame(rows | {"platform": "chat"})))


def test_no_one_is_followed_across_replaced_names():
    with pytest.warns(InsightWarning, match="names of people were replaced on 20 Jul 2026"):
        assert dense_from(people_named_by_half_year(400)) == pd.Timestamp("2026-07-20", tz="UTC")
    with pytest.raises(InsightError, match="Names were replaced on 20 Jul 2026"):
        dense_from(people_named_by_half_year(210))


def test_a_table_is_asked_for_by_name_and_a_typing_error_is_said(results):
    assert results.cohorts is None
    assert len(results.rate) == 1
    with pytest.raises(AttributeError, match="no table 'rates'"):
        results.rates  # noqa: B018
    assert "rate" in dir(results)
    assert isinstance(results, Results)


def test_a_file_of_no_brand_lacks_no_replies(mentions):
    from insight.report.measures.replies import waits

    people = mentions[mentions["role"] != "brand"]
    with pytest.raises(InsightError, match="This file contains no replies"):
        waits(people)
    assert waits(people.assign(brand=None, addressed=None)) is None


def test_who_left_is_not_known_where_people_stop_within_days():
    short = pd.DataFrame()
    short.attrs["suggested"] = {"episode": 2, "author": 3}
    with pytest.raises(InsightError, match="single conversations"):
        inactive_days(short)
    short.attrs["suggested"] = {"episode": 9, "author": 30}
    assert inactive_days(short) == 30


def test_a_weekend_is_no_delay():
    """Asked on a Friday at four; answered on Monday at ten, which is two opening hours later."""
    friday = pd.Timestamp("2026-03-06 16:00", tz="UTC")
    ids = {"mention_id": [f"x:{i}" for i in range(40)], "author_id": [f"p{i}" for i in range(40)]}
    waits = pd.DataFrame(ids).assign(asked_at=friday, wait_hours=66.0, watched_hours=500.0, responded=True)
    hours = {"opens": "09:00", "closes": "17:00"}
    rate = rate_in_hours(waits, ins.Config(business_hours=hours), "UTC")
    assert rate["share"].iloc[0] == 1
    assert rate_in_hours(waits, ins.Config(), "UTC") is None
