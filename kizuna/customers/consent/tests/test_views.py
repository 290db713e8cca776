"""What stands beside a contact, and looking an address up."""

import datetime as dt

from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Standing, Suppression


def test_the_panel_tells_what_holds_and_lets_one_record_more(haruto, victor, yoko, say, visit, marketing) -> None:
    assert (
        "They have said nothing about being contacted yet."
        in visit(haruto).get(f"/contacts/{yoko.pk}/panels").content.decode()
    )
    say(yoko, "granted")
    page = visit(haruto).get(f"/contacts/{yoko.pk}/panels").content.decode()
    assert "Marketing · E-mail" in page
    assert f"/contacts/{yoko.pk}/actions/withdraw_consent" in page
    assert "record_consent" not in visit(victor).get(f"/contacts/{yoko.pk}/panels").content.decode()

    form = visit(haruto).ask(f"/contacts/{yoko.pk}/actions/withdraw_consent").content.decode()
    assert "Purpose (empty: all)" in form
    given = {"purpose": marketing.pk, "channel": "email", "source": "phone", "note": "Called."}
    visit(haruto).send(f"/contacts/{yoko.pk}/actions/withdraw_consent", at=f"/contacts/{yoko.pk}", **given)
    assert Standing.objects.get().state == "withdrawn"


def test_the_panel_says_since_which_day_where_its_reader_is(haruto, yoko, visit) -> None:
    haruto.time_zone = "Asia/Tokyo"
    haruto.save(update_fields=["time_zone"])
    purpose = queries.purpose_named("marketing")
    at = dt.datetime(2025, 3, 9, 15, 30, tzinfo=dt.UTC)  # the tenth in Tokyo
    services.keep(by=haruto, contact_id=yoko.pk, purpose=purpose, channel="email", state="granted", source="phone",
                  happened_at=at)  # fmt: skip
    assert "Since 10 Mar 2025" in visit(haruto).get(f"/contacts/{yoko.pk}/panels").content.decode()


def test_what_is_only_shown_as_tags_offers_none(haruto, yoko, visit) -> None:
    assert visit(haruto).ask("/contacts/tags/marketing_by").status_code == 200


def test_many_are_withdrawn_at_once(haruto, yoko, minseo, say, visit) -> None:
    for one in (yoko, minseo):
        say(one, "granted")
    visit(haruto).post(
        "/contacts/bulk/actions/withdraw_consent", ids=[yoko.pk, minseo.pk], purpose="", channel="email", source="phone"
    )
    granted = Standing.objects.filter(channel="email", state="granted").count()
    assert granted == 0


def test_an_address_is_looked_up_and_put_on_the_list(mika, haruto, yoko, visit) -> None:
    path = "/suppression-check"
    assert visit(haruto).get(path).status_code == 403
    asked = {"address": "YOKO@aoba.example", "channel": "email"}
    assert "This address is not suppressed." in visit(mika).post(path, **asked).content.decode()
    assert visit(mika).post(path, add="1", reason="by_hand", **asked).status_code == 422
    answer = visit(mika).post(path, add="1", reason="by_hand", note="Asked on the phone", **asked).content.decode()
    assert "This address is suppressed." in answer
    row = Suppression.objects.get()
    assert "E-mail: Entered by hand" in visit(mika).get(f"/contacts/{yoko.pk}/panels").content.decode()
    assert visit(mika).get(f"/suppressions/{row.pk}").status_code == 200
    assert visit(mika).get("/suppressions").status_code == 200
    visit(mika).send(f"/suppressions/{row.pk}/actions/lift_suppression", why="A mistake.")
    row.refresh_from_db()
    assert row.lifted_why == "A mistake."


def test_purposes_and_packs_are_kept_by_administrators(alice, mika, yoko, say, visit) -> None:
    say(yoko, "granted")
    for path in ("/purposes", "/policypacks", "/wordings", "/consents"):
        assert visit(alice).get(path).status_code == 200
    assert visit(mika).get("/purposes/new").status_code == 403
    assert visit(alice).get("/purposes/new").status_code == 200


def test_a_page_says_on_which_channels_somebody_may_be_contacted_and_why_not(haruto, carol, yoko, say, visit) -> None:
    say(yoko, "granted")
    say(yoko, "withdrawn", purpose="newsletter")
    page = visit(haruto).get(f"/contacts/{yoko.pk}/may-contact")
    by_channel = {channel["label"]: channel["cells"] for channel in page.context["channels"]}
    at = {title: place for place, title in enumerate(page.context["purposes"])}
    mail, letter, text = by_channel["E-mail"], by_channel["Post"], by_channel["Text message"]
    assert mail[at["Marketing"]]["badge"]["text"] == "Yes"
    assert mail[at["Newsletter"]]["why"] == ["Consent was withdrawn."]
    assert letter[at["Marketing"]]["badge"]["text"] == "Yes"
    assert letter[at["Newsletter"]] is None
    assert text[at["Marketing"]]["why"] == ["There is no address for this channel.", "There is no consent."]
    assert f"/contacts/{yoko.pk}/may-contact" in visit(haruto).get(f"/contacts/{yoko.pk}/panels").content.decode()
    assert visit(carol).get(f"/contacts/{yoko.pk}/may-contact").status_code == 404


def test_the_form_tells_of_an_address_that_was_erased_and_takes_it(mika, yoko, visit) -> None:
    services.put_on(by=mika, way=queries.channel_named("email"), address="gone@aoba.example", reason="erased")
    visitor = visit(mika)
    given = {"emails.present": "1", "emails.0.value": "Gone@aoba.example", "emails.0.label": "work"}
    answer = visitor.post("/contacts/new", family_name="Ito", **given)
    assert "was erased on request" in visitor.get(answer["Location"]).content.decode()
    answer = visitor.post("/contacts/new", family_name="Sato")
    assert "was erased on request" not in visitor.get(answer["Location"]).content.decode()


def test_a_purpose_without_channels_is_offered_on_all(mika, visit) -> None:
    page = visit(mika).get("/purposes").content.decode()
    assert "All channels" in page
    assert "No channels offered" not in page
