"""Chats whose rows name the customer's contact, and events that stand among the messages."""

from __future__ import annotations

import json

import pandas as pd

import insight as ins


def test_rows_that_name_their_contact_are_threads_by_it():
    rows = range(24)
    asks = [row % 2 == 0 for row in rows]
    contacts = [f"90{row // 2 % 4}417" for row in rows]
    table = pd.DataFrame(
        {
            "Time": pd.date_range("2024-05-01", periods=24, freq="7min").strftime("%Y-%m-%d %H:%M:%S"),
            "Sender ID": [who if ask else "77" for who, ask in zip(contacts, asks, strict=True)],
            "Sender Type": ["contact" if ask else "user" for ask in asks],
            "Contact ID": contacts,
            "Channel ID": "20551",
            "Content": [f"Is the red canoe free at {row}?" if ask else f"Yes, come at {row}"
                        for row, ask in enumerate(asks)],
        }
    )  # fmt: skip
    read = ins.read_archive(table).mentions
    assert read["conversation_id"].nunique() == 4
    assert read.groupby("conversation_id")["side"].nunique().eq(2).all()


def test_an_event_among_messages_is_said_and_is_none(tmp_path):
    lines = [
        {
            "session_id": f"s{row // 6}",
            "from": "operator" if row % 3 else "user",
            "content": {"namespace": "state:done", "text": ""} if row % 6 == 5 else f"The canoe {row} is dry",
            "timestamp": 1_700_000_000_000 + row * 60_000,
            "user": {"nickname": "Olli" if row % 3 else f"Guest{row // 6}"},
        }
        for row in range(24)
    ]
    path = tmp_path / "chat.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    archive = ins.read_archive(path)
    assert len(archive.mentions) == 20
    assert list(archive.report.set_aside["detail"]) == ["an event without words"] * 4
