"""Tables that programs of other countries write: not UTF-8, and in an alphabet of their own."""

from __future__ import annotations

import pytest

import insight as ins

RUSSIAN = ("Номер;Дата;Автор;Отзыв", "Чайник греет долго, но ручка удобная", "Крышка сломалась через неделю")
JAPANESE = (
    "番号;日付;名前;本文",
    "やかんの取っ手がすぐに熱くなります。",
    "ふたが一週間で割れてしまいました。",
)
WRITTEN = {
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "gb18030": (
        "编号;日期;作者;评论",
        "这个水壶的把手不太好用,烧水的时间也很长",
        "盖子用了一个星期就坏了,我不想再买了",
    ),
    "big5": (
        "編號;日期;作者;評論",
        "這個水壺的把手不太好用,燒水的時間也很長",
        "蓋子用了一個星期就壞了,我不想再買了",
    ),
    "cp949": (
        "번호;날짜;작성자;내용",
        "주전자 손잡이가 너무 뜨거워지고 물이 늦게 끓어요",
        "뚜껑이 일주일 만에 깨졌어요 다시는 안 사요",
    ),
    "cp1253": (
        "Αριθμός;Ημερομηνία;Όνομα;Κριτική",
        "Ο βραστήρας είναι αργός και το καπάκι χαλαρό",
        "Η λαβή έσπασε",
    ),
    "cp1255": ("מספר;תאריך;שם;ביקורת", "הקומקום מרתיח לאט והידית לא נוחה", "המכסה נשבר אחרי שבוע של שימוש"),
    "cp1252": (
        "Numéro;Date;Prénom;Avis",
        "La bouilloire a été livrée cassée, déçu",
        "Très pratique à côté de l'évier",
    ),
}


@pytest.mark.parametrize("encoding", WRITTEN)
def test_the_letters_say_which_alphabet_it_is(tmp_path, encoding):
    header, *texts = WRITTEN[encoding]
    rows = [f"{500 + row};2024-05-{row + 1:02};w{row}x;{texts[row % 2]} {row}" for row in range(12)]
    path = tmp_path / "reviews.csv"
    path.write_bytes("\n".join([header, *rows]).encode(encoding))
    archive = ins.read_archive(path)
    assert set(archive.mentions["text"]) == {f"{texts[row % 2]} {row}" for row in range(12)}
    assert any("not UTF-8" in note for note in archive.report.notes)


def test_a_file_that_ends_inside_a_letter_keeps_the_rest(tmp_path):
    header, *texts = WRITTEN["cp932"]
    rows = [f"{500 + row};2024-05-{row + 1:02};w{row}x;{texts[row % 2]} {row}" for row in range(12)]
    path = tmp_path / "reviews.csv"
    path.write_bytes("\n".join([header, *rows, "512;2024-05-13;w12x;ふ"]).encode("cp932")[:-1])
    assert {f"{texts[row % 2]} {row}" for row in range(12)} <= set(ins.read_archive(path).mentions["text"])


def test_bytes_of_another_kind_in_a_file_of_utf_8_are_mended_alone(tmp_path):
    rows = [f"{row},2024-05-{row + 1:02},w{row}x,Чайник греет долго {row}".encode() for row in range(12)]
    lines = [b"id,date,author,text", *rows, "77,2024-05-20,zoe,café crème brûlée".encode("cp1252")]
    path = tmp_path / "reviews.csv"
    path.write_bytes(b"\n".join(lines))
    texts = set(ins.read_archive(path).mentions["text"])
    assert {"Чайник греет долго 3", "café crème brûlée"} <= texts
