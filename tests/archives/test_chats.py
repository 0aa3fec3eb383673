"""Logs of chats in any dialect: inferred from their own lines, never taken for notes."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight.archives import read_archive
from insight.archives.placeholders import is_placeholder
from insight.mentions import InsightError

pytestmark = pytest.mark.slow


def at(text):
    return pd.Timestamp(text, tz="UTC")


TALK = [
    ("2023-12-20 17:46", "Mara", "It flickers"),
    ("2023-12-20 17:58", "Tom", "Mine too: always"),
    ("2023-12-21 00:05", "Ida", "A longer cord\nplease"),
    ("2023-12-21 12:30", "Mara", "Nothing yet"),
    ("2024-01-03 09:07", "Tom", "ok"),
]
DIALECTS = {
    "th": ["20/12/2566 17:46 - ", "20/12/2566 17:58 - ", "21/12/2566 00:05 - ", "21/12/2566 12:30 - ", "3/1/2567 09:07 - "],
    "en_za": ["2023/12/20, 17:46 - ", "2023/12/20, 17:58 - ", "2023/12/21, 00:05 - ", "2023/12/21, 12:30 - ", "2024/01/03, 09:07 - "],
    "en_us": ["12/20/23, 5:46\u202fPM - ", "12/20/23, 5:58\u202fPM - ", "12/21/23, 12:05\u202fAM - ", "12/21/23, 12:30\u202fPM - ", "1/3/24, 9:07\u202fAM - "],
    "es": ["20/12/23, 5:46\u00a0p.\u00a0m. - ", "20/12/23, 5:58\u00a0p.\u00a0m. - ", "21/12/23, 12:05\u00a0a.\u00a0m. - ", "21/12/23, 12:30\u00a0p.\u00a0m. - ", "3/1/24, 9:07\u00a0a.\u00a0m. - "],
    "ar": ["\u200f20\u200f/12\u200f/2023، 5:46 م - ", "\u200f20\u200f/12\u200f/2023، 5:58 م - ", "\u200f21\u200f/12\u200f/2023، 12:05 ص - ", "\u200f21\u200f/12\u200f/2023، 12:30 م - ", "\u200f3\u200f/1\u200f/2024، 9:07 ص - "],
    "fa": ["۱۴۰۲/۹/۲۹،\u200f ۱۷:۴۶ - ", "۱۴۰۲/۹/۲۹،\u200f ۱۷:۵۸ - ", "۱۴۰۲/۹/۳۰،\u200f ۰:۰۵ - ", "۱۴۰۲/۹/۳۰،\u200f ۱۲:۳۰ - ", "۱۴۰۲/۱۰/۱۳،\u200f ۹:۰۷ - "],
    "zh_tw": ["2023/12/20 下午5:46 - ", "2023/12/20 下午5:58 - ", "2023/12/21 凌晨12:05 - ", "2023/12/21 中午12:30 - ", "2024/1/3 上午9:07 - "],
    "ko": ["2023. 12. 20. 오후 5:46, ", "2023. 12. 20. 오후 5:58, ", "2023. 12. 21. 오전 12:05, ", "2023. 12. 21. 오후 12:30, ", "2024. 1. 3. 오전 9:07, "],
    "el": ["20/12/23, 5:46 μ.μ. - ", "20/12/23, 5:58 μ.μ. - ", "21/12/23, 12:05 π.μ. - ", "21/12/23, 12:30 μ.μ. - ", "3/1/24, 9:07 π.μ. - "],
    "ru": ["20 дек. 2023 г., 17:46 - ", "20 дек. 2023 г., 17:58 - ", "21 дек. 2023 г., 00:05 - ", "21 дек. 2023 г., 12:30 - ", "3 янв. 2024 г., 09:07 - "],
    "fi": ["20.12.2023 klo 17.46 - ", "20.12.2023 klo 17.58 - ", "21.12.2023 klo 0.05 - ", "21.12.2023 klo 12.30 - ", "3.1.2024 klo 9.07 - "],
    "vi": ["17:46, 20/12/2023 - ", "17:58, 20/12/2023 - ", "00:05, 21/12/2023 - ", "12:30, 21/12/2023 - ", "09:07, 03/01/2024 - "],
    "hu": ["2023. 12. 20. du. 5:46 - ", "2023. 12. 20. du. 5:58 - ", "2023. 12. 21. de. 12:05 - ", "2023. 12. 21. du. 12:30 - ", "2024. 01. 03. de. 9:07 - "],
    "tr": ["20.12.2023 ÖS 5:46 - ", "20.12.2023 ÖS 5:58 - ", "21.12.2023 ÖÖ 12:05 - ", "21.12.2023 ÖS 12:30 - ", "3.01.2024 ÖÖ 9:07 - "],
    "bn": ["২০/১২/২৩, ৫:৪৬ PM - ", "২০/১২/২৩, ৫:৫৮ PM - ", "২১/১২/২৩, ১২:০৫ AM - ", "২১/১২/২৩, ১২:৩০ PM - ", "০৩/০১/২৪, ৯:০৭ AM - "],
    "edited": ["[20/12/2023 17:46:00] ", "[20/12/2023 17:58:00 | Edited 18:00:00] ", "[21/12/2023 00:05:00] ", "[21/12/2023 12:30:00] ", "[03/01/2024 09:07:00] "],
    "viber": ["[20/12/2023] [17:46:00] ", "[20/12/2023] [17:58:00] ", "[21/12/2023] [00:05:00] ", "[21/12/2023] [12:30:00] ", "[03/01/2024] [09:07:00] "],
    "iso": ["[2023-12-20T17:46:00Z] ", "[2023-12-20T17:58:00Z] ", "[2023-12-21T00:05:00Z] ", "[2023-12-21T12:30:00Z] ", "[2024-01-03T09:07:00Z] "],
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_talk_in_many_dialects(known, dialect):
    heads = zip(DIALECTS[dialect], TALK, strict=True)
    log = "".join(f"{head}{name}: {text}\n" for head, (_, name, text) in heads)
    got = known(log, "chat.txt", "chat", "created_at", "author_name", "text", privacy="internal")
    assert got == [(at(moment), name, text) for moment, name, text in TALK]


LAYOUTS = {
    "line": "[LINE] Chat\nSaved on: 2024/01/05 10:00\n\n2023/12/20(水)\n17:46\tMara\tIt flickers\n17:58\tTom\tMine too: always\n\n2023/12/21(木)\n00:05\tIda\t\"A longer cord\nplease\"\n00:06\tIda joined the group.\n12:30\tMara\tNothing yet\n2024/01/03(水)\n09:07\tTom\tok\n",
    "kakaotalk": "카카오톡 대화\n저장한 날짜 : 2024-01-05 10:00:00\n\n--------------- 2023년 12월 20일 수요일 ---------------\n[Mara] [오후 5:46] It flickers\n[Tom] [오후 5:58] Mine too: always\n--------------- 2023년 12월 21일 목요일 ---------------\n[Ida] [오전 12:05] A longer cord\nplease\nIda님이 나갔습니다.\n[Mara] [오후 12:30] Nothing yet\n--------------- 2024년 1월 3일 수요일 ---------------\n[Tom] [오전 9:07] ok\n",
    "irc": "--- Log opened Wed Dec 20 17:40:01 2023\n17:41 -!- mara [m@h] has joined #lumo\n17:46 <@Mara> It flickers\n17:58 < Tom> Mine too: always\n--- Day changed Thu Dec 21 2023\n00:05 < Ida> A longer cord\nplease\n12:30 <@Mara> Nothing yet\n--- Day changed Wed Jan 03 2024\n09:07 < Tom> ok\n",
    "mirc": "\nSession Start: Wed Dec 20 17:40:01 2023\n[17:41] * Now talking in #lumo\n[17:46] <@Mara> It flickers\n[17:58] <+Tom> Mine too: always\n[00:00] --- Thu Dec 21 2023\n[00:05] <Ida> A longer cord\nplease\n[12:30] <Mara> Nothing yet\n=== tom is away\nSession Close: Thu Dec 21 18:00:00 2023\nSession Start: Wed Jan 03 2024\n[09:07] <Tom> ok\n",
    "discord": "=" * 60 + "\nGuild: Lumo\nChannel: help\n" + "=" * 60 + "\n\n[20-Dec-23 05:46 PM] Mara\nIt flickers\n\n{Attachments}\nhttps://x.example/a.png\n\n[20-Dec-23 05:58 PM] Tom\nMine too: always\n\n[21-Dec-23 12:05 AM] Ida (pinned)\nA longer cord\nplease\n\n[21-Dec-23 12:30 PM] Mara\nNothing yet\n\n[03-Jan-24 09:07 AM] Tom\nok\n\n" + "=" * 60 + "\nExported 5 message(s)\n" + "=" * 60 + "\n",
    "telegram": "Mara, [20/12/2023 17:46]\nIt flickers\n\nTom, [20/12/2023 17:58]\nMine too: always\n\nIda, [21/12/2023 0:05]\nA longer cord\nplease\n\nMara, [21/12/2023 12:30]\nNothing yet\n\nTom, [03/01/2024 9:07]\nok\n",
    "chat": "Dec 20, 2023  5:46:00 PM (Read by you after 3 minutes)\nMara\nIt flickers\n\nDec 20, 2023  5:58:00 PM\nTom\nMine too: always\n\nDec 21, 2023 12:05:00 AM\nIda\nA longer cord\nplease\n\nDec 21, 2023 12:30:00 PM\nMara\nNothing yet\n\nJan 03, 2024  9:07:00 AM\nTom\nok\n",
}  # fmt: skip


@pytest.mark.parametrize("app", LAYOUTS)
def test_one_talk_in_many_layouts(known, app):
    got = known(
        LAYOUTS[app], "talk.txt", "chat", "created_at", "author_name", "text", "platform", privacy="internal"
    )
    app = {"mirc": "irc"}.get(app, app)
    assert got == [(at(moment), name, text, app) for moment, name, text in TALK]


def test_a_log_whose_day_is_the_name_of_its_file(known):
    log = "[17:41:00] *** Joins: mara (m@h)\n[17:46:11] <mara> It flickers\n[18:00:00] * mara sighs\n"
    got = known(log, "2023-12-20.log", "chat", "created_at", "text")
    assert got == [(at("2023-12-20 17:46:11"), "It flickers"), (at("2023-12-20 18:00"), "sighs")]


def test_a_log_without_days_is_read_without_dates_and_says_so(load):
    archive = load("17:46 <mara> It flickers\n17:58 <tom> Mine too\n", "talk.txt")
    assert archive.mentions["created_at"].isna().all()
    assert archive.report.n_authors == 2
    assert any("Name the file by its day" in note for note in archive.report.notes)


def test_what_the_app_writes_is_no_word_of_a_person(load, rows):
    log = (
        "[20.12.23, 17:40:00] Lampen: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\r\n"
        "[20.12.23, 17:46:11] ~\u202fMara Klein: It flickers\r\n"
        "\u200e[20.12.23, 17:47:00] ~\u202fMara Klein: \u200eBild weggelassen\r\n"
        "\u200e[20.12.23, 17:48:00] Tom: \u200eBild weggelassen\r\n"
        "[20.12.23, 17:49:00] Tom: <Medien ausgeschlossen>\r\n"
        "[20.12.23, 17:50:00] Tom hat die Gruppenbeschreibung geändert: neu\r\n"
        "[20.12.23, 17:58:11] Tom: Mine too \u200e<Diese Nachricht wurde bearbeitet.>\r\n"
    )
    archive = load(log, "_chat.txt", privacy="internal")
    assert rows(archive, "author_name", "text") == [
        ("Mara Klein", "It flickers"), ("Mara Klein", ""), ("Tom", ""), ("Tom", ""), ("Tom", "Mine too"),
    ]  # fmt: skip
    assert archive.report.set_aside["reason"].tolist() == ["not a message"] * 2


PAGES = {
    "telegram": """<html><body><div class="message service" id="message-1"><div class="body details">20 December</div></div>
<div class="message default clearfix" id="message12"><div class="body"><div class="pull_right date details" title="20.12.2023 17:46:11 UTC+01:00">17:46</div><div class="from_name">Mara </div><div class="text">It <b>flickers</b></div></div></div>
<div class="message default clearfix joined" id="message13"><div class="body"><div class="pull_right date details" title="20.12.2023 17:47:11 UTC+01:00">17:47</div><div class="text">really</div></div></div>
<div class="message default clearfix" id="message14"><div class="body"><div class="pull_right date details" title="20.12.2023 17:58:11 UTC+01:00">17:58</div><div class="from_name">Tom</div><div class="reply_to details">In reply to <a href="#go_to_message12">this</a></div><div class="text">Mine too</div></div></div></body></html>""",
    "discord": """<html><body><div class="chatlog__message-group"><div class="chatlog__message-container" data-message-id="12"><div class="chatlog__message"><span class="chatlog__author" title="m">Mara</span><span class="chatlog__timestamp" title="Wednesday, December 20, 2023 5:46 PM">x</span><div class="chatlog__content chatlog__markdown"><span>It <b>flickers</b></span></div></div></div>
<div class="chatlog__message-container" data-message-id="13"><div class="chatlog__message"><div class="chatlog__short-timestamp" title="Wednesday, December 20, 2023 5:47 PM">5:47</div><div class="chatlog__content">really</div></div></div></div>
<div class="chatlog__message-container" data-message-id="14"><div class="chatlog__message"><div class="chatlog__reply"><div class="chatlog__reply-author">Mara</div><span class="chatlog__reply-link" onclick="scrollToMessage(event, '12')">It</span></div><span class="chatlog__author">Tom</span><span class="chatlog__timestamp" title="Wednesday, December 20, 2023 5:58 PM">x</span><div class="chatlog__content">Mine too</div></div></div></body></html>""",
}  # fmt: skip


@pytest.mark.parametrize("app", PAGES)
def test_a_chat_saved_as_a_page(known, app):
    got = known(PAGES[app], "messages.html", "chat", "author_name", "text", "reply_to_id", privacy="internal")
    assert got == [("Mara", "It flickers", None), ("Mara", "really", None), ("Tom", "Mine too", f"{app}:12")]


def test_the_zone_of_a_page_is_kept(load):
    first = load(PAGES["telegram"], "messages.html").mentions["created_at"].min()
    assert first == at("2023-12-20 16:46:11")


@pytest.mark.parametrize("name", [*LAYOUTS, *DIALECTS])
def test_no_chat_is_taken_for_notes_and_no_sender_is_left_in_a_text(load, name):
    people = {"Mara": "Mara Klein", "Tom": "Tom Berg", "Ida": "Ida Moen"}
    if name in LAYOUTS:
        log = LAYOUTS[name]
        for short, long in people.items():
            log = log.replace(short, long)
    else:
        heads = zip(DIALECTS[name], TALK, strict=True)
        log = "".join(f"{head}{people[who]}: {text}\n" for head, (_, who, text) in heads)
    archive = load(log, "talk.txt", brands=None)
    assert archive.report.files["source_format"].tolist() == ["chat"]
    shown = (
        archive.mentions.drop(columns=["source_file"]).astype(object).to_csv()
        + archive.report.set_aside.to_csv()
    )
    assert not [long for long in people.values() if long in shown]
    assert archive.mentions["author_name"].isna().all()


@pytest.mark.parametrize(
    "odd",
    [
        "".join(f"20.12.2023 17:{minute} Mara Klein says words that go on and on\n" for minute in range(10, 20)),
        "".join(f"Mara Klein\nIt flickers again and again\n20 Dec 2023, 17:{minute}\n" for minute in range(10, 20)),
        "".join(f"From: Mara Klein\nSent: Wed, 20 Dec 2023 17:{minute}:11 +0100\n\nIt flickers again and again\n\n" for minute in range(10, 20)),
    ],
)  # fmt: skip
def test_what_looks_like_a_chat_but_is_not_understood_is_refused(load, odd):
    with pytest.raises(InsightError, match=r"looks like the log of a chat|no column of messages"):
        load(odd, "odd.txt")


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("# Visit\n\nKim: I always fill the kettle twice, every day.\n\nAt 10:30 she fills it again and again.\n\n11:00 She leaves the house at last.\n", "notes"),
        ("created_at,author,text\n2023-12-20 17:46:11,mara,hello: you there\n2023-12-20 17:47:11,tom,hi to you\n", "generic"),
        ("created_at\tauthor\ttext\n2023-12-20 17:46:11\tmara\thello: you there\n2023-12-20 17:47:11\ttom\thi to you\n", "generic"),
    ],
)  # fmt: skip
def test_notes_and_tables_with_times_are_no_chat(load, text, format):
    name = "some.txt" if format == "notes" else "some.csv"
    assert load(text, name).report.files["source_format"].tolist() == [format]


NAME = st.text(st.characters(categories=["Lu", "Lo"]), min_size=2, max_size=8).filter(
    lambda name: not is_placeholder(name)
)
WORDS = st.lists(
    st.text(st.characters(categories=["Ll"]), min_size=2, max_size=7), min_size=1, max_size=5
).map(" ".join)
FORMS = ["{d}/{m}/{y}, {H}:{M} - ", "[{d:02d}.{m:02d}.{y2:02d}, {H:02d}:{M}:{S}] ", "{m}/{d}/{y2:02d}, {h}:{M} {half} - ",
         "[{y}-{m:02d}-{d:02d} {H:02d}:{M}:{S}] ", "{y}년 {m}월 {d}일 {ko} {h}:{M}, "]  # fmt: skip


def head(form, moment):
    half = moment.hour >= 12
    return form.format(
        d=moment.day, m=moment.month, y=moment.year, y2=moment.year % 100, H=moment.hour, h=moment.hour % 12 or 12,
        M=f"{moment.minute:02d}", S=f"{moment.second:02d}", half="PM" if half else "AM", ko="오후" if half else "오전",
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    people=st.lists(NAME, min_size=2, max_size=4, unique_by=str.casefold),
    texts=st.lists(WORDS, min_size=4, max_size=12),
    seed=st.integers(0, 999),
)
def test_any_talk_that_is_written_is_read(load, form, people, texts, seed):
    dice, moment, rows = random.Random(seed), dt.datetime(2023, 1, 13, 9, 0), []
    for text in texts:
        moment += dt.timedelta(minutes=dice.randint(1, 900))
        rows.append((moment, dice.choice(people), text))
    log = "".join(f"{head(form, moment)}{who}: {text}\n" for moment, who, text in rows)
    archive = load(log, "talk.txt", privacy="internal", brands=None)
    found = zip(
        archive.mentions["created_at"].dt.tz_localize(None),
        archive.mentions["author_name"],
        archive.mentions["text"],
        strict=True,
    )
    assert sorted(found) == sorted((pd.Timestamp(moment), who, text) for moment, who, text in rows)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_damage_to_a_chat_crashes_its_reader(tmp_path_factory, fixtures, data):
    log = data.draw(st.sampled_from([*LAYOUTS.values(), *PAGES.values()]))
    raw = bytearray(log.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place, size = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 40))
        raw[place : place + size] = data.draw(st.binary(max_size=12))
    path = tmp_path_factory.mktemp("damaged") / data.draw(
        st.sampled_from(["talk.txt", "talk.html", "talk.log"])
    )
    path.write_bytes(bytes(raw))
    try:
        files = read_archive(path, key=fixtures / "pseudonym.txt").report.files
    except InsightError:
        return
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
