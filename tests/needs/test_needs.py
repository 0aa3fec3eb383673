from __future__ import annotations

import re
import tomllib

import pandas as pd
import pytest

import insight.signals as signals_module
import insight.signals.rules as rules_module
from insight.mentions import InsightError, as_mentions
from insight.signals.rules import SIGNALS, read_rules

# -------------------------- find_signals


def find_signals(texts):
    """Hear by the rules alone, which these tests are about; the classifier has tests of its own."""
    return signals_module.find_signals(texts, layers=("patterns",))


def heard(text):
    return set(find_signals([text])["signal"])


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("My kettle stopped working after two weeks.", "complaint"),
        ("the app keeps crashing on startup", "complaint"),
        ("Still waiting for my refund since March", "complaint"),
        ("Terrible service, nobody ever answers", "complaint"),
        ("Thanks for nothing", "complaint"),
        ("The carafe doesnt pour without dripping #fail", "complaint"),
        ("Please add a timer to the app", "wish"),
        ("I wish the lid came off for cleaning", "wish"),
        ("It would be great if the kettle kept the water warm", "wish"),
        ("There should be an option to switch off the beep", "wish"),
        ("Bring back the old roast!", "wish"),
        ("Why can’t I pause my subscription?", "wish"),
        ("If only it had a timer", "wish"),
        ("The app needs a dark mode", "wish"),
        ("You should try descaling it first", "advice"),
        ("Make sure you rinse the filter before the first brew", "advice"),
        ("Pro tip: warm the cup", "advice"),
        ("How do I descale it?", "question"),
        ("does anyone know how to reset the clock", "question"),
        ("I ended up using a rubber band to keep it shut", "workaround"),
        ("My workaround is a towel under the base", "workaround"),
        ("I have to unplug it every single morning", "workaround"),
        ("Brews much faster than my old machine", "comparison"),
        ("Switched to Brastow last month", "switching"),
        ("I cancelled my subscription today", "leaving"),
        ("I'm done with this company", "leaving"),
        ("Absolutely love this machine", "praise"),
        ("works like a charm", "praise"),
        ("Thank you so much for the quick help", "thanks"),
        ("It does not allow me to save a recipe", "complaint"),
        ("I can't pair it without reinstalling the app", "complaint"),
        ("I can't select a roast", "complaint"),
        ("That happened again", "complaint"),
        ("They came thirty minutes late and I waited for two hours without a word", "complaint"),
        ("The pause button was gone", "complaint"),
        ("It used to work fine before", "complaint"),
        ("I press the button and nothing happens", "complaint"),
        ("It is impossible to work without it", "praise"),
        ("Can't imagine my mornings without this kettle", "praise"),
        ("Easy to clean and love the colour", "praise"),
        ("Please enhance the search", "wish"),
        ("I would love to use it with my kids", "wish"),
        ("You should get better lids", "wish"),
        ("I need to speak to a real person", "complaint"),
        ("I have to restart it", "workaround"),
        ("@pellwick @brastow Give us a bigger cup", "wish"),
        ("The seal should be replaced by a thicker one", "wish"),
        ("You should be able to pause a brew", "wish"),
        ("I would like to hide the clock", "wish"),
        ("It would be perfect if it was a bit smaller", "wish"),
        ("Please let me export the list so I can share it", "wish"),
        ("I went back to @brastow", "switching"),
        ("You are losing customers over this", "leaving"),
    ],
)
def test_a_plain_sentence_is_heard(text, signal):
    assert signal in heard(text)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("I met my sister at the station at noon.", None),
        ("It has not crashed once", "complaint"),
        ("No problems so far", "complaint"),
        ("Can't complain", "complaint"),
        ("Not great", "praise"),
        ("It would be great if it had a handle", "praise"),
        ("Great, another delay", "praise"),
        ("Thanks for nothing", "thanks"),
        ("No thanks", "thanks"),
        ("Wishing you all the best", "wish"),
        ("I'm not able to come, have a good day", "wish"),
        ("Make sure you rinse the filter", "wish"),
        ("You should try the dark roast", "wish"),
        ("How do I cancel my subscription?", "leaving"),
        ("I went to bed at ten", "switching"),
        ("Thank you so much for your quick help", "complaint"),
        ("I restarted my phone", "workaround"),
        ("I didn't even have to restart my phone", "workaround"),
        ("I finally got around to it", "workaround"),
        ("That did the trick", "workaround"),
        ("I wouldn't mind, is there any workaround for this?", "workaround"),
        ("Every day I find something new in it", "workaround"),
        ("It is the only way I remember anything", "workaround"),
        ("Now I can brew without having to hold it", "workaround"),
        ("I use it every time I travel", "workaround"),
        ("I know how to manually change the schedule", "workaround"),
        ("Happy to share the details by message", "praise"),
        ("I booked a seat in first class", "praise"),
        ("No pop ups or glitches", "complaint"),
        ("You don't even need wifi for it", "complaint"),
        ("But it feeds my hobby, so I love it too", "complaint"),
        ("Is this a problem?", "complaint"),
        ("Nice one, thanks for the help", "complaint"),
        ("The shop says no update required", "complaint"),
        ("it does allow me to save a recipe", "wish"),
        ("it won't allow me to save a recipe", "wish"),
        ("I could get over it if it was only the lid", "wish"),
        ("I copied the link so i can share it with my sister", "workaround"),
        ("I copied the link so i can share it with my sister", "wish"),
        ("This should have arrived", "wish"),
        ("It should be fixed by now", "wish"),
        ("You should be ashamed", "wish"),
        ("I wish he would call back", "wish"),
        ("Wish the shop would've told me", "wish"),
        ("Bring on the weekend", "wish"),
        ("I love to use it with my kids", "wish"),
        ("Everyone should use this kettle", "wish"),
        ("It must have been a glitch", "wish"),
        ("What if my card is refused?", "wish"),
        ("@pellwick give me a number to call", "wish"),
        ("Sorry, I was rude", "complaint"),
        ("It is fast as hell", "complaint"),
        ("Hell of a kettle", "complaint"),
        ("Real people, real tea", "complaint"),
        ("Brastow doesn't charge any fees", "complaint"),
        ("Thanks for fixing the issue", "complaint"),
        ("It works now, I just needed to restart it", "workaround"),
        ("Worked great at first", "praise"),
        ("@pellwick When I open the lid it beeps", "question"),
        ("You have no respect for your customers", "question"),
        ("This would make it easier to clean", "wish"),
        ("It is impossible to work without it", "complaint"),
        ("Will let you know if it happens again", "complaint"),
        ("I'll report back if the error comes up", "complaint"),
        ("I installed it again", "complaint"),
        ("We will buy from you again", "complaint"),
        ("They came in thirty minutes early and set it up", "complaint"),
        ("We have owned it for two years now and use it daily", "complaint"),
        ("It isn't broken", "complaint"),
        ("We weren't disappointed", "complaint"),
        ("I wouldn't call it awful", "complaint"),
        ("They work hard to keep it clean", "complaint"),
        ("The leak is fixed and all problems are gone", "complaint"),
        ("I went to @pellwick for a cup", "switching"),
        ("I switch back and forth between two cups", "switching"),
        ("Drop me a line", "switching"),
        ("Somebody cancelled my subscription", "leaving"),
        ("All my recipes were gone", "leaving"),
        ("The line got longer and then I left", "comparison"),
        ("wow RT @pellwick: our kettle never breaks", "complaint"),
        ("“@pellwick: stop waiting, it is broken no more” nice", "complaint"),
    ],
)
def test_negation_politeness_and_conditionals_do_not_deceive(text, signal):
    found = heard(text)
    assert found == set() if signal is None else signal not in found


def test_no_rule_has_an_empty_alternative():
    """One of them ("can't (?:wait||stop)") matches wherever it begins, and a guard silences its rule."""
    for rule in read_rules():
        for pattern in (rule.match, rule.not_after, rule.unless):
            assert not pattern or not re.search(r"\|\||\((?:\?:)?\||\|\)", pattern.pattern), rule.name


def test_one_sentence_may_carry_several_signals_and_each_sentence_its_own():
    found = find_signals(["Love the taste. The lid broke again, please fix the hinge! Thanks"])
    assert found.groupby("sentence")["signal"].agg(set).to_dict() == {
        0: {"praise"},
        1: {"complaint", "wish"},
        2: {"thanks"},
    }
    assert not found.duplicated(["mention_id", "sentence", "signal"]).any()


def test_spans_point_into_the_text_as_it_was_given():
    texts = ["Ça va 😡\n\nMy “Mini” doesn’t\nwork… please add a lid", "", "The lid broke"]
    found = find_signals(texts)
    words = [texts[int(row.mention_id)][row.start : row.end] for row in found.itertuples()]
    assert "doesn’t\nwork" in words
    assert "please add" in words
    assert "broke" in words
    assert found["probability"].between(0, 1, inclusive="neither").all()


def test_who_is_spoken_to_is_no_part_of_what_is_marked():
    (found,) = find_signals([".@pellwick Bring the old roast back"]).itertuples()
    assert (found.signal, found.start) == ("wish", 11)


def test_other_languages_are_counted_and_never_guessed():
    mentions = as_mentions(
        pd.DataFrame(
            {
                "mention_id": ["a", "b", "c", "d", "e"],
                "text": ["Please fix this"] * 5,
                "lang": ["en", "en-GB", "de", "und", None],
            }
        )
    )
    found = find_signals(mentions)
    assert sorted(set(found["mention_id"])) == ["a", "b", "d", "e"]
    assert found.attrs["not_classified"] == 1
    german = find_signals(
        ["Die Maschine ist schon wieder offline, der Bug nervt, wann kommt die Erstattung?"]
    )
    assert len(german) == 0
    assert german.attrs["not_classified"] == 1


def test_a_list_is_numbered_and_nothing_gives_a_typed_empty_table():
    assert set(find_signals(["hm", "The lid broke"])["mention_id"]) == {"1"}
    empty, found = find_signals([]), find_signals(["The lid broke"])
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == found.dtypes.to_dict()


def test_a_table_without_text_is_refused_with_its_columns():
    with pytest.raises(InsightError, match=r"\['text'\].*body"):
        find_signals(pd.DataFrame({"mention_id": ["a"], "body": ["x"]}))


def test_the_sieve_and_the_rules_agree(sentences):
    """Arrow's regular expressions only sieve: what Python would find alone is found with them."""
    found = set(zip(*(find_signals(sentences)[c] for c in ("mention_id", "signal", "sentence")), strict=True))
    for rule in read_rules():
        for position, text in enumerate(sentences):
            if rule.span(text):
                assert (str(position), rule.signal, 0) in found, (rule.name, text)


def test_the_rules_are_told_apart_and_every_word_list_is_used(root):
    rules = read_rules()
    assert len({(rule.signal, rule.name) for rule in rules}) == len(rules)
    assert {rule.signal for rule in rules} == set(SIGNALS)
    assert all(0 < rule.probability < 1 and rule.n >= 0 for rule in rules)
    text = (root / "insight" / "signals" / "signals.toml").read_text("utf-8")
    assert {word for word in tomllib.loads(text)["words"] if "{" + word + "}" not in text} == set()


@pytest.mark.parametrize(("pattern", "said"), [("'(broken'", "unterminated"), ("'{nobody} knows'", "nobody")])
def test_a_rule_that_cannot_be_read_is_named(tmp_path, monkeypatch, pattern, said):
    lists = "".join(
        f"[[{signal}]]\nname = 'mine'\nany = [{pattern}]\nprobability = 0.5\nn = 0\n" for signal in SIGNALS
    )
    (tmp_path / "signals.toml").write_text("[words]\n" + lists, "utf-8")
    monkeypatch.setattr(rules_module, "__file__", str(tmp_path / "rules.py"))
    with pytest.raises(InsightError, match=f"rule 'mine'.*{said}"):
        read_rules.__wrapped__()


@pytest.fixture
def sentences():
    starts = [
        "I wish",
        "please fix",
        "why is",
        "it doesn't",
        "we love",
        "cancelled",
        "you should buy",
        "faster than",
    ]
    ends = ["the kettle", "my order", "it again", "Brastow", "this app every day", "work", "a mug instead"]
    return [f"{start} {end}" for start in starts for end in ends]


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "signal", "labelled", "least"),
    [
        (
            "wishes_uservoice",
            "wish",
            lambda t: t[(t.subtask == "A") & (t.split == "trial")].suggestion == 1,
            0.78,
        ),
        ("dialogue_acts_chat", "question", lambda t: t[t.act != "System"].act.str.endswith("Question"), 0.85),
        ("complaints", "complaint", lambda t: t[~t.domain.str.startswith("random")].complaint == 1, 0.75),
    ],
)
def test_signals_agree_with_people(real_data, file, signal, labelled, least):
    table = pd.read_csv(real_data / "labelled" / f"{file}.csv.gz")
    said = labelled(table)
    found = signals_module.find_signals(table.loc[said.index, "text"].fillna(""))
    guess = (
        pd.Series(range(len(said)))
        .astype(str)
        .isin(found.loc[found["signal"] == signal, "mention_id"])
        .to_numpy()
    )
    hits = int((said.to_numpy() & guess).sum())
    assert 2 * hits / (guess.sum() + said.sum()) >= least
