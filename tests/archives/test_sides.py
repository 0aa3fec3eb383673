"""Layouts of desks, chats, reviews and forums as tools write them: who speaks, to whom, in which thread.

Each holds the same conversations (`conversations.py`), and is read without a word about it.
"""

# ruff: noqa: E501 (rows of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

from insight.archives import read_archive
from tests.archives.conversations import AGENTS, CUSTOMERS, MESSAGES, THREADS, agent_of, mail, opener, staff

LAYOUTS = {}


def layout(make):
    LAYOUTS[make.__name__] = make
    return make


def csv(rows, sep=","):
    return pd.DataFrame(rows).to_csv(index=False, sep=sep)


def lines(rows):
    return "\n".join(map(json.dumps, rows))


# fmt: off
@layout
def crisp():
    return "c.jsonl", lines({"session_id": f"session_{m.t}ab", "website_id": "w-1", "type": "text", "from": "operator" if m.brand else "user", "origin": "chat", "content": m.text, "fingerprint": 10**11 + m.n, "timestamp": m.ms, "stamped": True, "user": {"user_id": str(m.uid) + "-u", "nickname": m.who}} for m in MESSAGES), "side thread person"


@layout
def zoho():
    return "z.json", json.dumps({"data": [{"id": str(31138000011000000 + m.n), "ticketId": str(31138000012000000 + m.t), "channel": "EMAIL", "direction": "out" if m.brand else "in", "content": f"<div>{m.text}</div>", "createdTime": m.at("%Y-%m-%dT%H:%M:%S.000Z"), "isDescriptionThread": m.k == 0, "visibility": "public", "fromEmailAddress": m.mail, "to": mail(opener(m).who) if m.brand else "help@lumo.example", "status": "SUCCESS", "author": {"name": m.who, "email": m.mail, "type": "AGENT" if m.brand else "END_USER"}} for m in MESSAGES]}), "side thread person"


@layout
def zoho_by_type_alone():
    return "z.json", json.dumps({"data": [{"id": str(31138000011000000 + m.n), "ticketId": str(31138000012000000 + m.t), "content": m.text, "createdTime": m.iso, "author": {"name": m.who, "email": m.mail, "type": "AGENT" if m.brand else "END_USER"}} for m in MESSAGES]}), "side thread person"


@layout
def kustomer():
    return "k.json", json.dumps({"data": [{"type": "message", "id": f"5f{m.n:06x}", "attributes": {"channel": "email", "app": "postmark", "subject": "Help", "preview": m.text, "direction": "out" if m.brand else "in", "directionType": "response-out" if m.brand else "initial-in" if m.k == 0 else "followup-in", "sentAt": m.iso, "createdAt": m.iso, "auto": False, "size": 30}, "relationships": {"conversation": {"data": {"type": "conversation", "id": f"c{m.t:05x}"}}, "customer": {"data": {"type": "customer", "id": f"u{opener(m).uid}"}}}} for m in MESSAGES], "links": {"next": None}}), "side thread"


@layout
def tawk():
    return "t.jsonl", lines({"event": "chat:transcript_created", "chat": {"id": f"{t[0].t}f-70", "visitor": {"name": t[0].who, "email": t[0].mail, "city": "Oslo"}, "messages": [{"sender": {"t": "a" if m.brand else "v", **({"n": m.who, "id": str(m.uid)} if m.brand else {})}, "type": "msg", "msg": m.text, "time": m.at("%Y-%m-%dT%H:%M:%S.100Z"), "attchs": []} for m in t]}} for t in THREADS), "side thread"


@layout
def livechat():
    return "l.json", json.dumps({"chats": [{"id": f"PJ0MRSH{t[0].t}", "users": [{"id": f"b7eff798-{t[0].uid}", "name": t[0].who, "email": t[0].mail, "type": "customer", "present": True}, {"id": t[1].mail, "name": t[1].who, "type": "agent", "present": True}], "thread": {"id": f"K600PKZ{t[0].t}", "created_at": t[0].iso, "user_ids": [], "events": [{"id": f"Q20X_{m.n}", "created_at": m.at("%Y-%m-%dT%H:%M:%S.250000Z"), "type": "message", "text": m.text, "author_id": m.mail if m.brand else f"b7eff798-{m.uid}", "visibility": "all"} for m in t]}} for t in THREADS], "found_chats": len(THREADS)}), "side thread person"


@layout
def zendesk_chat():
    return "zc.json", json.dumps({"chats": [{"id": f"2409.{t[0].t}.Sxy", "type": "chat", "visitor": {"id": f"3.{t[0].uid}", "name": t[0].who, "email": t[0].mail}, "timestamp": t[0].iso, "agent_names": [t[1].who], "rating": None, "history": [{"name": m.who, "sender_type": "Agent" if m.brand else "Visitor", "timestamp": m.iso, "msg": m.text, "type": "chat.msg", "nick": f"agent:{m.uid}" if m.brand else "visitor", "msg_id": f"{1700000 + m.n}", "channel": "#vis"} for m in t]} for t in THREADS], "count": len(THREADS)}), "side thread"


@layout
def liveperson():
    return "lp.json", json.dumps({"_metadata": {"count": len(THREADS)}, "conversationHistoryRecords": [{"info": {"startTime": t[0].at("%Y-%m-%d %H:%M:%S.000+0000"), "conversationId": f"e5c58e49-{t[0].t:04}", "brandId": "123", "status": "CLOSE"}, "consumerParticipants": [{"participantId": f"f92c-{t[0].uid}", "firstName": t[0].who}], "agentParticipants": [{"agentId": str(t[1].uid), "agentFullName": t[1].who}], "messageRecords": [{"type": "TEXT_PLAIN", "messageData": {"msg": {"text": m.text}}, "messageId": f"ms::{m.t}::{m.k}", "seq": m.k, "dialogId": f"e5c58e49-{m.t:04}", "participantId": str(m.uid) if m.brand else f"f92c-{m.uid}", "source": "APP", "time": m.at("%Y-%m-%d %H:%M:%S.564+0000"), "timeL": m.ms, "sentBy": "Agent" if m.brand else "Consumer"} for m in t]} for t in THREADS]}), "side thread person"


@layout
def drift():
    return "d.json", json.dumps({"data": {"messages": [{"id": m.id, "conversationId": 3300 + m.t, "body": m.text, "type": "chat", "author": {"id": m.uid, "type": "user" if m.brand else "contact", "bot": False}, "createdAt": m.ms, "context": {"ip": "1.2.3.4"}} for m in MESSAGES]}}), "side thread person"


@layout
def chatwoot():
    return "cw.json", json.dumps({"payload": [{"id": m.id, "content": m.text, "inbox_id": 1, "conversation_id": 100 + m.t, "message_type": "outgoing" if m.brand else "incoming", "content_type": "text", "created_at": m.seconds, "private": False, "sender": {"id": m.uid, "name": m.who, "type": "user" if m.brand else "contact"}} for m in MESSAGES]}), "side thread person"


@layout
def chatwoot_numbers():
    return "cw.json", json.dumps({"payload": [{"id": m.id, "content": m.text, "inbox_id": 1, "conversation_id": 100 + m.t, "message_type": 1 if m.brand else 0, "content_type": "text", "created_at": m.seconds, "private": False, "sender": {"id": m.uid, "name": m.who, "type": "user" if m.brand else "contact"}} for m in MESSAGES]}), "side thread person"


@layout
def freshchat():
    return "fc.json", json.dumps({"messages": [{"message_parts": [{"text": {"content": m.text}}], "app_id": "app", "actor_id": f"a-{m.uid}", "id": f"m-{m.id}", "channel_id": "ch1", "conversation_id": f"cv-{m.t}", "message_type": "normal", "actor_type": "agent" if m.brand else "user", "created_time": m.iso} for m in MESSAGES]}), "side thread person"


@layout
def olark():
    return "o.jsonl", lines({"kind": "Conversation", "id": f"EV{t[0].t}", "visitor": {"id": f"v{t[0].uid}", "fullName": t[0].who}, "operators": {"9": {"nickname": t[1].who}}, "items": [{"kind": "MessageToVisitor" if m.brand else "MessageToOperator", "nickname": m.who, "timestamp": str(m.seconds), "body": m.text} for m in t]} for t in THREADS), "side thread person"


@layout
def snapengage():
    return "s.json", json.dumps([{"id": f"58f5-{m.n}", "chat_id": f"ch{m.t}", "type": "msg", "created_at": m.at("%Y-%m-%dT%H:%M:%S.045"), "sender_type": "user" if m.brand else "visitor", "sender_id": f"7c94-{m.uid}", "sender_public_name": "Customer Service" if m.brand else None, "message": m.text} for m in MESSAGES]), "side thread person"


@layout
def gorgias_csv():
    return "g.csv", csv([{"Ticket ID": 880000 + m.t, "Message ID": m.id, "Channel": "email", "From agent": m.brand, "Sender name": m.who, "Sender email": m.mail, "Subject": "Help", "Body text": m.text, "Created datetime": m.at("%Y-%m-%d %H:%M:%S"), "Public": True} for m in MESSAGES]), "side thread person"


@layout
def front_export():
    return "f.csv", csv([{"Message ID": f"msg_{m.n}x", "Conversation ID": f"cnv_{m.t}q", "Type": "Email", "Direction": "Outbound" if m.brand else "Inbound", "Status": "Archived", "Inbox": "Support", "Message date": m.at("%m/%d/%Y %I:%M %p").replace("03/", "03/"), "Author": m.who if m.brand else "", "Contact name": opener(m).who, "Contact handle": mail(opener(m).who), "Extract": m.text} for m in MESSAGES]), "side thread person"


@layout
def helpscout_csv():
    return "h.csv", csv([{"Number": 4400 + m.t, "Subject": "Help", "Thread type": "message" if m.brand else "customer", "Author": m.who, "Body": m.text, "Created At": m.iso} for m in MESSAGES]), "side thread person"


@layout
def hubspot_msgs():
    return "hs.json", json.dumps({"results": [{"type": "MESSAGE", "id": f"b{m.n}0e1", "conversationsThreadId": str(8000 + m.t), "createdAt": m.iso, "channelId": "1002", "text": m.text, "richText": f"<p>{m.text}</p>", "direction": "OUTGOING" if m.brand else "INCOMING", "senders": [{"actorId": f"A-{m.uid}" if m.brand else f"V-{m.uid}", "name": m.who, "deliveryIdentifier": {"type": "HS_EMAIL_ADDRESS", "value": m.mail}}], "recipients": [{"actorId": "V-1"}], "truncationStatus": "NOT_TRUNCATED"} for m in MESSAGES]}), "side thread person"


@layout
def mail_table():
    return "mail.csv", csv([{"Message-ID": f"<{m.n}.{m.t}@host.example>", "In-Reply-To": f"<{m.n - 1}.{m.t}@host.example>" if m.k else "", "Date": m.at("%a, %d %b %Y %H:%M:%S +0000"), "From": f"{m.who} <{m.mail}>", "To": f"{opener(m).who} <{mail(opener(m).who)}>" if m.brand else "Lumo <help@lumo.example>", "Subject": ("Re: " if m.k else "") + f"Case {m.t}", "Body": m.text} for m in MESSAGES]), "side parent person"


@layout
def from_to():
    return "ft.csv", csv([{"Case Number": f"0000{m.t + 10}", "Sent": m.at("%d/%m/%Y %H:%M"), "From Address": m.mail, "To Address": mail(opener(m).who) if m.brand else "care@lumo.example", "Text Body": m.text} for m in MESSAGES]), "side thread person"


@layout
def dixa():
    return "dx.json", json.dumps({"data": [{"id": f"dm{m.n}z", "conversation_id": 50 + m.t, "direction": "Outbound" if m.brand else "Inbound", "author_id": f"au-{m.uid}", "author_name": m.who, "author_email": m.mail, "text": m.text, "created_at": m.ms, "is_automated": False, "initial_channel": "email"} for m in MESSAGES]}), "side thread person"


@layout
def reamaze():
    return "ra.json", json.dumps({"messages": [{"body": m.text, "origin": 1, "visibility": 0, "created_at": m.iso, "user": {"name": m.who, "email": m.mail, "customer?": not m.brand, "staff?": m.brand}, "conversation": {"subject": "Help", "slug": f"case-{m.t}"}} for m in MESSAGES], "page_size": 30}), "side thread person"


@layout
def kayako():
    return "ky.json", json.dumps({"data": [{"id": m.id, "subject": "Help", "contents": m.text, "channel": "MAIL", "created_at": m.iso, "creator": {"id": m.uid, "full_name": m.who, "role": {"id": 1, "type": "AGENT" if m.brand else "CUSTOMER"}}, "case": {"id": 600 + m.t}, "resource_type": "post"} for m in MESSAGES]}), "side thread person"


@layout
def wati():
    return "w.json", json.dumps({"messages": {"items": [{"id": f"60f{m.n}ab", "text": m.text, "type": "text", "timestamp": str(m.seconds), "owner": m.brand, "operatorName": m.who if m.brand else None, "conversationId": f"60c{m.t}cd", "eventType": "message", "statusString": "READ"} for m in MESSAGES]}}), "side thread"


@layout
def whatsapp_api():
    return "wa.json", json.dumps([{"key": {"remoteJid": f"47900{opener(m).uid}@s.whatsapp.net", "fromMe": m.brand, "id": f"3EB0{m.n}"}, "message": {"conversation": m.text}, "messageTimestamp": m.seconds, "pushName": m.who} for m in MESSAGES]), "side"


@layout
def sms():
    return "sms.csv", csv([{"Sid": f"SM{m.n}a9", "From": "+15550100" if m.brand else f"+47900{m.uid}11", "To": f"+47900{opener(m).uid}11" if m.brand else "+15550100", "Body": m.text, "Direction": "outbound-api" if m.brand else "inbound", "DateSent": m.at("%Y-%m-%d %H:%M:%S"), "Status": "delivered"} for m in MESSAGES]), "side"


@layout
def requester():
    return "rq.csv", csv([{"Ticket": f"T-{m.t + 100}", "Requester": opener(m).who, "Assignee": agent_of(m), "Commenter": m.who, "Comment": m.text, "Commented at": m.at("%Y-%m-%d %H:%M")} for m in MESSAGES]), "side thread person"


@layout
def ids_of_people():
    return "ip.json", json.dumps({"tickets": [{"id": 300 + t[0].t, "subject": "Help", "requester_id": t[0].uid, "assignee_id": t[1].uid, "created": t[0].iso, "notes": [{"id": m.id, "body": m.text, "author_id": m.uid, "created": m.iso} for m in t]} for t in THREADS], "users": [{"id": 500 + n, "name": who, "role": "end_user"} for n, who in enumerate(CUSTOMERS)] + [{"id": 9000 + n, "name": who, "role": "agent"} for n, who in enumerate(AGENTS)]}), "side thread person"


@layout
def participants():
    return "pt.jsonl", lines({"interaction": f"i{t[0].t}7", "participants": [{"ref": "p1", "role": "customer", "name": t[0].who}, {"ref": "p2", "role": "support_agent", "name": t[1].who}], "turns": [{"participant": "p2" if m.brand else "p1", "utterance": m.text, "at": m.iso} for m in t]} for t in THREADS), "side thread"


@layout
def transcript_cell():
    return "tr.csv", csv([{"Chat ID": f"ch-{t[0].t}", "Started": t[0].at("%Y-%m-%d %H:%M:%S"), "Visitor name": t[0].who, "Agents": t[1].who, "Duration": 300, "Transcript": "\n".join(f"[{m.at('%Y-%m-%d %H:%M:%S')}] {m.who}: {m.text}" for m in t)} for t in THREADS]), "side thread person"


@layout
def transcript_roles():
    return "tr.csv", csv([{"Chat ID": f"ch-{t[0].t}", "Date": t[0].at("%Y-%m-%d %H:%M:%S"), "Rating": "good", "Transcript": "\n".join(f"{'Agent' if m.brand else 'Customer'}: {m.text}" for m in t)} for t in THREADS]), "side thread"


@layout
def pair():
    return "pair.csv", csv([{"conversation_id": f"k{t[0].t}", "timestamp": t[0].at("%Y-%m-%d %H:%M:%S"), "customer_message": t[0].text, "agent_response": t[1].text, "agent_name": t[1].who, "customer_name": t[0].who} for t in THREADS]), "side thread person"


@layout
def numbered():
    rows = []
    for t in THREADS:
        row = {"ticket_id": f"N{t[0].t}", "subject": "Help"}
        for m in t:
            row |= {f"message_{m.k + 1}_author": m.who, f"message_{m.k + 1}_role": "agent" if m.brand else "customer", f"message_{m.k + 1}_date": m.at("%Y-%m-%d %H:%M"), f"message_{m.k + 1}_text": m.text}
        rows.append(row)
    return "num.csv", csv(rows), "side thread person"


@layout
def apify():
    rows = []
    for t in THREADS:
        row = {"id": f"1789{t[0].n}", "text": t[0].text, "ownerUsername": t[0].who, "timestamp": t[0].iso, "likesCount": 3}
        for m in t[1:]:
            row |= {f"replies/{m.k - 1}/id": f"1789{m.n}", f"replies/{m.k - 1}/text": m.text, f"replies/{m.k - 1}/ownerUsername": m.who, f"replies/{m.k - 1}/timestamp": m.iso}
        rows.append(row)
    return "ap.csv", csv(rows), "thread parent person"


@layout
def bazaarvoice():
    return "bv.json", json.dumps({"Results": [{"Id": str(t[0].id), "Rating": 1 + t[0].t % 5, "Title": "Hm", "ReviewText": t[0].text, "SubmissionTime": t[0].iso, "UserNickname": t[0].who, "AuthorId": f"u{t[0].uid}", "ProductId": "p1", "TotalFeedbackCount": 0, "ClientResponses": [{"Department": "Care", "Response": m.text, "Name": m.who, "ResponseSource": "wb", "Date": m.iso} for m in t[1:2]]} for t in THREADS], "TotalResults": len(THREADS)}), "side thread parent"


@layout
def reviewsio():
    return "ri.json", json.dumps({"reviews": [{"store_review_id": t[0].id, "rating": 1 + t[0].t % 5, "title": "Hm", "comments": t[0].text, "date_created": t[0].at("%Y-%m-%d %H:%M:%S"), "reviewer": {"first_name": t[0].who.split()[0], "last_name": t[0].who.split()[1]}, "replies": [{"comments": m.text, "date_created": m.at("%Y-%m-%d %H:%M:%S"), "private": "0"} for m in t[1:2]]} for t in THREADS], "page": 1}), "side thread parent"


@layout
def trustpilot_api():
    return "tp.json", json.dumps({"reviews": [{"id": f"5f{t[0].n}e", "consumer": {"id": f"c{t[0].uid}", "displayName": t[0].who}, "stars": 1 + t[0].t % 5, "title": "Hm", "text": t[0].text, "language": "en", "createdAt": t[0].iso, "companyReply": {"text": t[1].text, "createdAt": t[1].iso, "updatedAt": None} if t[0].t % 3 else None, "isVerified": True} for t in THREADS]}), "side thread parent person"


@layout
def trip():
    return "ta.json", json.dumps([{"id": t[0].id, "title": "Hm", "text": t[0].text, "rating": 1 + t[0].t % 5, "publishedDate": t[0].at("%Y-%m-%d"), "user": {"userId": f"U{t[0].uid}", "username": t[0].who.replace(" ", "").lower()}, "ownerResponse": {"id": 9, "text": t[1].text, "publishedDate": (t[1].moment + pd.Timedelta(days=2)).strftime("%Y-%m-%d"), "responder": "Hotel manager", "lang": "en"}, "placeInfo": {"name": "Hotel"}} for t in THREADS]), "side thread parent person"


@layout
def discourse_csv():
    return "dc.csv", csv([{"topic_id": 40 + m.t, "post_number": m.k + 1, "reply_to_post_number": m.k if m.k else "", "username": m.who.replace(" ", "_"), "staff": "t" if m.brand else "f", "created_at": m.iso, "raw": m.text} for m in MESSAGES]), "side thread parent person"


@layout
def bettermode():
    return "bm.json", json.dumps({"posts": [{"id": f"po{t[0].n}", "title": f"Topic {t[0].t}", "textContent": t[0].text, "publishedAt": t[0].iso, "owner": {"member": {"id": f"me{t[0].uid}", "name": t[0].who, "role": {"name": "Member"}}}, "replies": {"totalCount": len(t) - 1, "nodes": [{"id": f"po{m.n}", "textContent": m.text, "publishedAt": m.iso, "owner": {"member": {"id": f"me{m.uid}", "name": m.who, "role": {"name": "Admin" if m.brand else "Member"}}}} for m in t[1:]]}} for t in THREADS]}), "side thread person"


@layout
def canny_json():
    return "cn.json", json.dumps({"ideas": [{"id": f"i{t[0].n}", "title": f"Idea {t[0].t}", "details": t[0].text, "created": t[0].iso, "author": {"id": f"a{t[0].uid}", "name": t[0].who, "isAdmin": False}, "votes": 4, "comments": [{"id": f"k{m.n}", "value": m.text, "created": m.iso, "author": {"id": f"a{m.uid}", "name": m.who, "isAdmin": m.brand}} for m in t[1:]]} for t in THREADS]}), "side thread parent person"


@layout
def uservoice():
    return "uv.csv", csv([{"Idea ID": t[0].id, "Title": f"Idea {t[0].t}", "Description": t[0].text, "Creator Name": t[0].who, "Created At": t[0].at("%Y-%m-%d %H:%M:%S"), "Votes": 3, "Status": "planned", "Official Response": t[1].text if t[0].t % 2 else "", "Response Created At": t[1].at("%Y-%m-%d %H:%M:%S") if t[0].t % 2 else ""} for t in THREADS]), "side thread parent person"


@layout
def jira_desk():
    return "jd.json", json.dumps({"issues": [{"key": f"SUP-{t[0].t + 1}", "fields": {"summary": f"Case {t[0].t}", "description": t[0].text, "created": t[0].at("%Y-%m-%dT%H:%M:%S.000+0000"), "reporter": {"displayName": t[0].who, "accountId": f"q{t[0].uid}", "accountType": "customer"}, "comment": {"comments": [{"id": str(m.id), "author": {"displayName": m.who, "accountId": f"q{m.uid}", "accountType": "atlassian" if m.brand else "customer"}, "body": m.text, "created": m.at("%Y-%m-%dT%H:%M:%S.000+0000"), "jsdPublic": True} for m in t[1:]]}}} for t in THREADS]}), "thread person"


@layout
def snow_journal():
    return "sj.csv", csv([{"element_id": f"INC00{m.t}", "element": "work_notes" if m.is_private else "comments", "value": m.text, "sys_created_on": m.at("%Y-%m-%d %H:%M:%S"), "sys_created_by": m.who.lower().replace(" ", ".")} for m in MESSAGES]), "thread person private"


@layout
def notes_flag():
    return "nf.csv", csv([{"ticket": 7000 + m.t, "comment_id": m.id, "author": m.who, "author_role": "agent" if m.brand else "end-user", "is_internal": "yes" if m.is_private else "no", "created": m.iso, "comment": m.text} for m in MESSAGES]), "side thread person private"


@layout
def notes_visibility():
    return "nv.json", json.dumps([{"case": f"C{m.t}", "who": {"name": m.who, "kind": "employee" if m.brand else "customer"}, "visibility": "internal" if m.is_private else "public", "when": m.iso, "message": m.text} for m in MESSAGES]), "side thread person private"


@layout
def facebook():
    return "fb.json", json.dumps({"data": [{"id": f"100_{t[0].id}", "message": t[0].text, "from": {"id": f"p{t[0].uid}", "name": t[0].who}, "created_time": t[0].at("%Y-%m-%dT%H:%M:%S+0000"), "comments": {"data": [{"id": f"100_{m.id}", "message": m.text, "from": {"id": f"p{m.uid}", "name": m.who}, "created_time": m.at("%Y-%m-%dT%H:%M:%S+0000")} for m in t[1:]]}} for t in THREADS], "paging": {"next": ""}}), "thread parent person"


@layout
def agent_customer_columns():
    return "ac.csv", csv([{"Chat": f"k{m.t}q", "Time": m.at("%d.%m.%Y %H:%M:%S"), "Kunde": opener(m).who, "Mitarbeiter": agent_of(m), "Absender": m.who, "Nachricht": m.text} for m in MESSAGES]), "side thread person"


@layout
def sprinklr_like():
    return "sp.csv", csv([{"UniversalMessageId": f"FB_{m.n}", "Conversation": f"cv_{m.t}", "Created Time": m.at("%b %d, %Y %I:%M:%S %p"), "From User": m.who, "Brand Post": "Yes" if m.brand else "No", "Message": m.text, "Message Type": "Comment"} for m in MESSAGES]), "side thread person"


@layout
def cs_pairs_json():
    return "cj.json", json.dumps([{"case_ref": f"R{t[0].t}", "opened": t[0].iso, "name": t[0].who, "question": t[0].text, "answer": {"text": t[1].text, "by": t[1].who, "on": t[1].iso}} for t in THREADS]), "side thread"


@layout
def direction_words():
    return "dw.csv", csv([{"Thread": f"th{m.t}", "Datetime": m.at("%Y-%m-%d %H:%M"), "Type": "Sent" if m.brand else "Received", "Customer": opener(m).who, "Text": m.text} for m in MESSAGES]), "side thread person"


@layout
def user_assistant():
    return "ua.jsonl", lines({"dialogue": f"d{t[0].t}", "messages": [{"role": "assistant" if m.brand else "user", "content": m.text, "ts": m.iso} for m in t]} for t in THREADS), "thread"


@layout
def deskpro():
    return "dp.json", json.dumps({"data": [{"id": m.id, "ticket": 900 + m.t, "person": m.uid, "date_created": m.iso, "is_agent_note": m.is_private, "creation_system": "web", "message": f"<p>{m.text}</p>"} for m in MESSAGES], "linked": {"person": {str(u): {"id": u, "name": n, "is_agent": a} for u, n, a in [(500 + i, w, False) for i, w in enumerate(CUSTOMERS)] + [(9000 + i, w, True) for i, w in enumerate(AGENTS)]}}}), "side thread person private"



@layout
def zammad():
    return "za.json", json.dumps([{"id": m.id, "ticket_id": 40 + m.t, "type": "email", "sender": "Agent" if m.brand else "Customer", "from": f"{m.who} <{m.mail}>", "to": "Lumo <help@lumo.example>" if not m.brand else mail(opener(m).who), "subject": "Help", "body": m.text, "content_type": "text/plain", "internal": m.is_private, "created_by": m.mail, "created_at": m.iso} for m in MESSAGES]), "side thread person private"


@layout
def osticket():
    return "os.csv", csv([{"Ticket Number": 500100 + m.t, "Entry ID": m.id, "Entry Type": "Response" if m.brand else "Message", "Poster": m.who, "Date Created": m.at("%m/%d/%y %I:%M %p"), "Entry Body": m.text, "Source": "Email"} for m in MESSAGES]), "side thread person"


@layout
def sendbird():
    return "sb.csv", csv([{"message_id": 2600 + m.n, "channel_url": f"sendbird_desk_{m.t}", "sender_id": f"s{m.uid}", "sender_nickname": m.who, "sender_role": "operator" if m.brand else "none", "type": "MESG", "message": m.text, "created_at": m.ms} for m in MESSAGES]), "side person"


@layout
def flex():
    return "fx.json", json.dumps({"messages": [{"sid": f"IM{m.n:04}", "conversation_sid": f"CH{m.t:04}", "index": m.k, "author": m.mail, "body": m.text, "date_created": m.iso, "participant_sid": f"MB{m.uid}", "attributes": "{}"} for m in MESSAGES], "participants": [{"sid": f"MB{u}", "identity": i, "role_type": r} for u, i, r in [(500 + n, mail(w), "customer") for n, w in enumerate(CUSTOMERS)] + [(9000 + n, staff(w), "agent") for n, w in enumerate(AGENTS)]]}), "side thread person"


@layout
def genesys():
    return "ge.json", json.dumps({"conversations": [{"conversationId": f"g-{t[0].t:03}", "mediaType": "message", "transcript": [{"phraseId": f"p{m.n}", "text": m.text, "participantPurpose": "internal" if m.brand else "external", "startTimeMs": m.ms} for m in t]} for t in THREADS]}), "side thread"


@layout
def connect():
    return "am.jsonl", lines({"Version": "2019-08-26", "ContactId": f"c0-{t[0].t}", "Participants": [{"ParticipantId": f"P{u}"} for u in (t[0].uid, t[1].uid)], "Transcript": [{"Id": f"T{m.n}", "ParticipantId": f"P{m.uid}", "ParticipantRole": "AGENT" if m.brand else "CUSTOMER", "DisplayName": m.who, "Type": "MESSAGE", "ContentType": "text/plain", "Content": m.text, "AbsoluteTime": m.at("%Y-%m-%dT%H:%M:%S.123Z")} for m in t]} for t in THREADS), "side thread person"


@layout
def yotpo():
    return "yo.json", json.dumps({"response": {"reviews": [{"id": t[0].id, "score": 1 + t[0].t % 5, "votes_up": 0, "content": t[0].text, "title": "Hm", "created_at": t[0].iso, "user": {"user_id": t[0].uid, "display_name": t[0].who}, "comment": {"id": t[1].id, "content": t[1].text, "created_at": t[1].iso, "comments_avatar": ""} if t[0].t % 2 else None} for t in THREADS]}}), "side thread parent person"


@layout
def host():
    return "ho.csv", csv([{"Listing": "Barn", "Reservation": f"HM{t[0].n}X", "Guest": t[0].who, "Review date": t[0].at("%B %d, %Y"), "Overall": 1 + t[0].t % 5, "Public review": t[0].text, "Host's public response": t[1].text if t[0].t % 2 else "", "Response date": t[1].at("%B %d, %Y") if t[0].t % 2 else ""} for t in THREADS]), "side thread parent person"


@layout
def salesiq():
    return "si.json", json.dumps({"data": [{"id": m.id, "chat_id": f"3900{m.t}", "time": str(m.ms), "type": "text", "sender": {"id": f"z{m.uid}", "name": m.who, "type": "operator" if m.brand else "visitor"}, "message": {"text": m.text}} for m in MESSAGES]}), "side thread person"


@layout
def trengo():
    return "tr.json", json.dumps({"data": [{"id": m.id, "ticket_id": 77 + m.t, "type": "NOTE" if m.is_private else "OUTBOUND" if m.brand else "INBOUND", "body": m.text, "contact": {"id": opener(m).uid, "full_name": opener(m).who}, "agent": {"id": m.uid, "full_name": m.who} if m.brand else None, "created_at": m.at("%Y-%m-%d %H:%M:%S")} for m in MESSAGES if not (m.is_private and not m.brand)]}), "side thread private"


@layout
def missive():
    return "mi.json", json.dumps({"messages": [{"id": f"mv-{m.n}", "conversation": {"id": f"cv-{m.t}"}, "subject": "Help", "preview": m.text, "delivered_at": m.seconds, "from_field": {"name": m.who, "address": m.mail}, "to_fields": [{"name": "x", "address": mail(opener(m).who) if m.brand else "help@lumo.example"}]} for m in MESSAGES]}), "side thread person"


@layout
def line_oa():
    return "li.csv", csv([{"チャットID": f"U{m.t}c", "送信者タイプ": "Account" if m.brand else "User", "送信者名": m.who, "送信日": m.at("%Y/%m/%d"), "送信時刻": m.at("%H:%M:%S"), "内容": m.text} for m in MESSAGES]), "side thread person"


@layout
def german():
    return "de.csv", pd.DataFrame([{"Vorgangsnr": f"V-{m.t + 10}", "Richtung": "ausgehend" if m.brand else "eingehend", "Absender": m.mail, "Empfänger": mail(opener(m).who) if m.brand else "service@lumo.example", "Zeitpunkt": m.at("%d.%m.%Y %H:%M"), "Nachrichtentext": m.text} for m in MESSAGES]).to_csv(index=False, sep=";"), "side thread person"


@layout
def xml_desk():
    return "x.xml", "<tickets>" + "".join(f'<ticket><number>{600 + t[0].t}</number><subject>Help</subject><comments type="array">' + "".join(f"<comment><id>{m.id}</id><author><name>{m.who}</name><role>{'Agent' if m.brand else 'End user'}</role></author><created-at>{m.iso}</created-at><body>{m.text}</body></comment>" for m in t) + "</comments></ticket>" for t in THREADS) + "</tickets>", "side thread person"


@layout
def bot_handover():
    return "bh.csv", csv([{"session_id": f"s{m.t}", "speaker": "human_agent" if m.brand else "end_user", "speaker_name": m.who, "utterance": m.text, "utterance_ts": m.at("%Y-%m-%d %H:%M:%S+00:00")} for m in MESSAGES]), "side thread person"


@layout
def json_cell():
    return "jc.csv", csv([{"conv": f"K{t[0].t}", "started_at": t[0].iso, "client": t[0].who, "messages": json.dumps([{"from": "agent" if m.brand else "client", "sent": m.iso, "text": m.text} for m in t])} for t in THREADS]), "side thread"


@layout
def steps():
    return "st.csv", csv([{"Case": f"C-{t[0].t}", "Customer": t[0].who, "Received": t[0].at("%Y-%m-%d %H:%M"), "Complaint": t[0].text, "Reply 1": t[1].text, "Reply 1 date": t[1].at("%Y-%m-%d %H:%M"), "Reply 2": t[3].text if len(t) > 3 else "", "Reply 2 date": t[3].at("%Y-%m-%d %H:%M") if len(t) > 3 else ""} for t in THREADS]), "side thread parent person"


@layout
def chat_log_cell():
    return "cl.csv", csv([{"id": f"L{t[0].t}", "date": t[0].at("%Y-%m-%d"), "visitor": t[0].who, "operator": t[1].who, "conversation": "\n".join(f"({m.at('%H:%M:%S')}) {m.who}: {m.text}" for m in t)} for t in THREADS]), "side thread person"


@layout
def forum_tree():
    return "ft.json", json.dumps({"topics": [{"topic": f"Topic {t[0].t}", "tid": t[0].t + 5, "posts": [{"pid": m.id, "poster": m.who, "postedAt": m.iso, "message": m.text, "toPid": m.id - 1 if m.k else None, "isStaff": m.brand} for m in t]} for t in THREADS]}), "side thread parent person"


@layout
def helpcrunch():
    return "hc.json", json.dumps({"data": [{"id": m.id, "chat": 4000 + m.t, "agent": {"id": m.uid, "name": m.who} if m.brand else None, "customer": None if m.brand else {"id": m.uid, "name": m.who}, "text": m.text, "createdAt": m.iso, "type": "message"} for m in MESSAGES]}), "side thread person"


@layout
def sprout_inbox():
    return "sp.csv", csv([{"Date": m.at("%Y-%m-%d %H:%M:%S"), "Network": "Facebook", "Profile": "Lumo Lamps", "Message Type": "Private message", "Sender": "Lumo Lamps" if m.brand else m.who, "Message": m.text, "Message ID": f"fb{m.n}x", "In Reply To": f"fb{m.n-1}x" if m.k else "", "Conversation ID": f"cv{m.t}"} for m in MESSAGES]), "side thread parent person"


@layout
def khoros_care():
    return "kc.csv", csv([{"Conversation": f"c-{m.t}", "Post ID": m.id, "Author Handle": m.who.replace(" ", "_"), "Author Type": "Brand" if m.brand else "Consumer", "Content": m.text, "Post Created (UTC)": m.at("%d/%m/%Y %H:%M:%S"), "Parent Post": m.id - 1 if m.k else ""} for m in MESSAGES]), "side thread parent person"


@layout
def engage():
    return "en.csv", csv([{"Thread ID": f"t{m.t}", "Author": m.who, "Is Brand Response": m.brand, "Snippet": m.text, "Date": m.iso, "Assigned to": agent_of(m)} for m in MESSAGES]), "side thread person"


@layout
def keyed_threads():
    return "kt.json", json.dumps({"threads": {f"t{t[0].t}": {"subject": "Help", "status": "open", "entries": [{"who": m.who, "role": "support" if m.brand else "client", "at": m.iso, "said": m.text} for m in t]} for t in THREADS}}), "side thread person"


@layout
def journal_cell():
    return "jr.csv", csv([{"Number": f"CS00{t[0].t}", "Opened": t[0].at("%Y-%m-%d %H:%M:%S"), "Contact": t[0].who, "Assigned to": t[1].who, "Comments": "\n\n".join(f"{m.at('%Y-%m-%d %H:%M:%S')} - {m.who} (Additional comments)\n{m.text}" for m in reversed(t))} for t in THREADS]), "side thread person"


@layout
def yes_no():
    return "yn.tsv", pd.DataFrame([{"Conversation": f"Q{m.t}x", "Time": m.at("%b %d %Y %I:%M%p"), "Person": m.who, "Agent?": "Y" if m.brand else "N", "Line": m.text} for m in MESSAGES]).to_csv(index=False, sep="\t"), "side thread person"


@layout
def turns():
    return "tu.csv", csv([{"conv_id": f"V{m.t}", "customer": m.who, "customer_message": m.text, "customer_message_time": m.iso, "agent": agent_of(m), "agent_reply": THREADS[m.t][m.k + 1].text if m.k + 1 < len(THREADS[m.t]) else "", "agent_reply_time": THREADS[m.t][m.k + 1].iso if m.k + 1 < len(THREADS[m.t]) else ""} for m in MESSAGES if not m.brand]), "side thread person"


@layout
def from_customer():
    return "fc.jsonl", lines({"conversation_id": f"J{t[0].t}", "customer": {"id": t[0].uid, "name": t[0].who}, "messages": [{"from_customer": not m.brand, "text": m.text, "ts": m.seconds} for m in t]} for t in THREADS), "side thread person"


@layout
def mobile():
    return "mo.csv", csv([{"MsgId": m.id, "MSISDN": f"4790{opener(m).uid}", "Type": "MT" if m.brand else "MO", "Text": m.text, "Timestamp": m.at("%Y%m%d%H%M%S")} for m in MESSAGES]), "side"


@layout
def page_comments():
    return "pc.json", json.dumps({"data": [{"comment_id": f"10_{m.n}", "post_id": f"9_{m.t}", "page_name": "Lumo", "user_name": "Lumo" if m.brand else m.who, "comment_text": m.text, "created_time": m.at("%Y-%m-%dT%H:%M:%S+0000"), "parent_id": f"10_{m.n-1}" if m.k else ""} for m in MESSAGES]}), "side thread parent person"


@layout
def support_reply_obj():
    return "sr.json", json.dumps({"feedback": [{"ref": f"F{t[0].n}", "submitted": t[0].iso, "email": t[0].mail, "comment": t[0].text, "rating": 1 + t[0].t % 5, "staff_replies": [{"message": m.text, "on": m.iso, "agent": m.who} for m in t[1:] if m.brand]} for t in THREADS]}), "side thread person"


@layout
def french():
    return "fr.csv", pd.DataFrame([{"N° de dossier": f"D-{m.t}", "Sens": "Sortant" if m.brand else "Entrant", "Expéditeur": m.who, "Date d'envoi": m.at("%d/%m/%Y %H:%M"), "Contenu du message": m.text} for m in MESSAGES]).to_csv(index=False, sep=";"), "side thread person"


@layout
def graphql():
    return "gq.json", json.dumps({"data": {"tickets": {"edges": [{"node": {"id": f"tk_{t[0].t}", "title": "Help", "timelineEntries": {"edges": [{"node": {"id": f"te_{m.n}", "timestamp": {"iso8601": m.iso}, "actor": {"__typename": "UserActor" if m.brand else "CustomerActor", "user": {"fullName": m.who} if m.brand else None, "customer": None if m.brand else {"fullName": m.who}}, "entry": {"text": m.text}}} for m in t]}}} for t in THREADS]}}}), "side thread person"


@layout
def customer_message_note():
    return "ty.csv", csv([{"id": m.id, "conversation_id": 800 + m.t, "type": "note" if m.is_private and m.brand else "message" if m.brand else "customer", "body": m.text, "created_at": m.iso, "created_by_id": m.uid} for m in MESSAGES]), "side thread person"


@layout
def log_below_description():
    return "lo.csv", csv([{"Number": f"IN00{t[0].t}", "Opened": t[0].at("%Y-%m-%d %H:%M:%S"), "Caller": t[0].who, "Assigned to": t[1].who, "Description": t[0].text, "Activity": "\n\n".join(f"{m.at('%Y-%m-%d %H:%M:%S')} - {m.who} ({'Work notes' if m.is_private else 'Additional comments'})\n{m.text}" for m in t[1:])} for t in THREADS if len(t) > 2]), "side thread person"


# fmt: on


@pytest.fixture(scope="module", params=LAYOUTS)
def found(request, tmp_path_factory):
    """The messages of a layout beside what was read of each, and what is asked of it."""
    name, content, asked = LAYOUTS[request.param]()
    folder = tmp_path_factory.mktemp(request.param)
    (folder / name).write_text(content, encoding="utf-8")
    archive = read_archive(folder / name, key=folder / "key", privacy="internal", include_private=True)
    files, read = archive.report.files, {row.text.strip(): row for row in archive.mentions.itertuples()}
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
    said = [one for one in MESSAGES if one.text in content]
    return [(one, read.get(one.text)) for one in said], asked.split(), len(archive.mentions)


def one_each(pairs):
    """Whether each of ours goes with one of theirs, and the other way round."""
    pairs = set(pairs)
    return len(pairs) == len({ours for ours, _ in pairs}) == len({theirs for _, theirs in pairs})


def test_every_message_is_read_once(found):
    both, _, n = found
    assert not [one.text for one, row in both if row is None]
    assert n == len(both)


def test_each_is_said_by_the_brand_or_a_customer(found):
    both, asked, _ = found
    if "side" in asked:
        assert [row.side for _, row in both] == [one.side for one, _ in both]


def test_threads_are_those_of_the_desk(found):
    both, asked, _ = found
    if "thread" in asked:
        assert one_each((one.t, row.conversation_id) for one, row in both)


def test_answers_name_a_message_of_their_thread(found):
    both, asked, _ = found
    thread = {row.mention_id: one.t for one, row in both}
    if "parent" in asked:
        assert all(thread.get(row.reply_to_id) == one.t for one, row in both if one.k)


def test_customers_are_followed(found):
    both, asked, _ = found
    if "person" in asked:
        assert one_each((one.who, row.author_id) for one, row in both if not one.brand)


def test_what_is_for_colleagues_is_private(found):
    both, asked, _ = found
    if "private" in asked:
        assert [not row.is_public for _, row in both] == [one.is_private for one, _ in both]
