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
    (
        "Works now.\n\nOn 14.02.24 09:31, Pellwick Care wrote:\n> Please restart it.\n> It crashes if you do not.\n\n-- \nAnn",
        "Works now.",
    ),
    (
        "Passt, danke!\n\nHolen Sie sich Outlook für iOS<https://aka.ms/o0ukef>\n________________________________\nVon: Pellwick Service <s@p.example>\nGesendet: Dienstag, 13. Februar 2024 11:02:15\nAn: Kim\nBetreff: Re: Ihr Wasserkocher\n\nDer Deckel ist kaputt.",
        "Passt, danke!",
    ),
    (
        "C'est réglé.\n\nEnvoyé de mon iPad\n\n> Le 13 févr. 2024 à 11:02, Pellwick <s@p.example> a écrit :\n> \n> Nous sommes désolés.",
        "C'est réglé.",
    ),
    (
        'Received.\n\n\nFrom:   "Pellwick" <s@p.example>\nTo:     kim@k.example\nDate:   13/02/2024 11:02\nSubject:        Your kettle\n\n\n\nThe lid is broken.',
        "Received.",
    ),
    (
        "Köszönöm!\n\nPellwick <s@p.example> ezt írta (időpont: 2024. febr. 13., K, 11:02):\n\n> Elnézést kérünk.",
        "Köszönöm!",
    ),
    (
        "Teşekkürler.\n\nPellwick <s@p.example>, 13 Şub 2024 Sal, 11:02 tarihinde şunu yazdı:\n\n> Özür dileriz.",
        "Teşekkürler.",
    ),
    (
        "Ya está.\n\n    El martes, 13 de febrero de 2024, 11:02:15 CET, Pellwick <s@p.example> escribió:  \n \n Lo sentimos mucho, está roto.",
        "Ya está.",
    ),
    (
        "Ευχαριστώ.\n\nΣτις Τρί 13 Φεβ 2024 στις 11:02 π.μ., ο/η Pellwick <s@p.example>\nέγραψε:\n\n> Συγγνώμη",
        "Ευχαριστώ.",
    ),
    (
        "Prima.\n\nVan: Pellwick <s@p.example> \nVerzonden: dinsdag 13 februari 2024 11:02\nAan: Kim\nCC: Jo\nOnderwerp: RE: Uw waterkoker\n\nSorry dat hij kapot is.",
        "Prima.",
    ),
    (
        '好的，谢谢。\n\n------------------ 原始邮件 ------------------\n发件人: "Pellwick" <s@p.example>;\n发送时间: 2024年2月13日(星期二) 中午11:02\n收件人: "Kim"<k@k.example>;\n主题: 回复：水壶\n\n盖子坏了。',
        "好的，谢谢。",
    ),
    (
        '[quote="kim_l"]It crashes and I hate it[/quote]\nNot here, all fine since 2.1.',
        "Not here, all fine since 2.1.",
    ),
    (
        "Originally Posted by kim_l\nIt crashes all the time.\n\nTry the new firmware, it fixed mine.",
        "Try the new firmware, it fixed mine.",
    ),
    (
        "kim_l schrieb:\n\nStürzt dauernd ab.\n\nZum Vergrößern anklicken....\n\nBei mir läuft alles.",
        "Bei mir läuft alles.",
    ),
    (
        '[quote="kim, post:2, topic:9, full:true"]\nWhy so loud?\n[/quote]\n\nIt has a fan.\n\n[quote="jo, post:3, topic:9"]\nWhy so slow?\n[/quote]\n\nIt has a small one.',
        "It has a fan.\n\nIt has a small one.",
    ),
    (
        '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1707822135"><strong itemprop="mri">Kim Lee</strong><p itemprop="preview">the export is broken again</p></blockquote><p>Fixed in 4.2</p>',
        "<p>Fixed in 4.2</p>",
    ),
    ("> *Kim*: the export is broken again\n> and slow\nFixed in 4.2", "Fixed in 4.2"),
    (
        "Obrigado, resolvido. De: Pellwick Enviado: terça-feira, 13 de fevereiro de 2024 11:02 Para: Kim Assunto: RE: Chaleira Lamentamos que esteja quebrada.",
        "Obrigado, resolvido.",
    ),
    (
        "Dziękuję.\n\nwt., 13 lut 2024 o 11:02 Pellwick <s@p.example>\nnapisał(a):\n\n> ##- Prosimy o wpisanie odpowiedzi powyżej tej linii -##\n>\n> Przepraszamy, że czajnik jest zepsuty.\n\nWysłane z iPhone'a",
        "Dziękuję.",
    ),
    (
        "Fixed, cheers.\n\nOn Feb 13, 2024, at 11:02 AM, Pellwick Care <s@p.example> wrote:\n\nHi Kim,\nsorry it broke.",
        "Fixed, cheers.",
    ),
    (
        "Fixed.\n\n---- On Tue, 13 Feb 2024 11:02:15 +0100 Pellwick <s@p.example> wrote ----\n\nSorry it broke.",
        "Fixed.",
    ),
    (
        "Fixed.\n\n------- Original Message -------\nOn Tuesday, February 13th, 2024 at 11:02 AM, Pellwick <s@p.example> wrote:\n\n> Sorry it broke.",
        "Fixed.",
    ),
    (
        "Fixed.\n\nSent with Proton Mail secure email.\n\nOn Tuesday, February 13th, 2024 at 11:02, Pellwick <s@p.example> wrote:\n\n> Sorry it broke.",
        "Fixed.",
    ),
    ("Geht.\n\nPellwick Service schrieb am 13.02.2024 um 11:02:\n> Der Deckel ist kaputt.", "Geht."),
    (
        'Geht.\n\nGesendet: Dienstag, 13. Februar 2024 um 11:02 Uhr\nVon: "Pellwick" <s@p.example>\nAn: kim@k.example\nBetreff: Ihr Kessel\n\nDer Deckel ist kaputt.',
        "Geht.",
    ),
    (
        "Funziona.\n\n-----Messaggio originale-----\nDa: Pellwick\nInviato: martedì 13 febbraio 2024 11:02\nA: Kim\nOggetto: R: Bollitore\n\nIl coperchio è rotto.",
        "Funziona.",
    ),
    (
        "Ça marche.\n\nDe : Pellwick <s@p.example>\nEnvoyé : mardi 13 février 2024 11:02\nÀ : Kim\nObjet : RE: Bouilloire\n\nLe couvercle est cassé.",
        "Ça marche.",
    ),
    (
        "Toimii.\n\nti 13. helmik. 2024 klo 11.02 Pellwick (s@p.example) kirjoitti:\n\n> Kansi on rikki.",
        "Toimii.",
    ),
    (
        "Работает.\n\n13 февраля 2024 г., 11:02 +03:00 от Pellwick <s@p.example>:\n\n> Крышка сломана.",
        "Работает.",
    ),
    (
        "動きました。\n\n-----Original Message-----\nFrom: Pellwick\nSent: Tuesday, February 13, 2024 11:02 AM\nTo: Kim\nSubject: RE: ケトル\n\n蓋が壊れています",
        "動きました。",
    ),
    (
        "差し替えました。\n\n差出人: Pellwick <s@p.example>\n送信日時: 2024年2月13日 11:02\n宛先: Kim\n件名: RE: ケトル\n\n蓋が壊れています",
        "差し替えました。",
    ),
    (
        "됩니다.\n\n-----원본 메시지-----\n보낸 사람: Pellwick\n보낸 날짜: 2024년 2월 13일\n받는 사람: Kim\n제목: RE\n\n뚜껑",
        "됩니다.",
    ),
    (
        "Funguje.\n\nút 13. 2. 2024 v 11:02 odesílatel Pellwick <s@p.example> napsal:\n\n> Víko je rozbité.",
        "Funguje.",
    ),
    (
        "Merge.\n\nÎn mar., 13 feb. 2024 la 11:02, Pellwick <s@p.example> a scris:\n\n> Capacul e stricat.",
        "Merge.",
    ),
    ("@kim_l wrote:\n> It crashes\nNot for me.", "Not for me."),
    ("Quote:\nOriginally Posted by kim_l\nIt crashes\n\nNot for me.", "Not for me."),
    ("[QUOTE=kim_l;4812]It crashes[/QUOTE]\n\nNot for me.", "Not for me."),
    ("kim_l said: ↑\n\nIt crashes\n\nClick to expand...\nNot for me.", "Not for me."),
    (
        "Thanks!\n\n*From:* Pellwick <s@p.example>\n*Sent:* Tuesday, February 13, 2024 11:02 AM\n*To:* Kim\n*Subject:* RE: Kettle\n\nSorry it broke.",
        "Thanks!",
    ),
    ("My list:\n- lid\n- plug\n-- \nKim", "My list:\n- lid\n- plug"),
    ("A -> B\n=> nothing happens\n>> why?", "A -> B\n=> nothing happens"),
    ("ok\n\nGet Outlook for Android", "ok"),
]

# a writer's own marks, lists, travels and stories
KEPT = [
    "@Pellwick as you said\n\nIt should work by now.\n\nIt does not.",
    "Expected: temp > 90\n> 90 is never reached\nPath: Settings -> Heat -> Max",
    "On Monday I called your team, and on Tuesday you wrote: we will refund. From what I see, nothing happened.\nSubject: my 80 euros",
    "Problem: lid\nDate: 13 Feb 2024\nTo: you\nI want my money back.",
    ">90% of my calls drop",
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
    "Quote:\n",
    "a said:\n",
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
    said = "support.mbox: 2 messages quote others or end in a signature: these words were cut; 1 of them holds nothing else."
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
    from insight.report.file_card import file_card

    card = file_card(load(MAIL, "support.mbox"))
    assert "Messages that are not all their author's own" in card
    assert "or end in a signature: these words were cut" in card


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
