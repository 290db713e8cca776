"""The words of the sample company's deals: pipelines, what hotels, offices and builders ask for, and why it ends."""

from __future__ import annotations

BUSINESS, RENOVATION = "法人営業 Hotels and offices", "Renovation pipeline"

STAGES = {
    BUSINESS: (
        # name, kind, probability, forecast category, longest stay, required fields
        ("Enquiry", "open", 10, "pipeline", 14, ()),
        ("Qualified", "open", 25, "pipeline", 30, ("contact",)),
        ("Quote sent", "open", 50, "best_case", 30, ("amount",)),
        ("Negotiation", "open", 75, "commit", 45, ("amount", "closes_on")),
        ("Won", "won", 100, "closed", None, ()),
        ("Lost", "lost", 0, "omitted", None, ()),
    ),
    RENOVATION: (
        ("New", "open", 10, "pipeline", 14, ()),
        ("Site survey", "open", 25, "pipeline", 21, ()),
        ("Quote sent", "open", 50, "best_case", 21, ("amount",)),
        ("Negotiation", "open", 70, "best_case", 30, ("amount", "closes_on")),
        ("Verbal yes", "open", 90, "commit", 14, ("amount", "closes_on")),
        ("Won", "won", 100, "closed", None, ()),
        ("Lost", "lost", 0, "omitted", None, ()),
    ),
}  # fmt: skip

TITLES = {
    BUSINESS: {
        "ja": ("客室家具 {n}室", "ロビーのソファ一式", "オフィス移転の机と椅子 {n}席", "会議室 {n}室の什器",
               "待合室のリニューアル", "カフェのテーブルと椅子 {n}席", "社員寮の家具 {n}部屋", "レストラン照明の入替"),
        "ko": ("객실 가구 {n}실", "로비 소파 교체", "사무실 이전 책상 {n}석", "카페 의자 {n}개", "회의실 집기 {n}실"),
        "en": ("Furniture for {n} rooms", "Lobby, sofas and lamps", "Desks for the new office, {n} seats",
               "Café chairs, {n} pieces", "Waiting room", "Framework contract, second year"),
    },
    RENOVATION: {
        "ja": ("本館 客室 {n}室の改装", "別館ロビーの改修", "和室 {n}間の洋室化", "造作家具と壁面収納",
               "マンション外壁塗装"),
        "ko": ("옥상 라운지 개조", "객실 {n}실 리모델링", "로비 바닥 교체"),
        "en": ("Roof garden, phase {n}", "Refit of {n} rooms", "Reception and bar", "Insulation, two detached houses",
               "Terrace cover with a very long descriptive title that someone pasted from the customer’s own e-mail"),
    },
}  # fmt: skip

NEXT = {
    "ja": ("見積を改訂して送る", "現地調査の日程を決める", "担当者に電話", "サンプルを送付", "契約書の確認待ち"),
    "ko": ("수정 견적 보내기", "현장 방문 일정 잡기", "담당자에게 전화", "샘플 발송"),
    "en": ("Send the revised quote", "Survey on site", "Call back", "Send samples", "Legal review"),
}

WHY = {
    "won": ("Best offer", "Trust and references"),
    "lost": ("Too expensive", "Went to a competitor", "No budget", "Plans were given up", "No answer any more"),
}

COMPETITORS = (
    ("木工房みなみ", "Local joiners: quick, and cheap under twenty rooms.", "No delivery outside Kantō, no drawings."),
    ("Nordhus Contract", "Wide range, strong in Europe.", "Twelve weeks until delivery; spare parts are slow."),
    ("한빛가구", "Own factory near Seoul, low prices.", "Few designs; no service in Japan."),
    ("Officia", "Leasing of whole offices.", "Expensive over five years."),
)
