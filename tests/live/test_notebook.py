"""`poll` as a lecturer writes it, with the shipped exercises."""

import pytest

import helseledelse
from helseledelse.exercises.bank import bank
from helseledelse.live.rules import fits


def test_a_shipped_exercise_gives_the_link_to_the_page_that_opens_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/foreleser/")
    door = helseledelse.poll("nl6-icer")
    assert door.title == bank()["nl6-icer"].title.nb
    assert door.address == "/user/foreleser/helseledelse/rom?oppgave=nl6-icer"
    assert 'href="/user/foreleser/helseledelse/rom?oppgave=nl6-icer"' in door._repr_html_()


def test_what_cannot_be_shown_is_a_sentence() -> None:
    misspelt = helseledelse.poll("nl6-iser")
    assert misspelt.address == ""
    assert "nl6-icer" in misspelt.sentence
    alone = next(name for name in bank() if not fits(bank()[name]))
    assert helseledelse.poll(alone).sentence == (
        "Denne oppgaven er laget for å skrives alene og kan ikke vises i rommet."
    )
