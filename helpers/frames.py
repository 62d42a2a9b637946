"""The table that helpers return; tables.py imports this when it makes one, because pandas takes a while to load."""

import html
from collections.abc import Iterator
from typing import Any

import pandas as pd

_MOST_ROWS = 60


class Table(pd.DataFrame):
    """A DataFrame that shows words left, numbers right, one row of heads, or attrs["nothing"] if it is empty."""

    @property
    def _constructor(self) -> type:
        return Table

    def __repr__(self) -> str:
        columns = [[f"{word:{side}{max(map(len, words))}}" for word in words] for side, words in self._columns()]
        rows = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
        return self.attrs["nothing"] if self.empty else "\n".join(rows + self._rest())

    def _repr_html_(self) -> str:
        columns = []
        for side, words in self._columns():
            style = f'style="text-align: {"left" if side == "<" else "right"}"'
            columns.append([f"{style}>{html.escape(word)}" for word in words])
        head, *rows = zip(*columns, strict=True)
        lines = ["".join(f'<th scope="col" {cell}</th>' for cell in head)]
        lines += [f'<th scope="row" {name}</th>' + "".join(f"<td {cell}</td>" for cell in row) for name, *row in rows]
        table = f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>{''.join(self._rest())}"
        return f"<p>{html.escape(self.attrs['nothing'])}</p>" if self.empty else table

    def _columns(self) -> Iterator[tuple[str, list[str]]]:
        """Yield for each column, the index first, on which side its words are, and the words, its head first."""
        for name, column in self.head(_MOST_ROWS).reset_index().items():
            number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
            yield (">" if number else "<"), [str(name), *map(_word, column)]

    def _rest(self) -> list[str]:
        return [f"... and {len(self) - _MOST_ROWS} more."] if len(self) > _MOST_ROWS else []


def _word(value: Any) -> str:
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    return "unknown" if pd.isna(value) else f"{value:.1f}" if isinstance(value, float) else str(value)
