"""How many phones a machine has room for."""

import subprocess
import sys

import pytest

ASK = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from helseledelse.live.network import make_room
print(make_room())
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "limit", "said"),
    [
        (256, 4096, 4096, ""),
        (256, 600, 600, "omtrent 100 telefoner"),
        (900, 900, 900, "omtrent 150"),
    ],
)
def test_the_limit_is_raised_and_one_that_is_too_low_is_said(
    soft: int, hard: int, limit: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(soft=soft, hard=hard)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    sentence, raised = done.stdout.splitlines()
    assert int(raised) == limit
    assert said in sentence
    assert bool(said) == bool(sentence)
