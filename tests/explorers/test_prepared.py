"""A figure built ahead of time is the figure that would have been built."""

import pytest

from helseledelse.explorers import explorer, names, prepare


@pytest.mark.parametrize("name", names())
def test_a_prepared_figure_is_drawn_to_the_same_bytes(name: str) -> None:
    found = explorer(name)
    fresh = {width: found.show({}, width=width) for width in (360, 680)}
    for width in (680, 680, 360, 680):
        prepare()
        assert found.show({}, width=width) == fresh[width]
