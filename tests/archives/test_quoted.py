"""Only a writer's own words are a message: what mails, tickets and forums quote is cut, for every reader."""

# ruff: noqa: E501 (lines of mails are as long as they are)
from __future__ import annotations

import json

import pytest

import insight as ins
from insight.archives.quoted import cut_quotes, own_words

# what a client sends, what its writer wrote
CUT = [
    (
        "Thanks!\n\nOn Mon, Mar 3, 2025 at 12:00 PM Lumo Support <support@lumo.example> wrote:\n\n> Dear Mara\n>\n> > The lamp\n",
        "Thanks!",
    ),
    (
        "All good, thanks.\n\nOn Tue, Mar 4, 2025 at 5:01 PM Lumo Support <support@lumo.example>\nwrote:\n\n> late\n\nSent from my phone\n",
        "All good, thanks.",
    ),
    (
        "Great.\n\nFrom: Lumo Support\nSent: Monday, 3 March 2025 12:00\nTo: Tom Berg\nSubject: RE: Lamp\n\nWe are sorry",
        "Great.",
    ),
    (
        "Danke.\n\nVon: Lumo <s@l.example>\nGesendet: Montag, 3. März 2025 12:00\nAn: Tom\nBetreff: AW: Lampe\n\nEs tut uns leid",
        "Danke.",
    ),
    ("Danke.\n\nAm 03.03.2025 um 12:00 schrieb Lumo Support:\n> Es tut uns leid", "Danke."),
    (
        "Danke.\n\nAm Mo., 3. März 2025 um 12:00 Uhr schrieb Lumo Support <\nsupport@lumo.example>:\n\nEs tut uns leid",
        "Danke.",
    ),
    ("Merci.\n\nLe lun. 3 mars 2025 à 12:00, Lumo <s@l.example> a\nécrit :\n\n> Désolé", "Merci."),
    (
        "Gracias.\n\nEl lun, 3 mar 2025 a las 12:00, Lumo (<s@l.example>)\nescribió:\n\nLo sentimos",
        "Gracias.",
    ),
    ("Obrigado.\n\nEm seg., 3 de mar. de 2025 às 12:00, Lumo <s@l.example> escreveu:\nDesculpe", "Obrigado."),
    (
        "Grazie.\n\nIl giorno lun 3 mar 2025 alle ore 12:00 Lumo <s@l.example> ha scritto:\n> Ci dispiace",
        "Grazie.",
    ),
    ("Bedankt.\n\nOp ma 3 mrt 2025 om 12:00 schreef Lumo <s@l.example>:\n\nSorry", "Bedankt."),
    ("Tack.\n\nDen mån 3 mars 2025 kl 12:00 skrev Lumo <s@l.example>:\n\nLedsen", "Tack."),
    ("Tak.\n\nman. 3. mar. 2025 kl. 12.00 skrev Lumo <s@l.example>:\n\nBeklager", "Tak."),
    ("Dzięki.\n\npon., 3 mar 2025 o 12:00 Lumo <s@l.example> napisał(a):\n\nPrzepraszamy", "Dzięki."),
    ("Спасибо.\n\nпн, 3 мар. 2025 г. в 12:00, Lumo <s@l.example>:\n\nИзвините", "Спасибо."),
    ("ありがとう。\n\n2025年3月3日(月) 12:00 Lumo <s@l.example>:\n\n> すみません", "ありがとう。"),
    ("谢谢。\n\nLumo <s@l.example> 于2025年3月3日周一 12:00写道：\n\n> 抱歉", "谢谢。"),
    ("감사합니다.\n\n2025년 3월 3일 (월) 오후 12:00, Lumo <s@l.example>님이 작성:\n\n> 죄송", "감사합니다."),
    ("ok\n-----Original Message-----\nFrom: x\n\nbad", "ok"),
    ("ok\n________________________________\nVon: x\nGesendet: y\n\nbad", "ok"),
    ("> all\n> quoted", ""),
    (
        '[quote="bob, post:3, topic:12"]\nThe lamp [quote]in[/quote] breaks\n[/quote]\n\nMine works',
        "Mine works",
    ),
    ("<blockquote><p>bad</p></blockquote>Mine works", "Mine works"),
    ("@bob said:\nThe lamp breaks.\n\nMine works.", "Mine works."),
    ("Bob said:\n\nThe lamp breaks.\nAlways.\n\nClick to expand...\n\nMine works.", "Mine works."),
    ("Thank you! On Mon, Mar 3, 2025 at 12:00 PM Lumo <s@l.example> wrote: > Dear Mara", "Thank you!"),
    (
        "Thank you! From: Lumo Sent: Monday, 3 March 2025 12:00 To: Tom Subject: RE: Lamp We are sorry",
        "Thank you!",
    ),
    ("From: a@b.example\nDate: 3 March 2025\nTo: c@d.example\nSubject: Lamp\n\nIt broke.", "It broke."),
    ("＞ quoted\nMine", "Mine"),
    ("&gt; quoted\nMine", "Mine"),
    (
        "On Tue, 30 Oct 2001, Perry wrote:\n[...]\n> > What\n>\n> We\n[...]\n\nWhat does it do??",
        "[...]\n[...]\n\nWhat does it do??",
    ),
    ("Ja, klar.\n\nVon meinem iPhone gesendet", "Ja, klar."),
    ("Hi\n\nEnvoyé de mon iPhone", "Hi"),
    ("好\n\n发自我的iPhone", "好"),
    (
        "FYI\n\n---------- Forwarded message ---------\nFrom: x <a@b.example>\nDate: y\nSubject: z\nTo: q\n\nbody",
        "FYI",
    ),
    ("Answer inline:\n> Q one?\nYes it is.\n> Q two?\nNo.", "Answer inline:\nYes it is.\nNo."),
    (
        "##- Please type your reply above this line -##\n\nYour request was updated",
        "Your request was updated",
    ),
    ("My answer\n\n##- Please type your reply above this line -##\n\nYour request was updated", "My answer"),
    ("Obrigada.\n[03.03.2025 12:00:00] Mara Klein: A luz\n\n<<< Chegou hoje.", "Obrigada.\nChegou hoje."),
]

# a writer's own marks, lists, travels and stories
KEPT = [
    "ok ________________________________\nnext",
    "> 5 stars from me",
    "x -> y does not work\nSettings\n> Account > Privacy > Delete fails",
    "I flew\nFrom: Berlin\nTo: Rome\nDate: 3 May 2025\nand it was late",
    "On 3 March 2025 at 10:15 I wrote:\nplease cancel.\nNothing.",
    "On 3 March your agent wrote:\nrefund is coming.\nNothing.",
    "Sent from my phone to the printer, nothing comes out.",
    "```\n> npm run x\n```\nfails",
    "| a | b |\n| 1 | 2 |\ntable",
    "A reply: [quote] is missing",
    ">:( again",
    "Press Ctrl+X\n\nSent it back twice already",
    "We met on Monday, and the agent said:\nno refunds.",
]


@pytest.mark.parametrize(("text", "own"), CUT)
def test_what_is_quoted_is_cut(text, own):
    assert own_words(text) == own
    assert own_words(own) == own, "cutting twice cuts no more"


@pytest.mark.parametrize("text", KEPT)
def test_what_is_the_writers_own_stays_as_it_is(text):
    assert own_words(text) is text


MARKS = (
    "On 1 <a@b.example> 2025 wrote ",
    "From: x Sent: y To: ",
    "[quote]",
    "> ",
    "-",
    "_",
    "a@b.",
    "1:",
    " ",
)


@pytest.mark.parametrize("mark", MARKS)
def test_a_text_of_nothing_but_marks_is_read_once(mark):
    """A pattern that starts again at every mark takes minutes over one of these."""
    text = mark * (100_000 // len(mark))
    assert len(own_words(text)) <= len(text)


def test_reviews_and_networks_without_quotes_keep_their_marks():
    text = "Fix these:\n> crashes at start\n> drains the battery"
    texts, cut = cut_quotes([text] * 3, ["review", "post", "post"], ["web", "x", "web"])
    assert texts == [text, text, "Fix these:"]
    assert cut == [False, False, True]


MAIL = """From ann@mail.example Mon Mar  3 09:14:22 2025
Date: Mon, 3 Mar 2025 09:14:22 +0100
From: Ann Marsh <ann@mail.example>
Subject: Kettle
Message-ID: <q1@mail.example>
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>It works now, thank you.</p>
<div class=3D"gmail_quote"><div>Le lun. 3 mars 2025 =C3=A0 12:00, Pellwick &lt;help@pellwick.example&gt; a =C3=A9crit=C2=A0:</div>
<blockquote><p>Sorry that the lid is broken.</p></blockquote></div>

From bob@mail.example Mon Mar  3 10:14:22 2025
Date: Mon, 3 Mar 2025 10:14:22 +0100
From: Bob Lane <bob@mail.example>
Subject: Kettle
Message-ID: <q2@mail.example>

> The lid is broken and I wish it were of steel.
"""


def test_mails_in_html_and_mails_that_only_quote(load):
    archive = load(MAIL, "support.mbox")
    assert archive.mentions["text"].tolist() == ["It works now, thank you.", ""]
    assert archive.mentions["words_cut"].tolist() == ["quoted", "quoted"]
    assert archive.report.files["n_quoted"].tolist() == [2]
    said = "support.mbox: 2 messages quote others: the quoted words were cut; 1 of them hold nothing else."
    assert said in archive.report.notes


TICKET = "comment_id,ticket_id,author_id,author_role,created_at,public,body\n1,7,5,end-user,2025-03-04T08:00:00Z,true,"
ASIDE = '<aside class="quote" data-username="bob"><div class="title">bob:</div><blockquote><p>The lid crashes</p></blockquote></aside><p>Fine now.</p>'
POST = {
    "post_number": 2,
    "topic_id": 3,
    "created_at": "2025-03-04T08:00:00Z",
    "username": "ann",
    "cooked": ASIDE,
}
SLACK = {
    "type": "message",
    "ts": "1741075200.0",
    "user": "U1",
    "text": "&gt; @bob The lid crashes\nFine now.",
}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (
            TICKET
            + '"Fine now.\n\nVon: Help\nGesendet: Montag\nAn: Ann\nBetreff: AW: Deckel\n\nThe lid crashes"\n',
            "comments.csv",
        ),
        (
            'id,author,created_at,text\n1,ann,2025-03-04T08:00:00Z,"[quote=""bob""]The lid crashes[/quote]\nFine now."\n',
            "forum.csv",
        ),
        (json.dumps([SLACK]), "shop/2025-03-04.json"),
        (json.dumps(POST), "topic.json"),
    ],
)
def test_every_reader_leaves_quotes_and_the_handles_in_them_out(load, content, name):
    archive = load(content, name)
    assert archive.mentions["text"].tolist() == ["Fine now."]
    assert archive.report.files["n_quoted"].tolist() == [1]
    assert "complaint" not in set(ins.find_signals(archive.mentions)["signal"])


def test_the_file_card_counts_what_was_cut(load):
    from insight.report.card import file_card

    card = file_card(load(MAIL, "support.mbox"))
    assert "Messages that are not all their author's own" in card
    assert "the quoted words were cut" in card


@pytest.mark.real
def test_the_cases_of_quoted_history(read, real_data):
    brands = {"Lumo": ["support@lumo.example"]}
    mails = read(real_data / "cases/11-outlook_quotes.mbox", brands=brands).mentions
    assert mails["text"].iloc[2:].tolist() == ["Thank you, that was quick!", "All good, thanks."]
    found = ins.find_signals(mails[mails["side"] != "brand"])
    assert found["signal"].value_counts()[["complaint", "wish"]].tolist() == [1, 1]
    comments = read(real_data / "cases/11b-zendesk_quotes.csv").mentions
    assert comments["text"].iloc[2:].tolist() == [
        "Thank you, that was quick!",
        "Great service, all good now.",
    ]


@pytest.mark.real
def test_a_real_list_keeps_most_of_its_words(read, real_data):
    mails = read(real_data / "archives/mbox/pipermail_2001-November.txt").mentions
    assert (mails["text"] != "").mean() > 0.97
    assert not mails["text"].str.contains(r"(?m)^>|Original Message|wrote:\s*$", regex=True).any()
