"""The words by which Hinata Living asks."""

WORDINGS: dict[str, dict[str, tuple[str, str]]] = {
    "marketing": {
        "en": (
            "Offers from Hinata Living",
            "Hinata Living may write to me about offers and new furniture, at most four times a month. I can stop this "
            "at any time with the link in each message.",
        ),
        "ja": (
            "日向リビングからのご案内",
            "日向リビングから、お得な情報や新しい家具のご案内を受け取ります（月に最大4回）。"
            "配信は各メールのリンクからいつでも停止できます。",
        ),
        "ko": (
            "히나타 리빙의 광고성 정보",
            "히나타 리빙의 혜택과 신상품 안내를 받는 데 동의합니다(월 최대 4회). "
            "각 메시지의 링크로 언제든지 수신을 거부할 수 있습니다.",
        ),
    },
    "newsletter": {
        "en": ("The Hinata letter", "Once a month: rooms that customers of ours have furnished, and how."),
        "ja": ("日向だより", "月に一度、お客様のお部屋と、その整え方をお届けします。"),
        "ko": ("히나타 편지", "한 달에 한 번, 고객이 꾸민 방과 그 방법을 전해 드립니다."),
    },
}
