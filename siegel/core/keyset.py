"""What pages by the last key of the one before need from the database."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Expression
from django.db.models.expressions import Value


class Beyond(Expression):
    """``(a, b) > (x, y)``: the rows after a key, as one range of the index."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, columns: Sequence[Any], key: Sequence[Any], sign: str) -> None:
        super().__init__()
        self.columns, self.sign = list(columns), sign
        self.key: list[Any] = [Value(value) for value in key]

    def get_source_expressions(self) -> list[Any]:
        return [*self.columns, *self.key]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = list(exprs[: len(self.columns)])
        self.key = list(exprs[len(self.columns) :])

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, right, values = [], [], []
        for column in self.columns:
            sql, params = compiler.compile(column)
            left.append(sql)
            values.extend(params)
        for value in self.key:
            sql, params = compiler.compile(value)
            right.append(sql)
            values.extend(params)
        return f"({', '.join(left)}) {self.sign} ({', '.join(right)})", tuple(values)
