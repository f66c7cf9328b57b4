"""What all tests share."""

from hypothesis import settings

# Times are measured in benchmarks, never asserted; the same examples are drawn on every machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
