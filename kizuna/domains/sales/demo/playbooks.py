"""The sample company's playbooks: one for each open stage of the business with hotels and offices, in Japanese, and of
renovations, which Europe and Seoul do together: in English, with a word of Korean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.lines import GAP
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.domains.sales.demo.story import BUSINESS, RENOVATION
from kizuna.domains.sales.models import Opportunity, Playbook, PlaybookAnswer, PlaybookStep, Stage
from kizuna.domains.sales.services import checklists, playing

PLAYED = 6
"""For so many of the newest deals of each stage its tasks were made; before, there were no playbooks."""
SITE = "https://hinata.example/contract"
STEPS = {
    BUSINESS: {
        "Enquiry": ("はじめの聞き取り", "最初の電話で決まることが多い。長く話すより、早く返す。", (
            ("check", "名刺と連絡先を登録した", ""),
            ("check", "図面か写真を預かった", ""),
            ("question", "何室・何席分ですか。いつまでに必要ですか。", "入居日や開業日から逆算する。"),
            ("question", "今お使いの家具で困っていることは何ですか。", ""),
            ("document", "法人向けカタログ", f"{SITE}/catalogue.pdf"),
            ("task", "{{ company | お客様 }}に電話：{{ deal }}", 1),
        )),
        "Qualified": ("決裁の流れを知る", "誰が、いつ、何で決めるか。", (
            ("check", "決裁者に会った", "電話でもよい。"),
            ("check", "予算の枠を確かめた", ""),
            ("check", "搬入経路とエレベーターを見た", ""),
            ("question", "決裁されるのはどなたですか。", "支配人、設計事務所、本社の購買のどれか。"),
            ("question", "ご予算はおいくらですか。", ""),
            ("question", "他にどちらを検討されていますか。", ""),
            ("document", "導入事例集", f"{SITE}/stories.pdf"),
            ("task", "現地調査の日程を決める（{{ deal }}）", 3),
        )),
        "Quote sent": ("見積りのあと", "三営業日以内に必ず声をかける。", (
            ("check!", "納期を倉庫に確認した", "見積りの納期と同じか。"),
            ("check", "見本を見てもらった", ""),
            ("question", "見積りで気になる点はどこですか。", ""),
            ("document", "納期と保証のご案内", f"{SITE}/terms.pdf"),
            ("task", "見積りの感想を伺う：{{ contact | 担当の方 }}", 3),
        )),
        "Negotiation": ("条件を詰める", "値引きの前に、納期と数量を動かす。", (
            ("check!", "値引きの承認を得た", ""),
            ("check!", "支払条件で合意した", ""),
            ("check", "契約書の案を送った", ""),
            ("question", "何が決まれば、ご発注いただけますか。", ""),
            ("document", "支払条件のひな形", f"{SITE}/payment.pdf"),
            ("task", "倉庫に納期を確認（{{ deal }}）", 2),
        )),
    },
    RENOVATION: {
        "New": ("Before we travel", "Most of these are decided in the first talk. Answer the same day.\n"
                "첫 통화에서 대부분 결정됩니다. 당일에 답하세요.", (
            ("check", "Plans or photos of the rooms are here", "도면이나 사진을 받았다."),
            ("question", "Will the rooms be in use while we work?", "공사 중에도 영업하나요?"),
            ("question", "What has to stay as it is?", "그대로 두어야 할 것은 무엇인가요?"),
            ("document", "What a renovation looks like, week by week", f"{SITE}/renovation.pdf"),
            ("task", "Call {{ contact | the customer }} about {{ deal }}", 1),
        )),
        "Site survey": ("On site", "Measure everything twice, and take pictures of what is behind the furniture.", (
            ("check", "Walls, floors and sockets are measured", "벽, 바닥, 콘센트 위치를 쟀다."),
            ("check", "The lift and the way in were seen", "엘리베이터와 반입 경로를 보았다."),
            ("question", "Who decides, and who has to be asked?", "누가 결정하고, 누구의 동의가 필요한가요?"),
            ("task", "Write up the survey of {{ deal }}", 2),
        )),
        "Quote sent": ("After the quote", "Call within three working days, before they compare line by line.", (
            ("check", "The dates are agreed with the workshop", "공방과 납기를 맞추었다."),
            ("question", "What in the quote did they not expect?", "견적에서 예상과 달랐던 점은요?"),
            ("document", "Delivery and warranty", f"{SITE}/terms-en.pdf"),
            ("task", "Ask {{ contact | the customer }} what they think of the quote", 3),
        )),
        "Negotiation": ("Terms", "Move the dates and the quantity before the price.", (
            ("check", "A discount above 10 % is approved", "10 %를 넘는 할인은 승인을 받았다."),
            ("question", "What has to happen so that they order?", "무엇이 정해지면 발주하시나요?"),
            ("task", "Reserve the workshop for {{ deal }}", 2),
        )),
        "Verbal yes": ("Until it is signed", "Nothing is ordered from the mill before the signature is here.", (
            ("check", "The contract is on its way", "계약서를 보냈다."),
            ("check", "The down payment is agreed", "계약금을 합의했다."),
            ("task", "Remind {{ contact | the customer }} of the signature", 3),
        )),
    },
}  # fmt: skip
SAID = (
    "総支配人の判断。設計事務所の意見も聞く。", "開業は来年四月。三月中旬には搬入したい。",
    "四十室、まず一室で試したい。",
    "椅子のぐらつきと、張り地の汚れ。", "上限は一室三十五万円。", "The owner, together with her architect.",
    "Delivery before Easter matters more than the price.", "총지배인이 결정하고, 본사 승인이 필요합니다.",
)  # fmt: skip


def load(actor: Any) -> None:
    """Write the playbooks, the ticks and answers of some deals, and the tasks of the newest."""
    draw = Draw("hinata playbooks")
    for pipeline, told in STEPS.items():
        stages = {one.name: one for one in Stage.objects.live().filter(pipeline__name=pipeline)}
        for name, (title, about, steps) in told.items():
            playbook = Playbook(name=title, stage=stages[name], about=about)
            records.create_many(actor=actor, resource=registry.get("playbook"), records=[playbook])
            rows = [_step(playbook, number, *step) for number, step in enumerate(steps, start=1)]
            records.create_many(actor=actor, resource=registry.get("playbookstep"), records=rows)
            _play(draw, stages[name], rows)


def _play(draw: Draw, stage: Stage, rows: Sequence[PlaybookStep]) -> None:
    """What became of a playbook in the deals of its stage."""
    open_ones = Opportunity.objects.live().filter(stage=stage, owner__is_active=True)
    deals = list(open_ones.select_related("owner").order_by("-pk"))
    playing.play_stages(opportunity_ids=[one.pk for one in deals[:PLAYED]])
    questions = [row for row in rows if row.kind == PlaybookStep.Kind.QUESTION]
    checklists.count(opportunity_ids=[one.pk for one in deals])
    for deal in deals:
        for row in rows:
            if row.kind == PlaybookStep.Kind.CHECK and draw.maybe(0.55):
                checklists.tick_item(actor=deal.owner, opportunity=deal, step=row)
        said = [
            PlaybookAnswer(opportunity=deal, step=row, answer=draw.choice(SAID), owner=deal.owner)
            for row in questions
            if draw.maybe(0.45)
        ]
        records.create_many(actor=deal.owner, resource=registry.get("playbookanswer"), records=said)


def _step(playbook: Playbook, number: int, kind: str, words: str, more: Any) -> PlaybookStep:
    is_needed, kind = kind.endswith("!"), kind.rstrip("!")
    step = PlaybookStep(playbook=playbook, kind=kind, words=words, is_needed=is_needed, position=number * GAP)
    name = {"check": "details", "question": "details", "document": "link", "task": "due_days"}[kind]
    setattr(step, name, more)
    return step
