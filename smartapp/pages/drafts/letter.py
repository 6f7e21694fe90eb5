"""A letter as blocks, so that the page, the print and the plain text say the same."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from msgspec import Struct

_WIDTH = 78


class Paragraph(Struct, frozen=True, tag=True):
    """Running text."""

    text: str


class Heading(Struct, frozen=True, tag=True):
    """A heading within the letter."""

    text: str


class Points(Struct, frozen=True, tag=True):
    """A list."""

    items: tuple[str, ...]


class Table(Struct, frozen=True, tag=True):
    """A table; an empty cell is a line to write on in a form."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Heading | Points | Table


class Letter(Struct, frozen=True):
    """What is written. `about` are the lines under Re:, `notes` the small print at the end."""

    title: str
    blocks: tuple[Block, ...]
    to: str = ""
    sender: str = ""
    date: str = ""
    about: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    language: str = "en"
    is_large: bool = False


def letter_text(letter: Letter) -> str:
    """The letter as plain text, for pasting into an EHR."""
    return "\n".join(_lines(letter)).strip() + "\n"


def _lines(letter: Letter) -> Iterator[str]:
    if letter.date:
        yield letter.date
    if letter.to:
        yield f"To: {letter.to}"
    if letter.date or letter.to:
        yield ""
    yield letter.title
    yield from (f"{label}: {value}" for label, value in letter.about)
    for block in letter.blocks:
        yield ""
        yield from _block(block)
    if letter.sender:
        yield from ("", "Signed: ______________________________", letter.sender)
    if letter.notes:
        yield ""
        for note in letter.notes:
            yield from wrap(note, _WIDTH)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield block.text.upper()
    elif isinstance(block, Paragraph):
        yield from wrap(block.text, _WIDTH)
    elif isinstance(block, Points):
        for item in block.items:
            yield from wrap(item, _WIDTH, initial_indent="- ", subsequent_indent="  ")
    else:
        for row in block.rows:
            told = [
                f"{name}: {cell or '__________'}"
                for name, cell in zip(block.columns[1:], row[1:], strict=True)
            ]
            line = "; ".join([row[0] or "__________", *told])
            yield from wrap(line, _WIDTH, initial_indent="- ", subsequent_indent="  ")
