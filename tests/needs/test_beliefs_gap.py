"""What a brand believes and posts about, beside what people speak of."""

import pandas as pd
import pytest

import insight as ins


@pytest.fixture
def spoken():
    """Ten people: six speak of the lid, three of the app, one of both."""
    about = ["lid"] * 6 + ["app"] * 3 + ["lid"]
    rows = {"mention_id": [f"m{at}" for at in range(10)], "author_id": [f"p{at}" for at in range(10)]}
    mentions = ins.as_mentions(pd.DataFrame({**rows, "text": [f"message {at}" for at in range(10)]}))
    subjects = pd.DataFrame({"mention_id": rows["mention_id"], "name": about})
    return mentions, pd.concat([subjects, pd.DataFrame({"mention_id": ["m9"], "name": ["app"]})])


def test_equal_lists_have_no_gap(spoken):
    found = ins.needs.beliefs_gap(*spoken, beliefs={"Lid": 0.7, "app": 0.4})
    assert found["gap"].tolist() == [0, 0]
    assert found.set_index("name")["n_people"].to_dict() == {"lid": 7, "app": 4}


def test_a_planted_gap_ranks_first(spoken):
    found = ins.needs.beliefs_gap(*spoken, beliefs={"lid": 0.65, "app": 0.9})
    assert found["name"].tolist() == ["app", "lid"]
    assert found["gap"].iloc[0] == pytest.approx(-0.5)
    assert (found["low"] < found["share"]).all()
    assert (found["high"] > found["share"]).all()


def test_posts_are_compared_by_shares_that_sum_to_one(spoken):
    found = ins.needs.beliefs_gap(*spoken, posts=pd.Series(["app"] * 9 + ["lid", None]), min_people=1)
    assert found[["believed", "share"]].sum().tolist() == pytest.approx([1, 1])
    told = found.set_index("name")
    assert told.loc["app", "believed"] == 0.9
    assert told.loc["app", "share"] == pytest.approx(0.35), "one person shares a vote between both"
    assert found["source"].unique().tolist() == ["own posts"]


def test_posts_about_what_people_speak_of_have_no_gap(spoken):
    posts = pd.Series(["lid"] * 13 + ["app"] * 7)
    assert ins.needs.beliefs_gap(*spoken, posts=posts, min_people=1)["gap"].tolist() == pytest.approx([0, 0])


def test_a_belief_in_nothing_known_is_refused_with_the_nearest_name(spoken):
    with pytest.raises(ins.InsightError, match="did you mean 'lid'"):
        ins.needs.beliefs_gap(*spoken, beliefs={"lids": 0.5})


def test_without_beliefs_and_posts_there_is_nothing(spoken):
    assert ins.needs.beliefs_gap(*spoken).empty


def test_insight_toml_holds_beliefs(tmp_path):
    file = tmp_path / "insight.toml"
    file.write_text('[beliefs]\n"Refund not received" = 0.3\n', encoding="utf-8")
    assert ins.read_config(file).beliefs == {"Refund not received": 0.3}
    for wrong in ("30", '"many"', "true"):
        file.write_text(f"[beliefs]\nrefund = {wrong}\n", encoding="utf-8")
        with pytest.raises(ins.InsightError, match=r"write a share such as 0\.3"):
            ins.read_config(file)
