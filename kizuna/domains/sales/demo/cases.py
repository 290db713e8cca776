"""The sample company's case library: what people learned from deals that were won and lost, in their own words."""

from __future__ import annotations

import re
from typing import Any

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.domains.sales.models import Kind, Lesson, Opportunity

CASES: dict[str, tuple[tuple[str, str, str, str, tuple[str, ...]], ...]] = {
    "Best offer": (
        ("ja", "見本を一室分そろえて決まった",
         "価格表より先に、実物を一室分置いて見てもらった。決裁者が初めてうなずいた。",
         "見積りの版が増えすぎ、どれが最新か先方が迷った。", ("見本", "価格")),
        ("ko", "견본 한 세트로 결정", "가격보다 실물을 먼저 보여 드렸습니다. 담당자가 바로 내부 승인을 올렸습니다.",
         "첫 견적이 사흘 늦었습니다.", ("견본", "가격")),
        ("en", "Two options instead of ten", "One good offer and one better one, side by side, on a single page.",
         "The discount was offered before anyone had asked for it.", ("price", "proposal")),
    ),
    "Trust and references": (
        ("ja", "導入先の見学が効いた", "先に納めたお客様を一緒に訪ねた。質問には導入先の方が答えてくださった。",
         "見学の日程調整に三週間かかった。", ("紹介", "見学")),
        ("ko", "기존 고객의 추천", "먼저 납품한 고객과 통화를 주선했습니다.",
         "계약서 검토 일정을 미리 잡지 않았습니다.",
         ("추천",)),
        ("en", "A customer spoke for us", "A call with an earlier customer answered what no brochure could.",
         "We met the buyer late; legal review began from nothing.", ("references",)),
    ),
    "Too expensive": (
        ("ja", "予算を聞く前に見積りを出した", "現地調査は早く、図面も喜ばれた。",
         "予算の枠を確かめずに出し、最初の金額で候補から外れた。", ("価格", "予算")),
        ("ko", "예산 확인이 늦었다", "제안 내용에 대한 평가는 좋았습니다.", "예산을 묻기 전에 견적을 보냈습니다.",
         ("가격", "예산")),
        ("en", "Priced as one lump", "The survey was thorough and quick.",
         "One total, no options: there was nothing to take out, so they took us out.", ("price",)),
    ),
    "Went to a competitor": (
        ("ja", "納期で他社に負けた", "提案の中身は最後まで一番と言われた。",
         "納期の回答に一週間かかり、その間に他社が決まった。",
         ("納期", "競合")),
        ("ko", "납기에서 밀렸다", "디자인 제안은 좋은 평가를 받았습니다.", "납기 답변이 늦어 경쟁사로 결정되었습니다.",
         ("납기", "경쟁")),
        ("en", "They were quicker", "Our drawings were the ones they liked.",
         "A week to confirm the date of delivery; the other side took a day.", ("delivery", "competition")),
    ),
    "No budget": (
        ("ja", "来期の予算に間に合わなかった", "担当の方とはよい関係ができた。次の期にまた声がかかる。",
         "予算の締切を聞いたのは、締切の翌週だった。", ("予算", "時期")),
        ("en", "Asked in the wrong quarter", "They asked us to come back next year.",
         "Nobody had asked when the budget is decided.", ("budget", "timing")),
    ),
    "No answer any more": (
        ("ja", "窓口が一人だけだった", "最初の三週間は返事が早かった。", "担当の方が異動し、他に話せる方がいなかった。",
         ("窓口",)),
        ("en", "Only one name to call", "Quick answers in the first weeks.",
         "Our only contact changed jobs; nobody else knew of the offer.", ("contacts",)),
    ),
}  # fmt: skip


def language_of(name: str) -> str:
    """The language a deal was named in, by its letters."""
    if re.search("[가-힣]", name):
        return "ko"
    return "ja" if re.search("[ぁ-んァ-ン一-龯]", name) else "en"


def load(actor: Any) -> None:
    """Write each case about the newest deal that ended for its reason, in the deal's language and by its owner."""
    ended = Opportunity.objects.live().filter(status__in=(Kind.WON, Kind.LOST), owner__is_active=True)
    newest: dict[tuple[str, str], Opportunity] = {}
    for deal in ended.filter(reason__isnull=False).select_related("reason").order_by("-closed_at", "-pk"):
        newest.setdefault((str(deal.reason), language_of(deal.name)), deal)
    lessons = []
    for reason, told in CASES.items():
        for language, title, worked, did_not_work, tags in told:
            if about := newest.get((reason, language)):
                words = {"title": title, "worked": worked, "did_not_work": did_not_work, "tags": list(tags)}
                lessons.append(Lesson(opportunity=about, owner_id=about.owner_id, **words))
    records.create_many(actor=actor, resource=registry.get("lesson"), records=lessons)
