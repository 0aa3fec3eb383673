"""An archive full of what leads to a person, in varied spots and languages: no shareable file holds it."""

from __future__ import annotations

import csv
import random
import re

import pytest

import insight as ins
from tests.report.test_deletion import contents

pytestmark = pytest.mark.slow

PEOPLE = (
    ("Jenny", "Okonkwo-Hale", "jenny_oh", "jenny.okonkwo@hale.example", "+44 7700 900123"),
    ("Tom", "Millerson", "tmiller88", "tom.miller88@post.example", "(212) 555-0187"),
    ("Jürgen", "Weißhaupt", "weisshaupt_j", "j.weisshaupt@kanzlei.example", "030 5557 8812"),
    ("María", "José Carrasco", "mjcarrasco", "mjose@correo.example", "+34 612 55 01 23"),
    ("Łukasz", "Wójtowicz", "lwojt", "lukasz_w@poczta.example", "+48 601 555 012"),
    ("Anaïs", "Lefèvre", "anais.lefevre", "anais@lefevre.example", "06 55 01 23 45"),
    ("Олена", "Шевчук", "olena_sh", "olena@poshta.example", "+380 44 555 0123"),
    ("Nguyễn", "Thị Hoa", "hoanguyen", "hoa.nguyen@thu.example", "+84 90 555 0123"),
)
GREETINGS = (
    "Hi {first},", "Dear {first} {last},", "Hallo {first},", "Bonjour {first},", "Hola {first},",
    "Cześć {first},", "@{handle} {first}, ", "Dear Mr. {last},", "Hey {first}!", "Hello {first} -",
)  # fmt: skip
SIGNATURES = (
    "Thanks, {first} {last}", "Best regards,\n{first} {last}", "Mit freundlichen Grüßen\n{first} {last}",
    "Saludos,\n{first}", "- {first}", "Cheers {first}", "{first} {last}\n{phone}\n{mail}",
    "Yours, {last}, {first}", "Regards\n\n{first} {last} | {mail} | {phone}",
)  # fmt: skip
SPOTS = (
    "call me on {phone}", "my mail is {mail}", "write to {spoken}", "tel:{figures}", "u/{handle} said so",
    "see https://x.com/{handle}/status/1582825767519809999", "https://www.reddit.com/user/{handle}/",
    "https://t.me/{handle}",
    "as {first} {last} wrote", "customer {last}, {first}", "cc {first} {last} <{mail}>",
    "order 4811-77123-11", "card 4111 1111 1111 1169", "IBAN DE89 3704 0044 0532 0130 11", "ip 203.0.113.77",
    "my address is 45 Larchmont Street, Springfield", "wohne in der Lindenallee 32, 10115 Berlin",
    "j'habite 12 rue Larchmont, 75002 Paris", "vivo en calle Larchmont, 12",
    "id 5f2b48c3-9a1e-4c1b-8d2e-77aa550148b1",
    "https://portal.example/reset?user={handle}&mail={mail}", "mailto:{mail}?subject=hi", "wa.me/{figures}",
)  # fmt: skip
COMPLAINTS = (
    "my kettle leaks from the lid", "the app crashes at login", "my refund has not arrived",
    "the lid will not close", "I wish it had a timer", "the seal broke after two days",
)  # fmt: skip
PLANTED = re.compile(
    r"15828257675\d{8}|4811-77123|4111 1111|DE89 3704|Larchmont|Lindenallee|203\.0\.113|5f2b48c3"
    r"|https?://(?:x\.com|www\.reddit|t\.me|portal)"
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00(?::00)?)\d\d:\d\d")


def fill(form, person):
    first, last, handle, mail, phone = person
    spoken, figures = mail.replace("@", " at ").replace(".", " dot "), re.sub(r"\D", "", phone)
    return form.format(
        first=first, last=last, handle=handle, mail=mail, phone=phone, spoken=spoken, figures=figures
    )


def rows():
    chosen = random.Random(3)
    for at in range(230):
        person, other = PEOPLE[at % 8], PEOPLE[(at * 5 + 1) % 8]
        what = COMPLAINTS[at % 6]
        spot = fill(SPOTS[at % 23], chosen.choice(PEOPLE))
        text = f"{fill(GREETINGS[at % 10], other)} @acme {what}, {spot}. Still {what}!"
        author = " ".join(person[:2]) if (at // 8) % 2 else person[2]
        moment = f"2025-{1 + at % 6:02d}-{1 + at % 28:02d}T{at % 24:02d}:{at % 60:02d}:13Z"
        link = f"https://x.com/{person[2]}/status/15828257675{at:08d}"
        yield (
            f"15828257675{at:08d}", author, person[2], moment, f"{text}\n{fill(SIGNATURES[at % 9], person)}",
            link,
            person[3], person[4], "Springfield, Larchmont",
        )  # fmt: skip
        if at % 4 == 0:
            reply = fill("@{handle} Hi {first}, sorry! We wrote to {mail}.", person)
            yield (f"15828257676{at:08d}", "acme", "acme", moment, reply, link, person[3], "", "")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Every file of a shareable report, unpacked."""
    folder = tmp_path_factory.mktemp("attack")
    with (folder / "posts.csv").open("w", newline="", encoding="utf-8") as file:
        sheet = csv.writer(file)
        sheet.writerow(["id", "author", "handle", "created_at", "text", "url", "email", "phone", "location"])
        sheet.writerows(rows())
    archive = ins.read_archive(folder / "posts.csv", brands={"Acme": ["@acme"]}, key=folder / "key")
    out = folder / "out"
    report = ins.build_report(archive, edits=out / "edits")
    report.save(out / "page.html")
    report.export(out / "export")
    report.save_run(out / "run.parquet")
    report.save_edits(out / "edits")
    return dict(contents(out))


def test_every_kind_of_file_is_looked_at(files):
    assert {"page.html", "findings.xlsx", "quotes.csv", "run.parquet", "topics.toml"} <= {
        at.name for at in files
    }
    assert any("kettle leaks" in text for text in files.values())


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person[2])
def test_no_file_names_a_person(files, person):
    first, last, handle, mail, phone = person
    secrets = [first, last, handle, mail, mail.replace("@", "%40"), phone, fill("{figures}", person)]
    secrets += [fill("{spoken}", person)]
    for path, text in files.items():
        low = text.casefold()
        found = [said for said in secrets if re.search(rf"(?<!\w){re.escape(said.casefold())}(?!\w)", low)]
        assert found == [], path.name


def test_no_file_holds_an_id_a_number_an_address_a_link_or_a_time(files):
    held = [(path.name, match[0]) for path, text in files.items() for match in PLANTED.finditer(text)]
    held += [(path.name, match[0]) for path, text in files.items() for match in MOMENT.finditer(text)]
    assert held == []
