"""What users of BERTopic call on `Topics.model` works here, or says what to call instead."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest
from bertopic import BERTopic

from insight.mentions import InsightError
from insight.topics import fit_topics

WHEN = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office", "since May")
WHAT = ("the kettle leaks", "where is my refund", "my parcel is late", "the app crashes")
TEXTS = [f"{what} {when}" for what in WHAT for when in WHEN]
DAYS = pd.date_range("2025-01-01", periods=len(TEXTS), freq="D")
PLACES = np.random.default_rng(0).random((len(TEXTS), 2))


@pytest.fixture(scope="module")
def model():
    return fit_topics(TEXTS, n_topics=4).model


@pytest.fixture(scope="module")
def counted(model):
    return model.topics_over_time(TEXTS, DAYS.to_pydatetime().tolist(), nr_bins=4)


@pytest.mark.parametrize(
    "times",
    [
        pd.Series(DAYS),
        DAYS,
        DAYS.to_numpy(),
        pd.Series(DAYS).astype("datetime64[s]"),
        [str(day) for day in DAYS],
        pd.Series([f"{day:%Y-%m-%d}" for day in DAYS]),
        [day.date() for day in DAYS],
    ],
    ids=["series", "index", "numpy", "seconds", "text", "series of text", "dates"],
)
def test_topics_over_time_reads_dates_of_any_form(model, counted, times):
    assert counted["Frequency"].sum() == len(TEXTS)
    found = model.topics_over_time(TEXTS, times, nr_bins=4)
    pd.testing.assert_frame_equal(found, counted, check_dtype=False)


def test_topics_over_time_reads_a_format_zones_and_years(model, counted):
    written = [f"{day:%d/%m/%y}" for day in DAYS]
    found = model.topics_over_time(TEXTS, written, nr_bins=4, datetime_format="%d/%m/%y")
    assert found["Frequency"].tolist() == counted["Frequency"].tolist()
    zoned = model.topics_over_time(TEXTS, pd.Series(DAYS.tz_localize("UTC")), nr_bins=4)
    assert zoned["Frequency"].sum() == len(TEXTS)
    years = model.topics_over_time(TEXTS, [1990 + row // 8 for row in range(len(TEXTS))])
    assert set(years["Timestamp"]) == {1990, 1991, 1992, 1993}
    assert len(model.visualize_topics_over_time(found).data)


REFUSED = {
    "fit": (lambda model: model.fit(TEXTS), r"insight\.fit_topics\(messages\) for another"),
    "fit_transform": (lambda model: model.fit_transform(TEXTS), r"insight\.fit_topics\(messages\)"),
    "partial_fit": (lambda model: model.partial_fit(TEXTS), "previous=topics"),
    "delete_topics": (lambda model: model.delete_topics([0]), r"insight\.topics\.merge_topics"),
    "visualize_topics": (lambda model: model.visualize_topics(), r"insight\.plots\.topic_map"),
    "visualize_documents": (lambda model: model.visualize_documents(TEXTS), "reduced_embeddings="),
    "visualize_hierarchical_documents": (
        lambda model: model.visualize_hierarchical_documents(TEXTS, model.hierarchical_topics(TEXTS)),
        "reduced_embeddings=",
    ),
    "visualize_document_datamap": (
        lambda model: model.visualize_document_datamap(TEXTS, reduced_embeddings=PLACES),
        "pip install datamapplot",
    ),
    "visualize_approximate_distribution": (
        lambda model: model.visualize_approximate_distribution(
            TEXTS[0], model.approximate_distribution(TEXTS, calculate_tokens=True)[1][0]
        ),
        "visualize_distribution",
    ),
}
USED = {
    *("approximate_distribution", "find_topics", "generate_topic_labels", "get_document_info", "get_params"),
    *(
        "get_representative_docs",
        "get_topic",
        "get_topic_freq",
        "get_topic_info",
        "get_topic_tree",
        "get_topics",
    ),
    *("hierarchical_topics", "merge_topics", "reduce_outliers", "reduce_topics", "save", "set_topic_labels"),
    *("topics_over_time", "topics_per_class", "transform", "update_topics", "visualize_barchart"),
    *("visualize_distribution", "visualize_heatmap", "visualize_hierarchy", "visualize_term_rank"),
    *("visualize_topics_over_time", "visualize_topics_per_class"),
}
"""Methods that work; tests/topics/test_topics.py calls them."""
ONLINE = {"push_to_hf_hub"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_says_what_to_call(model, name):
    before = list(model.topics_)
    call, way_out = REFUSED[name]
    with pytest.raises(InsightError, match=way_out):
        call(model)
    assert model.topics_ == before


def test_documents_are_drawn_where_they_are_placed(model):
    assert len(model.visualize_documents(TEXTS, reduced_embeddings=PLACES).data)


def test_every_method_of_bertopic_is_tried():
    methods = {name for name, _ in inspect.getmembers(BERTopic, inspect.isfunction) if name[0] != "_"}
    assert methods == {*USED, *REFUSED, *ONLINE}


@pytest.mark.parametrize("name", ["get_params", "set_topic_labels", "transform", "get_topics"])
def test_what_only_reads_works(model, name):
    calls = {
        "get_params": lambda: model.get_params()["nr_topics"],
        "set_topic_labels": lambda: (
            model.set_topic_labels(model.generate_topic_labels()) or model.custom_labels_
        ),
        "transform": lambda: model.transform("the kettle leaks")[0],
        "get_topics": lambda: model.get_topics(full=True)["Main"],
    }
    assert calls[name]()
