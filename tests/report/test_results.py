import warnings

import pandas as pd
import pytest

from insight.mentions import InsightError, InsightWarning
from insight.report import results as module
from insight.report import returning
from insight.report.attempts import attempt
from insight.report.results import customer_messages


def test_customers_are_those_who_speak_for_themselves(mentions):
    assert list(customer_messages(mentions)["mention_id"]) == ["x:1", "x:3", "x:4"]


def test_a_post_that_is_only_a_headline_speaks_by_it(mentions):
    headlines = mentions.assign(title=["", "", "", "", "", "Who repairs kettles?"])
    last = customer_messages(headlines).iloc[-1]
    assert (last["mention_id"], last["text"]) == ("x:6", "Who repairs kettles?")
    assert mentions["text"].iloc[-1] == ""


def test_a_measure_that_fails_leaves_its_reason():
    reasons = {}

    def fail():
        raise InsightError("too few texts: 3.")

    assert attempt(reasons, "topics", fail) is None
    assert reasons == {"topics": "Too few texts: 3."}


def test_doubts_are_kept_for_the_page_and_other_warnings_pass_on():
    def measure():
        with module.heard_doubts() as doubts:
            warnings.warn("half of the dates are assumed", InsightWarning, stacklevel=2)
            warnings.simplefilter("always")
            warnings.warn("old", DeprecationWarning, stacklevel=2)
        return doubts

    with pytest.warns(DeprecationWarning, match="old"):
        assert measure() == ["half of the dates are assumed"]


@pytest.mark.parametrize(("days", "period"), [(400, "month"), (60, "week"), (5, "day"), (0, "day")])
def test_the_period_fits_the_span_of_the_archive(days, period):
    dates = pd.Series(pd.date_range("2026-01-01", periods=max(2, days), freq="D", tz="UTC"))
    assert module._period(dates) == period


def test_stray_first_messages_do_not_begin_the_archive():
    usual = pd.Series(pd.date_range("2026-01-01", periods=400, tz="UTC"))
    assert returning._dense_from(usual) == usual[0]
    stray = pd.concat([pd.Series([pd.Timestamp("2011-01-01", tz="UTC")]), usual], ignore_index=True)
    assert (
        pd.Timestamp("2026-01-01", tz="UTC")
        <= returning._dense_from(stray)
        < pd.Timestamp("2026-01-10", tz="UTC")
    )


def test_one_stray_date_does_not_stretch_the_period():
    dates = pd.Series(
        pd.date_range("2026-01-01", periods=60, tz="UTC").append(pd.DatetimeIndex(["2011-01-01"], tz="UTC"))
    )
    assert module._period(dates) == "week"
    assert module._period(dates.iloc[:0]) == "day"
