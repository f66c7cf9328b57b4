"""Decision trees, flips and the number needed to treat, against published models."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.decision_tree import (
    Action,
    Branch,
    Chance,
    Decision,
    Leaf,
    Value,
    action_values,
    expected_value,
    number_needed_to_treat,
    paths,
    switch_line,
    switch_points,
    tornado,
)

# Published models


def migraine(relief_with_sumatriptan: float = 0.558) -> Decision:
    """Evans 1997, PharmacoEconomics 12:565; Briggs 2006, box 2.3; costs in Canadian dollars."""

    def arm(name: str, price: float, relief: float, no_recurrence: float) -> Action:
        relieved = Chance(
            "relief",
            (
                Branch(no_recurrence, Leaf("no recurrence", effect=1.0)),
                Branch(1 - no_recurrence, Leaf("second dose", effect=0.9), cost=price),
            ),
        )
        emergency = Chance(
            "emergency",
            (
                Branch(0.998, Leaf("relief there", effect=0.1)),
                Branch(0.002, Leaf("admitted", effect=-0.3), cost=1093),
            ),
        )
        unrelieved = Chance(
            "no relief",
            (
                Branch(0.92, Leaf("endures", effect=-0.3)),
                Branch(0.08, emergency, cost=63.16),
            ),
        )
        attack = Chance("attack", (Branch(relief, relieved), Branch(1 - relief, unrelieved)))
        return Action(name, attack, cost=price)

    return Decision(
        "migraine",
        (
            arm("sumatriptan", 16.10, relief_with_sumatriptan, 0.594),
            arm("caffeine", 1.32, 0.379, 0.703),
        ),
    )


def dollars_per_qaly(relief: float) -> float:
    (_, new), (_, old) = action_values(migraine(relief))
    return float((new.cost - old.cost) / (new.effect - old.effect)) * 365.25  # utility of one day


def test_migraine_costs_and_utilities() -> None:
    values = dict(action_values(migraine()))
    # Evans 1997; ajsims1704/rdecision tests/testthat/test-model-Sumatriptan.R
    assert values["sumatriptan"].cost == pytest.approx(22.06, abs=0.005)
    # the same file, within 0.02
    assert values["caffeine"].cost == pytest.approx(4.73, abs=0.02)
    # the same file, within 0.01
    assert values["sumatriptan"].effect == pytest.approx(0.41, abs=0.01)
    # the same file, within 0.01
    assert values["caffeine"].effect == pytest.approx(0.20, abs=0.01)


def test_migraine_paths() -> None:
    found = {path.names[-1]: path for path in paths(migraine()) if "sumatriptan" in path.names}
    assert len(paths(migraine())) == 10
    # Briggs 2006, box 2.3, path A: probability, and expected cost (probability x cost)
    assert found["no recurrence"].probability == pytest.approx(0.331, abs=0.0005)
    # the same line
    best = found["no recurrence"]
    assert best.probability * best.cost == pytest.approx(5.34, abs=0.005)
    worst = next(
        path for path in paths(migraine()) if "caffeine" in path.names and "endures" in path.names
    )
    # Briggs 2006, box 2.3, path H
    assert worst.probability == pytest.approx(0.571, abs=0.0005)
    # the same line
    assert worst.probability * worst.cost == pytest.approx(0.75, abs=0.005)
    # the same line
    assert worst.probability * worst.effect == pytest.approx(-0.17, abs=0.005)


@pytest.mark.parametrize(
    ("relief", "published"),
    [
        # Evans 1997, base case, CAD per QALY; rdecision accepts 5 per cent for rounded utilities
        (0.558, 29_366),
        # Evans 1997, table VIII, upper 95 per cent limit of the relief rate
        (0.379 + 0.268, 18_950),
        # Evans 1997, table VIII, lower limit
        (0.379 + 0.091, 60_839),
    ],
)
def test_migraine_ratio(relief: float, published: float) -> None:
    assert dollars_per_qaly(relief) == pytest.approx(published, rel=0.05)


def test_migraine_thresholds() -> None:
    (upper,) = switch_points(lambda relief: 18_950 - dollars_per_qaly(relief), 0.45, 0.8)
    # Evans 1997, table VIII; rdecision accepts 0.02
    assert upper == pytest.approx(0.379 + 0.268, abs=0.02)
    (lower,) = switch_points(lambda relief: 60_839 - dollars_per_qaly(relief), 0.42, 0.6)
    # Evans 1997, table VIII; rdecision accepts 0.02
    assert lower == pytest.approx(0.379 + 0.091, abs=0.02)


BASE = {"rate": 1.48, "hazard": 0.402, "infection": 9900.0, "days": 10.0, "dressings": 3.0}


def dressing(name: str, given: Mapping[str, float]) -> Value:
    """Jenks 2016, Appl Health Econ Health Policy 14:135, table 4; pounds a patient."""
    tegaderm = name == "Tegaderm"
    price, hazard = (6.26, given["hazard"]) if tegaderm else (1.54, 1.0)

    def event(what: str, probability: float, cost: float, after: Leaf | Chance) -> Chance:
        return Chance(what, (Branch(probability, after, cost=cost), Branch(1 - probability, after)))

    dermatitis = event("dermatitis", 1 / 476, 6, Leaf("home"))
    local = event("local infection", 0.14 * given["days"] / 1000 * hazard, 100, dermatitis)
    blood = given["rate"] * given["days"] / 1000 * hazard
    tree = event("blood infection", blood, given["infection"], local)
    first = Action(name, tree, cost=price * given["dressings"])
    return action_values(Decision("dressing", (first, Action("none", Leaf("none")))))[0][1]


def saving(given: Mapping[str, float]) -> float:
    return float(dressing("standard", given).cost - dressing("Tegaderm", given).cost)


def test_dressing_base_case() -> None:
    # Jenks 2016; Excel model as quoted in rdecision tests/testthat/test-model-Tegaderm.R, ± 2
    assert dressing("standard", BASE).cost == pytest.approx(151.29, abs=0.05)
    # the same file, ± 2 (it is a mean of draws; the point estimate lies within a few pence)
    assert dressing("Tegaderm", BASE).cost == pytest.approx(77.75, abs=0.3)


def test_dressing_thresholds() -> None:
    (cost,) = switch_points(lambda c: saving({**BASE, "infection": c}), 0, 9900)
    # by hand: (18.78 - 4.62 - 0.14 x 0.598) / (0.0148 x 0.598)
    assert cost == pytest.approx(1590.47, abs=0.005)
    (hazard,) = switch_points(lambda h: saving({**BASE, "hazard": h}), 0.1, 1.5)
    # by hand: 1 - (18.78 - 4.62) / (0.0148 x 9900 + 0.14)
    assert hazard == pytest.approx(0.9034, abs=1e-4)


def test_dressing_tornado_puts_the_cost_of_infection_before_the_rate() -> None:
    ranges = {
        # Jenks 2016, table 4, 95 per cent limits as tested in rdecision test-model-Tegaderm.R
        "infection": (4921.0, 16589.0),
        "rate": (1.28, 1.75),
        "hazard": (0.186, 0.868),
        "days": (2.7, 21.9),
    }
    bars = tornado(saving, BASE, ranges)
    assert [bar.name for bar in bars] == ["days", "infection", "hazard", "rate"]
    assert not any(bar.flips for bar in bars)


def test_lifestyle_tutorial_of_rdecision() -> None:
    def programme(name: str, price: float, success: float) -> Action:
        stent = (Branch(success, Leaf("none")), Branch(1 - success, Leaf("stent"), cost=5000))
        return Action(name, Chance("outcome", stent), cost=price)

    choice = Decision(
        "programme", (programme("diet", 50, 12 / 68), programme("exercise", 750, 18 / 58))
    )
    costs = {name: value.cost for name, value in action_values(choice)}
    # ajsims1704/rdecision vignettes/DT00-DecisionTreeTutorial.Rmd: 50 + 56/68 x 5000
    assert costs["diet"] == pytest.approx(4167.65, abs=0.005)
    # the same vignette: 750 + 40/58 x 5000
    assert costs["exercise"] == pytest.approx(4198.28, abs=0.005)
    # the same vignette, number needed to treat: 1 / (56/68 - 40/58)
    assert number_needed_to_treat(56, 68, 40, 58).number == pytest.approx(7.47, abs=0.005)

    def advantage(price: float) -> float:
        (_, diet), (_, exercise) = action_values(
            Decision("p", (choice.actions[0], programme("exercise", price, 18 / 58)))
        )
        return float(diet.cost - exercise.cost)

    # the same vignette, cost threshold: 5000 / 7.47 + 50
    assert switch_points(advantage, 0, 5000)[0] == pytest.approx(719.37, abs=0.005)


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    [
        # Newcombe 1998, Stat Med 17:873, table II, method 10, contrasts (a) to (h)
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_intervals(a: int, m: int, b: int, n: int, low: float, high: float) -> None:
    found = number_needed_to_treat(a, m, b, n)
    assert found.reduction_low == pytest.approx(low, abs=5e-5)
    assert found.reduction_high == pytest.approx(high, abs=5e-5)
    assert found.through_infinity == (low <= 0)


def test_limits_of_the_number_are_the_inverted_limits() -> None:
    found = number_needed_to_treat(56, 70, 48, 80)
    # Newcombe 1998, contrast (a), inverted by hand: 1/0.2, 1/0.3339, 1/0.0524
    assert (found.number, found.low, found.high) == pytest.approx((5, 2.995, 19.08), rel=1e-3)


# Invariants


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(0, 1e6))
def test_paths_hold_all_people_and_all_costs(parts: list[float], cost: float) -> None:
    total = math.fsum(parts)
    tree = Chance(
        "root",
        tuple(Branch(part / total, Leaf(str(i)), cost=cost * i) for i, part in enumerate(parts)),
    )
    ways = paths(tree)
    assert math.fsum(float(way.probability) for way in ways) == pytest.approx(1)
    assert expected_value(tree).cost == pytest.approx(
        math.fsum(float(way.probability * way.cost) for way in ways)
    )


def test_arrays_give_the_same_as_one_draw_at_a_time() -> None:
    relief = np.array([0.4, 0.558, 0.7])
    together = dict(action_values(_arm_for(relief)))["sumatriptan"]
    for i, one in enumerate(relief):
        alone = dict(action_values(_arm_for(float(one))))["sumatriptan"]
        assert np.asarray(together.cost)[i] == pytest.approx(alone.cost)


def _arm_for(relief: float | np.ndarray) -> Decision:
    ends = (Branch(relief, Leaf("yes", effect=1)), Branch(1 - relief, Leaf("no"), cost=63.16))
    return Decision("d", (Action("sumatriptan", Chance("c", ends)), Action("none", Leaf("n"))))


def test_a_decision_inside_the_tree_is_taken_by_net_benefit_in_every_draw() -> None:
    effect = np.array([0.1, 0.3])
    inside = Decision("more?", (Action("stop", Leaf("s")), Action("go", Leaf("g", 100, effect))))
    found = expected_value(Chance("c", (Branch(1.0, inside),)), threshold=500)
    assert np.asarray(found.cost).tolist() == [0, 100]
    assert np.asarray(found.effect).tolist() == [0, 0.3]
    one = Decision("more?", (Action("stop", Leaf("s")), Action("go", Leaf("g", 100, 0.3))))
    assert expected_value(one, threshold=500).cost == 100


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_interval_holds_its_estimate(events: int, other: int) -> None:
    found = number_needed_to_treat(events, 50, other, 50)
    assert found.reduction_low - 1e-12 <= found.reduction <= found.reduction_high + 1e-12
    assert -1 <= found.reduction_low <= found.reduction_high <= 1


def test_a_flip_line_is_where_the_advantage_is_nothing() -> None:
    across = np.linspace(0.1, 0.9, 9)
    line = switch_line(lambda x, y: x * y - 0.3, across, 0, 1)
    assert np.isnan(line[across < 0.3]).all()
    assert across[3:] * line[3:] == pytest.approx(0.3)


# Extremes


def test_all_flips_are_found() -> None:
    assert switch_points(lambda x: (x - 1) * (x - 2), 0, 3) == pytest.approx((1, 2))
    assert switch_points(lambda x: x + 1, 0, 3) == ()
    assert switch_points(lambda x: x, 0, 3) == (0.0,)
    assert switch_points(lambda _: 0.0, 0, 3) == (0.0,)


def test_no_difference_needs_infinitely_many() -> None:
    assert number_needed_to_treat(5, 50, 5, 50).number == math.inf
    assert number_needed_to_treat(5, 50, 10, 50).number == pytest.approx(-10)


def test_certain_branches() -> None:
    assert (
        expected_value(Chance("c", (Branch(1, Leaf("a", 7, 2)), Branch(0, Leaf("b", 9))))).cost == 7
    )


# Bad input


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_probabilities_outside_their_range_are_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        Branch(probability, Leaf("a"))


def test_objects_cannot_be_built_wrong() -> None:
    with pytest.raises(ValueError, match=r"sum to .*0\.9"):
        Chance("c", (Branch(0.5, Leaf("a")), Branch(0.4, Leaf("b"))))
    with pytest.raises(ValueError, match="sum to"):
        Chance("c", (Branch(np.array([0.5, 0.4]), Leaf("a")), Branch(0.5, Leaf("b"))))
    with pytest.raises(ValueError, match="needs branches"):
        Chance("c", ())
    with pytest.raises(ValueError, match="two or more"):
        Decision("d", (Action("a", Leaf("a")),))
    with pytest.raises(ValueError, match="unlike"):
        Decision("d", (Action("a", Leaf("a")), Action("a", Leaf("b"))))
    with pytest.raises(ValueError, match="finite"):
        Leaf("a", math.inf)
    with pytest.raises(ValueError, match="finite"):
        Action("a", Leaf("a"), cost=math.nan)


def test_a_decision_needs_a_threshold() -> None:
    with pytest.raises(ValueError, match="willingness to pay"):
        expected_value(migraine())


def test_ranges_are_checked() -> None:
    with pytest.raises(ValueError, match="lower to a higher"):
        switch_points(lambda x: x, 1, 1)
    with pytest.raises(ValueError, match="no such assumption"):
        tornado(lambda _: 0.0, {"a": 1}, {"b": (0, 2)})
    with pytest.raises(ValueError, match="outside"):
        tornado(lambda _: 0.0, {"a": 3}, {"a": (0, 2)})


@pytest.mark.parametrize("counts", [(1, 0, 0, 5), (6, 5, 0, 5), (-1, 5, 0, 5)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        number_needed_to_treat(*counts)
    with pytest.raises(ValueError, match="confidence"):
        number_needed_to_treat(1, 5, 1, 5, confidence=1)
