"""Cleaning, sentences, languages and copies, on texts written for the purpose."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import insight as ins
from insight.text.clean import clean_text, detect_language, split_sentences
from insight.text.copies import group_copies
from insight.text.language import LANGUAGES


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Fish &amp;amp; chips &lt;3", "Fish & chips <3"),
        ("RT @pellwick: new   beans\n\nare out", "new beans are out"),
        ("@pellwickhelp @ann_b it’s “broken”", 'it\'s "broken"'),
        ("see https://example.org/a?b=c, www.example.org and example.co/x1 now", "see and now"),
        ("cut off by the export https:/", "cut off by the export"),
        ("mail me at ann.b+x@example.org please", "mail me at please"),
        ("hello @ann@social.example how are you", "hello how are you"),
        ("thanks /u/ann-b and u/ben, call [phone] or [e-mail]", "thanks and , call or"),
        ("#CustomerService is #down", "Customer Service is down"),
        ("room #5 at 50% off, C# too", "room 5 at 50% off, C# too"),
        ("i️ t works\u200b", "i t works"),
        ("love it 😍", "love it 😍"),
        ("see\u00a0you", "see you"),
        ("", ""),
    ],
)
def test_clean_text(raw, clean):
    assert clean_text([raw]) == [clean]


def test_clean_text_takes_a_column_and_counts_missing_as_empty():
    assert clean_text(pd.Series(["a ", None, float("nan")])) == ["a", "", ""]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_cleaned_text_has_no_handle_link_or_double_space(raw):
    (clean,) = clean_text([raw])
    assert "http://" not in clean
    assert clean == " ".join(clean.split())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It leaks. I want a refund!", ["It leaks.", "I want a refund!"]),
        ("it leaks. i want a refund", ["it leaks.", "i want a refund"]),
        ("It leaks.Please help", ["It leaks.", "Please help"]),
        ("help!please?now", ["help!", "please?", "now"]),
        ("Waited 3.5 hrs ... still nothing", ["Waited 3.5 hrs ... still nothing"]),
        ("Waited... Still nothing?!?!", ["Waited...", "Still nothing?!?!"]),
        ("Dr. Bean lives in the U.S. now, e.g. there.", ["Dr. Bean lives in the U.S. now, e.g. there."]),
        ("Beans, filters, etc. Then tea.", ["Beans, filters, etc.", "Then tea."]),
        ("so do I. Me too", ["so do I.", "Me too"]),
        ("see https://example.org/a.b?c=d!e ok? yes", ["see https://example.org/a.b?c=d!e ok?", "yes"]),
        ("write to ann.bean@example.org today", ["write to ann.bean@example.org today"]),
        ("great 😀 Now what", ["great 😀", "Now what"]),
        ("love it ❤️ thanks", ["love it ❤️ thanks"]),
        ("broken 😡😡!!! 😡", ["broken 😡😡!!! 😡"]),
        ("Hi\n\nthe app\nis slow\nPlease help", ["Hi", "the app\nis slow", "Please help"]),
        ("坏了。请修理！谢谢", ["坏了。", "请修理！", "谢谢"]),
        ('He said "no!" Then left', ['He said "no!"', "Then left"]),
        ("that is sh!t service. Bad", ["that is sh!t service.", "Bad"]),
        ("bullsh!t!! B!tch please", ["bullsh!t!!", "B!tch please"]),
        ("f*** this. Bye", ["f*** this.", "Bye"]),
        ("great!thanks for it", ["great!", "thanks for it"]),
        ("no!!why again", ["no!!", "why again"]),
        ("I read Yahoo! Mail daily. It works", ["I read Yahoo! Mail daily.", "It works"]),
        ("Yahoo! it works", ["Yahoo!", "it works"]),
        ("It works (!) every day", ["It works (!) every day"]),
        ("They said no. I left", ["They said no.", "I left"]),
        ("No. 5 leaks", ["No. 5 leaks"]),
        ("It broke. 😡 Again", ["It broke. 😡", "Again"]),
        ("!!!", ["!!!"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_split_sentences(text, sentences):
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@given(st.text(alphabet="aB. !?\n😀。3@/:", max_size=60))
def test_sentences_are_ordered_trimmed_and_lose_only_white_space(text):
    spans = split_sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    flat = [edge for span in spans for edge in span]
    assert flat == sorted(flat)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the kettle never pairs with my phone", "en"),
        ("@pellwick my coffee is cold again, fix it pls", "en"),
        ("sooooo happy with my new machine", "en"),
        ("Die Maschine ist schon wieder kaputt", "de"),
        ("La machine à café ne marche plus depuis hier", "fr"),
        ("La cafetera no funciona desde ayer, ayuda", "es"),
        ("De koffiemachine doet het niet meer sinds gisteren", "nl"),
        ("ケトルが壊れました、助けてください", "ja"),
        ("чайник больше не включается", "ru"),
        ("الغلاية لا تعمل منذ الأمس", "ar"),
        ("ok", "und"),
        ("😡😡😡", "und"),
        ("https://example.org/une/page/en/francais", "und"),
        ("", "und"),
    ],
)
def test_detect_language(text, language):
    assert detect_language([text]) == [language]


def test_language_does_not_depend_on_the_others_and_asks_for_certainty():
    texts = ["Wo ist meine Lieferung geblieben?", "thanks", "Where is my delivery now?"]
    assert detect_language(texts) == [detect_language([text])[0] for text in texts]
    assert detect_language(texts, min_probability=1.01) == ["und"] * 3


@pytest.mark.real
def test_short_english_tweets_are_called_english(real_data):
    tweets = pd.read_csv(real_data / "labelled" / "airline.csv.gz")["text"].astype(str)
    told = pd.Series(detect_language(tweets))
    assert told.isin([*LANGUAGES, "und"]).all()
    assert (told == "en").mean() > 0.93
    assert (~told.isin(["en", "und"])).mean() < 0.002


LONG = (
    "My Pellwick kettle has been leaking from the lid since the second week, who can help me with this please"
)


def test_copies_share_a_number():
    texts = ["Love my kettle!", LONG, "LOVE my kettle", LONG + "?", LONG.replace("second", "2nd"), "My order"]
    groups = group_copies(texts, threshold=0.8)
    assert groups[0] == groups[2]
    assert groups[1] == groups[3] == groups[4]
    assert len(set(groups.tolist())) == 3


def test_threshold_one_joins_only_equal_words():
    assert len(set(group_copies([LONG, LONG + "!", LONG + " now"], threshold=1).tolist())) == 2
    assert len(set(group_copies([LONG, LONG + "!", LONG + " now"]).tolist())) == 1


def test_texts_without_words_are_not_all_the_same():
    groups = group_copies(["😡", "❤", "😡", ""])
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


def test_near_copies_found_are_those_an_exact_search_finds():
    """Oracle: all pairs by exact Jaccard of five-letter runs, joined transitively."""
    rng = random.Random(3)
    words = [word + str(n) for word in ("lid", "cup", "bean", "tea", "filter") for n in range(8)]
    texts = [" ".join(rng.choices(words, k=25)) for _ in range(60)]
    texts += [f"{text[:n]}{text[n + 1 :]}" for n, text in enumerate(texts, 30)]
    texts += [" ".join(rng.choices(words, k=8) + text.split()[8:]) for text in texts[:30]]
    runs = [{text[i : i + 5] for i in range(len(text) - 4)} for text in texts]
    alike = [[len(a & b) / len(a | b) >= 0.9 for b in runs] for a in runs]
    oracle = list(range(len(texts)))
    for i, row in enumerate(alike):
        for j, same in enumerate(row):
            if same and oracle[i] != oracle[j]:
                oracle = [oracle[i] if group == oracle[j] else group for group in oracle]
    found = group_copies(texts)
    pairs = [(a, b) for a in range(len(texts)) for b in range(a)]
    together = [(a, b) for a, b in pairs if found[a] == found[b]]
    wanted = [(a, b) for a, b in pairs if oracle[a] == oracle[b]]
    assert set(together) <= set(wanted), "never joins what is not alike"
    assert len(wanted) > 20
    assert len(together) >= 0.95 * len(wanted)


def test_order_and_repeats_change_no_group():
    texts = [f"{LONG} number {n % 7}" for n in range(20)] + [f"kettle {n}" for n in range(5)]
    groups = group_copies(texts)
    order = np.random.default_rng(1).permutation(len(texts))
    np.testing.assert_array_equal(group_copies([texts[i] for i in order]), groups[order])
    np.testing.assert_array_equal(group_copies(texts + texts[:9])[: len(texts)], groups)


def test_nothing_gives_nothing_and_a_wrong_threshold_is_refused():
    assert group_copies([]).tolist() == []
    assert clean_text([]) == detect_language([]) == []
    with pytest.raises(ins.InsightError, match=r"threshold is 0\.2"):
        group_copies(["a"], threshold=0.2)
