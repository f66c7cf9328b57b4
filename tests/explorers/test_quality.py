"""The explorers of quality and evaluation: they draw everywhere, and say what the models say."""

from typing import Any

import numpy as np
import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.agreement import word
from helseledelse.explorers.base import (
    SettingError,
)
from helseledelse.explorers.funnel import INDICATORS, areas
from helseledelse.explorers.run_chart import FALLS
from helseledelse.explorers.signal_or_noise import draw
from helseledelse.models.agreement import agreement
from helseledelse.models.evaluation import interrupted, paired_change
from helseledelse.models.funnel import funnel
from helseledelse.models.improvement import improvement_wheel
from helseledelse.models.spc import control_chart, plot_the_dots, run_chart
from helseledelse.norwegian import format_number

Settings = dict[str, Any]
TEN = "\n".join(str(value) for value in (4, 6, 5, 7, 4, 6, 5, 7, 3, 6))
WEEKS = "\n".join(f"uke {n}\t{3 + n % 5}\t{20 + n}" for n in range(10))


# What the models refuse, put to the participant as a sentence: nothing to agree about, nobody who
# differs.


@pytest.mark.parametrize(
    ("name", "own", "pasted", "beside"),
    [
        ("run_chart", "series", TEN, {}),
        ("control_chart", "counts", WEEKS, {}),
        ("control_chart", "single", TEN, {"kind": "c"}),
        ("before_after", "survey", WEEKS, {}),
        ("before_after", "monthly", TEN, {"question": "trend"}),
    ],
)
def test_only_our_own_numbers_are_called_constructed(
    name: str, own: str, pasted: str, beside: Settings
) -> None:
    found = explorer(name)
    assert ">konstruert<" in found.show(beside)["figure"]
    assert ">konstruert<" not in found.show({**beside, own: pasted})["figure"]


def test_real_numbers_are_not_called_constructed() -> None:
    assert "konstruert" not in explorer("funnel").show({})["figure"]


# --- the sentence agrees with the model -----------------------------------------------------------


def test_the_runs_in_the_sentence_are_the_rules() -> None:
    median = float(np.median(FALLS[:12]))
    chart = run_chart(FALLS, median=median)
    view = explorer("run_chart").show({})
    assert chart.signal
    assert view["title"] == "Noe har endret seg, til det bedre"
    assert (
        f"samme side er {chart.longest_run}, og inntil {chart.longest_run_limit} kan"
        in view["sentence"]
    )
    assert f"krysses {chart.crossings} ganger, og minst {chart.crossings_limit}" in view["sentence"]
    assert f"er {format_number(median, 1)}." in view["sentence"]


def test_high_numbers_may_be_good() -> None:
    view = explorer("run_chart").show({"better": "high"})
    assert view["title"].endswith("til det verre")


def test_each_phase_may_be_calm_where_the_whole_is_not() -> None:
    found = explorer("run_chart")
    assert found.show({"line": "whole"})["title"].startswith("Noe har endret seg")
    view = found.show({"line": "phases"})
    assert view["title"] == "Stabilt i begge fasene: medianen gikk fra 30,5 til 21,5"
    assert "ikke noe signal" in view["sentence"]


def test_one_point_far_out_is_no_signal_in_a_run_chart() -> None:
    values = [4, 6, 5, 7, 4, 6, 5, 7, 40, 3, 6, 4]
    view = explorer("run_chart").show({"series": "\n".join(map(str, values)), "phase": 0})
    assert view["title"].startswith("Tilfeldig variasjon")
    assert plot_the_dots(control_chart("i", values)).outside.sum() == 1


def test_the_way_of_the_nhs_beside() -> None:
    flags = plot_the_dots(control_chart("i", FALLS, baseline=12))
    view = explorer("run_chart").show({"nhs": True})
    assert f"får {flags.special.sum()} av 24 målinger et merke" in view["sentence"]
    marked = [row[4] != "–" for row in view["table"]["rows"]]
    assert marked == flags.special.tolist()


def test_a_phase_after_the_end_is_said() -> None:
    view = explorer("run_chart").show({"phase": 60})
    assert "Serien slutter før måling 60" in view["note"]


def test_few_points_give_no_verdict() -> None:
    view = explorer("run_chart").show({"series": "\n".join("123456"), "phase": 0})
    assert view["title"] == "For få målinger til å skille et signal fra støy"


def test_the_month_outside_is_named() -> None:
    found = explorer("control_chart")
    view = found.show({})
    assert view["title"] == "Én måling skiller seg ut: okt 2024"
    assert "Over grensene ligger okt 2024." in view["sentence"]
    out = [row[0] for row in view["table"]["rows"] if row[5] != "–"]
    assert out == ["okt 2024"]


@pytest.mark.parametrize("kind", ["p", "u", "c", "i"])
def test_the_limits_in_the_table_are_the_models(kind: Any) -> None:
    counts, sizes = [3, 4, 6, 5, 4, 30], [40, 50, 45, 60, 50, 55]
    pasted = "\n".join(f"{a}\t{b}" for a, b in zip(counts, sizes, strict=True))
    single = "\n".join(map(str, counts))
    pair = kind in "pu"
    chart = control_chart(kind, counts, sizes if pair else None)
    view = explorer("control_chart").show({"kind": kind, "counts": pasted, "single": single})
    scale, unit = (100, "%") if kind == "p" else (100, "") if kind == "u" else (1, "")
    for place, row in enumerate(view["table"]["rows"]):
        wanted = [
            format_number(scale * line[place], 1, unit=unit)
            for line in (chart.lower, chart.centre, chart.upper)
        ]
        assert list(row[2:5]) == wanted
        assert row[1] == format_number(scale * chart.points[place], 1 if pair else 0, unit=unit)


def test_rows_with_the_same_label_are_judged_each_by_itself() -> None:
    values = [5, 6, 5, 6, 5, 6, 5, 6, 5, 30]
    pasted = "\n".join(f"uke\t{value}" for value in values)
    view = explorer("control_chart").show({"kind": "i", "single": pasted})
    assert [row[5] for row in view["table"]["rows"]] == ["–"] * 9 + ["over"]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_areas_named_are_those_outside(indicator: str) -> None:
    names, events, cases = areas(indicator)
    assert len(names) == 20
    found = funnel(events, cases)
    view = explorer("funnel").show({"indicator": indicator})
    outside = {name for name, out in zip(names, found.outside_998, strict=True) if out}
    assert {row[0] for row in view["table"]["rows"] if row[5] == "utenfor de ytre"} == outside
    for name in outside:
        assert name in view["sentence"]
    shares = [row[3] for row in view["table"]["rows"]]
    assert shares[0] == format_number(100 * found.value.max(), 1, unit="%")
    assert f"{format_number(100 * found.target, 1, unit='%')}" in view["sentence"]


def test_widening_leaves_fewer_who_differ() -> None:
    _, events, cases = areas("slagenhet")
    found = funnel(events, cases, overdispersion=True)
    plain, wide = (
        explorer("funnel").show({"indicator": "slagenhet", "overdispersion": wider})
        for wider in (False, True)
    )
    assert plain["title"] == "10 av 20 områder skiller seg sikkert ut"
    assert not found.outside_998.any()
    assert wide["title"].startswith("Ingen av områdene")
    assert f"{format_number(found.dispersion, 1)} ganger" in wide["note"]


def test_kappa_in_the_sentence() -> None:
    found = agreement([[4, 5], [4, 87]])
    view = explorer("agreement").show({})
    assert f"Kappa er {format_number(found.kappa, 2)}" in view["sentence"]
    assert (
        f"fra {format_number(found.low, 2)} til {format_number(found.high, 2)}" in view["sentence"]
    )
    assert view["title"] == "Enige om 91\u00a0%, men det meste er tilfeldig enighet"
    assert "skade er sjelden" in view["sentence"]


# Landis and Koch (1977), table of strength of agreement.
@pytest.mark.parametrize(
    ("kappa", "said"),
    [
        (-0.01, "dårligere enn tilfeldig"),
        (0.2, "svak"),
        (0.21, "noe"),
        (0.6, "moderat"),
        (0.8, "betydelig"),
        (0.81, "nesten fullstendig"),
        (1, "nesten fullstendig"),
    ],
)
def test_the_words_of_kappa(kappa: float, said: str) -> None:
    assert word(kappa) == said


def test_the_mean_of_many_wheels_is_the_line() -> None:
    view = explorer("improvement_wheel").show({})
    courses = [
        improvement_wheel(
            52,
            cycle_length=4,
            gain=0.3,
            success=0.5,
            follow_up=False,
            fade=0.05,
            generator=np.random.default_rng(seed),
        ).performance[-1]
        for seed in range(4000)
    ]
    said = int(view["title"].split("uten på ")[1].split("\u00a0")[0])
    assert said == pytest.approx(100 * np.mean(courses), abs=1.2)


def test_skipping_follow_up_loses_the_gain_and_wins_where_nothing_fades() -> None:
    found = explorer("improvement_wheel")
    assert found.show({})["title"] == "Med oppfølging er dere på 80\u00a0%, uten på 48\u00a0%"
    assert found.show({"fade": 0})["title"].startswith("Her koster oppfølgingen mer")


def test_the_change_in_people_is_the_paired_test() -> None:
    before, after = [3, 4, 5, 4, 2, 5], [4, 4, 6, 6, 3, 5]
    pasted = "\n".join(f"{a}\t{b}" for a, b in zip(before, after, strict=True))
    found = paired_change(before, after)
    view = explorer("before_after").show({"survey": pasted})
    assert f"+{format_number(found.low, 2)} og +{format_number(found.high, 2)}" in view["sentence"]
    assert f"g {format_number(found.g_av, 2)}" in view["sentence"]
    assert f"{format_number(found.d_z, 2)} (d_z)" in view["sentence"]
    assert "4 gikk opp og 0 ned" in view["sentence"]


def test_a_trend_is_not_called_an_effect_and_a_jump_is() -> None:
    found = explorer("before_after")
    view = found.show({"question": "trend"})
    assert view["title"] == "Det kan like gjerne være trenden som fortsatte"
    noise = (0.1, -0.2, 0.2, 0.0, -0.1, 0.1, 0.2, -0.1, 0.0, -0.2, 0.1, 0.0)
    jumped = [10 + bit for bit in noise] + [7 + bit for bit in noise[::-1]]
    pasted = "\n".join(format_number(value, 1) for value in jumped)
    view = found.show({"question": "trend", "monthly": pasted})
    model = interrupted(jumped, change=12)
    assert view["title"] == "Noe skjedde ut over trenden"
    assert f"hoppet {format_number(model.level, 1)}" in view["sentence"]


def test_the_answer_is_not_given_before_it_is_asked_for() -> None:
    found = explorer("signal_or_noise")
    view = found.show({})
    assert len(view["table"]["columns"]) == 3
    assert "endret" not in view["figure"].split(">", 1)[1]
    values, changed = draw(1, 24, 2)
    told = found.show({"answer": True})
    assert [row[4] == "endret seg" for row in told["table"]["rows"]] == changed.tolist()
    assert [row[3] == "signal" for row in told["table"]["rows"]] == [
        run_chart(row).signal for row in values
    ]
    hits = sum(run_chart(row).signal for row in values[changed])
    words = ("ingen", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte")
    assert f"reglene fant {words[hits]} av dem" in told["title"]


def test_a_larger_change_is_found_more_often_and_the_noise_stays() -> None:
    found = [
        sum(
            sum(run_chart(row).signal for row in values[changed])
            for values, changed in (draw(number, 24, size) for number in range(1, 7))
        )
        for size in (0.5, 2, 4)
    ]
    assert found == sorted(found)
    assert found[2] > 3 * found[0]
    small, large = draw(3, 24, 0.5)[0], draw(3, 24, 4)[0]
    assert small[:, :12].tolist() == large[:, :12].tolist()


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("run_chart", {"series": "1\n2\nmasse\n4\n5\n6"}, "masse"),
        ("run_chart", {"series": "1\n2"}, "minst 6"),
        ("run_chart", {"line": "gjennomsnitt"}, "alternativene"),
        ("control_chart", {"counts": "\n".join(["9\t4"] * 6)}, "over 100 prosent"),
        ("control_chart", {"counts": "\n".join(["0\t0"] * 6)}, "Ta bort raden"),
        ("control_chart", {"kind": "c", "single": "\n".join(["-1"] * 6)}, "mindre enn 0"),
        ("funnel", {"indicator": "ventetid"}, "alternativene"),
        ("agreement", {"both": 50, "first": 0, "second": 0, "neither": 0}, "begge"),
        ("agreement", {"both": 5.5}, "hele"),
        ("before_after", {"survey": "3\t4\n4\t5\n5\t6"}, "like"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(name: str, settings: Settings, said: str) -> None:
    with pytest.raises(SettingError) as refusal:
        explorer(name).show(settings)
    sentence = str(refusal.value)
    assert said.casefold() in sentence.casefold()
    assert sentence.endswith(".")
