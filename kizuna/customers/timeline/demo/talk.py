"""What the people of the sample company say to each other about customers, and whom they call on."""

from __future__ import annotations

from django.db.models import Min

from kizuna.base.collaboration import services as collaboration
from kizuna.base.identity.models import User
from kizuna.base.notifications import kinds
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.models import Mail
from kizuna.customers.contacts.models import Contact

WORDS = {
    "ja": (
        "@{owner} 先日のお見積もり、奥行きを5cm短くした案も作ってもらえますか。",
        "承知しました。今日中に用意します。",
    ),
    "ko": ("@{owner} 배송 날짜가 확정되면 여기에 남겨 주세요.", "네, 내일 오전에 확인하겠습니다."),
    "en": (
        "@{owner} they asked again about the oak table. Could you send the drawing?\nhttps://hinata.example/oak-table",
        "Sent this morning. They will call on Thursday.",
    ),
}
MANAGER = "mika.tanabe@hinata.example"
MOST = 6


def talk() -> int:
    """The manager asks those who look after customers, one customer each, and they answer; how many did."""
    manager = User.objects.filter(email=MANAGER).first()
    if manager is None:
        return 0
    firsts = Contact.objects.live().exclude(owner=manager).filter(owner__is_active=True).order_by()
    chosen = list(firsts.values("owner").annotate(first=Min("pk")).order_by("owner").values_list("first", flat=True))
    for contact in Contact.objects.select_related("owner").filter(pk__in=chosen[:MOST]).order_by("pk"):
        owner = contact.owner
        if owner is None:
            continue
        _send_no_letters(owner)
        asked, answered = WORDS.get(owner.language, WORDS["en"])
        text = asked.format(owner=owner.name)
        collaboration.comment(actor=manager, record=contact, text=text, mentions=[owner.pk])
        collaboration.comment(actor=owner, record=contact, text=answered)
    return min(len(chosen), MOST)


def _send_no_letters(person: User) -> None:
    """The bell is enough: letters to people who do not exist would fill the log of whoever looks at the sample."""
    for kind in kinds.all_kinds():
        notifications.prefer(actor=person, kind=kind, mail=Mail.NEVER)
