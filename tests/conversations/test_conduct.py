from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.conversations import dialogue_index, form_letters, hashtag_audit, playbook, reply_acts
from insight.text.patterns import read_cues

COLUMNS = ["mention_id", "reply_to_id", "author_id", "side", "brand", "day", "text"]


def table(rows, **extra):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    moments = pd.Timestamp("2025-03-01", tz="UTC") + pd.to_timedelta(frame.pop("day"), unit="D").dt.round("s")
    frame["conversation_id"] = frame["reply_to_id"].where(frame["reply_to_id"].notna(), frame["mention_id"])
    return ins.as_mentions(frame.assign(created_at=moments, time_precision="s", **extra))


@pytest.fixture
def posts():
    """Ann asks; the brand answers her and adds a second post to its own answer; it also posts two adverts.

    To the first advert Ben replies, and in April the brand answers a message that is not in the file.
    """
    return table(
        [
            ("x:1", None, "ann", "customer", "acme", 0, "my kettle leaks"),
            ("x:2", "x:1", "acme", "brand", "acme", 1, "Sorry Ann, is the kettle new?"),
            ("x:3", "x:2", "acme", "brand", "acme", 1.1, "(2/2) we would swap it"),
            ("x:4", None, "acme", "brand", "acme", 2, "Spring sale!"),
            ("x:5", "x:4", "acme", "brand", "acme", 2.1, "It ends on Sunday"),
            ("x:6", "x:4", "ben", "customer", "acme", 3, "nice"),
            ("x:7", "x:0", "acme", "brand", "acme", 31, "Thank you!"),
        ]
    )


def test_a_post_that_continues_an_answer_answers_and_one_that_continues_an_advert_does_not(posts):
    index = dialogue_index(posts)
    assert index["period"].tolist() == [pd.Timestamp("2025-03-01"), pd.Timestamp("2025-04-01")]
    assert index["n"].tolist() == [4, 1]
    assert index["n_answers"].tolist() == [2, 1]
    assert index["n_received"].tolist() == [1, 0]
    assert index["low"].between(0, index["share"]).all()
    assert index["high"].between(index["share"], 1).all()


def test_a_period_without_a_post_is_shown_and_has_no_share(posts):
    index = dialogue_index(posts, period="week")  # the weeks of 24 February to 31 March
    empty = index[index["n"] == 0]
    assert len(index) == 6
    assert len(empty) == 3
    assert empty["share"].isna().all()


def test_periods_follow_the_stated_zone(posts):
    assert dialogue_index(posts, period="day", tz="America/New_York")["period"].iloc[0] == pd.Timestamp(
        "2025-03-01"
    )
    assert dialogue_index(posts, period="day")["period"].iloc[0] == pd.Timestamp("2025-03-02")


def test_a_brand_that_never_speaks_has_an_empty_index(posts):
    assert dialogue_index(posts[posts["side"] != "brand"]).empty


def test_reposts_and_private_notes_are_no_posts_of_the_brand(posts):
    more = pd.concat(
        [posts, posts.tail(2).assign(mention_id=["x:8", "x:9"], side="brand", kind=["note", "repost"])]
    )
    assert dialogue_index(ins.as_mentions(more))["n"].sum() == 5


def test_several_brands_need_a_name_and_a_misspelt_one_is_corrected(posts):
    other = posts.tail(1).assign(mention_id="x:9", brand="Brastow")
    both = ins.as_mentions(pd.concat([posts.astype({"brand": object}), other.astype({"brand": object})]))
    with pytest.raises(ins.InsightError, match=r"2 brands speak.*brand="):
        dialogue_index(both)
    with pytest.raises(ins.InsightError, match="did you mean 'Brastow'"):
        dialogue_index(both, brand="brastow")
    assert dialogue_index(both, brand="acme")["n"].sum() == 5


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("I understand, that must be frustrating.", {"acknowledge"}),
        ("We apologise for the delay", {"apologise"}),
        ("This happens because the seal dries out.", {"explain"}),
        ("Please restart the app", {"fix"}),
        ("We've sent a new seal", {"fix"}),
        ("Which version do you have?", {"ask"}),
        ("Thank you so much", {"thank"}),
        ("Drop us a DM", {"move offline"}),
        ("Switch to us today and save, 20% off", {"sell"}),
        ("Don’t worry", set()),
        ("Your order number is on the box", set()),
    ],
)
def test_replies_are_classified_by_their_words(text, acts):
    mentions = table(
        [
            ("x:1", None, "ann", "customer", "acme", 0, "hello"),
            ("x:2", "x:1", "acme", "brand", "acme", 1, text),
        ]
    )
    found = reply_acts(mentions)
    assert set(found["act"]) == acts
    assert found.attrs["n_replies"] == 1


def test_the_span_of_an_act_points_into_the_text_as_shown():
    text = "Oh no 😡 it’s awful; we’re  so sorry, Ann"
    mentions = table(
        [("x:1", None, "ann", "customer", "acme", 0, "hi"), ("x:2", "x:1", "acme", "brand", "acme", 1, text)]
    )
    act = reply_acts(mentions).set_index("act").loc["apologise"]
    assert text[act["start"] : act["end"]] == "sorry"


def test_adverts_have_no_reply_acts_and_every_act_is_in_the_file(posts):
    assert "x:4" not in set(reply_acts(posts)["mention_id"])
    assert set(reply_acts(posts)["act"]) <= set(read_cues("conduct"))


def letters(writers=("Kim", "Kim", "Kim", "Lee", "Lee", "Lee")):
    """Six people ask; three get the same letter under their own names, one with a signature; three do not."""
    asked = [(f"x:{n}", None, f"p{n}", "customer", "acme", n, "the lid of my mug broke") for n in range(6)]
    texts = [
        "Hi Ann, we are looking into this for you. ^KM",
        "Hi Ben, we are looking into this for you. ^LE",
        "Hello Cleo, we are looking into this for you!",
        "A broken lid is on us: a new one leaves tomorrow morning",
        "Could you tell me where you bought it, and when?",
        "Sure!",
    ]
    sent = [(f"x:1{n}", f"x:{n}", "acme", "brand", "acme", n + 0.5, text) for n, text in enumerate(texts)]
    mentions = table([*asked, *sent])
    mentions["writer"] = mentions["mention_id"].map(
        dict(zip((f"x:1{n}" for n in range(6)), writers, strict=True))
    )
    return mentions


def test_the_same_letter_under_different_names_is_a_copy():
    marks = form_letters(letters()).head(3).set_index("mark")
    assert marks.loc["copied", ["n", "n_marked"]].tolist() == [5, 3]
    assert marks.loc["named", ["n", "n_marked"]].tolist() == [6, 3]
    assert marks.loc["refers", ["n", "n_marked"]].tolist() == [6, 1]


def test_writers_are_counted_each_in_the_order_of_their_first_reply():
    marks = form_letters(letters())
    assert marks["writer"].drop_duplicates().tolist() == ["all", "Kim", "Lee"]
    copied = marks[marks["mark"] == "copied"].set_index("writer")
    assert copied.loc["Kim", "n"] == copied.loc["Kim", "n_marked"] > 0
    assert copied["share"].isna().all(), "of fewer than ten readers no share"
    assert copied.loc["Lee", ["n", "n_marked"]].tolist() == [2, 0]


def test_writers_are_found_by_their_signatures_where_there_is_no_column():
    unsigned = letters().drop(columns="writer")
    assert form_letters(unsigned)["writer"].drop_duplicates().tolist() == ["all", "KM", "LE"]


def test_the_same_words_to_the_same_person_are_no_form_letter():
    rows = [("x:1", None, "ann", "customer", "acme", 0, "broken")]
    rows += [
        (f"x:{n}", "x:1", "acme", "brand", "acme", n, "we are looking into this for you") for n in (2, 3)
    ]
    marks = form_letters(table(rows)).set_index("mark")
    assert marks.loc["copied", "n_marked"] == 0


def test_no_reply_gives_no_share_and_no_error():
    marks = form_letters(table([("x:1", None, "ann", "customer", "acme", 0, "broken")]))
    assert marks["n"].tolist() == [0, 0, 0]
    assert marks["share"].isna().all()


@pytest.fixture
def tagged():
    """Sixty customers talk of coffee in words of their own; eight are in a #brewclub, ten follow a storm.

    The brand uses the tags of both, one made of customers' words, one that the post speaks of, one of its own
    on three days, and one that nobody else uses.
    """
    words = ["kettle", "beans", "grinder", "milk", "cup", "filter", "water", "espresso", "steam", "lid"]
    random = np.random.default_rng(0)
    talk = ["good coffee " + " ".join(random.choice(words, 5, replace=False)) for _ in range(68)]
    rows = [(f"c:{n:02d}", None, f"c{n}", "customer", "acme", n / 4, talk[n]) for n in range(60)]
    rows += [(f"f:{n}", None, f"f{n}", "customer", "acme", n, f"{talk[60 + n]} #brewclub") for n in range(8)]
    rows += [
        (
            f"s:{n}",
            None,
            f"s{n}",
            "customer",
            "acme",
            n,
            "roads flooded, stay safe, trains stopped #StormElla",
        )
        for n in range(10)
    ]
    rows += [
        ("b:1", None, "acme", "brand", "acme", 1, "New #GoodCoffee"),
        ("b:2", None, "acme", "brand", "acme", 2, "20% off today #StormElla #MOUSAVI"),
        ("b:3", None, "acme", "brand", "acme", 3, "Meet us #BrewClub"),
        ("b:4", None, "acme", "brand", "acme", 4, "See you at the marathon #marathon"),
        *((f"b:5{n}", None, "acme", "brand", "acme", 5 + n, "hello #zibbel") for n in range(3)),
    ]
    return table(rows)


def test_only_tags_of_another_trend_are_flagged(tagged):
    audit = hashtag_audit(tagged)
    assert set(audit.loc[audit["flagged"], "tag"]) == {"stormella", "mousavi"}
    assert audit["reason"].str.len().gt(0).all()


def test_a_tag_is_judged_by_the_company_it_keeps(tagged):
    audit = hashtag_audit(tagged).drop_duplicates("tag").set_index("tag")
    assert audit.loc["stormella", "n_people"] == 10
    assert audit.loc["stormella", "similarity"] < audit.loc["stormella", "usual_low"]
    assert audit.loc["brewclub", "similarity"] >= audit.loc["brewclub", "usual_low"]
    assert audit.loc["zibbel", "n_own"] == 3
    assert np.isnan(audit.loc["mousavi", "similarity"])


def rival_talk(replies):
    rows = []
    for n, text in enumerate(replies):
        rows.append(
            (f"a:{n}", None, f"p{n}", "customer", "rival", n, "my rival kettle leaks all over the desk")
        )
        rows.append((f"b:{n}", f"a:{n}", "acme", "brand", "acme", n + 0.5, text))
    return table(rows)


def test_the_playbook_separates_help_from_poaching():
    checks = playbook(
        rival_talk(
            [
                "Sorry to hear about the desk, that sounds awful. Did it leak at the lid?",
                "Switch to us today and get 20% off!",
                "Switch to us today and get 20% off!",
            ]
        ),
        brand="acme",
    )
    assert checks["n_met"].tolist() == [4, 0, 0]
    assert checks.loc[1, ["listened", "empathy", "no_pitch", "own_words"]].tolist() == [False] * 4


def test_the_playbook_looks_at_first_contacts_only_and_names_no_customer():
    mentions = rival_talk(["So sorry to hear about the desk"])
    more = table(
        [
            ("a:9", None, "p0", "customer", "rival", 5, "still leaks"),
            ("b:9", "a:9", "acme", "brand", "acme", 6, "Switch to us today, 20% off!"),
            ("a:8", None, "zoe", "customer", "acme", 7, "hello"),
            ("b:8", "a:8", "acme", "brand", "acme", 8, "Switch to us today, 20% off!"),
        ]
    )
    both = ins.as_mentions(pd.concat([mentions.astype({"brand": object}), more.astype({"brand": object})]))
    checks = playbook(both, brand="acme")
    assert checks["mention_id"].tolist() == ["b:0"]
    customers = set(both.loc[both["side"] == "customer", ["mention_id", "author_id"]].to_numpy().ravel())
    assert not customers & set(checks.astype(str).to_numpy().ravel())


def test_a_playbook_of_a_brand_that_answers_no_one_is_empty(posts):
    talk = posts[posts["side"] != "brand"].assign(brand="rival")
    own = posts[posts["side"] == "brand"].assign(
        brand="acme", reply_to_id=None, conversation_id=None, kind="post"
    )
    assert playbook(pd.concat([talk, own], ignore_index=True), brand="acme").empty


def test_a_playbook_without_rivals_says_so(posts):
    with pytest.raises(ins.InsightError, match="Name rivals"):
        playbook(posts, brand="acme")


@pytest.mark.parametrize(
    "measure",
    [
        dialogue_index,
        reply_acts,
        form_letters,
        hashtag_audit,
        lambda mentions: playbook(mentions, brand="acme"),
    ],
)
def test_the_order_of_rows_and_the_look_of_pseudonyms_change_nothing(measure, tagged):
    mentions = pd.concat([letters(), tagged, rival_talk(["Sorry about your desk", "20% off, order now"])])
    mentions = ins.as_mentions(mentions.drop_duplicates("mention_id").astype({"brand": object}))
    shuffled = mentions.sample(frac=1, random_state=1).assign(
        author_id=mentions["author_id"].map(lambda name: name[::-1] + "z")
    )
    pd.testing.assert_frame_equal(measure(mentions), measure(shuffled))
