"""What address books call the parts of names, the ways to reach people and the parts of addresses.

Words of the platform's own types only; business words stand in `Resource.import_names`. Written in the folded form's
spirit: case, width, hyphens and katakana or hiragana make no difference.
"""

NAME_WORDS = {
    "name": (
        "name, full name, display name, complete name, contact name, customer name, 氏名, 名前, お名前, 姓名, "
        "担当者名, 担当者, 顧客名, お客様名, 会員名, 성명, 이름, 고객명, 담당자, 담당자명, 회원명, "
        "vollständiger name, ansprechpartner, nom complet, nom et prénom, nombre, nombre completo, "
        "nombre y apellidos, nome, nome completo, nome e cognome, naam, volledige naam, contactpersoon, "
        "imię i nazwisko, osoba kontaktowa, имя, полное имя, имя и фамилия, фамилия и имя, фио, контактное лицо"
    ),
    "name.reading": (
        "フリガナ, 氏名カナ, 氏名フリガナ, 氏名(カナ), 氏名 かな, 氏名よみ, カナ, カナ氏名, カナ名, お名前カナ, "
        "お名前フリガナ, 名前カナ, 名前フリガナ, 読み, よみ, 読み仮名, ヨミガナ, name reading, yomi, "
        "phonetic name, furigana"
    ),
    "family_name": (
        "last name, surname, family name, lastname, 姓, 苗字, 名字, 氏, 성, 성씨, nachname, familienname, nom, "
        "nom de famille, sei, apellido, apellidos, primer apellido, cognome, sobrenome, apelido, último nome, "
        "achternaam, familienaam, nazwisko, фамилия"
    ),
    "given_name": (
        "first name, given name, forename, firstname, christian name, 名, 下の名前, vorname, rufname, prénom, mei, "
        "nombre de pila, primer nombre, primo nome, primeiro nome, nome próprio, voornaam, roepnaam, imię, "
        "pierwsze imię"
    ),
    "middle_name": (
        "middle name, additional name, second name, ミドルネーム, 중간 이름, zweiter vorname, deuxième prénom, "
        "segundo nombre, secondo nome, nome do meio, tweede voornaam, tussenvoegsel, drugie imię, отчество"
    ),
    "name_prefix": (
        "prefix, name prefix, honorific prefix, salutation, anrede, civilité, tratamiento, trattamento, tratamento, "
        "aanhef, zwrot grzecznościowy, обращение"
    ),
    "name_suffix": (
        "suffix, name suffix, honorific suffix, namenszusatz, suffixe, sufijo, suffisso, sufixo, achtervoegsel, "
        "sufiks, суффикс"
    ),
    "family_reading": (
        "セイ, 姓カナ, 姓(カナ), 姓フリガナ, 姓(フリガナ), フリガナ(姓), カナ姓, 姓よみ, 姓 かな, 苗字カナ, "
        "surname yomi, last name yomi, last name phonetic, phonetic last name, family name yomi, yomi last name, "
        "last name kana, sei kana"
    ),
    "given_reading": (
        "メイ, 名カナ, 名(カナ), 名フリガナ, 名(フリガナ), フリガナ(名), カナ名前, 名よみ, 名 かな, given yomi, "
        "first name yomi, first name phonetic, phonetic first name, given name yomi, yomi first name, "
        "first name kana, mei kana"
    ),
}
WHOLE_NAMES = ("name", "이름", "名前", "名称", "명칭", "nombre", "nome", "naam", "имя")
"""Headers that mean the whole name when they stand alone, and what is left when the other part has its own column."""

POINT_WORDS = {
    "email": (
        "e-mail, email, mail, e-mail address, email address, mail address, メール, メールアドレス, eメール, "
        "eメールアドレス, 電子メール, 電子メールアドレス, 電子メール アドレス, 이메일, 이메일 주소, 메일, "
        "메일 주소, 전자우편, mailadresse, courriel, adresse mail, adresse e-mail, adresse email, "
        "adresse électronique, correo, correo electrónico, "
        "dirección de correo, dirección de correo electrónico, posta elettronica, indirizzo mail, indirizzo e-mail, "
        "correio eletrónico, correio eletrônico, endereço de e-mail, mailadres, e-mailadres, adres mail, "
        "adres e-mail, poczta elektroniczna, почта, эл почта, электронная почта, адрес электронной почты, "
        "электронный адрес"
    ),
    "phone": (
        "phone, telephone, tel, phone number, telephone number, tel no, 電話, 電話番号, tel番号, 連絡先, "
        "連絡先電話番号, 전화, 전화번호, 연락처, telefon, telefonnummer, rufnummer, festnetz, téléphone, tél, "
        "numéro de téléphone, téléphone fixe, teléfono, número de teléfono, teléfono fijo, telefono, "
        "numero di telefono, telefone, número de telefone, telefone fixo, telefoon, telefoonnummer, "
        "numer telefonu, nr telefonu, телефон, номер телефона, тел"
    ),
    "handle": "",
    "link": "url, website, web site, web page, homepage, ホームページ, ウェブサイト, 홈페이지, 웹사이트",
}
PHONES_BY_LABEL = {
    "mobile": (
        "mobile, mobile phone, mobile number, cell, cell phone, cellphone, cellular, 携帯, 携帯電話, 携帯番号, "
        "携帯電話番号, 휴대폰, 휴대전화, 휴대 전화, 휴대폰번호, 휴대폰 번호, 핸드폰, 핸드폰번호, 모바일, handy, "
        "handynummer, mobil, mobilnummer, mobiltelefon, portable, téléphone portable, gsm, móvil, celular, "
        "cellulare, telefono cellulare, telemóvel, mobiel, mobiel nummer, komórka, telefon komórkowy, "
        "numer komórkowy, мобильный, мобильный телефон, сотовый, сотовый телефон"
    ),
    "fax": "fax, fax number, ファックス, ファクス, fax番号, 팩스, 팩스번호, telefax, faxnummer, télécopie, факс",
}
"""A label that is enough to know that a phone number is meant."""

ADDRESS_WORDS = {
    "postal_code": (
        "postal code, zip, zip code, postcode, post code, zip postal code, 郵便番号, 우편번호, plz, postleitzahl, "
        "code postal, código postal, cp, codice postale, cap, cep, kod pocztowy, индекс, почтовый индекс"
    ),
    "country": (
        "country, country region, country code, 国, 国名, 国/地域, 국가, 나라, land, pays, país, paese, nazione, kraj, "
        "państwo, страна"
    ),
    "region": (
        "state, province, prefecture, region, state province, state region, county, 都道府県, 都道府県名, 府県, "
        "시도, 시/도, 광역시도, bundesland, kanton, région, département, provincia, comunidad autónoma, estado, "
        "regione, província, distrito, uf, provincie, województwo, область, регион, край, область край"
    ),
    "city": (
        "city, town, locality, city town, 市区町村, 市町村, 市区郡, 市区, 都市, 도시, 시군구, 시/군/구, 구군, "
        "ort, stadt, wohnort, ville, commune, localité, ciudad, localidad, población, municipio, città, comune, "
        "località, cidade, localidade, município, plaats, woonplaats, stad, gemeente, miasto, miejscowość, город, "
        "населённый пункт"
    ),
    "line1": (
        "address, street, street address, address line 1, address 1, address1, street 1, street 1, 住所, 住所1, "
        "番地, 町名番地, 町名・番地, 町域, 町域番地, 丁目番地, 所在地, 주소, 도로명주소, 도로명 주소, straße, strasse, "
        "straße und hausnummer, straße hausnummer, adresse, anschrift, rue, dirección, calle, domicilio, indirizzo, "
        "via, endereço, morada, rua, logradouro, adres, straat, straatnaam, ulica, адрес, улица"
    ),
    "line2": (
        "address line 2, address 2, address2, street 2, building, extended address, 建物名, 建物, ビル名, "
        "マンション名, 住所2, 方書, 建物名等, 상세주소, 상세 주소, 나머지 주소, 건물명, adresszusatz, adresse 2, "
        "complément d'adresse, complément adresse, bâtiment, dirección 2, complemento, indirizzo 2, endereço 2, "
        "morada 2, adresregel 2, adres 2, адрес 2, корпус"
    ),
}
CURRENCY_WORDS = (
    "currency, currency code, currency iso code, 通貨, 通貨コード, 통화, 통화 코드, währung, devise, moneda, "
    "valuta, moeda, waluta, валюта"
)
ADDRESS_PREFIXES = ("address", "住所", "주소")
"""Before the part: "Address 1 - City"."""

LABEL_WORDS = {
    "fax": "fax, telefax, ファックス, ファクス, 팩스, факс",
    "mobile": (
        "mobile, cell, cellular, cellphone, 携帯, 携帯電話, 휴대, 휴대폰, 휴대전화, 핸드폰, 모바일, mobil, portable, "
        "móvil, celular, cellulare, mobiel, komórkowy, мобильный"
    ),
    "home": (
        "home, private, personal, 自宅, 個人, ご自宅, 집, 자택, privat, domicile, personnel, casa, particular, "
        "personale, pessoal, thuis, privé, dom, domowy, prywatny, домашний, личный"
    ),
    "work": (
        "work, business, mailing, billing, office, company, 会社, 勤務先, 職場, オフィス, 仕事, 郵送先, 請求先, "
        "직장, 회사, 업무, 우편, 청구지, "
        "geschäftlich, dienstlich, arbeit, bureau, travail, professionnel, trabajo, oficina, lavoro, ufficio, "
        "trabalho, escritório, werk, zakelijk, kantoor, praca, służbowy, рабочий, служебный"
    ),
    "other": (
        "other, shipping, その他, 納入先, 納品先, 配送先, 기타, 배송지, sonstige, autre, otro, altro, outro, overig, "
        "inny, другой"
    ),
}
"""In order: "work fax" is a fax."""

VALUE_WORDS = ("value", "値", "값")
KIND_WORDS = ("label", "type", "kind", "ラベル", "種類", "라벨", "유형", "종류")

RECORD_WORDS = {
    "id": "kizuna id, kizuna uid",
    "owner": (
        "owner, record owner, contact owner, account owner, company owner, 所有者, 担当営業, 営業担当, "
        "社内担当者, 소유자, 영업 담당자"
    ),
}
FLAG_WORDS = {
    True: "true, yes, y, on, 1, はい, 有, あり, ○, 예, 네, 유, ja, oui, sí, sim, tak, да",
    False: "false, no, n, off, 0, いいえ, 無, なし, ×, 아니요, 아니오, 무, nein, non, não, nee, nie, нет",
}


def listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]
