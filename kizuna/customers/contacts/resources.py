"""Contacts, companies, households and relationships as every screen, API call and import sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import KnownExport, Resource, Section
from kizuna.base.territories.fields import InTerritory
from kizuna.base.types import links, text
from kizuna.base.types.errors import Invalid, Malformed
from kizuna.base.types.names import PersonName
from kizuna.customers.contacts import services
from kizuna.customers.contacts.models import Company, Contact, Household, Relationship, choices
from kizuna.customers.contacts.models.relationships import INVERSE, Kind

Ends = tuple[str, PersonName, PersonName | str]
"""The kind of a relationship, the first person, and the other person or the name of the company."""


class ContactName(fields.FullName):
    """A contact's name; who has none goes by the e-mail address or the number."""

    @property
    def paths(self) -> tuple[str, ...]:
        return (*super().paths, "email", "phone")

    def value(self, columns: Sequence[Any]) -> PersonName:
        *name, email, phone = columns
        found = super().value(name)
        return found if found.family or found.given else PersonName(given=email or phone, culture=found.culture)


class Language(fields.Choice):
    """A language tag. "de-AT" is taken for "de" where the list does not have it."""

    def understand(self, raw: Any, reader: Reader) -> Any:
        try:
            return super().understand(raw, reader)
        except Invalid:
            if isinstance(raw, str) and "-" in raw.replace("_", "-"):
                return super().understand(raw.replace("_", "-").partition("-")[0].lower(), reader)
            raise


class Domain(fields.Text):
    """The name of a site without www, found by its ASCII form."""

    def tidy(self, raw: str) -> str:
        try:
            return links.domain_of(raw) if text.clean(raw) else ""
        except Malformed as error:
            raise Invalid({"": [error.message]}) from error


class Tie(fields.Field):
    """A relationship in one line: who, and what they are to each other. Seen by who sees both ends (`policies`)."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)
        self._person = ContactName("name", label)

    @property
    def paths(self) -> tuple[str, ...]:
        people = [f"{end}__{path}" for end in ("from_contact", "to_contact") for path in self._person.paths]
        return ("kind", *people, "to_company__name")

    def value(self, columns: Sequence[Any]) -> Ends:
        kind, *rest, company = columns
        size = len(self._person.paths)
        first, second = rest[:size], rest[size:]
        return kind, self._person.value(first), company or self._person.value([part or "" for part in second])

    def read(self, record: Any) -> Ends:
        first, second = record.from_contact, record.to_contact
        other = record.to_company.name if record.to_company else self._person.read(second)
        return record.kind, self._person.read(first), other

    def to_text(self, value: Ends, reader: Reader) -> str:
        kind, first, second = value
        other = second if isinstance(second, str) else second.display(reader.name_order)
        here, there = str(Kind(kind).label), str(INVERSE[kind])
        words = here if here == there else f"{here} → {there}"
        return f"{first.display(reader.name_order)} · {other}: {words}"

    def to_json(self, value: Ends) -> str:
        kind, first, second = value
        return f"{first} · {kind} · {second}"

    def cell(self, value: Ends, reader: Reader) -> fields.Cell:
        return {
            "kind": "name",
            "text": self.to_text(value, reader),
            "reading": "",
            "lang": "",
            "initials": value[1].initials,
        }

    def condition(self) -> None:
        return None


class Inverse(fields.Field):
    """What the other end is to the first person, read from the kind."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, path="kind", editable=False, sortable=False)

    def to_text(self, value: Any, reader: Reader) -> str:
        return str(value)

    def to_json(self, value: Any) -> str:
        return str(value)

    def value(self, columns: Sequence[Any]) -> Any:
        return INVERSE[columns[0]]

    def read(self, record: Any) -> Any:
        return INVERSE[record.kind]

    def condition(self) -> None:
        return None


def _address(before: str, label: str, names: Sequence[str]) -> dict[str, str]:
    """Columns of an address, as another product calls them: street, city, region, postal code, country."""
    parts = ("line1", "city", "region", "postal_code", "country")
    return {f"{before}{name}": f"addresses.{part}:{label}" for name, part in zip(names, parts, strict=True)}


_FIRM_EUROPE = ("firma", "unternehmen", "société", "entreprise", "empresa", "azienda", "società", "bedrijf",
                "bedrijfsnaam", "nazwa firmy", "компания", "организация", "название компании")  # fmt: skip
_NOTES_EUROPE = ("notizen", "notas", "observaciones", "annotazioni", "observações", "opmerkingen",
                 "notatki", "uwagi", "заметки", "примечание", "комментарий")  # fmt: skip

# The headers of other products' exports, as their own documentation and the files of their users have them. What has
# words of its own there (industry, source, status) becomes tags; owners are people whom Kizuna does not know.
_SALESFORCE = ("Street", "City", "State", "PostalCode", "Country")
_SALESFORCE_LABELS = (" Street", " City", " State/Province", " Zip/Postal Code", " Country")
_SALESFORCE_JA = ("町名・番地", "市区郡", "都道府県", "郵便番号", "国")
_ZOHO_LABELS = (" Street", " City", " State", " Zip", " Country")
_ZOHO_ACCOUNTS = (" Street", " City", " State", " Code", " Country")
_HUBSPOT = ("Street Address", "City", "State/Region", "Postal Code", "Country/Region")
_HUBSPOT_SIGNS = ("Create Date", "Lifecycle Stage", "Marketing contact status", "Associated Company")
_LEFT_OUT = dict.fromkeys(("Id", "Record ID", "Contact ID", "Account ID", "Company ID", "Contact Owner", "Owner",
                           "Account Owner", "Company owner", "OwnerId", "Name", "Full Name",
                           "Contact Name"), "")  # fmt: skip
_PEOPLE = _LEFT_OUT | {
    "First Name": "given_name", "FirstName": "given_name", "Last Name": "family_name", "LastName": "family_name",
    "Middle Name": "middle_name", "MiddleName": "middle_name", "Salutation": "name_prefix", "Suffix": "name_suffix",
    "Email": "emails", "Secondary Email": "emails:other", "Phone": "phones", "Phone Number": "phones",
    "Mobile": "phones:mobile", "MobilePhone": "phones:mobile", "Mobile Phone Number": "phones:mobile",
    "Home Phone": "phones:home", "HomePhone": "phones:home", "Other Phone": "phones:other",
    "OtherPhone": "phones:other", "Fax": "phones:fax", "Asst Phone": "", "Asst. Phone": "", "AssistantPhone": "",
    "Title": "job_title", "Job Title": "job_title", "Department": "department", "Birthdate": "birth_on",
    "Date of Birth": "birth_on", "Description": "about", "Lead Source": "tags", "LeadSource": "tags", "Tag": "tags",
    "Lead Status": "tags", "Lifecycle Stage": "tags", "Company Name": "company", "Account Name": "company",
    "Associated Company": "company", "Website URL": "company.website",
}  # fmt: skip


def _address_ja(what: str, label: str) -> dict[str, str]:
    """Columns of an address in a report of a Japanese Salesforce: 都道府県(郵送先)."""
    return _address("", label, [f"{part}({what})" for part in _SALESFORCE_JA])


_PEOPLE_JA = {
    **dict.fromkeys(("取引先責任者 ID", "取引先責任者 所有者", "取引先 ID", "氏名"), ""),
    "アシスタント名": "", "アシスタント電話": "",
    "姓": "family_name", "名": "given_name", "敬称": "name_prefix", "取引先名": "company", "役職": "job_title",
    "部署": "department", "誕生日": "birth_on", "メール": "emails", "電話": "phones", "携帯": "phones:mobile",
    "携帯電話": "phones:mobile", "自宅電話": "phones:home", "その他の電話": "phones:other", "Fax": "phones:fax",
    "リードソース": "tags", "説明": "about", "取引先責任者 説明": "about",
}  # fmt: skip
_FIRMS_JA = {
    **dict.fromkeys(("取引先 ID", "取引先 所有者", "取引先番号", "年間売上"), ""), "取引先名": "name", "電話": "phones",
    "取引先 電話": "phones", "Fax": "phones:fax", "取引先 Fax": "phones:fax", "Web サイト": "website",
    "従業員数": "employees", "業種": "tags", "種別": "tags", "取引先 種別": "tags", "親取引先": "parent",
    "説明": "about", "取引先 説明": "about",
}  # fmt: skip
_FIRMS = {name: target for name, target in _LEFT_OUT.items() if name != "Name"} | {
    "Name": "name", "Account Name": "name", "Company name": "name", "Phone": "phones",
    "Phone Number": "phones", "Fax": "phones:fax", "Website": "website", "Website URL": "website",
    "Company Domain Name": "domain", "Employees": "employees", "NumberOfEmployees": "employees",
    "Number of Employees": "employees", "Annual Revenue": "", "AnnualRevenue": "", "Industry": "tags",
    "Type": "tags", "Account Type": "tags", "Tag": "tags", "Lifecycle Stage": "tags", "Description": "about",
    "Parent Account": "parent", "ParentId": "",
}  # fmt: skip


@register
class Contacts(Resource):
    model = Contact
    purpose = _("The people you deal with: who they are, how to reach them, and all that happened with them")
    icon = "users"
    group = "customers"
    is_person = True
    mergeable = True
    furthest = {"stage": ("subscriber", "lead", "prospect", "former", "lapsed", "customer", "regular")}
    title = "name"
    composites = (
        ContactName("name", _("name")),
        Language("language", _("language"), choices=choices.language_choices()),
        Language("culture", _("name culture"), choices=choices.language_choices()),
        InTerritory(),
    )
    exclude = ("email", "phone")
    columns = ("name", "company", "stage", "tags", "city", "owner", "last_touch_at", "updated_at")
    facts = ("owner", "stage", "source", "preferred_channel", "purchase_frequency")
    board_by = "stage"
    subtitle = ("job_title", "company", "city")
    search = ("name", "family_reading", "given_reading", "emails", "phones", "handles")
    match_keys = ("emails", "phones")
    compared = {"birth_on": "born", "addresses": "place", "company": "group"}
    import_names = {
        "company": ("company", "company name", "organization", "organization name", "organisation", "account name",
                    "employer", "会社", "会社名", "勤務先", "勤務先名", "企業名", "法人名", "所属", "所属会社",
                    "取引先名", "会社・団体名", "회사", "회사명", "직장", "직장명", "소속", "업체명",
                    "거래처명", *_FIRM_EUROPE),
        "company.domain": ("company domain", "company domain name", "会社ドメイン", "회사 도메인"),
        "company.website": ("website", "web page", "website url", "company website", "url", "ホームページ",
                            "홈페이지"),
        "job_title": ("title", "job title", "position", "role", "organization title", "役職", "役職名", "肩書",
                      "肩書き", "職位", "직책", "직위", "직함", "직급", "fonction", "poste", "berufsbezeichnung",
                      "cargo", "puesto", "função", "qualifica", "functie", "stanowisko", "должность"),
        "name_prefix": ("title",),
        "department": ("department", "division", "organization department", "部署", "部署名", "所属部署", "部門",
                       "부서", "부서명", "abteilung", "service", "departamento", "reparto", "afdeling", "dział",
                       "отдел"),
        "birth_on": ("birthday", "birthdate", "birth date", "date of birth", "dob", "誕生日", "生年月日", "생일",
                     "생년월일", "geburtstag", "geburtsdatum", "date de naissance", "cumpleaños",
                     "fecha de nacimiento", "data di nascita", "data de nascimento", "geboortedatum",
                     "data urodzenia", "день рождения", "дата рождения"),
        "gender": ("gender", "sex", "性別", "성별", "geschlecht", "sexe", "sexo", "sesso", "geslacht", "płeć", "пол"),
        "gender=female": ("f", "w", "woman", "女", "여", "여자", "weiblich", "femme", "mujer", "femenino", "donna",
                          "femmina", "feminino", "vrouw", "kobieta", "ж", "жен", "женский"),
        "gender=male": ("m", "man", "男", "남", "남자", "männlich", "homme", "hombre", "masculino", "uomo", "maschio",
                        "mężczyzna", "м", "муж", "мужской"),
        "occupation": ("occupation", "profession", "職業", "직업", "beruf", "profesión", "professione", "profissão",
                       "beroep", "zawód", "профессия"),
        "about": ("notes", "note", "memo", "comments", "remarks", "description", "備考", "メモ", "コメント",
                  "ノート", "비고", "메모", "참고", "bemerkungen", "remarques", *_NOTES_EUROPE),
        "tags": ("tags", "labels", "categories", "groups", "group membership", "タグ", "分類", "分類項目",
                 "グループ", "カテゴリ", "태그", "분류", "그룹", "범주", "kategorien"),
        "stage": ("lifecycle stage", "life cycle stage", "ライフサイクルステージ", "라이프사이클 단계"),
        "source": ("lead source", "original source", "リードソース", "流入元", "獲得経路", "유입 경로"),
        "language": ("preferred language", "言語", "언어", "sprache", "langue", "idioma", "lingua", "taal", "język",
                     "язык"),
        "hobbies": ("hobby", "趣味", "취미"),
        "handles:line": ("line id", "ラインid"),
    }  # fmt: skip
    known_exports = (
        KnownExport("HubSpot", [("Record ID", "Record ID - Contact"), ("First Name", "Email"), _HUBSPOT_SIGNS],
                    _PEOPLE | _address("", "work", _HUBSPOT)),
        KnownExport("Zoho CRM", [("Record Id", "Contact Id"), ("Mailing Zip", "Mailing Street")],
                    _PEOPLE | _address("Mailing", "work", _ZOHO_LABELS) | _address("Other", "other", _ZOHO_LABELS)),
        KnownExport("Salesforce", [("LastName",), ("MailingStreet", "AccountId", "MailingPostalCode")],
                    _PEOPLE | _address("Mailing", "work", _SALESFORCE) | _address("Other", "other", _SALESFORCE)),
        KnownExport("Salesforce", [("Mailing Zip/Postal Code", "Mailing State/Province"), ("Last Name",)],
                    _PEOPLE | _address("Mailing", "work", _SALESFORCE_LABELS)
                    | _address("Other", "other", _SALESFORCE_LABELS)),
        KnownExport("Salesforce", [("町名・番地(郵送先)", "都道府県(郵送先)", "郵便番号(郵送先)"), ("姓",)],
                    _PEOPLE_JA | _address_ja("郵送先", "work") | _address_ja("その他", "other")),
    )  # fmt: skip
    card_fields = {"ORG": "company", "UNIT": "department", "TITLE": "job_title", "BDAY": "birth_on", "GENDER": "gender",
                   "LANG": "language", "CATEGORIES": "tags", "NOTE": "about"}  # fmt: skip
    sections = (
        Section(_("Name"), "family_name", "given_name", "family_reading", "given_reading", "middle_name",
                "name_prefix", "name_suffix", "culture"),
        Section(_("Reach"), "emails", "phones", "handles", "addresses", "position", "preferred_channel", "language",
                "time_zone"),
        Section(_("Work"), "company", "job_title", "department"),
        Section(_("With us"), "stage", "source", "owner", "territory", "tags", "share_of_wallet", "purchase_frequency"),
        Section(_("Person"), "birth_on", "gender", "household", "family_structure", "household_size", "occupation",
                "income_band", "lifestyle", "personality"),
        Section(_("Taste"), "interests", "hobbies", "likes", "dislikes", "sizes", "about"),
    )  # fmt: skip
    actions = (services.form_household,)


@register
class Companies(Resource):
    model = Company
    plural = "companies"
    purpose = _("The firms your contacts work for, and what you do with them")
    icon = "building"
    group = "customers"
    mergeable = True
    reading = "reading"
    composites = (Domain("domain", _("domain"), max_length=253, key=True), InTerritory())
    exclude = ("email", "phone")
    columns = ("name", "industry", "city", "employees", "tags", "owner", "last_touch_at", "updated_at")
    facts = ("owner", "industry", "employees", "revenue", "parent")
    board_by = "industry"
    panel_labels = {"parent": _("Subsidiaries")}
    subtitle = ("industry", "city")
    search = ("name", "reading", "domain", "emails", "phones")
    match_keys = ("domain", "name")
    compared = {"addresses": "place"}
    import_names = {
        "name": ("company", "company name", "account name", "organization", "organization name", "organisation",
                 "会社", "会社名", "企業名", "法人名", "取引先", "取引先名", "団体名", "社名", "회사", "회사명",
                 "업체명", "거래처", "거래처명", "법인명", "상호", *_FIRM_EUROPE),
        "reading": ("フリガナ", "会社名カナ", "会社名フリガナ", "社名カナ", "取引先名カナ", "カナ", "よみ"),
        "domain": ("domain", "company domain name", "website domain", "ドメイン", "도메인"),
        "website": ("website", "web page", "url", "website url", "homepage", "ホームページ", "サイト", "홈페이지",
                    "webseite", "site web", "sitio web", "sito web", "strona www", "сайт"),
        "industry": ("industry", "sector", "業種", "業界", "업종", "산업", "branche", "secteur", "settore", "setor",
                     "branża", "отрасль"),
        "employees": ("employees", "number of employees", "従業員数", "社員数", "종업원수", "직원수", "직원 수",
                      "mitarbeiter", "effectif", "empleados", "dipendenti", "funcionários", "medewerkers",
                      "pracownicy", "сотрудники"),
        "revenue": ("annual revenue", "revenue", "年商", "年間売上", "売上高", "매출", "연매출", "매출액", "umsatz"),
        "parent": ("parent account", "parent company", "親会社", "親取引先", "모회사"),
        "about": ("notes", "note", "memo", "comments", "remarks", "description", "備考", "メモ", "비고", "메모",
                  *_NOTES_EUROPE),
        "tags": ("tags", "labels", "categories", "タグ", "分類", "カテゴリ", "태그", "분류"),
    }  # fmt: skip
    known_exports = (
        KnownExport("HubSpot", [("Record ID", "Record ID - Company"), ("Company name", "Company owner"),
                                ("Company Domain Name", "Create Date")], _FIRMS | _address("", "work", _HUBSPOT)),
        KnownExport("Zoho CRM", [("Billing Code", "Shipping Code"), ("Account Name",)],
                    _FIRMS | _address("Billing", "work", _ZOHO_ACCOUNTS)
                    | _address("Shipping", "other", _ZOHO_ACCOUNTS)),
        KnownExport("Salesforce", [("Name",), ("BillingStreet", "BillingCity", "BillingPostalCode")],
                    _FIRMS | _address("Billing", "work", _SALESFORCE) | _address("Shipping", "other", _SALESFORCE)),
        KnownExport("Salesforce", [("Account Name",), ("Billing Zip/Postal Code", "Billing State/Province")],
                    _FIRMS | _address("Billing", "work", _SALESFORCE_LABELS)
                    | _address("Shipping", "other", _SALESFORCE_LABELS)),
        KnownExport("Salesforce", [("取引先名",), ("町名・番地(請求先)", "都道府県(請求先)", "郵便番号(請求先)")],
                    _FIRMS_JA | _address_ja("請求先", "work") | _address_ja("納入先", "other")),
    )  # fmt: skip
    card_fields = {"URL": "website", "CATEGORIES": "tags", "NOTE": "about"}
    sections = (
        Section(_("Company"), "name", "reading", "industry", "employees", "revenue", "parent"),
        Section(_("Reach"), "website", "domain", "emails", "phones", "addresses", "position"),
        Section(_("With us"), "owner", "territory", "tags", "about"),
    )


@register
class Households(Resource):
    model = Household
    purpose = _("Who lives together, so that a family is one customer and gets one letter")
    icon = "home-heart"
    group = "customers"
    mergeable = True
    columns = ("name", "owner", "updated_at")
    search = ("name",)
    sections = (Section(_("Household"), "name", "addresses", "position", "owner"),)


@register
class Relationships(Resource):
    model = Relationship
    purpose = _("How people and firms belong together: family, colleagues, who introduced whom")
    icon = "arrows-left-right"
    group = "customers"
    title = "tie"
    composites = (Tie("tie", _("relationship")), Inverse("inverse", _("other way round")))
    sort = "-updated_at"
    columns = ("tie", "roles", "since_on", "from_contact", "kind", "inverse", "to_contact", "to_company")
    facts = ("kind", "inverse", "since_on", "until_on")
    sections = (
        Section(_("Relationship"), "from_contact", "kind", "to_contact", "to_company", "roles"),
        Section(_("Time"), "since_on", "until_on", "owner"),
    )
