"""Fifteen further layouts, written as people export them and not after the code: which column holds what."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

from insight.archives.inference.propose import propose_map

N = range(14)
SAID = [
    f"{what} ({n} days now)" for n, what in enumerate((
        "The pump stopped after a week", "I love how quiet the machine is", "Delivery took far too long", "Who do I ask about the bill?",
        "My order came without the cable", "Please bring back the blue one", "App closes whenever I log in", "Great value for students",
        "The strap broke on day two", "Nobody picks up the phone", "It works, but the manual is wrong", "Refund still not here",
        "Why was I charged twice?", "Best purchase of this year",
    ))
]  # fmt: skip
NICKS = ["junipero", "b_holm", "Anke R.", "saltyfox9", "Pia", "dr.mole"]
DAY = pd.Timestamp("2025-05-02 07:41:09")


def at(pattern, n):
    return (DAY + pd.Timedelta(hours=37 * n)).strftime(pattern)


def csv(rows, sep=","):
    return pd.DataFrame(rows).to_csv(index=False, sep=sep)


def helpline():
    rows = [
        {
            "Call Ref": f"HL-{900 + n}",
            "Logged": at("%d-%b-%Y %H:%M", n),
            "Logged By": "team",
            "Caller Name": NICKS[n % 6],
            "Caller Verbatim": SAID[n],
            "Minutes": n,
            "Outcome": ["closed", "open"][n % 2],
        }
        for n in N
    ]
    return (
        "calls.csv",
        csv(rows),
        {"text": "Caller Verbatim", "created_at": "Logged", "id": "Call Ref", "author": "Caller Name"},
    )


def shop_reviews():
    rows = [
        {
            "product_handle": "pump-2",
            "state": "published",
            "rating": 1 + n % 5,
            "title": f"Note {n}",
            "author": NICKS[n % 6],
            "email": f"p{n % 6}@mail.example",
            "location": "Oslo",
            "body": SAID[n],
            "reply": f"Thank you, we look into it {n}" if n % 3 == 0 else "",
            "created_at": at("%Y-%m-%d %H:%M:%S UTC", n),
            "replied_at": at("%Y-%m-%d %H:%M:%S UTC", n + 1) if n % 3 == 0 else "",
        }
        for n in N
    ]
    return (
        "reviews.csv",
        csv(rows),
        {
            "text": "body",
            "created_at": "created_at",
            "rating": "rating",
            "reply": "reply",
            "reply_at": "replied_at",
            "author": "author",
        },
    )


def exit_form():
    rows = [
        {
            "#": f"r{n}x{n * 7}",
            "What made you leave?": SAID[n],
            "Would you come back?": ["Yes", "No"][n % 2],
            "Network ID": f"n{n}a{n * 3}b",
            "Submit Date (UTC)": at("%Y-%m-%d %H:%M:%S", n),
        }
        for n in N
    ]
    return "exit.csv", csv(rows), {"text": "What made you leave?", "created_at": "Submit Date (UTC)"}


def forum_dump():
    rows = [
        {
            "post_id": 5_000 + n,
            "topic_id": 70 + n // 5,
            "poster_id": 11 + n % 6,
            "username": NICKS[n % 6],
            "post_time": int((DAY + pd.Timedelta(hours=5 * n)).timestamp()),
            "post_subject": f"Re: pumps {n // 5}",
            "post_text": SAID[n],
            "post_edit_count": 0,
        }
        for n in N
    ]
    return (
        "posts.tsv",
        csv(rows, "\t"),
        {
            "text": "post_text",
            "created_at": "post_time",
            "id": "post_id",
            "author": "poster_id",
            "conversation": "topic_id",
            "title": "post_subject",
        },
    )


def social_api():
    items = [
        {
            "uri": f"at://did:plc:x{n}/p/{n}",
            "author": {
                "did": f"did:plc:{n % 6}",
                "handle": f"{NICKS[n % 6].strip('.').replace(' ', '')}.example",
            },
            "record": {"text": SAID[n], "createdAt": at("%Y-%m-%dT%H:%M:%S.000Z", n), "langs": ["en"]},
            "likeCount": n,
            "replyCount": n % 3,
            "repostCount": 0,
        }
        for n in N
    ]
    return (
        "search.json",
        json.dumps({"cursor": "x", "posts": items}),
        {
            "text": "record.text",
            "created_at": "record.createdAt",
            "author": "author.did",
            "like_count": "likeCount",
        },
    )


def tickets_with_comments():
    items = [
        {
            "ticket": 80 + n,
            "opened": at("%m/%d/%Y %I:%M %p", n),
            "requester": NICKS[n % 6],
            "subject": f"Pump {n}",
            "details": SAID[n],
            "comments": [{"by": "agent", "at": at("%m/%d/%Y %I:%M %p", n + 1), "body": f"We are on it {n}"}],
        }
        for n in N
    ]
    return (
        "desk.json",
        json.dumps({"result": {"tickets": items}}),
        {
            "text": "details",
            "created_at": "opened",
            "id": "ticket",
            "author": "requester",
            "title": "subject",
        },
    )


def german_shop():
    rows = [
        {
            "Bestellnr": 4_400 + n,
            "Kunde": NICKS[n % 6],
            "Sterne": 1 + n % 5,
            "Bewertung": SAID[n],
            "Datum": at("%d.%m.%Y", n),
            "Antwort des Händlers": f"Danke, wir melden uns {n}" if n % 4 == 0 else "",
        }
        for n in N
    ]
    return (
        "bewertungen.csv",
        csv(rows, ";"),
        {
            "text": "Bewertung",
            "created_at": "Datum",
            "author": "Kunde",
            "rating": "Sterne",
            "reply": "Antwort des Händlers",
        },
    )


def spanish_form():
    rows = [
        {
            "Marca temporal": at("%d/%m/%Y %H:%M:%S", n),
            "Nombre": NICKS[n % 6],
            "¿Qué mejorarías de nuestro servicio?": SAID[n],
            "Puntuación": 1 + n % 5,
        }
        for n in N
    ]
    return (
        "respuestas.csv",
        csv(rows),
        {"text": "¿Qué mejorarías de nuestro servicio?", "created_at": "Marca temporal"},
    )


def bot_transcripts():
    rows = [
        {
            "session": f"s-{n // 3}",
            "seq": n % 3,
            "ts": at("%Y-%m-%dT%H:%M:%S+02:00", n),
            "role": ["user", "assistant"][n % 2],
            "utterance": SAID[n],
        }
        for n in N
    ]
    return (
        "bot.jsonl",
        "\n".join(map(json.dumps, rows)),
        {"text": "utterance", "created_at": "ts", "conversation": "session", "side": "role"},
    )


def comment_tree():
    items = [
        {
            "cid": f"c{n}",
            "parentCid": f"c{n - 1}" if n % 3 else None,
            "commenter": NICKS[n % 6],
            "posted": at("%Y-%m-%d %H:%M", n),
            "content": SAID[n],
            "upvotes": n,
        }
        for n in N
    ]
    return (
        "tree.json",
        json.dumps(items),
        {
            "text": "content",
            "created_at": "posted",
            "id": "cid",
            "reply_to": "parentCid",
            "author": "commenter",
            "like_count": "upvotes",
        },
    )


def panel():
    rows = [
        {
            "wave": "W2",
            "panelist": f"P{n % 6:03d}",
            "interview_end": at("%Y%m%d", n),
            "nps": n % 11,
            "nps_reason": SAID[n],
            "age_band": "25-34",
            "gender": "f",
        }
        for n in N
    ]
    return (
        "wave2.csv",
        csv(rows),
        {"text": "nps_reason", "created_at": "interview_end", "author": "panelist", "rating": "nps"},
    )


def listening():
    rows = [
        {
            "Mention Id": f"mx{n}q{n * 3}",
            "Date Published": at("%b %d, %Y %H:%M", n),
            "Author Username": NICKS[n % 6],
            "Snippet": SAID[n],
            "Permalink": f"https://s.example/p/{n}",
            "Est. Reach": n * 100,
            "Country": "NO",
            "Lang": "en",
        }
        for n in N
    ]
    return (
        "mentions.csv",
        csv(rows),
        {
            "text": "Snippet",
            "created_at": "Date Published",
            "author": "Author Username",
            "url": "Permalink",
            "lang": "Lang",
            "id": "Mention Id",
        },
    )


def gateway_sms():
    rows = [
        {
            "Direction": ["Inbound", "Outbound"][n % 2],
            "MSISDN From": f"+4790{n % 6}12345",
            "Received At": at("%Y/%m/%d %H:%M:%S", n),
            "SMS Body": SAID[n],
            "Status": "OK",
            "MessageSid": f"SM{n:032x}",
        }
        for n in N
    ]
    return (
        "sms.csv",
        csv(rows),
        {"text": "SMS Body", "created_at": "Received At", "id": "MessageSid", "side": "Direction"},
    )


def warehouse():
    items = [
        {
            "meta": {"ingested_at": at("%Y-%m-%dT%H:%M:%SZ", n + 50), "id": n},
            "payload": {
                "comment_id": f"k{n}z",
                "comment": SAID[n],
                "user": {"id": n % 6, "name": NICKS[n % 6]},
                "created": at("%Y-%m-%dT%H:%M:%SZ", n),
                "in_reply_to_comment_id": f"k{n - 1}z" if n % 4 else None,
            },
        }
        for n in N
    ]
    return (
        "events.ndjson",
        "\n".join(map(json.dumps, items)),
        {
            "text": "payload.comment",
            "created_at": "payload.created",
            "id": "payload.comment_id",
            "author": "payload.user.id",
            "reply_to": "payload.in_reply_to_comment_id",
        },
    )


def french_store():
    rows = [
        {
            "Pseudo": NICKS[n % 6],
            "Note": 1 + n % 5,
            "Avis": SAID[n],
            "Publié le": at("%d/%m/%Y", n),
            "Réponse du vendeur": f"Merci, on regarde {n}" if n % 3 == 1 else "",
        }
        for n in N
    ]
    return (
        "avis.csv",
        csv(rows, ";"),
        {
            "text": "Avis",
            "created_at": "Publié le",
            "author": "Pseudo",
            "rating": "Note",
            "reply": "Réponse du vendeur",
        },
    )


LAYOUTS = [
    helpline, shop_reviews, exit_form, forum_dump, social_api, tickets_with_comments, german_shop, spanish_form, bot_transcripts,
    comment_tree, panel, listening, gateway_sms, warehouse, french_store,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_layout_is_understood_at_first_sight(write, layout):
    name, content, want = layout()
    found = {one.role: one.columns[:1] for one in propose_map(write(content, name)).decision.found}
    assert {role: found.get(role) for role in want} == {role: (column,) for role, column in want.items()}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_layout_is_read_whole(load, layout):
    name, content, _ = layout()
    archive = load(content, name)
    files = archive.report.files
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
    assert files["rows_set_aside"].sum() == 0
    assert set(SAID) <= set(archive.mentions["text"])
    assert archive.mentions["created_at"].notna().all()
