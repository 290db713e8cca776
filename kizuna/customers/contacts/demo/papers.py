"""Files of the sample company: quotes, floor plans, lists and notes, drawn here, the same on every machine."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

from django.utils import timezone
from PIL import Image, ImageDraw

from kizuna.base.events import EventRow, acting
from kizuna.base.files import services as files
from kizuna.base.files.events import FileAttached
from kizuna.base.files.models import Attachment
from kizuna.customers.contacts.demo import faces
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import moment
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact

PAPER, INK, WALL, WOOD, ACCENT = "#fbfaf7", "#33302c", "#8a8378", "#c9a27a", "#8a2e74"


def quote(number: str, customer: str, *lines: tuple[str, int]) -> bytes:
    """A quote of one page as PDF, in one of the fonts that every reader has."""
    total = sum(price for _what, price in lines)
    told = [(24, 60, 770, "Hinata Living"), (11, 60, 730, f"Quote {number}"), (11, 60, 714, customer)]
    for row, (what, price) in enumerate([*lines, ("Total", total)]):
        told += [(11, 60, 660 - 22 * row, what), (11, 450, 660 - 22 * row, f"EUR {price:,}")]
    drawn = [f"BT /F1 {size} Tf {x} {y} Td ({_escaped(words)}) Tj ET" for size, x, y, words in told]
    below = 660 - 22 * len(lines) + 16
    rules = ["0.54 0.18 0.45 RG 2 w 60 752 m 535 752 l S", f"0.6 G 0.5 w 60 {below} m 535 {below} l S"]
    return _pdf("\n".join([*drawn, *rules]))


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf(content: str) -> bytes:
    stream = content.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        body
        + head
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            len(body),
        )
    )


def floor_plan(seed: str) -> bytes:
    """A room with a door, tables and chairs, as PNG."""
    draw, image = Draw(f"floor plan {seed}"), Image.new("RGB", (1200, 800), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 60, 1140, 740), outline=WALL, width=14)
    pen.rectangle((520, 720, 680, 746), fill=PAPER)
    pen.arc((440, 640, 600, 800), 270, 360, fill=WALL, width=3)
    for left in (160, 480, 800):
        for top in (150, 430):
            wide, high = draw.randint(180, 240), draw.randint(90, 130)
            pen.rounded_rectangle((left, top, left + wide, top + high), 12, fill=WOOD, outline=INK, width=3)
            for seat in range(left + 20, left + wide - 30, 60):
                pen.ellipse((seat, top - 40, seat + 34, top - 6), fill=PAPER, outline=INK, width=3)
                pen.ellipse((seat, top + high + 6, seat + 34, top + high + 40), fill=PAPER, outline=INK, width=3)
    pen.line((60, 770, 1140, 770), fill=ACCENT, width=4)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def words(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


Made = tuple[str, int, Callable[[], bytes]]
PAPERS: dict[str, tuple[Made, ...]] = {
    "aoba-kensetsu.example": (
        ("会議室 配置図.png", 12, lambda: floor_plan("aoba")),
        (
            "見積書 2026-114.pdf",
            9,
            lambda: quote("2026-114", "Aoba", ("Oak table", 1840), ("24 chairs", 4320)),
        ),
        ("打ち合わせメモ.txt", 3, lambda: words("会議室は12月に使い始めたい。", "椅子は布張り、色は明るい灰色。")),
    ),
    "nordlicht-immobilien.example": (
        ("Grundriss 2. OG.png", 20, lambda: floor_plan("nordlicht")),
        ("Angebot 2026-98.pdf", 16, lambda: quote("2026-98", "Nordlicht", ("Reception desk", 2900), ("Lamps", 780))),
    ),
    "hanbit-hotel.example": (
        ("객실 가구 목록.csv", 25, lambda: words("객실,가구,수량", "스위트,침대,12", "스탠다드,책상,80")),
        ("로비 평면도.png", 24, lambda: floor_plan("hanbit")),
    ),
    "atelier-lefevre.example": (("Plan de la salle.png", 31, lambda: floor_plan("lefevre")),),
    "lotus-clinics.example": (
        ("Waiting room.pdf", 14, lambda: quote("2026-101", "Lotus Clinics", ("Benches", 1260), ("Side tables", 540))),
    ),
}
"""By the domain of a company: what the one we know best there was sent or sent us, how many days ago."""


def file_away(crew: Crew, today: dt.date) -> None:
    """Put the papers on the first contact of each company, by whoever looks after them, on the day they came."""
    draw = Draw("hinata papers")
    known = [one["values"]["emails"][0]["value"] for one in faces.regulars()]
    for domain, papers in PAPERS.items():
        contact = Contact.objects.filter(company__domain=domain, email__in=known).order_by("pk").first()
        if contact is None or contact.owner_id is None:
            continue
        by = crew.users[contact.owner_id]
        for name, days_ago, make in papers:
            at = moment(draw, today - dt.timedelta(days=days_ago), by.time_zone)
            _attach(contact, by, name, make(), min(at, timezone.now()))


def _attach(contact: Contact, by: object, name: str, content: bytes, at: dt.datetime) -> None:
    with acting(by, via="web"):
        file = files.attach(actor=by, record=contact, name=name, file=io.BytesIO(content))
    Attachment.objects.filter(pk=file.pk).update(uploaded_at=at)
    told = EventRow.objects.filter(name=FileAttached.event_name).latest("pk")
    EventRow.objects.filter(pk=told.pk).update(occurred_at=at)
