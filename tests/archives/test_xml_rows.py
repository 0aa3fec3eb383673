"""XML that databases and trackers write: cells named by an attribute, comments inside what they are about."""

from __future__ import annotations

import pytest

import insight as ins

POSTS = [("Ida", "The hinge of my lantern squeaks"), ("Pomelo Help", "Please send us a photo of the hinge")]
CELLS = {
    "column": "<shop><db name='forum'>{}</db></shop>",
    "field": "<dump><data>{}</data></dump>",
    "str": "<answer><result name='found'>{}</result></answer>",
}


def rows(cell: str) -> str:
    said = []
    for row in range(12):
        who, text = POSTS[row % 2]
        cells = {
            "post_id": 900 + row,
            "topic_id": 70 + row // 4,
            "posted": f"2024-02-{row + 1:02} 10:00:00",
            "poster": who,
            "poster_email": f"m{row % 2}@post.example",
            "signature": "",
            "body": f"{text} {row}",
        }
        inside = "".join(f"<{cell} name='{name}'>{value}</{cell}>" for name, value in cells.items())
        said.append(f"<row name='posts'>{inside}</row>")
    return "".join(said)


@pytest.mark.parametrize("cell", CELLS)
def test_cells_that_an_attribute_names_are_the_columns_of_a_row(tmp_path, cell):
    path = tmp_path / "dump.xml"
    path.write_text(f"<?xml version='1.0'?>{CELLS[cell].format(rows(cell))}", encoding="utf-8")
    read = ins.read_archive(path, privacy="internal", brands={"Pomelo": ["Pomelo"]}).mentions
    assert set(read["text"]) == {f"{POSTS[row % 2][1]} {row}" for row in range(12)}
    assert read["conversation_id"].nunique() == 3
    assert set(read["author_name"]) == {"Ida", "Pomelo Help"}
    assert set(read.loc[read["side"] == "brand", "author_name"]) == {"Pomelo Help"}
    assert read["created_at"].notna().all()


def test_comments_below_a_report_are_the_messages_and_the_report_their_thread(tmp_path):
    reports = []
    for fault in range(4):
        parts = "".join(
            f"<detail_desc><partid>{fault * 10 + part}</partid><by name='{name}'>{name}@{house}.example</by>"
            f"<when_said>2024-0{fault + 1}-{part + 1:02} 09:00:00 +0200</when_said>"
            f"<saidtext>The lantern number {fault} blinks, says part {part}</saidtext></detail_desc>"
            for part, (name, house) in enumerate([("ida", "post"), ("rolf", "pomelo"), ("ida", "post")])
        )
        reports.append(
            f"<fault><fault_id>{fault + 50}</fault_id><short_desc>Lantern {fault} blinks</short_desc>"
            f"{parts}</fault>"
        )
    path = tmp_path / "faults.xml"
    path.write_text(f"<?xml version='1.0'?><tracker>{''.join(reports)}</tracker>", encoding="utf-8")
    archive = ins.read_archive(path, privacy="internal", brands={"Pomelo": ["Pomelo"]})
    read = archive.mentions
    assert len(read) == 12
    assert read["text"].str.startswith("The lantern number").all()
    assert read["conversation_id"].nunique() == 4
    assert set(read.loc[read["side"] == "brand", "author_name"]) == {"rolf"}
    assert not any("is not read" in note for note in archive.report.notes)
