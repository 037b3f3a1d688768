"""The project's own Python files as syntax trees, read once."""

import ast
import gc
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """One file. `name` is its path from the project's root. It is parsed when somebody looks into it."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        gc.disable()  # a finalizer that parses code itself, as hypothesis has, would confuse Python 3.11's parser
        try:
            return ast.parse(self.text)
        finally:
            gc.enable()

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The files below these folders; by default all that is shipped."""
    return tuple(
        _read(path)
        for folder in folders or ("channelhub", "connectors")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


@cache
def _read(path: Path) -> Source:
    return Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))


def dotted(node: ast.AST) -> str:
    """`os.path.join` of such an expression; empty for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def docstrings(source: Source) -> set[int]:
    """The ids of the constants that are docstrings."""
    owners = [
        node
        for node in source.nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    firsts = [node.body[0] for node in owners if node.body]
    return {
        id(first.value) for first in firsts if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    }
