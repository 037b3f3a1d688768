"""What the shipped code never does. Each rule names its reason; an exception stands in the rule's own list."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, Source, docstrings, dotted, sources

#: Calls that run text as code, unpack strangers' objects or start a shell.
FORBIDDEN_CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"),
    *("pickle.loads", "pickle.load", "marshal.loads", "shelve.open", "dill.loads", "tempfile.mktemp"),
    *("asyncio.create_subprocess_shell", "subprocess.getoutput", "subprocess.getstatusoutput"),
}
FORBIDDEN_IMPORTS = {"pickle", "shelve", "marshal", "dill", "yaml", "telnetlib", "xml", "imp"}

#: HOUSE RULE: only loops that must outlive any failure, and the borders to code of others, catch everything.
CATCH_ALL = {
    "channelhub/app/accounts.py": "a connector that can't be built is its account's failure, not the others'",
    "channelhub/app/stages.py": "a stage's loop is restarted after a defect, with its traceback logged",
    "channelhub/ingest/probing.py": "a connector's mistake is that account's result",
    "channelhub/dispatch/alerts.py": "the alert sender: one target must not stop others; a lost answer is told again",
    "channelhub/dispatch/media/worker.py": "one account's defect must not stop the others",
    "channelhub/dispatch/webhooks/sender.py": "one post's defect must not stop the others",
    "channelhub/dispatch/worker.py": "the outbox worker: what became of the message isn't known",
    "channelhub/ingest/supervisor.py": "the supervisor: any defect of a connector is logged and it is restarted",
    "channelhub/pipeline/parser_child.py": "a forked child must end, not unwind into its parent",
    "channelhub/pipeline/process.py": "names the delivery whose row failed, and raises",
    "channelhub/pipeline/reading.py": "third parties' parsers: a defect parks this message alone",
    "channelhub/pipeline/stage.py": "the pipeline's loop: finds the one delivery to park",
    "channelhub/plugins.py": "third parties' packages: a broken one must not stop the others",
    "channelhub/sdk/testing/contract.py": "the contract suite judges whatever a connector raises",
    "channelhub/sdk/testing/parsing.py": "the contract suite judges whatever a parser raises",
    "channelhub/store/writer.py": "the writer's loop: every caller is told its failure, then it goes on",
    "channelhub/web/failures.py": "the outermost handler: a defect becomes a 500 with an id, logged",
    "channelhub/web/feed.py": "the live stream's loop must outlive a failed read",
    "connectors/email/imap_thread.py": "whatever a call raised is raised again where it is awaited",
    "connectors/email/mailauth_child.py": "what a stranger's signature does to a library costs a proof, not an answer",
    "connectors/email/receive.py": "a fault of ours must never bounce a customer's mail",
    "connectors/email/dialog.py": "aiosmtpd would answer a permanent 500 to a fault of ours",
}
#: Longer than 300 lines, and why.
LONG_FILES = {
    "channelhub/client/shapes.py": "made from the API document, no logic",
    "channelhub/web/pages/words/english.py": "a table of the pages' words, no logic",
    "channelhub/web/pages/words/russian.py": "the same table",
    "channelhub/web/pages/words/ukrainian.py": "the same table",
}
#: Statements that no .sql file can hold, and why.
OWN_SQL = {
    "channelhub/store/backup.py": "looks at a file that may be no database of ours yet",
    "channelhub/store/migrate.py": "its own bookkeeping, before the first migration has run",
}
MOST_LINES = 300

SQL = re.compile(
    r"^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s)", re.I
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD|WIP|NotImplementedError|not implemented|stub|placeholder)\b", re.I)
#: `placeholder` is also a word of HTML and of templates.
UNFINISHED_MEANT = {"channelhub/app/wording.py"}
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(home|root|Users|work|mnt|scratch)/\w+")


def each(found: list[str]) -> str:
    return "\n".join(found)


def test_nothing_runs_text_as_code_or_starts_a_shell() -> None:
    found = []
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.Call):
                is_shell = any(keyword.arg == "shell" for keyword in node.keywords)
                if is_shell or dotted(node.func) in FORBIDDEN_CALLS:
                    found.append(f"{source.at(node)} {dotted(node.func)}")
            for name in _imported(node):
                if name.split(".")[0] in FORBIDDEN_IMPORTS:
                    found.append(f"{source.at(node)} imports {name}")

    assert not found, each(found)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_imports_stand_at_the_top() -> None:
    found = []
    for source in sources():
        functions = [node for node in source.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        found += [
            source.at(node)
            for node in source.nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            if any(one.lineno <= node.lineno <= (one.end_lineno or 0) for one in functions)
        ]

    assert not found, each(found)


def test_everything_is_caught_only_where_the_house_rules_say() -> None:
    found: dict[str, list[str]] = {}
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not _raises_always(node):
                found.setdefault(source.name, []).append(source.at(node))

    assert not [places for name, places in found.items() if name not in CATCH_ALL]
    assert set(CATCH_ALL) <= {source.name for source in sources()}


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or dotted(handler.type) in ("Exception", "BaseException")


def _raises_always(handler: ast.ExceptHandler) -> bool:
    """It only tidies up: the last statement raises the same again."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_rollbacks_are_for_every_way_out() -> None:
    """A cancelled task must roll back too: where a rollback stands in an except, it catches BaseException."""
    found = [
        source.at(handler)
        for source in sources("channelhub/store")
        for handler in source.nodes
        if isinstance(handler, ast.ExceptHandler)
        and any(isinstance(node, ast.Attribute) and node.attr == "rollback" for node in ast.walk(handler))
        and (handler.type is None or dotted(handler.type) != "BaseException")
    ]

    assert not found, each(found)


SECRET_NAME = re.compile(r"(^|_)(secret|token|signature|mac|hmac|password|digest)$")


def test_secrets_are_compared_in_constant_time() -> None:
    """By compare_digest, or as values of `Secret`, whose == is one (tests/domain/test_secrets.py)."""
    found = []
    for source in sources("channelhub/web", "channelhub/domain", "channelhub/rules", "connectors"):
        for node in source.nodes:
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                sides = [node.left, *node.comparators]
                is_constant = any(isinstance(side, ast.Constant) for side in sides)
                names = [dotted(side.func if isinstance(side, ast.Call) else side).rpartition(".")[2] for side in sides]
                is_secret = any(dotted(side.func) == "Secret" for side in sides if isinstance(side, ast.Call))
                if not is_constant and not is_secret and any(SECRET_NAME.search(name) for name in names):
                    found.append(f"{source.at(node)} {ast.unparse(node)}")

    assert not found, each(found)


def test_no_query_is_put_together_from_text() -> None:
    found = [
        f"{source.at(node)} {ast.unparse(node)[:80]}"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.Call) and dotted(node.func).endswith((".execute", ".executemany", ".executescript"))
        if node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call) and not _is_pragma(node.args[0])
    ]

    assert not found, each(found)


def _is_pragma(node: ast.expr) -> bool:
    """PRAGMA takes no parameters; ours are numbers of our own."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) else node
    return isinstance(first, ast.Constant) and str(first.value).startswith("PRAGMA ")


def test_queries_stand_in_sql_files() -> None:
    found = []
    for source in sources():
        inside = docstrings(source)
        texts = [node for node in source.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        if source.name not in OWN_SQL:
            found += [source.at(node) for node in texts if id(node) not in inside and SQL.match(str(node.value))]

    assert not found, each(found)


def test_every_query_is_used_and_every_used_one_exists() -> None:
    written = {
        (path.stem, match[1])
        for path in (ROOT / "channelhub/store/queries").glob("*.sql")
        for match in re.finditer(r"^-- name: (\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    used = {pair for source in sources("channelhub") for pair in _queries_of(source)}

    assert used - written == set()
    assert written - used == set()
    assert len(written) > 50


def _queries_of(source: Source) -> set[tuple[str, str]]:
    """Pairs of file and query that a module names through `x = Queries.of("file")` and `x.query`."""
    stems: dict[str, str] = {}
    for node in source.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            [stem] = node.value.args[:1] or [None]
            if dotted(node.value.func) == "Queries.of" and isinstance(stem, ast.Constant):
                stems[dotted(node.targets[0])] = str(stem.value)
    return {
        (stems[node.value.id], node.attr)
        for node in source.nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in stems
    }


def test_queries_are_portable() -> None:
    """One text serves both databases: CAST, keyset paging, times as parameters."""
    found = []
    for path in (ROOT / "channelhub/store/queries").glob("*.sql"):
        text = re.sub(r"--.*|'(?:[^']|'')*'", "", path.read_text(encoding="utf-8"))
        for word in (
            r"::\w",
            r"\bOFFSET\b",
            r"\bNOW\s*\(",
            r"\bCURRENT_TIMESTAMP\b",
            r"\bINSERT OR\b",
            r"\bREPLACE INTO\b",
            r"%s",
        ):
            found += [f"{path.name}: {match[0]}" for match in re.finditer(word, text, re.I)]

    assert not found, each(found)


def test_nothing_prints() -> None:
    """Standard output belongs to commands; the daemon writes its log and nothing else."""
    found = [
        source.at(node)
        for source in sources()
        if not source.name.startswith("channelhub/cli/")
        for node in source.nodes
        if isinstance(node, ast.Call) and dotted(node.func) in ("print", "pprint", "breakpoint", "sys.stdout.write")
    ]

    assert not found, each(found)


@pytest.mark.parametrize("folder", ["channelhub/sdk", "channelhub/domain"])
def test_what_third_parties_read_is_explained(folder: str) -> None:
    found = []
    for source in sources(folder):
        if not ast.get_docstring(source.tree):
            found.append(source.name)
        for node in source.tree.body:
            is_public = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_"
            if is_public and not ast.get_docstring(node):  # type: ignore[arg-type]
                found.append(f"{source.at(node)} {node.name}")  # type: ignore[attr-defined]

    assert not found, each(found)


def test_every_module_says_what_it_is_for() -> None:
    found = [source.name for source in sources() if not ast.get_docstring(source.tree)]

    assert not found, each(found)


def test_files_are_short() -> None:
    long = {source.name for source in sources() if source.text.count("\n") > MOST_LINES}

    assert long <= set(LONG_FILES)


def test_modules_are_named_after_the_problem() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "core"}

    assert not [source.name for source in sources() if set(re.split(r"[/._]", source.name)) & vague]


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{source.name}: {match[0]}"
        for source in sources()
        if source.name not in UNFINISHED_MEANT
        for match in UNFINISHED.finditer(source.text)
    ]

    assert not found, each(found)


def test_no_path_of_one_machine_is_in_any_file() -> None:
    kinds = {".py", ".md", ".toml", ".sql", ".html", ".service", ".txt", ".cfg", ".sh", ".c"}
    folders = ("channelhub", "connectors", "config", "docs", "systemd", "tests", "bench", "requirements", ".ci")
    files = [
        path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds or path.name == "run"
    ]
    files += [path for path in ROOT.iterdir() if path.suffix in kinds or path.name in ("Makefile", "LICENSE")]
    found = []
    for path in files:
        if path.is_file():
            found += [
                f"{path.relative_to(ROOT)}: {match[0]}" for match in MACHINE_PATH.finditer(path.read_text("utf-8"))
            ]

    assert not found, each(found)
