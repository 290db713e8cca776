"""What the columns of address books are called: by Google, Outlook and others, and in offices of many countries."""

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer.mapping import guess

pytestmark = pytest.mark.django_db

GOOGLE = {
    "First Name": "given_name",
    "Middle Name": "middle_name",
    "Last Name": "family_name",
    "Phonetic First Name": "given_reading",
    "Phonetic Last Name": "family_reading",
    "Name Prefix": "name_prefix",
    "Name Suffix": "name_suffix",
    "Nickname": None,
    "Organization Name": "company",
    "Organization Title": "job_title",
    "Organization Department": "department",
    "Birthday": "birth_on",
    "Notes": "about",
    "Labels": "tags",
    "E-mail 1 - Label": "emails.label",
    "E-mail 1 - Value": "emails",
    "E-mail 2 - Label": "emails.label",
    "E-mail 2 - Value": "emails",
    "Phone 1 - Label": "phones.label",
    "Phone 1 - Value": "phones",
    "Address 1 - Label": "addresses.label",
    "Address 1 - Country": "addresses.country",
    "Address 1 - Street": "addresses.line1",
    "Address 1 - Extended Address": "addresses.line2",
    "Address 1 - City": "addresses.city",
    "Address 1 - Region": "addresses.region",
    "Address 1 - Postal Code": "addresses.postal_code",
    "Address 1 - PO Box": None,
    "Website 1 - Value": "company.website",
}
OUTLOOK = {
    "Title": "name_prefix",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Suffix": "name_suffix",
    "Given Yomi": "given_reading",
    "Surname Yomi": "family_reading",
    "Company": "company",
    "Department": "department",
    "Job Title": "job_title",
    "E-mail Address": "emails",
    "E-mail 2 Address": "emails",
    "Home Phone": "phones:home",
    "Business Phone": "phones:work",
    "Mobile Phone": "phones:mobile",
    "Business Fax": "phones:fax",
    "Business Street": "addresses.line1:work",
    "Business City": "addresses.city:work",
    "Business State": "addresses.region:work",
    "Business Postal Code": "addresses.postal_code:work",
    "Business Country/Region": "addresses.country:work",
    "Home City": "addresses.city:home",
    "Birthday": "birth_on",
    "Categories": "tags",
    "Gender": "gender",
    "Web Page": "company.website",
}
SALESFORCE = {
    "Salutation": "name_prefix",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Title": "job_title",
    "Account Name": "company",
    "Email": "emails",
    "Phone": "phones",
    "Mobile": "phones:mobile",
    "Fax": "phones:fax",
    "Mailing Street": "addresses.line1:work",
    "Mailing City": "addresses.city:work",
    "Mailing State/Province": "addresses.region:work",
    "Mailing Zip/Postal Code": "addresses.postal_code:work",
    "Mailing Country": "addresses.country:work",
    "Lead Source": "tags",
    "Birthdate": "birth_on",
}
HUBSPOT = {
    "First Name": "given_name",
    "Last Name": "family_name",
    "Email": "emails",
    "Phone Number": "phones",
    "Mobile Phone Number": "phones:mobile",
    "Company name": "company",
    "Website URL": "company.website",
    "Street Address": "addresses.line1",
    "City": "addresses.city",
    "State/Region": "addresses.region",
    "Postal Code": "addresses.postal_code",
    "Country/Region": "addresses.country",
    "Job Title": "job_title",
    "Lifecycle Stage": "stage",
}
JAPANESE = {
    "氏名": "name",
    "フリガナ": "name.reading",
    "会社名": "company",
    "部署名": "department",
    "役職": "job_title",
    "メールアドレス": "emails",
    "電話番号": "phones",
    "携帯電話番号": "phones:mobile",
    "FAX番号": "phones:fax",
    "〒郵便番号": "addresses.postal_code",
    "都道府県": "addresses.region",
    "市区町村": "addresses.city",
    "番地": "addresses.line1",
    "建物名": "addresses.line2",
    "生年月日": "birth_on",
    "性別": "gender",
    "備考": "about",
    "タグ": "tags",
}
BY_PLACE = {
    "姓": "family_name",
    "町名・番地(郵送先)": "addresses.line1:work",
    "都道府県(その他)": "addresses.region:other",
    "請求先の郵便番号": "addresses.postal_code:work",
    "配送先の市区町村": "addresses.city:other",
    "우편번호(배송지)": "addresses.postal_code:other",
}
JAPANESE_IN_PARTS = {
    "姓": "family_name",
    "名": "given_name",
    "セイ": "family_reading",
    "メイ": "given_reading",
    "会社": "company",
    "メール1": "emails",
    "メール2": "emails",
    "電話番号(自宅)": "phones:home",
    "会社電話": "phones:work",
    "自宅住所": "addresses.line1:home",
    "自宅郵便番号": "addresses.postal_code:home",
    "姓(フリガナ)": None,
}
KOREAN = {
    "이름": "name",
    "회사명": "company",
    "부서": "department",
    "직책": "job_title",
    "이메일": "emails",
    "휴대폰": "phones:mobile",
    "전화번호": "phones",
    "팩스": "phones:fax",
    "우편번호": "addresses.postal_code",
    "주소": "addresses.line1",
    "상세주소": "addresses.line2",
    "생년월일": "birth_on",
    "비고": "about",
}
GERMAN = {
    "Name": "family_name",
    "Vorname": "given_name",
    "Anrede": "name_prefix",
    "Firma": "company",
    "E-Mail": "emails",
    "Telefon": "phones",
    "Straße": "addresses.line1",
    "PLZ": "addresses.postal_code",
    "Ort": "addresses.city",
    "Geburtsdatum": "birth_on",
}

FRENCH = {
    "Civilité": "name_prefix",
    "Nom": "family_name",
    "Prénom": "given_name",
    "Société": "company",
    "Adresse e-mail": "emails",
    "Téléphone": "phones",
    "Téléphone portable": "phones:mobile",
    "Rue": "addresses.line1",
    "Complément d'adresse": "addresses.line2",
    "Code postal": "addresses.postal_code",
    "Ville": "addresses.city",
    "Pays": "addresses.country",
    "Date de naissance": "birth_on",
}
SPANISH = {
    "Nombre": "given_name",
    "Apellidos": "family_name",
    "Empresa": "company",
    "Cargo": "job_title",
    "Correo electrónico": "emails",
    "Teléfono": "phones",
    "Teléfono móvil": "phones:mobile",
    "Teléfono trabajo": "phones:work",
    "Dirección": "addresses.line1",
    "Código postal": "addresses.postal_code",
    "Ciudad": "addresses.city",
    "Provincia": "addresses.region",
    "País": "addresses.country",
    "Fecha de nacimiento": "birth_on",
    "Notas": "about",
}
ITALIAN = {
    "Nome": "given_name",
    "Cognome": "family_name",
    "Azienda": "company",
    "Indirizzo e-mail": "emails",
    "Telefono": "phones",
    "Cellulare": "phones:mobile",
    "Indirizzo": "addresses.line1",
    "CAP": "addresses.postal_code",
    "Città": "addresses.city",
    "Paese": "addresses.country",
    "Data di nascita": "birth_on",
}
PORTUGUESE = {
    "Nome": "given_name",
    "Sobrenome": "family_name",
    "Empresa": "company",
    "E-mail": "emails",
    "Telefone": "phones",
    "Celular": "phones:mobile",
    "Endereço": "addresses.line1",
    "Complemento": "addresses.line2",
    "CEP": "addresses.postal_code",
    "Cidade": "addresses.city",
    "Estado": "addresses.region",
    "Data de nascimento": "birth_on",
}
DUTCH = {
    "Voornaam": "given_name",
    "Tussenvoegsel": "middle_name",
    "Achternaam": "family_name",
    "Bedrijf": "company",
    "E-mailadres": "emails",
    "Telefoonnummer": "phones",
    "Mobiel": "phones:mobile",
    "Straat": "addresses.line1",
    "Postcode": "addresses.postal_code",
    "Woonplaats": "addresses.city",
    "Geboortedatum": "birth_on",
}
POLISH = {
    "Imię": "given_name",
    "Nazwisko": "family_name",
    "Firma": "company",
    "Adres e-mail": "emails",
    "Numer telefonu": "phones",
    "Telefon komórkowy": "phones:mobile",
    "Ulica": "addresses.line1",
    "Kod pocztowy": "addresses.postal_code",
    "Miejscowość": "addresses.city",
    "Kraj": "addresses.country",
    "Data urodzenia": "birth_on",
}
RUSSIAN = {
    "Фамилия": "family_name",
    "Имя": "given_name",
    "Отчество": "middle_name",
    "Организация": "company",
    "Должность": "job_title",
    "Электронная почта": "emails",
    "Мобильный телефон": "phones:mobile",
    "Рабочий телефон": "phones:work",
    "Домашний телефон": "phones:home",
    "Адрес": "addresses.line1",
    "Почтовый индекс": "addresses.postal_code",
    "Город": "addresses.city",
    "Страна": "addresses.country",
    "Дата рождения": "birth_on",
    "Пол": "gender",
    "Примечание": "about",
}


@pytest.mark.parametrize(
    "columns",
    [
        *(GOOGLE, OUTLOOK, SALESFORCE, HUBSPOT, JAPANESE, JAPANESE_IN_PARTS, BY_PLACE, KOREAN),
        *(GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH, POLISH, RUSSIAN),
    ],
    ids=[
        *("Google", "Outlook", "Salesforce", "HubSpot", "Japanese", "Japanese in parts", "by place", "Korean"),
        *("German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Polish", "Russian"),
    ],
)
def test_the_columns_of_an_address_book_are_known(columns: dict[str, str | None]) -> None:
    found = guess(registry.get("contact"), SYSTEM, list(columns), [])
    assert dict(zip(columns, [str(one) if one else None for one in found], strict=True)) == columns


def test_the_columns_of_a_list_of_companies_are_known() -> None:
    columns = {
        "取引先名": "name",
        "フリガナ": "reading",
        "ホームページ": "website",
        "業種": "industry",
        "従業員数": "employees",
        "年商": "revenue",
        "代表電話": None,
        "電話番号": "phones",
        "Billing City": "addresses.city:work",
        "Domain": "domain",
    }
    found = guess(registry.get("company"), SYSTEM, list(columns), [])
    assert dict(zip(columns, [str(one) if one else None for one in found], strict=True)) == columns


def test_a_name_that_stands_alone_is_the_whole_name() -> None:
    for header in ("Nombre", "Nome", "Имя", "ФИО", "Imię i nazwisko", "Nom et prénom", "Ansprechpartner"):
        (found,) = guess(registry.get("contact"), SYSTEM, [header], [])
        assert str(found) == "name"


def test_a_label_is_a_word_of_the_header_and_no_part_of_one() -> None:
    assert guess(registry.get("contact"), SYSTEM, ["Домен телефон"], []) == [None]


def test_a_name_beside_a_family_name_is_a_given_name() -> None:
    found = guess(registry.get("contact"), SYSTEM, ["성", "이름"], [])
    assert [str(one) for one in found] == ["family_name", "given_name"]


def test_addresses_are_known_by_what_stands_in_the_column() -> None:
    rows = [["Yoko", "yoko@x.example"], ["Ken", ""], ["Mika", "mika@x.example"]]
    found = guess(registry.get("contact"), SYSTEM, ["Name", "Kontakt"], rows)
    assert str(found[1]) == "emails"


@pytest.mark.parametrize(
    ("columns", "meant"),
    [
        ("ID, Last name, Email, City", ["id", "family_name", "emails", "addresses.city"]),
        ("Kizuna ID, Name, City, Handy", ["id", "name", None, "phones:mobile"]),
        ("id, family_name, City", ["id", "family_name", None]),
    ],
    ids=["of others", "ours with a column more", "ours"],
)
def test_a_column_of_ids_makes_a_file_ours_only_where_the_rest_is(columns: str, meant: list[str | None]) -> None:
    found = guess(registry.get("contact"), SYSTEM, columns.split(", "), [])
    assert [str(one) if one else None for one in found] == meant
