"""Groups: everyone in one, the wishes kept where they can be, and said where they cannot."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest

from helseledelse.live.groups import GroupError, Person, make, read, sizes

PROFESSIONS = ("lege", "sykepleier", "fysioterapeut")


def a_class(people: int) -> list[Person]:
    """Give a constructed class: three professions and nine municipalities, in threes last time."""
    return [
        Person(f"{n}", PROFESSIONS[n % 3], f"kommune {n // 3 % 9}", f"{n // 3}")
        for n in range(people)
    ]


def test_54_people_become_18_mixed_groups_of_three_with_new_partners() -> None:
    made = make(a_class(54), seed=7)
    assert [len(group) for group in made.groups] == [3] * 18
    assert made.broken == ()
    assert made.sentence == "18 grupper på 3. Alle ønskene er oppfylt."
    for group in made.groups:
        assert len({person.profession for person in group}) == 3
        assert len({person.before for person in group}) == 3
    assert make(a_class(54), seed=7) == made  # the seed is kept, so the groups can be made again


@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize("people", [3, 4, 5, 6, 7, 8, 11, 55, 56])
def test_everyone_is_in_one_group_whatever_the_number(people: int, size: int) -> None:
    made = make(a_class(people), size=size)
    names = Counter(person.name for group in made.groups for person in group)
    assert names == Counter(person.name for person in a_class(people))
    assert {len(group) for group in made.groups} <= ({5} if people == 5 else {3, 4})
    assert tuple(map(len, made.groups)) == sizes(people, size)


def test_what_no_deal_can_keep_is_said_with_the_reason() -> None:
    made = make([Person(f"{n}", "Lege" if n < 4 else "Sykepleier") for n in range(6)])
    assert len(made.broken) == 2  # four and two on two groups: two and one in each
    assert all("samme yrke" in sentence for sentence in made.broken)
    assert made.why == "Det er 2 grupper, og 4 har yrket Lege. Da må noen havne sammen."


def test_a_list_from_a_spreadsheet_is_read_and_a_wrong_one_says_what_is_wrong() -> None:
    text = "Navn\tYrke\tKommune\n Anne  By\tlege\tBodø\n\nBo\tlege\nEli\t\tRana\t2\n"
    assert read(text) == (
        *(Person("Anne By", "lege", "Bodø"), Person("Bo", "lege")),
        Person("Eli", "", "Rana", "2"),
    )
    for wrong, said in [
        ("", "Lim inn minst tre"),
        ("\tlege\tBodø", "mangler navn"),
        ("1\n1\n2", "«1» står flere ganger"),
        ("\n".join(map(str, range(401))), "401 deltakere"),
    ]:
        with pytest.raises(GroupError, match=said):
            read(wrong)
    with pytest.raises(GroupError, match="minst tre"):
        make(read("1\n2"))


def test_the_page_makes_groups_keeps_nothing_and_takes_no_identity_number(serve: Any) -> None:
    served = serve().log_in()
    page = served.ask("/grupper")
    assert page.status == 200
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")

    def post(text: str, seed: str = "7", size: str = "3") -> str:
        form = {"liste": text, "tall": seed, "antall": size, "_xsrf": token}
        reply = served.ask("/grupper", urlencode(form).encode())
        assert reply.status == 200
        return str(reply.text)

    made = post("Ærlig <b>Moe</b>\tlege\tBodø\nBo\tlege\nEli")
    assert "1 gruppe på 3. 1 brudd på ønskene." in made
    assert "Ærlig &lt;b&gt;Moe" in made
    assert "Tallet bak gruppene skal ha bare sifre." in post("1\n2\n3", "sju")
    assert "står flere ganger" in post("1\n1\n3")
    # 13097248022 is Skatteetaten's own example of an identity number.
    guarded = post("13097248022\nBo\nEli")
    assert "13097248022" not in guarded
    assert "Ikke lagret" in guarded
    kept = [path for path in served.home.rglob("*") if path.is_file()]
    assert not [path for path in kept if "Ærlig".encode() in path.read_bytes()]
    assert served.ask("/grupper", known=False).status in (302, 403)
