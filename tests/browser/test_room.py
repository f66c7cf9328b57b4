"""A whole round of peer instruction: one lecturer and three phones in Chromium."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

GONE = r"Failed to (load|fetch)|ERR_|net::"


@pytest.fixture(scope="module")
def served(serve_once: Any) -> Any:
    """One server for all tests: a room of each, beside one another."""
    return serve_once()


def accessible(page: Page) -> None:
    assert violations(page) == []
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{wide} px wider than the screen"


def fits_at_twice_the_text_size(phone: Page) -> None:
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = phone.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{wide} px wider than the phone"
    # Nor is anything cut off inside, but by a table of its own that scrolls.
    cut = """[...document.querySelectorAll("main *")].filter((each) =>
      each.offsetParent && getComputedStyle(each).overflowX === "hidden"
      && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1).length"""
    assert phone.evaluate(cut) == 0
    phone.evaluate("document.documentElement.style.fontSize = ''")


def look(page: Page, name: str) -> None:
    """Leave a picture where somebody has asked for pictures to look at."""
    folder = os.environ.get("HELSELEDELSE_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def choose_exercise(page: Page, served: Any, exercise: str) -> None:
    page.goto(served.opened)
    page.get_by_role("link", name="vise en oppgave i rommet").click()
    page.get_by_label("Oppgave").select_option(exercise)


def open_room(page: Page, served: Any, exercise: str) -> str:
    choose_exercise(page, served, exercise)
    page.get_by_role("button", name=re.compile("Åpne (rommet|et nytt rom)")).click()
    page.wait_for_selector("html[data-ready]")
    return page.locator(".stage-code").inner_text()


def join(new_page: Any, served: Any, code: str, **options: Any) -> Page:
    page: Page = new_page(width=360, height=740, has_touch=True, **options)
    page.goto(f"{served.address}/rom/inn")
    page.get_by_role("textbox").fill(code.lower())
    page.get_by_role("button", name="Bli med").click()
    page.wait_for_selector("html[data-ready]")
    return page


def choose(phone: Page, option: str) -> None:
    phone.get_by_label(option).check()
    expect(phone.locator(".hl-state")).to_have_text("Takk! Svaret er lagret.")


def test_a_round_of_peer_instruction(served: Any, new_page: Any) -> None:
    stage = new_page()
    choose_exercise(stage, served, "p1-valg")
    accessible(stage)
    code = open_room(stage, served, "p1-valg")
    phones = [join(new_page, served, code) for _ in range(2)]
    phones.append(join(new_page, served, code, expected=GONE))
    expect(stage.get_by_text("3 inne")).to_be_visible()
    accessible(stage)
    look(stage, "scene-1-spørsmål")
    expect(phones[0].get_by_text("Avstemningen åpner snart")).to_be_visible()
    expect(phones[0].get_by_label("Det første")).to_be_disabled()
    accessible(phones[0])

    stage.keyboard.press("a")
    expect(phones[0].get_by_label("Det første")).to_be_enabled()
    choose(phones[0], "Det første")
    choose(phones[0], "Det andre")  # changed before it is locked
    choose(phones[1], "Det første")
    accessible(phones[0])
    fits_at_twice_the_text_size(phones[0])
    look(phones[0], "telefon-1-stemme")
    # A phone without a network keeps its answer and sends it once the network is back.
    phones[2].context.set_offline(True)
    phones[2].get_by_label("Det andre").check()
    expect(phones[2].locator(".hl-state")).to_contain_text("Får ikke lagret nå")
    expect(stage.get_by_text("2 har svart")).to_be_visible()
    phones[2].context.set_offline(False)
    expect(phones[2].locator(".hl-state")).to_have_text("Takk! Svaret er lagret.")
    expect(stage.get_by_text("3 har svart")).to_be_visible()
    phones[0].reload()
    expect(phones[0].get_by_label("Det andre")).to_be_checked()

    stage.get_by_role("button", name="Lås").click()
    expect(phones[0].get_by_label("Det andre")).to_be_disabled()
    said_aloud = phones[0].get_by_role("status")
    expect(said_aloud.filter(has_text="Avstemningen er låst.")).to_be_visible()
    phones[0].reload()  # a phone that lay locked in a pocket
    expect(phones[0].get_by_label("Det andre")).to_be_checked()
    expect(phones[0].get_by_label("Det andre")).to_be_disabled()
    expect(stage.get_by_role("button", name="Diskuter")).to_be_visible()
    accessible(stage)
    look(stage, "scene-2-låst")
    stage.keyboard.press("d")
    expect(stage.get_by_role("timer")).to_have_text(re.compile(r"[23]:\d\d"))
    expect(phones[1].get_by_role("timer")).to_have_text(re.compile(r"[23]:\d\d"))
    accessible(stage)
    look(stage, "scene-3-diskuter")
    look(phones[1], "telefon-diskuter")
    stage.keyboard.press("s")
    for phone in phones:
        expect(phone.get_by_role("status").filter(has_text="Stem én gang til")).to_be_visible()
        expect(phone.get_by_role("timer")).to_be_hidden()
        expect(phone.get_by_role("radio", checked=True)).to_have_count(0)
    choose(phones[0], "Det første")
    choose(phones[1], "Det første")
    choose(phones[2], "Det andre")
    expect(stage.get_by_text("3 har svart")).to_be_visible()

    stage.keyboard.press("v")
    said = "Først svarte 1 av 3 riktig, så 2 av 3. 1 byttet til riktig svar."
    expect(stage.get_by_text(said)).to_be_visible()
    expect(phones[1].get_by_text(said)).to_be_visible()
    accessible(stage)
    look(stage, "scene-4-vis-begge")
    stage.keyboard.press("f")
    expect(stage.get_by_text("Nei, det er det ikke.")).to_be_visible()
    expect(phones[1].get_by_text("Nei, det er det ikke.")).to_be_visible()
    accessible(stage)
    accessible(phones[1])
    look(stage, "scene-5-forklaring")
    look(phones[1], "telefon-2-forklaring")
    stage.set_viewport_size({"width": 360, "height": 740})
    accessible(stage)
    look(stage, "scene-6-smal")

    stage.on("dialog", lambda dialog: dialog.accept())
    stage.get_by_text("Mer", exact=True).click()
    stage.get_by_role("button", name="Avslutt rommet for alle").click()
    expect(phones[1].get_by_text("Rommet er stengt")).to_be_visible()


def test_a_phone_comes_back_to_a_server_that_was_killed(serve: Any, new_page: Any) -> None:
    served = serve()
    stage = new_page(expected=GONE)
    code = open_room(stage, served, "p1-valg")
    phone = new_page(width=360, expected=f"{GONE}|WebSocket")
    posted: list[str] = []
    phone.on("request", lambda request: posted.append(request.url))
    with phone.expect_websocket() as opened:
        phone.goto(f"{served.address}/rom/{code}")
    assert opened.value.url.endswith(f"/rom/{code}/samtale")
    stage.keyboard.press("a")
    expect(phone.get_by_text("Avstemningen er åpen")).to_be_visible()
    choose(phone, "Det første")
    expect(stage.get_by_text("1 har svart")).to_be_visible()
    assert not any("/stem" in address or "/hendelser" in address for address in posted)
    served.kill()
    expect(phone.get_by_text("Telefonen har mistet forbindelsen")).to_be_visible()
    phone.get_by_label("Det andre").check()
    expect(phone.locator(".hl-state")).to_contain_text("Får ikke lagret nå")
    again = serve(port=served.port).log_in()
    expect(phone.locator(".hl-state")).to_have_text("Takk! Svaret er lagret.", timeout=30_000)
    expect(phone.get_by_text("Telefonen har mistet forbindelsen")).to_be_hidden(timeout=30_000)
    for step in ("locked", "both"):
        both = again.send(f"/rom/{code}/scene/steg", {"step": step}).json()
        expect(phone.locator(f"body[data-state={step}]")).to_be_visible()
    assert [row["counts"] for row in both["results"]["tables"][0]["rows"]] == [[0], [1]]


def test_a_phone_whose_socket_is_blocked_follows_and_posts(served: Any, new_page: Any) -> None:
    stage = new_page()
    code = open_room(stage, served, "p1-valg")
    phone = new_page(width=360)
    phone.route_web_socket(re.compile("/samtale"), lambda socket: socket.close())
    phone.goto(f"{served.address}/rom/{code}")
    expect(stage.get_by_text("1 inne")).to_be_visible()
    expect(phone.get_by_label("Det første")).to_be_disabled()
    expect(phone.get_by_text("Svaret lagres av seg selv")).to_be_hidden()
    stage.keyboard.press("a")
    expect(phone.get_by_text("Svaret lagres av seg selv")).to_be_visible()
    with phone.expect_request("**/stem"):
        choose(phone, "Det første")
    expect(stage.get_by_text("1 har svart")).to_be_visible()
    expect(phone.get_by_text("Telefonen har mistet forbindelsen")).to_be_hidden()
    stage.keyboard.press("l")
    expect(phone.get_by_text("Avstemningen er låst.")).to_be_visible()


@pytest.mark.parametrize(
    ("exercise", "answered"),
    [
        ("p1-flere", lambda phone: phone.get_by_label("To").check()),
        ("p1-tall", lambda phone: phone.get_by_role("textbox").fill("12")),
        ("p1-sorter", lambda phone: phone.get_by_role("radio").first.check()),
        ("p1-rekke", lambda phone: phone.get_by_role("button").nth(1).click()),
        ("p1-skala", lambda phone: phone.get_by_role("radio").nth(2).check()),
        ("p1-plass", None),
        (
            "p1-prikker",
            lambda phone: phone.get_by_role("button", name="Sett en prikk: Ett tiltak").click(),
        ),
    ],
)
def test_every_kind_is_answered_on_a_phone(
    served: Any, new_page: Any, exercise: str, answered: Any
) -> None:
    stage = new_page()
    code = open_room(stage, served, exercise)
    phone = join(new_page, served, code)
    stage.keyboard.press("a")
    expect(phone.get_by_text("Avstemningen er åpen")).to_be_visible()
    if exercise == "p1-prikker":  # what there is to choose among is on the stage too
        expect(stage.get_by_role("listitem").filter(has_text="Ett tiltak")).to_be_visible()
    if answered:
        answered(phone)
        expect(phone.locator(".hl-state")).to_have_text("Takk! Svaret er lagret.")
        expect(stage.get_by_text("1 har svart")).to_be_visible()
    accessible(phone)
    fits_at_twice_the_text_size(phone)
    look(phone, f"telefon-{exercise}")
    stage.keyboard.press("l")
    expect(phone.get_by_text("Avstemningen er låst")).to_be_visible()
    stage.keyboard.press("v")
    expect(phone.get_by_role("heading", name="Svarene fra rommet")).to_be_visible()
    stage.keyboard.press("f")
    expect(stage.get_by_text("Svarene er vist og forklart")).to_be_visible()
    accessible(phone)
    fits_at_twice_the_text_size(phone)
    accessible(stage)
    look(stage, f"scene-{exercise}")


def test_short_texts_are_read_by_keyboard_before_the_room_sees_them(
    served: Any, new_page: Any
) -> None:
    stage = new_page()
    code = open_room(stage, served, "p1-kort")
    phones = [join(new_page, served, code) for _ in range(2)]
    stage.keyboard.press("a")
    for phone, text in zip(phones, ["Mer tid til å lede", "Stygt ord"], strict=True):
        expect(phone.get_by_text("Avstemningen er åpen")).to_be_visible()
        phone.get_by_role("textbox").fill(text)
        expect(phone.locator(".hl-state")).to_have_text("Takk! Svaret er lagret.")
    expect(stage.get_by_text("2 har svart")).to_be_visible()
    stage.keyboard.press("l")
    expect(stage.get_by_text("på din egen skjerm")).to_be_visible()
    stage.keyboard.press("v")
    expect(stage.get_by_text("Ingen svar er sluppet fram ennå.")).to_be_visible()
    accessible(stage)

    reader = new_page(width=360, height=740)
    reader.goto(served.opened)
    reader.goto(f"{served.address}/rom/{code}/vegg")
    reader.wait_for_selector("html[data-ready]")
    accessible(reader)
    look(reader, "vegg-1-ulest")
    reader.get_by_role("button", name="Vis: Mer tid til å lede").focus()
    reader.keyboard.press("v")
    expect(reader.get_by_role("button", name="Vis: Stygt ord")).to_be_focused()
    reader.keyboard.press("s")
    expect(reader.get_by_role("heading", name="Ikke lest (0)")).to_be_focused()
    expect(reader.get_by_role("status")).to_have_text("«Stygt ord» er skjult.")
    accessible(reader)
    look(reader, "vegg-2-lest")
    for page, name in [(stage, "scene-vegg"), (phones[0], "telefon-vegg")]:
        expect(page.locator(".room-wall")).to_have_text("Mer tid til å lede")
        expect(page.get_by_role("row", name="lede 1")).to_be_visible()
        expect(page.get_by_text("Stygt", exact=False)).to_have_count(0)
        accessible(page)
        look(page, name)


@pytest.mark.parametrize("width", [360, 1280])
def test_groups_are_made_of_a_pasted_list(served: Any, new_page: Any, width: int) -> None:
    page = new_page(width=width)
    page.goto(served.opened)
    page.get_by_role("link", name="vise en oppgave i rommet").click()
    page.get_by_role("link", name="Lag grupper").click()
    accessible(page)
    lines = [f"Deltaker {n}\t{('lege', 'sykepleier')[n % 2]}\tBodø" for n in range(7)]
    page.get_by_label("Deltakerne").fill("\n".join(lines))
    page.get_by_role("button", name="Lag grupper").click()
    expect(page.get_by_role("heading", name="Gruppe 2")).to_be_visible()
    accessible(page)
    look(page, f"grupper-{width}")


def test_a_rehearsal_fills_the_room_and_says_so(served: Any, new_page: Any) -> None:
    stage = new_page()
    choose_exercise(stage, served, "p1-tall")
    accessible(stage)
    stage.get_by_role("button", name="Start en generalprøve").click()
    stage.wait_for_selector("html[data-ready]")
    expect(stage.get_by_text("54 inne")).to_be_visible()
    expect(stage.get_by_text("ingenting lagres")).to_be_visible()
    mark = "getComputedStyle(document.querySelector('.stage'), '::after').content"
    assert "PRØVE" in stage.evaluate(mark)
    code = stage.locator(".stage-code").inner_text()
    phone = join(new_page, served, code)
    expect(phone.get_by_text("Generalprøve")).to_be_visible()
    accessible(phone)
    look(phone, "prøve-telefon")
    stage.keyboard.press("a")
    expect(stage.get_by_text("54 har svart")).to_be_visible(timeout=30_000)
    stage.keyboard.press("l")
    expect(stage.get_by_role("button", name="Diskuter")).to_be_visible()
    accessible(stage)
    stage.keyboard.press("d")
    expect(stage.get_by_role("timer")).to_be_visible()
    stage.keyboard.press("s")
    expect(stage.get_by_text("0 har svart")).to_be_visible()
    expect(stage.get_by_text("54 har svart")).to_be_visible(timeout=30_000)
    stage.keyboard.press("v")
    said = re.compile(r"Først svarte \d+ av 54 riktig, så \d+ av 54")
    expect(stage.get_by_text(said)).to_be_visible()
    expect(stage.locator(".room-column").first).to_be_visible()
    expect(stage.locator(".room-key")).to_have_count(0)
    accessible(stage)
    stage.keyboard.press("f")
    expect(stage.locator(".room-key")).to_have_text(re.compile(r"Fasit: 200\s000\skr"))
    accessible(stage)
    look(stage, "prøve-scene")
    stage.set_viewport_size({"width": 360, "height": 740})
    accessible(stage)
    look(stage, "prøve-scene-360")


def test_the_report_of_a_room_with_tickets_and_parked_questions(served: Any, new_page: Any) -> None:
    stage = new_page()
    code = open_room(stage, served, "p1-valg")
    phone = join(new_page, served, code, expected=r"status of 409")
    stage.keyboard.press("a")
    choose(phone, "Det første")
    for key, state in [("l", "locked"), ("v", "both"), ("f", "explained")]:
        stage.keyboard.press(key)
        expect(phone.locator(f"body[data-state={state}]")).to_be_visible()
    phone.get_by_label("Hva prøver du før neste gang?").fill("Ringe 01010112377")
    phone.get_by_role("button", name="Send lappen").click()
    expect(phone.get_by_text("fødselsnummer")).to_be_visible()
    accessible(phone)
    phone.get_by_label("Hva prøver du før neste gang?").fill("Spørre én gang til <b>")
    phone.get_by_role("button", name="Send lappen").click()
    expect(phone.get_by_text("Lappen er sendt uten navn")).to_be_visible()
    look(phone, "lapp-telefon")
    stage.on("dialog", lambda dialog: dialog.accept())
    stage.get_by_text("Mer", exact=True).click()
    accessible(stage)
    stage.get_by_role("button", name="Avslutt rommet").click()
    expect(stage.get_by_role("heading", name="Referater")).to_be_visible()
    accessible(stage)
    stage.get_by_role("link", name="Referat fra").first.click()
    expect(stage.get_by_text("Enkeltsvarene er slettet")).to_be_visible()
    expect(stage.get_by_text("Spørre én gang til <b>")).to_be_visible()
    stage.get_by_label("Spørsmål dere kommer tilbake til").fill("Hva med natten?")
    stage.get_by_role("button", name="Lagre spørsmålene").click()
    expect(stage.get_by_label("Spørsmål dere kommer tilbake til")).to_have_value("Hva med natten?")
    accessible(stage)
    look(stage, "referat")
    with stage.expect_download() as got:
        stage.get_by_role("link", name="Last ned til regneark").click()
    assert "Hva med natten?" in Path(got.value.path()).read_text(encoding="utf-8-sig")
    with stage.expect_download() as got:
        stage.get_by_role("link", name="Last ned til Word").click()
    assert Path(got.value.path()).read_bytes()[:2] == b"PK"
    stage.set_viewport_size({"width": 360, "height": 740})
    accessible(stage)
    look(stage, "referat-360")


def test_one_code_for_the_whole_session(served: Any, new_page: Any) -> None:
    stage = new_page()
    code = open_room(stage, served, "p1-valg")
    phone = join(new_page, served, code)
    stage.keyboard.press("a")
    choose(phone, "Det første")
    for key, said in [("l", "låst"), ("v", "Svarene er vist.")]:
        stage.keyboard.press(key)
        expect(stage.locator("[data-state-words]")).to_contain_text(said)
    lecturer = new_page(context=stage.context)
    lecturer.goto(f"{served.address}/rom?oppgave=p1-kort")
    accessible(lecturer)
    lecturer.get_by_role("button", name=f"Vis i rom {code}").click()
    # The phone and the stage that hangs on the wall follow by themselves.
    for page in (phone, stage):
        expect(page.get_by_role("textbox" if page is phone else "heading").first).to_be_visible()
        expect(page.get_by_role("heading", name="Svarene fra rommet")).to_have_count(0)
    expect(phone.get_by_text("Her er neste oppgave.")).to_be_visible()
    accessible(phone)
    look(phone, "telefon-neste")
    stage.keyboard.press("a")
    phone.get_by_role("textbox").fill("Mer tid")
    expect(phone.locator(".hl-state")).to_have_text("Takk! Svaret er lagret.")
    expect(stage.get_by_text("1 har svart")).to_be_visible()
    expect(stage.locator(".stage-code")).to_have_text(code)
    lecturer.goto(f"{served.address}/rom")
    lecturer.get_by_role("link", name="Referat fra").first.click()
    expect(lecturer.get_by_role("cell", name="1 av 1 (100\u00a0%)")).to_be_visible()
    accessible(lecturer)
    look(lecturer, "referat-økt")


def test_an_answer_goes_to_the_own_workbook_by_the_persons_own_hand(
    served: Any, serve: Any, new_page: Any
) -> None:
    own = serve()  # the participant's machine; the other is the lecturer's
    stage = new_page()
    code = open_room(stage, served, "p1-flere")
    phone = join(new_page, served, code)
    expect(phone.get_by_text("Ta svaret med deg")).to_be_hidden()
    stage.keyboard.press("a")
    phone.get_by_label("To").check()
    expect(phone.locator(".hl-state")).to_have_text("Takk! Svaret er lagret.")
    phone.get_by_text("Ta svaret med deg").click()
    line = phone.get_by_label("Svaret ditt som tekst")
    expect(line).to_have_value('p1-flere 1 ["b"]')
    expect(phone.get_by_role("link", name="Vis svaret i arbeidsboken min")).to_have_count(0)
    phone.get_by_role("button", name="Kopier teksten").click()
    expect(phone.get_by_text("Kopiert.")).to_be_visible()
    accessible(phone)
    look(phone, "ta-med-telefon")
    phone.reload()  # the phone was locked
    expect(line).to_have_value('p1-flere 1 ["b"]')

    page = new_page(width=360)
    page.goto(own.opened)
    page.get_by_role("link", name="Mine svar").click()
    page.get_by_role("link", name="Ta med svar fra rommet").click()
    accessible(page)
    look(page, "ta-med-1")
    page.get_by_label("Linjen under").fill(line.input_value())
    page.get_by_role("button", name="Vis svaret").click()
    expect(page.get_by_role("heading", name="Flere kan være riktige")).to_be_visible()
    look(page, "ta-med-2")
    page.get_by_role("button", name="Legg inn det valgte").click()
    expect(page.get_by_role("status")).to_have_text("Svaret er lagt i arbeidsboken.")
    # As from a hub, where the phone page leads here: what stands after # reaches no server.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(own.address)
    page.goto(f"{own.address}/ta-med#p1-flere 1 [%22a%22]")
    expect(page.get_by_role("heading", name="Svaret du har i arbeidsboken")).to_be_visible()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    assert page.url == f"{own.address}/ta-med"
    assert not any("p1-flere" in address.partition("#")[0] for address in asked)
    accessible(page)
    look(page, "ta-med-3")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Legg inn det valgte").click()
    page.get_by_role("link", name="Svaret står i arbeidsboken").click()
    expect(page.get_by_label("En", exact=True)).to_be_checked()


def test_the_lecturers_own_screen_leads_the_stage(served: Any, new_page: Any) -> None:
    plan = new_page()
    plan.goto(served.opened)
    plan.goto(f"{served.address}/kjoreplan/kurs/1-prove")
    plan.wait_for_selector("html[data-ready]")
    accessible(plan)
    look(plan, "kjøreplan-1")
    plan.get_by_text("Endre kjøreplanen").click()
    plan.get_by_label("Begynner kl.").fill("00.00")
    plan.get_by_label("Slutter kl.").fill("23.59")
    for minutes in plan.get_by_role("spinbutton").all():
        minutes.fill("240")  # more than a day has, so it is late at any hour
    plan.get_by_label("Kan utgå: Kort svar").check()
    accessible(plan)
    look(plan, "kjøreplan-2-endre")
    plan.get_by_role("button", name="Lagre kjøreplanen").click()
    expect(plan.get_by_text("for lang for tiden som er igjen")).to_be_visible()
    expect(plan.get_by_role("row", name="Kort svar")).to_contain_text("utgår")
    accessible(plan)
    look(plan, "kjøreplan-3-sent")
    plan.set_viewport_size({"width": 360, "height": 740})
    accessible(plan)
    look(plan, "kjøreplan-4-360")

    plan.set_viewport_size({"width": 1280, "height": 900})
    plan.get_by_role("button", name="Vis i rommet Blåbærsyltetøy på økt 3").click()
    stage = plan
    stage.wait_for_selector("html[data-ready]")
    stage.keyboard.press("?")
    expect(stage.get_by_role("dialog")).to_be_visible()
    accessible(stage)
    look(stage, "scene-tastene")
    stage.keyboard.press("Escape")
    expect(stage.get_by_role("dialog")).to_have_count(0)
    with stage.context.expect_page() as opened:
        stage.keyboard.press("t")
    notes = opened.value
    notes.wait_for_selector("html[data-ready]")
    expect(notes.get_by_text("Her står fasiten")).to_be_visible()
    accessible(notes)
    look(notes, "notater")

    # A class without phones: hands are counted, and the stage is the same.
    notes.keyboard.press("a")
    notes.get_by_label("Det første").fill("4")
    notes.get_by_label("Det andre").fill("5")
    notes.get_by_role("button", name="Før inn hendene").click()
    expect(notes.get_by_text("9 hender er ført inn")).to_be_visible()
    expect(stage.get_by_text("9 har svart")).to_be_visible()
    stage.keyboard.press("l")
    expect(stage.get_by_text("Rommet er delt")).to_be_visible()
    stage.keyboard.press("d")
    expect(stage.get_by_role("timer")).to_have_text(re.compile(r"[23]:\d\d"))
    stage.keyboard.press("+")
    expect(stage.get_by_role("timer")).to_have_text(re.compile(r"3:[1-5]\d|4:00"))
    stage.keyboard.press("s")
    expect(stage.get_by_text("0 har svart")).to_be_visible()  # the second vote is open
    expect(notes.get_by_label("Det første")).to_be_enabled()
    notes.get_by_label("Det første").fill("8")
    notes.get_by_label("Det andre").fill("1")
    notes.get_by_role("button", name="Før inn hendene").click()
    expect(stage.get_by_text("9 har svart")).to_be_visible()
    stage.keyboard.press("n")
    expect(stage.get_by_text("Svarene er ikke vist.")).to_be_visible()
    stage.keyboard.press("v")
    expect(stage.get_by_text("Først svarte 4 av 9 riktig, så 8 av 9.")).to_be_visible()
    accessible(stage)
    notes.set_viewport_size({"width": 360, "height": 740})
    accessible(notes)
    look(notes, "notater-360")
    stage.keyboard.press("n")
    expect(stage.locator("[data-title]")).not_to_have_text("Blåbærsyltetøy på økt 3")
    expect(notes.locator("[data-stage] h2").first).not_to_have_text("Blåbærsyltetøy på økt 3")
