"""The room as a hub's service: ``python -m helseledelse.live``, see hub.py."""

import sys

# An optional part of jsonschema whose import takes longer than all the rest; see app.py.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # documented, untyped

from helseledelse.live.hub import main  # noqa: E402  after the line above, or it is no help

main()
