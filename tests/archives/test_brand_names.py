"""A brand passed by its name alone: which writers are called after it, and who only loves or hates it."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins


def sides(*writers: str, brand: str = "Umber Tea", **more: object) -> dict[str, str]:
    table = pd.DataFrame(
        {
            "text": [f"The kettle number {row} drips on the table" for row, _ in enumerate(writers)],
            "author": writers,
            "created_at": pd.date_range("2025-03-01", periods=len(writers)),
            **more,
        }
    )
    read = ins.read_archive(table, brands={brand: [brand]}, privacy="internal").mentions
    return dict(zip(read["author_name"], read["side"], strict=True))


@pytest.mark.parametrize(
    "name",
    ["Umber Tea", "umbertea", "umber_tea", "UmberTea", "UmberTeaTeam", "umbertea_lise", "Umber Tea (Lise)",
     "umber-tea-support", "lise@umbertea.example"],
)  # fmt: skip
def test_who_is_called_after_the_brand_speaks_for_it(name):
    found = sides(name, "kit", "maude")
    assert [who for who, side in found.items() if side == "brand"] == [name]


@pytest.mark.parametrize("name", ["umbertead", "Umbert Eaton", "umber", "the umber tea", "umbertealover"])
def test_other_names_stay_customers(name):
    assert "brand" not in sides(name, "kit", "maude").values()


@pytest.mark.parametrize(
    ("name", "side"),
    [("umbertea_hater", ""), ("UmberTeaFan99", ""), ("umbertea_uk", "brand"), ("UmberTeaCare", "brand")],
)
def test_on_a_network_only_desks_and_countries_may_follow_the_name(name, side):
    found = sides(name, "kit", "maude", platform="x")
    assert (found[name] == "brand") is (side == "brand")


def test_a_mail_house_that_anyone_uses_is_no_staff():
    found = sides("ana@orange.example", "kit@post.example", brand="Orange")
    assert "brand" not in found.values()


def test_a_short_name_must_be_the_whole_of_it():
    assert "brand" not in sides("o2 hannes", "kit", brand="O2").values()
    assert sides("O2", "kit", brand="O2")["O2"] == "brand"
