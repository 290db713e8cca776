"""What the sample company's sequences say, and what people answer."""

SEQUENCES = {
    "showroom": (
        "ショールームご来店後", "ご来店の翌日から、ご返信をいただくまで。", "service",
        (
            {"kind": "mail", "wait_days": 1, "subject": "ご来店ありがとうございました（{{ my name }}）",
             "body": "{{ last name }} 様\n\n先日はひなたリビングのショールームにお越しいただき、"
                     "ありがとうございました。\nご覧いただいた椅子の張り地見本をお送りできます。"
                     "ご希望の色をお知らせください。\n\n{{ my name }}"},
            {"kind": "call", "wait_days": 4, "subject": "{{ name }} 様にお電話：気になった家具と納期",
             "body": "気に入った家具、置く部屋の広さ、希望の時期を伺う。"},
            {"kind": "mail", "wait_days": 5, "subject": "お部屋に合わせたご提案",
             "body": "{{ last name }} 様\n\nお部屋の寸法をお知らせいただければ、配置図を無料でお作りします。"
                     "\n\n{{ my name }}"},
            {"kind": "task", "wait_days": 3, "subject": "{{ name }} 様へ手書きのはがきを送る"},
        ),
    ),
    "catalogue": (
        "New contract catalogue", "For hotels and offices in Europe, when a new catalogue comes out.", "marketing",
        (
            {"kind": "mail", "wait_days": 1, "subject": "The new Hinata catalogue for {{ company | your rooms }}",
             "body": "Dear {{ first name }},\n\nour new catalogue for hotels and offices is out: forty pieces, all "
                     "made to order in six weeks. May I send you a printed copy?\n\nKind regards\n{{ my name }}"},
            {"kind": "call", "wait_days": 4, "wait_hours": 2, "subject": "Ask {{ name }} whether the catalogue arrived",
             "body": "Which rooms are next, and when? Who decides besides them?"},
            {"kind": "mail", "wait_days": 5, "subject": "A sample chair for two weeks, {{ first name }}?",
             "body": "Dear {{ first name }},\n\nmany of our customers try a chair before they choose. We bring one, "
                     "and pick it up again after two weeks.\n\nKind regards\n{{ my name }}"},
        ),
    ),
    "visit": (
        "쇼룸 방문 후", "방문 다음 날부터 회신을 받을 때까지.", "service",
        (
            {"kind": "mail", "wait_days": 1, "subject": "쇼룸을 찾아 주셔서 감사합니다 ({{ my name }})",
             "body": "{{ name }} 님, 안녕하세요.\n\n히나타 리빙 쇼룸을 찾아 주셔서 감사합니다. "
                     "보신 의자의 원단 견본을 보내 드릴 수 있습니다. 원하시는 색을 알려 주세요.\n\n{{ my name }} 드림"},
            {"kind": "call", "wait_days": 4, "subject": "{{ name }} 님께 전화: 마음에 든 가구와 납기",
             "body": "마음에 든 가구, 놓을 방의 크기, 원하는 시기를 여쭙는다."},
            {"kind": "mail", "wait_days": 5, "subject": "공간에 맞춘 배치를 제안해 드립니다",
             "body": "{{ name }} 님, 안녕하세요.\n\n방의 치수를 알려 주시면 배치도를 무료로 그려 드립니다."
                     "\n\n{{ my name }} 드림"},
            {"kind": "task", "wait_days": 3, "subject": "{{ name }} 님께 손으로 쓴 엽서 보내기"},
        ),
    ),
}  # fmt: skip
"""Of each: name, what for, purpose of its mails, steps."""

ANSWERS = {
    "ja": ("張り地はグレーの見本をお願いします。", "来週の火曜日なら電話に出られます。", "配置図をぜひお願いします。"),
    "en": ("Yes please, one copy to the front desk.", "We renovate the third floor in spring. Call me in January."),
    "ko": ("회색 원단 견본을 부탁드립니다.", "다음 주 화요일에 통화 가능합니다.", "배치도를 꼭 받아 보고 싶습니다."),
}
