"""The timeline: rules by hand, and the same rows as the engine's."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.mentions import in_order
from insight.timeline import concerns, engine, timeline
from insight.timeline.persons import count_people, number

START = pd.Timestamp("2025-03-03 10:00", tz="UTC")


def talk(*rows, **constant):
    """Mentions from (id, thread, answers, author, minutes, text); acme and rival are brands' accounts."""
    names = ["mention_id", "conversation_id", "reply_to_id", "author_id", "minute", "text"]
    frame = pd.DataFrame(rows, columns=names)
    frame["created_at"] = START + pd.to_timedelta(frame.pop("minute"), unit="min")
    speaks = frame["author_id"].isin(["acme", "rival"])
    frame = frame.assign(
        side=np.where(speaks, "brand", "customer"), platform="forum", kind="comment", time_precision="s",
        brand=frame["author_id"].where(speaks, "acme"), addressed=True,
    )  # fmt: skip
    return ins.as_mentions(frame.assign(**constant))


def column(line, name):
    return dict(
        zip(line["mention_id"], line[name].astype(object).where(line[name].notna(), None), strict=True)
    )


# --- answers


def test_an_unlinked_answer_answers_every_question_still_open():
    line = timeline(
        talk(
            ("a", "t", None, "ann", 0, "How?"),
            ("b", "t", None, "ben", 1, "And mine?"),
            ("c", "t", None, "acme", 2, "Both buttons"),
            ("d", "t", None, "ben", 3, "Thanks"),
        )
    )
    assert column(line, "answered_by") == {"a": "c", "b": "c", "c": None, "d": None}
    assert column(line, "parent_id") == {"a": None, "b": None, "c": "b", "d": "c"}
    assert column(line, "wait") == {"a": "a", "b": "b", "c": None, "d": "d"}


def test_messages_between_two_answers_are_one_wait():
    line = timeline(
        talk(
            ("a", "t", None, "ann", 0, "How?"),
            ("b", "t", "a", "ann", 1, "Hello?"),
            ("c", "t", "a", "acme", 2, "So"),
            ("d", "t", "c", "ann", 3, "And now?"),
        )
    )
    assert column(line, "wait") == {"a": "a", "b": "a", "c": None, "d": "d"}
    assert column(line, "answered_by") == {"a": "c", "b": "c", "c": None, "d": None}


def test_another_brand_ends_no_wait_unless_it_replies_to_its_own_customer():
    line = timeline(
        talk(
            ("a", "t", None, "ann", 0, "How?"),
            ("b", "t", None, "rival", 1, "Come to us"),
            ("c", "t", "a", "rival", 2, "Really"),
            ("d", "t", None, "acme", 3, "So"),
        ),
        brands=["acme", "rival"],
    )
    assert column(line, "answered_by")["a"] == "d"
    assert column(line, "role") == {"a": "customer", "b": "rival", "c": "rival", "d": "brand"}


def test_receipts_answer_nothing_and_a_quick_agent_does():
    asked = [(f"q{n}", f"t{n}", None, f"p{n}", 60 * n, f"Where is order {n}?") for n in range(8)]
    receipts = [
        (f"r{n}", f"t{n}", f"q{n}", "acme", 60 * n + 0.5, f"Hi P{n}, we got ticket #{n}.") for n in range(8)
    ]
    answers = [(f"s{n}", f"t{n}", f"q{n}", "acme", 60 * n + 30, "It is on its way") for n in range(4)]
    line = timeline(talk(*asked, *receipts, *answers))
    assert column(line, "answered_by") == {
        row[0]: {f"q{n}": f"s{n}" for n in range(4)}.get(row[0]) for row in [*asked, *receipts, *answers]
    }
    assert (line["role"] == "automated").sum() == 8
    few = timeline(talk(*asked[:4], *receipts[:4]))
    assert few["answered_by"].notna().sum() == 4, "four people are not many"


def test_a_private_answer_is_none_in_public():
    rows = talk(("a", "t", None, "ann", 0, "How?"), ("b", "t", None, "acme", 1, "So"))
    rows.loc[1, "is_public"] = False
    assert timeline(rows)["answered_by"].isna().all()


# --- what people say to each other


def test_what_people_say_to_each_other_waits_for_no_brand():
    line = timeline(
        talk(
            ("a", "t", None, "ann", 0, "Acme, how do I open it?"),
            ("b", "t", "a", "ben", 1, "By the knob"),
            ("c", "t", "a", "cem", 2, "@ann which model is it?"),
            ("d", "t", "b", "dee", 3, "Does that work for the old one?"),
            ("e", "t", "c", "eva", 4, "@cem @acme never answers"),
            ("f", "t", None, "fay", 5, "<@Ben> thanks"),
            ("g", "t", None, "gus", 6, "@someone_else look"),
            ("h", "t", None, "ann", 7, "@ann as I said"),
            ("i", "t", "c", "acme", 8, "Good question"),
            ("j", "t", "c", "ann", 9, "@cem The blue one"),
            ("k", "t", "b", "hal", 10, "@ben do you sell it?"),
        )
    )
    assert column(line, "wait") == {
        "a": "a", "b": None, "c": None, "d": "d", "e": "e", "f": None, "g": "g", "h": "a", "i": None,
        "j": None, "k": "k",
    }  # fmt: skip
    answered = {key: by for key, by in column(line, "answered_by").items() if by}
    assert answered == {"c": "i"}, "a reply answers what it replies to, whoever was meant"


def test_signals_decide_what_asks_among_people_too():
    rows = talk(("a", "t", None, "ann", 0, "acme, it leaks"), ("b", "t", "a", "ben", 1, "Mine leaks too"))
    signals = pd.DataFrame({"mention_id": ["b"], "signal": ["complaint"]})
    assert column(timeline(rows), "wait") == {"a": "a", "b": None}
    assert column(timeline(rows, signals=signals), "wait") == {"a": "a", "b": "b"}


def test_the_words_given_for_a_brand_name_it():
    rows = talk(
        ("a", "t", None, "ann", 0, "How, @acme_help?"),
        ("b", "t", "a", "ben", 1, "@ann @acme_help never answers"),
        ("c", "u", None, "ann", 2, "How?"),
        ("d", "u", "c", "ben", 3, "try Acme  Kettles"),
        brand=None,
    )
    line = timeline(rows, brands={"Acme": ["@acme_help"]})
    assert column(line, "wait") == {"a": "a", "b": "b", "c": "c", "d": "d"}
    assert column(timeline(rows), "wait") == {"a": "a", "b": "b", "c": "c", "d": None}


def test_what_people_say_to_each_other_is_counted(tmp_path):
    rows = talk(
        ("a", "t", None, "ann", 0, "How?"), ("b", "t", "a", "ben", 1, "So"), ("c", "t", "a", "acme", 2, "So")
    )
    rows.to_parquet(tmp_path / "rows.parquet")
    for where in (rows, timeline(rows), tmp_path / "rows.parquet"):
        assert ins.first_responses(where).attrs["excluded"]["n_between_people"] == 1


@pytest.mark.real
def test_what_people_say_to_each_other_on_a_real_archive(real_data):
    """Each answers someone or calls them by name, names no brand, and no brand answered any of them."""
    archive = ins.read_archive(real_data / "archives" / "twcs" / "twcs.csv", brands={"Delta": ["@Delta"]})
    line = timeline(archive.mentions)
    said = line[line["role"].isin(["customer", "unknown"]) & line["wait"].isna()]
    assert 20 <= len(said) < 0.02 * len(line)
    assert said["answered_by"].isna().all()
    assert (said["reply_to_id"].notna() | said["text"].str.contains("^@")).all()
    desks = set(line.loc[line["role"] == "brand", "brand"].dropna().str.casefold())
    words = said["text"].str.casefold().str.findall(r"@(\w+)")
    assert not any(desks & set(called) for called in words)


# --- people


def test_who_is_a_person():
    rows = talk(
        ("a", "t", None, "ann", 0, "One"),
        ("b", "t", None, "acme", 1, "Two"),
        ("c", "t", None, "helper[bot]", 2, "Three"),
        ("d", "t", None, None, 3, "Four"),
        ("e", "t", None, "zoe", 4, "I am away until Monday"),
        ("f", "t", None, "zoe", 5, "I am back"),
    )
    rows = rows.assign(author_name=rows["author_id"], automated=rows["mention_id"] == "e")
    line = timeline(rows)
    assert line["role"].tolist() == ["customer", "brand", "automated", "customer", "automated", "customer"]
    assert line["person"].fillna("-").tolist() == ["ann", "-", "-", "-", "-", "zoe"]


def test_copies_and_passed_on_words_are_not_ones_own():
    rows = talk(
        ("a", "t", None, "ann", 0, "The lid  leaks @acme"),
        ("b", "u", None, "ann", 1, "the lid leaks https://x.example/1"),
        ("c", "v", None, "ben", 2, "The lid leaks"),
        ("d", "w", None, None, 3, "The lid leaks"),
        ("e", "x", None, None, 4, "The lid leaks"),
        ("f", "y", None, "cem", 5, "RT @ann: The lid leaks"),
        ("g", "z", None, None, 6, ""),
        ("h", "z", None, None, 7, ""),
    )
    own = timeline(rows)["own"].tolist()
    assert own == [True, False, True, True, False, False, True, True]


# --- brands


def test_what_a_message_is_about():
    rows = talk(
        ("a", "t", None, "ann", 0, "@acme or @Rival?"),
        ("b", "t", "a", "ben", 1, "neither"),
        ("c", "u", None, "cem", 2, "weather"),
        ("d", "v", None, "dee", 3, "weather"),
        brand=None,
    ).assign(channel=["x", "x", "Acme", "x"])
    line = timeline(rows, brands={"acme": ["@acme"], "rival": ["@rival"]})
    assert line["about"].tolist() == [("acme", "rival"), ("acme", "rival"), ("acme",), ()]
    assert concerns(line, "rival").tolist() == [True, True, False, True], "about no brand: the owner's"


def test_a_timeline_stays_one_and_order_does_not_matter():
    rows = invented(3)
    line = timeline(rows)
    assert timeline(line) is line
    pd.testing.assert_frame_equal(line, timeline(rows.sample(frac=1, random_state=1)))


# --- against the engine


def invented(seed, n=220):
    """Two brands; threads with and without links, private, passed-on and automated messages, odd stamps."""
    rng = np.random.default_rng(seed)
    who = rng.choice(["acme", "rival", "ann", "ben", "cem", "dee", None], n)
    ids = [f"m{number:03d}" for number in rng.permutation(n)]
    parent = [ids[rng.integers(0, n)] if rng.random() < 0.4 else None for _ in range(n)]
    words = ["Thanks for writing to us", "How?", "It leaks", "Noted", "So", "@ann so?", "@ben @acme well"]
    rows = [
        (i, f"t{rng.integers(0, 25)}" if rng.random() < 0.9 else None, p if p != i else None, w,
         float(rng.integers(0, 200)) / 3, str(rng.choice(words)))
        for i, p, w in zip(ids, parent, who, strict=True)
    ]  # fmt: skip
    mentions = talk(*rows)
    brand = mentions["brand"].astype(object)
    asker = (mentions["side"] == "customer").to_numpy()
    return ins.as_mentions(
        mentions.assign(
            brand=brand.where(~asker, pd.Series(rng.choice(["acme", "rival", None], n), dtype=object)),
            addressed=pd.array(rng.choice([True, False, None], n), dtype="boolean"),
            is_public=rng.random(n) > 0.1,
            kind=rng.choice(["comment", "note", "repost"], n, p=[0.9, 0.05, 0.05]),
            time_precision=rng.choice(["s", "day"], n, p=[0.95, 0.05]),
            automated=pd.array(rng.random(n) < 0.05, dtype="boolean"),
        )
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.filterwarnings("ignore::insight.mentions.InsightWarning")
def test_the_engine_pairs_the_same(seed):
    """Every wait of first_responses is one of the timeline, with the same answer."""
    mentions = invented(seed)
    line = timeline(mentions).set_index("mention_id")
    waits = ins.first_responses(mentions, only_addressed=False)
    ours = line.loc[waits["mention_id"], "answered_by"].astype(object)
    theirs = waits["response_id"].astype(object)
    assert ours.where(ours.notna(), None).tolist() == theirs.where(theirs.notna(), None).tolist()
    fine = line["time_precision"] == "s"
    answered = line["answered_by"].dropna()
    timed = line.index.isin(answered.index[line.loc[answered, "time_precision"].to_numpy() == "s"])
    began = line.index[(line["wait"] == line.index) & fine & (timed | line["answered_by"].isna())]
    assert set(waits["mention_id"]) <= set(line["wait"].dropna()) | set(line.index[line["wait"].notna()])
    assert len(set(began) - set(waits["mention_id"])) <= int((line["time_precision"] == "day").sum())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore::insight.mentions.InsightWarning")
def test_a_dataframe_and_the_engine_give_the_same_waits(seed, tmp_path, monkeypatch):
    """`first_responses` pairs a DataFrame at once, and what is in a file some conversations at a time."""
    monkeypatch.setattr(importlib.import_module(engine.first_answers.__module__), "AT_ONCE", 40)
    mentions, file = invented(seed, n=400), tmp_path / "mentions.parquet"
    mentions.to_parquet(file)
    wants = np.random.default_rng(seed).choice(["help", "complaint", "idea", "thanks"], len(mentions))
    intents = pd.DataFrame({"mention_id": mentions["mention_id"], "intent": pd.Categorical(wants)})
    intents = intents.assign(needs_answer=True, challenge=False)
    for given, options in (
        (None, {}),
        (None, {"only_addressed": False}),
        (None, {"as_of": START + pd.Timedelta(minutes=40)}),
        (intents, {}),
    ):
        ours, theirs = (ins.first_responses(where, given, **options) for where in (mentions, file))
        pd.testing.assert_frame_equal(ours, theirs)
        assert ours.attrs == theirs.attrs
        assert len(ours) > 10


def test_an_account_with_more_reviews_than_a_store_allows_is_no_person():
    rows = talk(
        *[(f"r{n}", None, None, "shared", n, f"Review {n}") for n in range(5)],
        ("z", None, None, "zoe", 9, "Hi"),
    )
    line = timeline(rows.assign(kind="review", platform="google_play", channel="app"))
    assert line["person"].dropna().unique().tolist() == ["zoe"]
    assert count_people(line) == 6


@pytest.mark.parametrize("size", [3, 2**40, 2**62])
def test_combinations_are_numbered_by_first_appearance_whatever_their_size(size):
    draw = np.random.default_rng(0)
    keys = [draw.integers(-2, 3, 300) * size // 3 for _ in range(3)]
    expected = pd.factorize(pd.MultiIndex.from_arrays(keys))[0]
    assert number(keys).tolist() == expected.tolist()


def test_rows_in_order_are_left_as_they_are_and_others_are_sorted():
    rows = invented(1)
    shuffled = rows.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(in_order(shuffled), in_order(rows))
    tied = rows.assign(created_at=rows["created_at"].iloc[0])
    assert in_order(tied.iloc[::-1])["mention_id"].is_monotonic_increasing


def test_a_post_is_not_about_a_brand_that_a_reply_to_it_names(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text(
        "id,author,created_at,text,reply_to,platform\n"
        "1,kim,2024-03-01 10:00:00Z,Day two of the fair,,x\n"
        "2,ola,2024-03-01 11:00:00Z,@kim thanks to @acme for the tickets,1,x\n"
        "3,per,2024-03-01 12:00:00Z,Well deserved,2,x\n"
        "6,acme,2024-03-01 13:00:00Z,@ola our pleasure,2,x\n"
        "4,ann,2024-03-01 10:00:00Z,My kettle leaks,,x\n"
        "5,acme,2024-03-01 10:30:00Z,@ann which one is it?,4,x\n",
        encoding="utf-8",
    )
    archive = ins.read_archive(path, brands={"Acme": ["@acme"]}, privacy="internal")
    brand = archive.mentions.set_index("mention_id")["brand"].notna()
    assert {key.split(":")[-1]: bool(yes) for key, yes in brand.items()} == {
        "1": False, "2": True, "3": True, "4": True, "5": True, "6": True,
    }  # fmt: skip
