"""Downloads of one's own account as pages and lists, logs and digests of mailing lists, inboxes of social tools."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import pandas as pd
import pytest

from insight.mentions import InsightError


def at(text):
    return pd.Timestamp(text, tz="UTC")


LOG = """=========================================================================
Date:         Mon, 4 Mar 2024 09:00:00 +0100
Reply-To:     Kettle talk <KETTLE-L@LISTS.EXAMPLE.ORG>
Sender:       Kettle talk <KETTLE-L@LISTS.EXAMPLE.ORG>
From:         Ann Reed <ann@example.org>
Subject:      Descaling
Message-ID:   <a1@example.org>

How often?
--------------------------------------------------
That is all I ask.
=========================================================================
Date:         Mon, 4 Mar 2024 10:30:00 +0100
From:         Bo Lind <bo@example.org>
Subject:      Re: Descaling
In-Reply-To:  <a1@example.org>
Message-ID:   <b2@example.org>

> How often?
Once a month.
"""
DIGEST = """There is 1 message totalling 9 lines in this issue.

Topics of the day:

  1. Descaling

----------------------------------------------------------------------

Date:    Mon, 4 Mar 2024 09:00:00 +0100
From:    Ann Reed <ann@example.org>
Subject: Descaling

How often?

------------------------------

Message: 2
Date:    Mon, 4 Mar 2024 10:00:00 +0100
From:    Bo Lind <bo@example.org>
Subject: Lids

Mine sticks.

------------------------------

End of KETTLE-L Digest - 3 Mar 2024 to 4 Mar 2024
*************************************************
"""


def test_listserv_log(known):
    got = known(LOG, "LOG2403", "mbox", "text", "title", "created_at", "reply_to_id")
    first, second = got
    assert first[:3] == (
        "How often?\n--------------------------------------------------\nThat is all I ask.", "Descaling",
        at("2024-03-04 08:00"),
    )  # fmt: skip
    assert second[:3] == ("Once a month.", "Re: Descaling", at("2024-03-04 09:30"))
    assert first[3] is None
    assert second[3] is not None


def test_digest_of_a_mailing_list(known):
    assert known(DIGEST, "digest.txt", "mbox", "text", "title", "created_at") == [
        ("How often?", "Descaling", at("2024-03-04 08:00")),
        ("Mine sticks.", "Lids", at("2024-03-04 09:00")),
    ]


def test_rules_in_notes_are_no_mail(known):
    text = f"Visit one\n{'-' * 40}\nThe lid sticks when the kettle is hot.\n"
    assert known(text, "notes.txt", "notes", "kind")[0] == ("note",)


PAGE = """<!DOCTYPE html><html><head><title>Posts</title></head><body><div class="_a706">
<div class="pam _3-95 _a6-g uiBoxWhite"><h2 class="_2ph_ _a6-h _a6-i">Ann Reed updated her status.</h2>
<div class="_2ph_ _a6-p"><div><div class="_2pin"><div>Loud kettle &amp; a stiff lid<br>again</div></div></div></div>
<div class="_3-94 _a6-o"><a href="x"><div class="_a72d">Mar 4, 2024 9:05:10 pm</div></a></div></div>
<div class="_a6-g"><h2 class="_a6-h">Ann Reed added a photo.</h2><div class="_a6-p"><img src="a.jpg"></div>
<div class="_a6-o"><div class="_a72d">Mar 5, 2024 9:05:10 pm</div></div></div>
</div></body></html>"""


def test_facebook_pages(known):
    got = known(
        PAGE, "your_posts_1.html", "meta_pages", "text", "created_at", "kind", "author_id", "platform"
    )
    assert got == [("Loud kettle & a stiff lid\nagain", at("2024-03-04 21:05:10"), "post", None, "facebook")]
    assert known(PAGE, "comments.html", "meta_pages", "kind") == [("comment",)]


def test_pages_of_messages_are_private_and_name_who_wrote(load):
    page = PAGE.replace("Ann Reed updated her status.", "Ann Reed")
    assert load(page, "messages/inbox/ann/message_1.html").mentions.empty
    private = load(page, "messages/inbox/ann/message_1.html", include_private=True, privacy="internal")
    assert private.mentions["author_name"].tolist() == ["Ann Reed"]
    assert not private.mentions["is_public"].any()


def test_other_pages_are_refused_with_the_way_out(load):
    with pytest.raises(InsightError, match="Ask for the export as JSON"):
        load("<!DOCTYPE html><html><body><p>Hello</p></body></html>", "index.html")


def test_tiktok_lists(known, load):
    text = (
        "Date: 2024-03-04 09:00:00 UTC\nComment: Mine leaks\nfrom below\n\n"
        "Date: 2024-03-05 10:00:00 UTC\nComment: Date: tomorrow?\n"
    )
    assert known(text, "Comments.txt", "tiktok_download", "text", "created_at", "kind") == [
        ("Mine leaks\nfrom below", at("2024-03-04 09:00"), "comment"),
        ("Date: tomorrow?", at("2024-03-05 10:00"), "comment"),
    ]
    with pytest.raises(InsightError, match="keys"):
        load("Date: 2024-03-04 09:00:00\nLink: https://example.org/v/1\n", "Videos.txt")


def test_hootsuite_inbox(known, load):
    text = (
        "Conversation ID,Message ID,Medium,Channel,Channel Display Name,Direction,Message Type,Contact Profile ID,Contact Primary Identifier,Agent ID,Content,Created at,Post URL\n"
        "c1,m1,TWITTER,9,Pellwick Care,inbound,public mention,p7,ann,,Mine leaks,2024-03-04 09:00:00,\n"
        "c1,m2,TWITTER,9,Pellwick Care,outbound,public reply,p7,ann,a1,Sorry! We send a lid,2024-03-04 09:20:00,\n"
        "c2,m3,TWITTER,9,Pellwick Care,inbound,direct message,p8,bo,,My address is,2024-03-04 10:00:00,\n"
    )
    got = known(text, "message.csv", "hootsuite_inbox", "text", "side", "platform", "channel", "addressed")
    assert got == [
        ("Mine leaks", "customer", "x", "Pellwick Care", True),
        ("Sorry! We send a lid", "brand", "x", "Pellwick Care", None),
    ]
    table = load(text, "message.csv").mentions
    assert len(set(table["conversation_id"])) == 1
    assert table.loc[table["side"] == "brand", "author_id"].isna().all()


def test_sprout_messages(known):
    data = {
        "data": [
            {
                "guid": "tw:5", "post_type": "TWITTER_MENTION", "network": "TWITTER", "created_time": "2024-03-04T09:00:00Z",
                "perma_link": "https://twitter.com/ann/status/5", "text": "@pellwick leaks &amp; hisses",
                "from": {"guid": "tw:77", "screen_name": "ann", "name": "Ann"}, "profile_guid": "tw:9",
            },
            {
                "guid": "tw:6", "post_type": "TWITTER_DIRECT_MESSAGE", "network": "TWITTER", "created_time": "2024-03-04T10:00:00Z",
                "perma_link": "", "text": "secret", "from": {"guid": "tw:77", "screen_name": "ann"}, "profile_guid": "tw:9",
            },
        ]
    }  # fmt: skip
    got = known(data, "messages.json", "sprout_messages", "mention_id", "text", "side", "platform")
    assert got == [("x:5", "@pellwick leaks & hisses", "customer", "x")]


def test_qualtrics_of_the_legacy_exporter(known, load):
    text = (
        "\ufeffV1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2,\n"
        'ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished,How likely are you to recommend us?,"What would\nyou <b>change</b>?",\n'
        "R_1,Default Response Set,Ann Reed,,ann@example.org,10.1.2.3,0,2016-03-01 09:00:00,2016-03-01 09:05:00,1,9,The lid is far too stiff,\n"
        "R_2,Default Response Set,,,,,1,2016-03-01 10:00:00,2016-03-01 10:05:00,1,9,only a trial of mine,\n"
    )
    got = known(text, "survey.csv", "qualtrics_legacy", "mention_id", "text", "title", "rating", "created_at")
    assert got == [
        ("survey:R_1:Q2", "The lid is far too stiff", "What would you change?", 0.9, at("2016-03-01 09:05"))
    ]
    told = load(text, "survey.csv").mentions.astype(object).to_csv()
    assert not any(word in told for word in ("Ann Reed", "ann@example.org", "10.1.2.3"))
