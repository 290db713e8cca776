"""Which encoding a file is in: told by its first bytes, by what it can be at all, and by what would make sense.

Text in the wrong East Asian encoding is letters too, but strange ones: rare kanji, syllables that no name has. So
every candidate is decoded and its letters are weighed; the one that reads best wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from kizuna.base.transfer.reading.lines import DAMAGE, ON_DAMAGE

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp932": _("Japanese (Shift_JIS)"),
    "euc_jp": _("Japanese (EUC-JP)"),
    "iso2022_jp": _("Japanese (ISO-2022-JP)"),
    "cp949": _("Korean (EUC-KR)"),
    "gb18030": _("Chinese, simplified (GB 18030)"),
    "big5": _("Chinese, traditional (Big5)"),
    "cp1252": _("Western European (Windows-1252)"),
    "latin-1": _("Western European (Latin-1)"),
    "cp1250": _("Central European (Windows-1250)"),
    "cp1251": _("Cyrillic (Windows-1251)"),
    "koi8_r": _("Cyrillic (KOI8-R)"),
    "cp1253": _("Greek (Windows-1253)"),
    "cp1254": _("Turkish (Windows-1254)"),
    "cp1257": _("Baltic (Windows-1257)"),
}
"""Python's name of each encoding that can be chosen, and what people call it."""

GUESSED = ("cp932", "euc_jp", "cp949", "cp1252", "gb18030", "big5", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254")
"""Those told apart by their letters; the rest is told by bytes, or chosen by hand. The earlier one wins a tie."""

SAMPLE = 128 * 1024
_WEIGHED = 32 * 1024  # bytes whose letters are weighed
_CHUNK = 64 * 1024
Weigh = Callable[[str, int, str], float]
"""How much sense a letter makes at its place in a text."""
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_JIS_ESCAPE = re.compile(rb"\x1b\$[@B]")
_UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")

_OFTEN_JA = frozenset(
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何"
    "南万毎白天母火右読友左休父雨会社株式有限合同所部課係役員事務営業総経理人事開発企画研究製造技術情報管理担当者様氏番号住所郵便都道府県"
    "市区町村丁目地室棟階館荘号電話携帯顧客備考登録更新性別姓名生月誕職代表取締主任田藤佐鈴木渡辺伊林加吉松井清石村橋阿斎坂池森原岡島崎福太郎"
    "次美子恵香奈由紀真明正和幸裕健一直樹翔大輔拓也誠学智浩康弘隆博修茂勝久雄彦介希愛陽葵結菜花咲莉優里沙彩織千尋亜麻衣早慶洋平野内沢口谷"
    "青葉新宿港神奈川横浜名古屋京都阪兵庫広福岡札幌仙台埼玉葉静愛知岐阜三重滋賀良歌鳥取根徳香媛熊鹿児沖縄宮城秋形茨栃群潟富梨長崎分建設工"
    "商店販売産物流運輸設計食品医療薬病院歯科保育園学校大使協組連盟支本渋谷世田杉並練馬板江戸墨荒足立豊品黒台文墨元麻布赤六木銀座築浅草々"
)
_OFTEN_KO = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류진나엄원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제"
    "모탁국은편용예경봉사부가복태목형두감호범빈승상시수영자재종준지창철해혁혜화환회효훈희덕동란래린림미별보비빛새솔슬아애언열온완욱율을의일있정중"
    "찬채초춘충택필학향헌관광교규균근길남다대댁데도등디랑량러럼레려력렬령로록론료루르름리립링매면명무물미바발배법베병보본분불블비산살상생서선설세셔션"
    "소속손솔송쇼수순숲스습시식실심쓰씨아안알암앙앱야약양어업에엔엘여역연열염영예오옥온올와외요용운울움원월위유육윤율은음응의이익인일임입잉자작잔잡장재"
    "저적전절점정제조족존종좌주준중즈즉증지직진질집차착찬참창채책처척천철청체초촌총최추축출충취층치칠침카코크키타탄탈터테토톤통트특티팀파판팔패퍼페편평"
    "포표푸품프플피필하학한할함합항해핸행향허헌험혁현협형호홀홈화확환활황회획효후훈휴흥희히힘름름이메일전화번호주소회사담당부서직책우편도시군구읍면동로"
    "길고객구분비고성별생년월등록수정대표휴대폰팩스홈페이지업태종목거래처과장차장사원님서울부산광주인천대구울산경기강원충북충남전라경상제주세종특별자치"
)
_OFTEN_ZH = frozenset(
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只"
    "作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正"
    "名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场"
    "师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风"
    "战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治"
    "决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像"
    "找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏北上海广州深圳刘陈杨赵吴徐孙朱胡郭高罗郑"
    "梁谢宋唐邓韩冯曹彭曾萧田董潘袁蔡蒋余杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范廖贾韦方丽伟芳敏静秀娟英慧玉萍红玲芬燕彩春菊兰凤洁梅琳莲艳"
    "刚勇毅俊峰强军杰磊涛斌鹏波辉健宁康浩亮毅省县镇街道号楼室大厦有限责任公司集团股份电话手机邮箱地址姓名职位部门客户备注经理销售"
)
_OFTEN_TW = frozenset(
    "的一是不了人我在有他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可里後小麼心多天而能好都然沒日於起還發成事只"
    "作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正"
    "名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北少關並內加化由卻代軍產入先山五太水萬市眼體別處總才場"
    "師書比住員九性通目華報立馬命張活難神數件安表原車白應路期叫常提感金何更反合放做係計或司利受光王果親界及今京務制解各任至清物台象記邊共風"
    "許八特望直服林題建南度統色字請交愛讓認算論百義科元社術結六功指思非流每青管連遠資隊帶花快條院變聯言權往展該領傳近留紅治決週保達辦運武半"
    "候七必城父強步完革深區即求品士轉量空技程告江語英基派滿式李息寫識極令黃德收錢黨持取設始版雙歷越史商千片容研找友站廣改議形委早房音火際則首單"
    "臺北新桃園中南高雄基隆竹苗栗彰化投雲林嘉義屏東宜蘭花蓮陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂江何蕭羅簡朱鍾彭游詹胡施沈余盧梁"
    "趙顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓阮馬董唐溫藍蔣石古紀姚連馮歐程湯田康姜汪白鄒尤巫鐘涂龔怡君雅婷欣宜佳穎淑芬惠美玲志明俊傑建宏家豪冠"
    "宇承恩縣鄉鎮村鄰段巷弄號樓室股份有限公司電話手機信箱地址姓名職稱部門客戶備註經理業務市街路"
)
_COMMON_LATIN = frozenset("äöüÄÖÜßéèêëàâáãåæçíìîïñóòôõøœúùûÿýÉÈÊÀÂÁÅÆÇÍÎÑÓÔØŒÚÛ€’‘“”–…°«»")
_COMMON_CENTRAL = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽäöüÄÖÜßőűŐŰôľĺŕăâîșțđĐ€’“”„–…")
_COMMON_TURKISH = frozenset("çğıöşüÇĞİÖŞÜâîû€’“”–…")


def detect(file: BinaryIO) -> str:
    """The likeliest encoding, one of ENCODINGS. A file of plain ASCII is UTF-8."""
    file.seek(0)
    start = file.read(_CHUNK)
    if marked := _by_mark(start):
        return marked
    if wide := _without_mark(start):
        return wide
    if _JIS_ESCAPE.search(start):
        return "iso2022_jp"
    sample = _telling(file)
    if _errors(sample, "utf-8") * 50 <= _runs(sample):
        return "utf-8"
    best = max(GUESSED, key=lambda encoding: _sense(sample, encoding))
    return "latin-1" if best == "cp1252" and _UNDEFINED_IN_1252.search(sample) else best


def is_wide(start: bytes) -> bool:
    """Whether a file that begins like this is UTF-16, in which most bytes can be control characters."""
    return (_by_mark(start) or _without_mark(start) or "").startswith("utf-16")


def _by_mark(start: bytes) -> str | None:
    return next((encoding for mark, encoding in _BOMS.items() if start.startswith(mark)), None)


def _without_mark(start: bytes) -> str | None:
    """UTF-16 without a mark: one of the two bytes of a line end is zero, and so it is with all its ASCII letters."""
    even, odd = start[0::2], start[1::2]
    least = max(2, len(start) // 50)
    ends = [(high, low) for low, high in zip(even, odd, strict=False) if {high, low} in ({0, 10}, {0, 13})]
    if not ends:
        return None
    if odd.count(0) >= least and all(high == 0 for high, _low in ends):
        return "utf-16-le"
    if even.count(0) >= least and all(low == 0 for _high, low in ends):
        return "utf-16-be"
    return None


def _telling(file: BinaryIO) -> bytes:
    """The first lines of the file that are not plain ASCII: names may begin ten thousand rows below the header."""
    file.seek(0)
    found: list[bytes] = []
    size = 0
    rest = b""
    while size < SAMPLE and (chunk := file.read(_CHUNK)):
        if chunk.isascii() and rest.isascii():
            rest = b""
            continue
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if not line.isascii():
                found.append(line)
                size += len(line)
        if len(rest) > SAMPLE:
            break
    if not rest.isascii() and size < SAMPLE:
        found.append(rest[:SAMPLE])
    return b"\n".join(found)[:SAMPLE]


def _errors(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, ON_DAMAGE)
    # A sample may end in the middle of a character.
    return text[:-1].count(DAMAGE)


def _runs(sample: bytes) -> int:
    """How many stretches of bytes are not ASCII."""
    return len(re.findall(rb"[\x80-\xff]+", sample))


def _sense(sample: bytes, encoding: str) -> float:
    """How much sense the letters beyond ASCII make, from about -10 to 1 for each."""
    text = sample[:_WEIGHED].decode(encoding, ON_DAMAGE)
    strange = [(place, letter) for place, letter in enumerate(text) if letter > "\x7f"]
    if not strange:
        return 0.0
    weigh = _WEIGH.get(encoding, _weigh_eastern)
    return sum(weigh(text, place, letter) for place, letter in strange) / len(strange)


def _weigh_eastern(text: str, place: int, letter: str) -> float:
    if letter == DAMAGE:
        return -10
    if letter in _OFTEN_JA or letter in _OFTEN_KO or "\u3041" <= letter <= "\u30fe":
        return 1
    if "가" <= letter <= "힣":
        return 0.1
    if "\u4e00" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff":
        return 0.3
    if "\u3000" <= letter <= "\u3020" or "！" <= letter <= "～":
        return 0.8
    if "｡" <= letter <= "ﾟ":
        # One byte each in Shift_JIS: real as a run of them, elsewhere another encoding misread.
        around = text[max(0, place - 1) : place + 2]
        return 0.5 if all("｡" <= near <= "ﾟ" or near < "\x80" for near in around) else -1
    return -1


def _weigh_chinese(often: frozenset[str]) -> Weigh:
    """Kana stands in Chinese encodings too, and at the same bytes; it is not what they are for."""

    def weigh(text: str, place: int, letter: str) -> float:
        if letter == DAMAGE:
            return -10
        if letter in often:
            return 1
        if "\u4e00" <= letter <= "\u9fff":
            return 0
        return 0.5 if "\u3000" <= letter <= "\u3020" or "！" <= letter <= "～" else -1

    return weigh


def _weigh_latin(common: frozenset[str], most: float) -> Weigh:
    """Western letters stand between plain ones; two strange ones in a row are rare."""

    def weigh(text: str, place: int, letter: str) -> float:
        if letter == DAMAGE:
            return -0.5
        alone = all(near < "\x80" for near in (text[place - 1 : place] + text[place + 1 : place + 2]))
        if letter in common:
            return most if alone else 0.1
        return -0.5 if alone else -2

    return weigh


def _weigh_alphabet(first: str, last: str) -> Weigh:
    """Letters of another alphabet stand beside their like, and large ones begin words or fill them."""

    def weigh(text: str, place: int, letter: str) -> float:
        before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
        if not (first <= letter <= last):
            return 0.3 if letter in "№«»ёЁ" else -2
        if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
            return -1
        is_odd = letter.isupper() and before.islower()
        return -1 if is_odd else 0.7

    return weigh


_WEIGH: dict[str, Weigh] = {
    "gb18030": _weigh_chinese(_OFTEN_ZH),
    "big5": _weigh_chinese(_OFTEN_TW),
    "cp1252": _weigh_latin(_COMMON_LATIN, 0.9),
    "cp1250": _weigh_latin(_COMMON_CENTRAL, 0.85),
    "cp1254": _weigh_latin(_COMMON_TURKISH, 0.85),
    "cp1251": _weigh_alphabet("А", "я"),
    "koi8_r": _weigh_alphabet("А", "я"),
    "cp1253": _weigh_alphabet("Ά", "ώ"),
}
