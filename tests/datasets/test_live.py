"""Live tables against a server on this machine that speaks PxWebApi 2 and JSON-stat 2.0."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from threading import Event, Thread
from typing import Any

import pandas as pd
import pytest

from helseledelse import datasets
from helseledelse.datasets import live
from helseledelse.datasets.live import LiveError

AGES = [f"{age:03}" for age in range(105)] + ["105+"]
SEX = {"1": "M", "2": "K"}


class Bank:
    """Statistics Norway's table 07459 with the shipped figures, as PxWebApi 2 answers.

    ``spoil`` changes an answer before it is sent; ``status`` refuses with that number.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.spoil: Callable[[dict[str, Any]], object] = lambda document: document
        self.status = 200
        self.slow = Event()
        self.slow.set()
        self.people: dict[tuple[str, str, int], int] = {}
        shipped = {
            "0": datasets.population_norway(2026),
            "K-1860": datasets.population_vestvagoy(2026),
        }
        for region, table in shipped.items():
            for sex, age, count in table[["kjonn", "alder", "antall"]].to_numpy().tolist():
                self.people[region, sex, age] = count
        # All of a five-year group stand at its first age, where only groups are shipped.
        groups = datasets.population_municipality(2026)[["knr", "kjonn", "alder", "antall"]]
        for number, sex, group, count in groups.to_numpy().tolist():
            if number != "1860":
                self.people[f"K-{number}", sex, int(group[:2])] = count

    def answer(self, selection: list[dict[str, Any]]) -> tuple[int, object]:
        asked = {each["variableCode"]: each for each in selection}
        wanted = {name: each["valueCodes"] for name, each in asked.items()}
        if set(wanted) != {"Region", "Kjonn", "Alder", "ContentsCode", "Tid"}:
            return 400, {"title": "Missing selection for mandantory variable", "status": 400}
        harmonised = asked["Region"].get("codelist") == "agg_KommSummer"
        regions = {region for region, _, _ in self.people if (region != "0") == harmonised}
        if wanted["Region"] == ["*"]:
            wanted["Region"] = [*sorted(regions), "K-21-22"]  # Svalbard is on the list too
        if wanted["Alder"] == ["*"]:
            wanted["Alder"] = AGES
        known = {
            "Region": regions | {"K-21-22"},
            "Kjonn": set(SEX),
            "Alder": set(AGES),
            "ContentsCode": {"Personer1"},
            "Tid": {"2018", "2026"},
        }
        if any(not set(codes) <= known[name] for name, codes in wanted.items()):
            return 400, {"title": "Non-existent value", "status": 400}
        names = ["Region", "Kjonn", "Alder", "ContentsCode", "Tid"]
        values = [
            self.people.get((region, SEX[sex], int(age.rstrip("+"))), 0)
            for region, sex, age, _, _ in product(*(wanted[name] for name in names))
        ]
        return 200, self.spoil(
            {
                "version": "2.0",
                "class": "dataset",
                "id": names,
                "size": [len(wanted[name]) for name in names],
                "dimension": {
                    name: {
                        "label": name.lower(),
                        "category": {
                            "index": {code: place for place, code in enumerate(wanted[name])},
                            "label": dict.fromkeys(wanted[name], ""),
                        },
                    }
                    for name in names
                },
                "value": values,
            }
        )


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Bank, str]]:
    monkeypatch.setenv("no_proxy", "*")
    served = Bank()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path.startswith("/api/tables/07459/data?")
            assert "outputFormat=json-stat2" in self.path
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append(question)
            served.slow.wait(10)
            status, answer = served.answer(question["selection"])
            status = served.status if served.status != 200 else status
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served, f"http://127.0.0.1:{server.server_port}/api"
    served.slow.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_norway_has_the_shape_and_the_figures_of_the_shipped(bank: tuple[Bank, str]) -> None:
    fetched = live.population_norway(2026, base=bank[1])
    assert fetched.live
    assert "Hentet nå fra Statistisk sentralbyrå, tabell 07459" in fetched.notice
    pd.testing.assert_frame_equal(fetched.table, datasets.population_norway(2026), check_dtype=True)


def test_vestvagoy_too(bank: tuple[Bank, str]) -> None:
    fetched = live.population_of("1860", 2026, base=bank[1])
    assert fetched.live
    pd.testing.assert_frame_equal(fetched.table, datasets.population_vestvagoy(2026))


def test_all_municipalities_are_grouped_by_five_years(bank: tuple[Bank, str]) -> None:
    fetched = live.population_municipality(2026, base=bank[1])
    assert fetched.live
    pd.testing.assert_frame_equal(fetched.table, datasets.population_municipality(2026))


def test_it_asks_for_the_borders_of_today(bank: tuple[Bank, str]) -> None:
    served, base = bank
    live.population_of("1860", 2026, base=base)
    region = served.asked[0]["selection"][0]
    assert region == {
        "variableCode": "Region",
        "valueCodes": ["K-1860"],
        "codelist": "agg_KommSummer",
    }


# JSON-stat 2.0 permits these other ways of writing the same.


def sparse(document: dict[str, Any]) -> dict[str, Any]:
    value = {str(place): one for place, one in enumerate(document["value"])}
    return {**document, "value": value}


def listed(document: dict[str, Any]) -> dict[str, Any]:
    for dimension in document["dimension"].values():
        dimension["category"]["index"] = list(dimension["category"]["index"])
    return document


def unlisted(document: dict[str, Any]) -> dict[str, Any]:
    del document["dimension"]["ContentsCode"]["category"]["index"]
    return document


@pytest.mark.parametrize("way", [sparse, listed, unlisted])
def test_every_way_of_writing_the_answer(
    bank: tuple[Bank, str], way: Callable[[dict[str, Any]], object]
) -> None:
    served, base = bank
    served.spoil = way
    fetched = live.population_norway(2026, base=base)
    assert fetched.live
    pd.testing.assert_frame_equal(fetched.table, datasets.population_norway(2026))


# No contact


def shipped_instead(fetched: live.Fetched, why: str) -> None:
    assert not fetched.live
    assert why in fetched.notice
    assert fetched.notice.endswith("Her er tallene for 2026 som følger med.")
    pd.testing.assert_frame_equal(fetched.table, datasets.population_norway(2026))


def test_without_contact_the_shipped_table_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    fetched = live.population_norway(2026, base="http://127.0.0.1:9/api", seconds=2)
    shipped_instead(fetched, "Det er ikke kontakt med Statistisk sentralbyrå.")


def test_one_who_does_not_answer_is_not_waited_for(bank: tuple[Bank, str]) -> None:
    served, base = bank
    served.slow.clear()
    shipped_instead(live.population_norway(2026, base=base, seconds=0.2), "ikke kontakt")


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_an_error_is_named_by_its_number(bank: tuple[Bank, str], status: int) -> None:
    served, base = bank
    served.status = status
    shipped_instead(live.population_norway(2026, base=base), f"svarte med feil {status}.")


def missing_ages(document: dict[str, Any]) -> dict[str, Any]:
    ages = document["dimension"]["Alder"]["category"]
    ages["index"].pop("105+")
    return {**document, "size": [1, 2, 105, 1, 1], "value": document["value"][:210]}


def another_region(document: dict[str, Any]) -> dict[str, Any]:
    document["dimension"]["Region"]["category"]["index"] = {"K-1860": 0}
    return document


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"<html>Innlogging til gjestenett</html>",
        lambda _: b'{"version": "2.0"',
        lambda _: [],
        lambda _: {"version": "2.0", "class": "collection"},
        lambda document: {**document, "value": document["value"][:-1]},
        lambda document: {**document, "value": [None, *document["value"][1:]]},
        lambda document: {**document, "value": [-1, *document["value"][1:]]},
        lambda document: {**document, "value": ["mange", *document["value"][1:]]},
        lambda document: {**document, "size": [1, 2, 105, 1, 1]},
        missing_ages,
        another_region,
    ],
)
def test_what_cannot_be_read_is_not_used(
    bank: tuple[Bank, str], spoil: Callable[[dict[str, Any]], object]
) -> None:
    served, base = bank
    served.spoil = spoil
    shipped_instead(live.population_norway(2026, base=base), "var ikke til å lese")


def test_too_few_municipalities_are_not_used(bank: tuple[Bank, str]) -> None:
    served, base = bank
    served.people = {key: count for key, count in served.people.items() if key[0] != "K-0301"}
    fetched = live.population_municipality(2026, base=base)
    assert not fetched.live
    pd.testing.assert_frame_equal(fetched.table, datasets.population_municipality(2026))


def test_neither_live_nor_shipped_is_said(bank: tuple[Bank, str]) -> None:
    with pytest.raises(LiveError, match="Tallene for 2031 følger ikke med"):
        live.population_norway(2031, base=bank[1])
    with pytest.raises(LiveError, match="følger ikke med"):
        live.population_of("0301", 2031, base=bank[1])
    with pytest.raises(LiveError, match="«9999» er ikke nummeret"):
        live.population_of("9999", 2026, base=bank[1])


def test_only_a_safe_address_is_asked() -> None:
    for base in ("http://data.ssb.no/api", "file:///etc", "ftp://127.0.0.1/"):
        with pytest.raises(LiveError, match="må begynne med https"):
            live.population_norway(2026, base=base)


def test_nothing_is_asked_by_importing() -> None:
    # The workbooks never call this module: only whoever imports it by name does.
    assert "live" not in datasets.__all__
