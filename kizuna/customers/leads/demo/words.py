"""What people ask Hinata Living, in their languages; where they came from."""

from __future__ import annotations

ASKED = {
    "ja": (
        "リビングのソファを探しています。二人掛けで、奥行きが浅めのものはありますか。",
        "新居に合わせてダイニングテーブルをオーダーしたいです。見積もりをお願いします。",
        "カタログを送ってください。ショールームの予約も希望します。",
        "子ども部屋のベッドと机をそろえたいです。予算は20万円ほどです。",
        "カーテンの採寸に来てもらうことはできますか。",
        "和室に置ける低いテーブルはありますか。",
    ),
    "ko": (
        "거실 소파 견적을 받고 싶습니다. 부산까지 배송되나요?",
        "식탁과 의자 네 개 세트 가격을 알려 주세요.",
        "카탈로그를 보내 주실 수 있나요?",
    ),
    "de": (
        "Ich suche einen Esstisch für acht Personen. Liefern Sie nach Hamburg?",
        "Bitte schicken Sie mir Ihren Katalog.",
        "Was kostet der Sessel YORU mit Hocker?",
    ),
    "fr": (
        "Je cherche un canapé pour un petit salon. Livrez-vous à Lyon ?",
        "Pourriez-vous m’envoyer votre catalogue ?",
    ),
    "en": (
        "We are furnishing a small flat and need a sofa bed. What is your lead time?",
        "Could you quote for ten chairs for our café?",
    ),
}
FIRMS = {
    "ja": (
        (
            "潮風ホテル",
            "shiokaze-hotel.example",
            "ロビーの家具を入れ替えます。ソファ12台とテーブル6台の見積もりをお願いします。",
        ),
        ("みなと法律事務所", "minato-law.example", "応接室二部屋の家具一式を検討しています。"),
        ("カフェ木漏れ日", "komorebi-cafe.example", "二号店の椅子30脚について相談したいです。"),
        ("あおぞらクリニック", "aozora-clinic.example", "待合室の椅子を入れ替えたいと考えています。"),
        ("北斗設計", "hokuto-design.example", "モデルルームの家具協賛についてご相談です。"),
        ("さくら保育園", "sakura-nursery.example", "園児用の棚とロッカーの納期を教えてください。"),
    ),
    "ko": (
        ("해운대 스테이", "haeundae-stay.example", "객실 40개에 들어갈 침대와 협탁 견적을 부탁드립니다."),
        ("한강 오피스", "hangang-office.example", "회의실 가구를 교체하려고 합니다."),
    ),
    "de": (
        ("Elbblick Hotel", "elbblick-hotel.example", "Wir renovieren 24 Zimmer und brauchen Betten und Sessel."),
        ("Praxis am Park", "praxis-am-park.example", "Stühle für ein Wartezimmer, 16 Stück."),
    ),
    "fr": (("Maison Fougère", "maison-fougere.example", "Mobilier pour un salon de thé, livraison à Lille."),),
    "en": (("Harbour Lofts", "harbour-lofts.example", "Furniture for eight show flats by spring."),),
}
"""Name, domain and what they ask."""
CITIES = {
    "ja": ("横浜市", "JP"),
    "ko": ("부산", "KR"),
    "de": ("Hamburg", "DE"),
    "fr": ("Lyon", "FR"),
    "en": ("Leeds", "GB"),
}
SOURCES = {"web": 42.0, "campaign": 16.0, "event": 10.0, "referral": 12.0, "social": 12.0, "phone": 5.0, "email": 3.0}
CHANNELS = {"phone": "phone", "email": "email", "social": "social", "event": "event"}
CAMPAIGNS = ("autumn-sofa", "new-home-2026", "line-friends")
ANSWERS = {
    "ja": "お問い合わせありがとうございます。カタログをお送りし、ご都合のよい日をうかがいました。",
    "ko": "문의해 주셔서 감사합니다. 카탈로그를 보내 드렸습니다.",
    "de": "Danke für Ihre Anfrage. Katalog geschickt, Rückruf vereinbart.",
    "fr": "Merci pour votre demande. Catalogue envoyé.",
    "en": "Thank you for asking. Sent the catalogue and agreed on a call.",
}
