"""Looks into Markdown: its parts, headings, links and images."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any


@cache
def _parser() -> Any:
    import mistune

    return mistune.create_markdown(renderer=None, plugins=["table"])


def tokens(written: str) -> list[dict[str, Any]]:
    """Give the parts of a Markdown text as its parser understands them."""
    return list(_parser()(written))


def _walk(parts: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for token in parts:
        yield token
        yield from _walk(token.get("children") or ())


def _flat(token: Mapping[str, Any]) -> str:
    return "".join(str(part.get("raw", "")) for part in _walk([token])).strip()


def headings(written: str) -> Iterator[tuple[int, str]]:
    """Give level and words of each heading."""
    for token in _walk(_parser()(written)):
        if token["type"] == "heading":
            yield token["attrs"]["level"], _flat(token)


def links(written: str) -> list[str]:
    return [t["attrs"]["url"] for t in _walk(_parser()(written)) if t["type"] == "link"]


def images(written: str) -> list[str]:
    return [t["attrs"]["url"] for t in _walk(_parser()(written)) if t["type"] == "image"]


_IMG = re.compile(r"<img\b(?![^>]*\balt\s*=\s*[\"']?[^\"'\s>])[^>]*>", re.IGNORECASE)


def images_without_words(written: str) -> list[str]:
    """Give the images that a screen reader has nothing to say of."""
    bare = [
        t["attrs"]["url"]
        for t in _walk(_parser()(written))
        if t["type"] == "image" and not _flat(t)
    ]
    return bare + _IMG.findall(written)
