"""Reviews in two halves with marks by tenths, and chats whose customers only the chat names."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import insight as ins


@pytest.mark.parametrize(
    ("good", "bad", "mark"),
    [("Comentario positivo", "Comentario negativo", "Puntuación"), ("Positif", "Négatif", "Note globale"),
     ("Positiv", "Negativ", "Gesamtbewertung")],
)  # fmt: skip
def test_both_halves_are_read_and_the_mark_by_tenths(good, bad, mark):
    rows = range(20)
    table = pd.DataFrame(
        {
            "Guest": [f"Guest {chr(65 + row)}" for row in rows],
            "Date": pd.date_range("2024-06-01", periods=20).strftime("%Y-%m-%d"),
            mark: [round(4.1 + 0.3 * row, 1) for row in rows],
            good: [f"The garden of room {row} was quiet at night" if row % 3 else "" for row in rows],
            bad: [f"The lamp of room {row} flickered all evening" if row % 3 != 1 else "" for row in rows],
        }
    )
    read = ins.read_archive(table).mentions
    assert set(read["text"]) == {*table[good], *table[bad]} - {""}
    assert read["rating"].notna().sum() == 20  # the mark is of the visit, and counts once


def test_customers_whom_only_the_chat_names_are_people_and_their_address_is_no_message(tmp_path):
    chats = [
        {
            "id": f"c{chat}",
            "visitor": {
                "id": f"v{chat}",
                "name": f"Guest {chr(65 + chat)}",
                "email": f"g{chat}@post.example",
            },
            "messages": [
                {
                    "sender": {"t": "v"} if turn % 2 == 0 else {"t": "a", "id": "a7"},
                    "msg": f"Is the blue lamp number {chat} dimmable, turn {turn}?",
                    "time": f"2024-03-{chat + 1:02}T10:0{turn}:00Z",
                }
                for turn in range(4)
            ],
        }
        for chat in range(6)
    ]
    path = tmp_path / "chats.json"
    path.write_text(json.dumps(chats), encoding="utf-8")
    read = ins.read_archive(path).mentions
    assert len(read) == 24
    assert read.groupby("side")["author_id"].nunique().to_dict() == {"brand": 1, "customer": 6}
    assert read["conversation_id"].nunique() == 6
