"""Exports in many languages and wrappings, as people have them: which column holds what, at first sight.

The first twenty-six were looked at while the code was written; the last twelve were invented afterwards.
"""

# ruff: noqa: C408, E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

from insight.archives.inference.propose import propose_map

N = range(15)
SAID = [
    f"{said} ({n})" for n, said in enumerate((
        "The lid leaks again after a week", "I wish the cord was longer", "No one answers my mail", "Great lamp, thank you", "Who can help me with the bill?",
        "It arrived broken and late", "The app crashes at login", "Please add a dark mode", "Way too loud at night", "Love it, five stars",
        "The strap is torn", "My refund is missing", "Charged twice this month", "The manual is wrong", "Works as described",
    ))
]  # fmt: skip
WHO = ["Mara Klein", "tom_berg", "Ida Moen", "kimw88", "Ola"]
DAY = pd.Timestamp("2025-03-03 09:14:22")
LAYOUTS = []


def at(pattern, n, later=0):
    moment = DAY + pd.Timedelta(hours=31 * n + later)
    return moment.strftime(pattern) if pattern else int(moment.timestamp())


def csv(rows, sep=",", lead=""):
    return lead + pd.DataFrame(rows).to_csv(index=False, sep=sep)


def layout(made):
    LAYOUTS.append(made)
    return made


# fmt: off
@layout
def italian():
    return "rec.csv",csv([{"Utente":WHO[n%5],"Data":at("%d/%m/%Y",n),"Stelle":1+n%5,"Recensione":SAID[n],"Risposta dello sviluppatore":f"Grazie mille {n}" if n%3==0 else "","Data risposta":at("%d/%m/%Y",n,48) if n%3==0 else ""} for n in N],";"),dict(text="Recensione",created_at="Data",author="Utente",rating="Stelle",reply="Risposta dello sviluppatore",reply_at="Data risposta")


@layout
def polish():
    return "zg.csv",csv([{"Numer zgłoszenia":f"ZG/{n}/2025","Data zgłoszenia":at("%Y-%m-%d %H:%M",n),"Zgłaszający":WHO[n%5],"Temat":f"Lampa {n%3}","Treść zgłoszenia":SAID[n],"Status":"nowe"} for n in N],";"),dict(text="Treść zgłoszenia",created_at="Data zgłoszenia",author="Zgłaszający",id="Numer zgłoszenia",title="Temat")


@layout
def japanese():
    return "r.csv",csv([{"投稿日時":at("%Y年%m月%d日 %H:%M",n),"ニックネーム":["まら","とむ","いだ","きむ","おら"][n%5],"評価":1+n%5,"レビュー本文":SAID[n],"商品名":["ランプ","ケトル"][n%2]} for n in N]),dict(text="レビュー本文",created_at="投稿日時",author="ニックネーム",rating="評価",channel="商品名")


@layout
def weibo():
    return "w.json",json.dumps({"ok":1,"data":{"statuses":[{"mid":f"50{n}77","text":SAID[n],"created_at":at("%a %b %d %H:%M:%S +0800 %Y",n),"user":{"id":900+n%5,"screen_name":WHO[n%5],"followers_count":n},"reposts_count":n,"comments_count":n%4,"attitudes_count":n%7,"source":"iPhone"} for n in N]}}),dict(text="text",created_at="created_at",author="user.id",id="mid",repost_count="reposts_count",reply_count="comments_count")


@layout
def chinese_shop():
    return "c.csv",csv([{"用户昵称":["小明","阿华","李雷","韩梅","老王"][n%5],"评论内容":SAID[n],"评论时间":at("%Y-%m-%d %H:%M:%S",n),"评分":1+n%5,"商家回复":f"感谢您的反馈 {n}" if n%4==0 else ""} for n in N]),dict(text="评论内容",created_at="评论时间",author="用户昵称",rating="评分",reply="商家回复")


@layout
def vk():
    return "vk.json",json.dumps({"response":{"count":15,"items":[{"id":300+n,"from_id":1000+n%5,"post_id":77,"owner_id":-5,"date":at("",n),"text":SAID[n],"likes":{"count":n,"user_likes":0},"reply_to_comment":300+n-1 if n%3 else None} for n in N]}}),dict(text="text",created_at="date",author="from_id",id="id",reply_to="reply_to_comment",conversation="post_id",like_count="likes.count")


@layout
def dutch_nps():
    return "nps.csv",csv([{"Respondent":f"R{n:03}","Ingevuld op":at("%d-%m-%Y %H:%M",n),"NPS":n%11,"Waarom geef je dit cijfer?":SAID[n]} for n in N],";"),dict(created_at="Ingevuld op",text="Waarom geef je dit cijfer?",rating="NPS")


@layout
def rocket():
    return "rc.json","\n".join(json.dumps({"_id":f"aX{n}kQ9","rid":"GENERAL","msg":SAID[n],"ts":{"$date":at("%Y-%m-%dT%H:%M:%S.000Z",n)},"u":{"_id":f"u{n%5}Zq","username":WHO[n%5].lower().replace(" ","."),"name":WHO[n%5]},"tmid":f"aX{n-1}kQ9" if n%3 else None,"_updatedAt":{"$date":at("%Y-%m-%dT%H:%M:%S.000Z",n,2)}}) for n in N),dict(text="msg",created_at="ts.$date",author="u._id",id="_id")


@layout
def fb_scrape():
    return "fb.json",json.dumps([{"post_url":"https://fb.example/p/1","comments_full":[{"comment_id":f"{88000+n}","comment_url":f"https://fb.example/c/{n}","commenter_id":f"{500+n%5}","commenter_name":WHO[n%5],"comment_text":SAID[n],"comment_time":at("%Y-%m-%d %H:%M:%S",n),"comment_reaction_count":n,"replies":[{"comment_id":f"{99000+n}","commenter_id":"7","commenter_name":"Lumo Care","comment_text":f"We are sorry to hear {n}","comment_time":at("%Y-%m-%d %H:%M:%S",n,3)}]} for n in N]}]),dict(text="comment_text",created_at="comment_time",author="commenter_id",id="comment_id",reply_to="_parent")


@layout
def turkish():
    return "t.csv",csv([{"Kullanıcı Adı":WHO[n%5],"Yorum":SAID[n],"Tarih":at("%d.%m.%Y %H:%M",n),"Puan":1+n%5} for n in N],";"),dict(text="Yorum",created_at="Tarih",author="Kullanıcı Adı",rating="Puan")


@layout
def korean():
    def kd(n):
        m=DAY+pd.Timedelta(hours=31*n)
        h=m.hour%12 or 12
        return f"{m.year}. {m.month}. {m.day}. {'오후' if m.hour>=12 else '오전'} {h}:{m.minute:02}"
    return "k.csv",csv([{"작성자":["김하나","이두리","박세모","최네모","정다섯"][n%5],"내용":SAID[n],"작성일시":kd(n),"별점":1+n%5,"판매자 답변":f"감사합니다 {n}" if n%4==0 else ""} for n in N]),dict(text="내용",created_at="작성일시",author="작성자",rating="별점",reply="판매자 답변")


@layout
def graphql():
    return "g.json",json.dumps({"data":{"product":{"name":"Lamp","reviews":{"totalCount":15,"edges":[{"cursor":f"c{n}","node":{"id":f"UmV2{n}","stars":1+n%5,"headline":f"Hm {n}","bodyText":SAID[n],"submittedAt":at("%Y-%m-%dT%H:%M:%SZ",n),"customer":{"id":f"Q3Vz{n%5}","displayName":WHO[n%5]},"merchantReply":{"body":f"Thanks {n}, we will look into it","createdAt":at("%Y-%m-%dT%H:%M:%SZ",n,9)} if n%3==0 else None}} for n in N],"pageInfo":{"hasNextPage":False}}}}}),dict(text="node.bodyText",created_at="node.submittedAt",author="node.customer.id",id="node.id",rating="node.stars",reply="node.merchantReply.body",reply_at="node.merchantReply.createdAt",title="node.headline")


@layout
def hotel():
    return "ta.csv",csv([{"Reviewer":WHO[n%5],"Bubble rating":f"{1+n%5}.0 of 5 bubbles","Date of stay":at("%B %Y",n),"Review date":at("%B %d, %Y",n,500),"Title":f"Stay {n}","Review":SAID[n],"Management response":f"Dear guest, thank you {n}" if n%2 else ""} for n in N]),dict(text="Review",created_at="Review date",author="Reviewer",rating="Bubble rating",reply="Management response",title="Title")


@layout
def booking():
    return "b.csv",csv([{"hotel_id":7,"reviewer_name":WHO[n%5],"reviewer_country":"no","review_score":f"{6+n%5},0","positive":SAID[n] if n%2 else "","negative":f"The room was cold and damp {n}","stay_date":at("%Y-%m-%d",n),"review_date":at("%Y-%m-%d",n,90)} for n in N],";"),dict(created_at="review_date",author="reviewer_name",rating="review_score")


@layout
def telethon():
    return "tg.csv",csv([{"id":100+n,"date":at("%Y-%m-%d %H:%M:%S+00:00",n),"message":SAID[n],"sender_id":55500+n%5,"reply_to_msg_id":99+n if n%3 else "","views":n*10,"forwards":n%3,"chat":"lamps"} for n in N]),dict(text="message",created_at="date",author="sender_id",id="id",reply_to="reply_to_msg_id",view_count="views")


@layout
def exportcomments():
    return "e.csv",csv([{"":n+1,"Name (click to view profile)":WHO[n%5],"Profile ID":f"@{WHO[n%5].lower().replace(' ','')}","Date":at("%d/%m/%Y %H:%M:%S",n),"Likes":n,"isReply":"","Comment":SAID[n],"(view comment)":f"https://t.example/c/{n}"} for n in N],lead="URL,https://t.example/v/1\nTotal,15\n\n"),dict(text="Comment",created_at="Date",author="Profile ID",like_count="Likes")


@layout
def amazon23():
    return "a.jsonl","\n".join(json.dumps({"rating":float(1+n%5),"title":f"Hm {n}","text":SAID[n],"images":[],"asin":f"B00{n%3}","parent_asin":f"B0{n%2}","user_id":f"AEX{n%5}","timestamp":at("",n)*1000,"helpful_vote":n%3,"verified_purchase":True}) for n in N),dict(text="text",created_at="timestamp",author="user_id",rating="rating",like_count="helpful_vote",title="title")


@layout
def outlook_csv():
    return "o.csv",csv([{"Subject":f"Lamp {n}","Body":SAID[n],"From: (Name)":WHO[n%5],"From: (Address)":f"p{n%5}@mail.example","From: (Type)":"SMTP","To: (Name)":"Care","To: (Address)":"care@lumo.example","Sent On":at("%a %d/%m/%Y %H:%M",n)} for n in N]),dict(text="Body",created_at="Sent On",author="From: (Address)",title="Subject")


@layout
def airtable():
    return "at.csv",csv([{"Name":f"FB-{n}","Feedback":SAID[n],"Customer email":f"p{n%5}@mail.example","Source":"Intercom","Status":"Triage","Created time":at("%-m/%-d/%Y %-I:%M%p",n).lower(),"Sentiment":"neg"} for n in N]),dict(text="Feedback",created_at="Created time",author="Customer email")


@layout
def livechat():
    return "lc.csv",csv([{"conversation_id":f"LC{n//3}","message_nr":n%3,"sent_by":["visitor","agent"][n%2],"sender":["V-"+str(n//3),"Bea"][n%2],"sent_time":at("%H:%M:%S",n),"sent_day":at("%d.%m.%Y",n),"body":SAID[n]} for n in N]),dict(text="body",author="sender",conversation="conversation_id",side="sent_by")


@layout
def dynamo():
    return "d.json",json.dumps({"Items":[{"feedbackId":{"S":f"f-{n}-x"},"comment":{"S":SAID[n]},"userEmail":{"S":f"p{n%5}@mail.example"},"stars":{"N":str(1+n%5)},"createdAt":{"S":at("%Y-%m-%dT%H:%M:%SZ",n)}} for n in N]}),dict(text="comment.S",created_at="createdAt.S",author="userEmail.S",rating="stars.N",id="feedbackId.S")


@layout
def anon_headers():
    return "x.csv",csv([{"c1":f"K{n}z{n*3}","c2":WHO[n%5],"c3":at("%Y-%m-%d %H:%M",n),"c4":SAID[n],"c5":1+n%5} for n in N]),dict(text="c4",created_at="c3",author="c2",id="c1")


@layout
def swedish():
    return "sv.csv",csv([{"Ärende":f"A-{n}","Kund":WHO[n%5],"Inkommet":at("%Y-%m-%d %H:%M",n),"Ämne":f"Lampa {n}","Meddelande":SAID[n],"Svar":f"Tack, vi kollar {n}" if n%3==0 else "","Besvarat":at("%Y-%m-%d %H:%M",n,5) if n%3==0 else ""} for n in N],";"),dict(text="Meddelande",created_at="Inkommet",author="Kund",id="Ärende",title="Ämne",reply="Svar",reply_at="Besvarat")


@layout
def arabic():
    return "ar.csv",csv([{"الاسم":["سارة","علي","منى","عمر","ليلى"][n%5],"التاريخ":at("%d/%m/%Y",n),"التقييم":1+n%5,"التعليق":SAID[n]} for n in N]),dict(text="التعليق",created_at="التاريخ",author="الاسم",rating="التقييم")


@layout
def portuguese():
    return "pt.csv",csv([{"Protocolo":f"2025{n:05}","Nome do cliente":WHO[n%5],"Data de abertura":at("%d/%m/%Y %H:%M",n),"Assunto":f"Lâmpada {n}","Descrição da reclamação":SAID[n],"Resposta da empresa":f"Olá, obrigado {n}" if n%3==0 else "","Data da resposta":at("%d/%m/%Y %H:%M",n,5) if n%3==0 else "","Nota do consumidor":n%11} for n in N],";"),dict(text="Descrição da reclamação",created_at="Data de abertura",author="Nome do cliente",id="Protocolo",title="Assunto",reply="Resposta da empresa",reply_at="Data da resposta",rating="Nota do consumidor")


@layout
def reddit_csv():
    return "rd.csv",csv([{"title":f"Lamp {n}" if n%5==0 else "","author":WHO[n%5],"score":n,"id":f"k{n}x","subreddit":"lamps","body":SAID[n],"parent":f"t1_k{n-1}x" if n%5 else "","num_comments":n%3,"utc":at("",n)} for n in N]),dict(text="body",author="author",id="id",like_count="score",created_at="utc",reply_to="parent")


@layout
def teams_export():
    return "tm.csv",csv([{"MessageId":f"17{n}","ThreadId":f"19:{n//4}@t","From":WHO[n%5],"FromId":f"8:orgid:{n%5}","ComposeTime":at("%Y-%m-%dT%H:%M:%S.000Z",n),"Content":f"<p>{SAID[n]}</p>","Importance":"normal"} for n in N]),dict(text="Content",created_at="ComposeTime",author="FromId",id="MessageId",conversation="ThreadId")


@layout
def danish_council():
    return "henvendelser.csv",csv([{"Sagsnr.":f"25-{4000+n}","Modtaget":at("%d-%m-%Y %H:%M",n),"Borger":WHO[n%5],"Emne":f"Affald {n}","Henvendelse":SAID[n],"Svar fra kommunen":f"Tak, vi ser på det {n}" if n%3==0 else "","Besvaret den":at("%d-%m-%Y %H:%M",n,30) if n%3==0 else ""} for n in N],";"),dict(id="Sagsnr.",created_at="Modtaget",author="Borger",title="Emne",text="Henvendelse",reply="Svar fra kommunen",reply_at="Besvaret den")


@layout
def czech_shop():
    return "hodnoceni.csv",csv([{"Datum hodnocení":at("%-d. %-m. %Y",n),"Jméno zákazníka":WHO[n%5],"Počet hvězdiček":1+n%5,"Text recenze":SAID[n],"Ověřený nákup":"ano"} for n in N],";"),dict(created_at="Datum hodnocení",author="Jméno zákazníka",rating="Počet hvězdiček",text="Text recenze")


@layout
def finnish_form():
    return "palaute.csv",csv([{"Aikaleima":at("%-d.%-m.%Y klo %H.%M.%S",n),"Sähköpostiosoite":f"a{n%5}x@posti.example","Mitä voisimme parantaa?":SAID[n],"Kuinka todennäköisesti suosittelisit meitä?":n%11} for n in N]),dict(created_at="Aikaleima",author="Sähköpostiosoite",text="Mitä voisimme parantaa?",rating="Kuinka todennäköisesti suosittelisit meitä?")


@layout
def mattermost():
    return "export.jsonl","\n".join([json.dumps({"type":"version","version":1})]+[json.dumps({"type":"post","post":{"team":"lumo","channel":"support","user":WHO[n%5].lower().replace(" ","."),"message":SAID[n],"create_at":at("",n)*1000,"props":{},"replies":[{"user":"bea","message":f"Looking into it {n}","create_at":at("",n,1)*1000}] if n%4==0 else []}}) for n in N]),dict(text="post.message",created_at="post.create_at",author="post.user",channel="post.channel")


@layout
def px_nps():
    return "nps.json",json.dumps({"results":[{"surveyId":"S1","visitor":{"id":f"v-{n%5}-q","role":"admin"},"score":n%11,"openText":SAID[n],"respondedAt":at("",n)*1000,"channel":"in-app"} for n in N],"isLastPage":True}),dict(text="openText",created_at="respondedAt",rating="score",author="visitor.id")


@layout
def hebrew_desk():
    return "pniyot.csv",csv([{"מספר פנייה":700100+n,"תאריך פתיחה":at("%d/%m/%Y %H:%M",n),"שם הלקוח":["דנה","יוסי","רות","אבי","נועה","עמית"][n%5],"נושא":f"מנורה {n}","תיאור הפנייה":SAID[n]} for n in N]),dict(id="מספר פנייה",created_at="תאריך פתיחה",author="שם הלקוח",title="נושא",text="תיאור הפנייה")


@layout
def marketplace_vn():
    return "ratings.json",json.dumps({"error":0,"data":{"ratings":[{"cmtid":8800+n*3,"orderid":55+n,"itemid":12,"ctime":at("",n),"author_username":WHO[n%5],"rating_star":1+n%5,"comment":SAID[n],"like_count":n%4,"ItemRatingReply":{"orderid":55+n,"itemid":12,"comment":f"Cảm ơn bạn {n}","ctime":at("",n,9)} if n%3==0 else None} for n in N],"item_rating_summary":{"rating_total":16}}}),dict(text="comment",created_at="ctime",author="author_username",rating="rating_star",id="cmtid",like_count="like_count",reply="ItemRatingReply.comment",reply_at="ItemRatingReply.ctime")


@layout
def indonesian_store():
    return "ulasan.csv",csv([{"nama_pengguna":WHO[n%5],"tanggal_ulasan":at("%Y-%m-%d %H:%M:%S",n),"jumlah_bintang":1+n%5,"ulasan":SAID[n],"balasan_pengembang":f"Terima kasih {n}" if n%4==1 else "","tanggal_balasan":at("%Y-%m-%d %H:%M:%S",n,20) if n%4==1 else "","versi_aplikasi":"4.2"} for n in N]),dict(author="nama_pengguna",created_at="tanggal_ulasan",rating="jumlah_bintang",text="ulasan",reply="balasan_pengembang",reply_at="tanggal_balasan")


@layout
def event_stream():
    return "topic.ndjson","\n".join(json.dumps({"partition":n%2,"offset":n,"key":f"k{n%3}","value":{"eventType":"comment_posted","eventId":f"e{n*7:05x}","occurredAt":at("%Y-%m-%dT%H:%M:%S.123+02:00",n),"actor":{"uid":f"U{n%5}77","nick":WHO[n%5]},"threadKey":f"T{n//4}","body":SAID[n],"replyTo":f"e{(n-1)*7:05x}" if n%4 else None}}) for n in N),dict(text="value.body",created_at="value.occurredAt",author="value.actor.uid",id="value.eventId",reply_to="value.replyTo",conversation="value.threadKey")


@layout
def norwegian_desk():
    return "saker.tsv",csv([{"Saksnr":f"INC{n:06}","Opprettet":at("%d.%m.%Y %H:%M:%S",n),"Innmelder":WHO[n%5],"Tittel":f"Sak om lampe {n}","Beskrivelse":SAID[n],"Ansvarlig":"Bea","Status":"Lukket"} for n in N],"\t"),dict(id="Saksnr",created_at="Opprettet",author="Innmelder",title="Tittel",text="Beskrivelse")


@layout
def complaints_br():
    return "reclamacoes.csv",csv([{"Empresa":"Lumo","Data":at("%d/%m/%Y às %H:%M",n),"Cidade":"Recife","Consumidor":WHO[n%5],"Título":f"Problema {n}","Reclamação":SAID[n],"Resposta da empresa":f"Olá, sentimos muito {n}" if n%2 else "","Data da resposta":at("%d/%m/%Y às %H:%M",n,50) if n%2 else "","Nota":n%11} for n in N],";"),dict(created_at="Data",author="Consumidor",title="Título",text="Reclamação",reply="Resposta da empresa",reply_at="Data da resposta",rating="Nota",place="Cidade")


@layout
def board():
    return "board.json",json.dumps({"id":"b1","name":"Ideas","actions":[{"id":f"68be{n:020x}","idMemberCreator":f"m{n%5}","type":"commentCard","date":at("%Y-%m-%dT%H:%M:%S.000Z",n),"data":{"text":SAID[n],"card":{"id":f"c{n%3}","name":f"Card {n%3}","shortLink":"x"},"board":{"id":"b1","name":"Ideas"}},"memberCreator":{"id":f"m{n%5}","fullName":WHO[n%5],"username":f"user{n%5}"}} for n in N],"cards":[{"id":f"c{n}","name":f"Card {n}","desc":"","dateLastActivity":at("%Y-%m-%dT%H:%M:%S.000Z",n)} for n in range(3)]}),dict(text="data.text",created_at="date",author="memberCreator.id",id="id")

# fmt: on


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_layout_is_understood_at_first_sight(write, layout):
    name, content, want = layout()
    found = {one.role: one.columns[0] for one in propose_map(write(content, name)).decision.found}
    assert {role: found.get(role) for role in want} == want


@pytest.mark.parametrize(
    "layout", [one for one in LAYOUTS if one.__name__ != "booking"], ids=lambda layout: layout.__name__
)
def test_a_layout_is_read_whole(load, layout):
    name, content, _ = layout()
    archive = load(content, name)
    assert set(SAID) <= set(archive.mentions["text"])
    assert archive.mentions["created_at"].notna().all()
