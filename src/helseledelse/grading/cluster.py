"""A class evaluated on several machines: a Dask cluster as an executor like any other."""

import contextlib
import socket
from collections.abc import Iterator
from concurrent.futures import Executor
from urllib.parse import urlsplit

from distributed import Client

from helseledelse import __version__
from helseledelse.grading.adapter.engine import CourseError

_PATIENCE = 10.0  # seconds


def version() -> str:
    """Say which version of this package is there and can grade; called on every worker."""
    return __version__


@contextlib.contextmanager
def reach(address: str) -> Iterator[Executor]:
    """Give an executor whose work is done by the workers of a Dask scheduler.

    Raises
    ------
    CourseError
        If there is no scheduler at the address, or not one whose workers can grade.
    """
    try:
        # Dask itself tries again and again where nobody answers.
        place = urlsplit(address)
        socket.create_connection((place.hostname or "", place.port or 0), _PATIENCE).close()
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"Fant ingen Dask-planlegger på «{address}». Adressen skal være slik den skrives ut "
            "når planleggeren starter, for eksempel «tcp://192.168.1.20:8786»."
        ) from error
    with client:
        _look_over(client, address)
        executor = client.get_executor()
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)  # all is done, or what is not is no longer wanted


def _look_over(client: Client, address: str) -> None:
    if not client.scheduler_info(n_workers=-1)["workers"]:
        raise CourseError(
            f"Dask-planleggeren på «{address}» har ingen arbeidere. Start dem med «dask worker "
            f"{address}» på maskinene som skal vurdere, og prøv igjen."
        )
    found = client.run(version, on_error="return")
    if set(found.values()) != {__version__}:
        lacking = ", ".join(sorted(name for name, said in found.items() if said != __version__))
        raise CourseError(
            f"Disse arbeiderne har ikke helseledelse {__version__} med nbgrader: {lacking}. Skriv "
            f'«python -m pip install "helseledelse[grading,dask]=={__version__}"» der, og start '
            "dem på nytt."
        )
