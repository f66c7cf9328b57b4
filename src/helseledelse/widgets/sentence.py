"""What stands in a notebook where a widget cannot."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Sentence:
    """A sentence for the person who reads the notebook."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<div class="hl"><p role="note">{escape(self.text)}</p></div>'
