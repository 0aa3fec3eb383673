"""Posts that hold their replies and have no ids: replies still answer them, and none is merged."""

from __future__ import annotations

import json

import insight as ins


def posts(n_replies: int) -> list[dict]:
    return [
        {
            "user": f"w{post % 3}",
            "message": f"The tide table of pier {post} is late",
            "created_at": f"2024-04-{post + 1:02}T08:00:00Z",
            "replies": [
                {"user": "pier_desk", "message": "Thank you, we look", "created_at": "2024-05-01T09:00:00Z"},
                {"user": "w9", "message": f"Same at pier {post}", "created_at": "2024-05-02T09:00:00Z"},
            ][:n_replies],
        }
        for post in range(8)
    ]  # fmt: skip


def read(tmp_path, n_replies):
    path = tmp_path / f"export{n_replies}.jsonl"
    path.write_text("\n".join(map(json.dumps, posts(n_replies))), encoding="utf-8")
    return ins.read_archive(path).mentions


def test_replies_answer_the_post_that_holds_them(tmp_path):
    found = read(tmp_path, 2)
    assert len(found) == 24
    assert found["reply_to_id"].notna().sum() == 16
    assert set(found["reply_to_id"].dropna()) <= set(found["mention_id"])
    assert found["conversation_id"].nunique() == 8


def test_a_post_keeps_its_id_when_another_reply_comes(tmp_path):
    assert set(read(tmp_path, 1)["mention_id"]) < set(read(tmp_path, 2)["mention_id"])
