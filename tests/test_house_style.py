"""The rules that the code obeys, asserted over the code itself."""

from __future__ import annotations

import ast
import graphlib
import inspect
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import insight as ins

PACKAGE = Path(ins.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "models" not in path.parts)
PACKAGES = [name for name in ins.__all__ if inspect.ismodule(getattr(ins, name))]
PUBLIC = {
    f"{package}.{name}": thing
    for package in PACKAGES
    if package not in {"mentions", "stats"}
    for name, thing in vars(getattr(ins, package)).items()
    if not name.startswith("_") and getattr(thing, "__module__", "").startswith("insight")
} | {name: getattr(ins, name) for name in ins.__all__ if name not in PACKAGES}
FUNCTIONS = sorted(name for name, thing in PUBLIC.items() if inspect.isfunction(thing))
ON_FIGURES = {"plots.annotate_events", "plots.caption"}
PLOTS = [name for name in FUNCTIONS if name.startswith("plots.") and name not in ON_FIGURES]

MAX_MODULE_LINES = 350
MAX_FUNCTION_LINES = 60

WORST_WORDS = re.compile(
    r"\b(told|tells? apart|heard|reckon(s|ed|ing)?|anew|whoever|nobody|beyond chance|goodbye|foretold)\b",
    re.I,
)
"""The glossary's worst: each stood for several things, and none is a word of the field."""

# A module may import from the layers before its own, and from its own package.
LAYERS = (
    {"mentions"},
    {"example", "files"},
    {"stats"},
    {"text"},
    {"archives"},
    {"timeline"},
    {"signals"},
    {"topics"},
    {"needs"},
    {"conversations", "incidents", "people", "staying"},
    {"plots", "config"},
    {"explore", "report"},
    {"cli"},
    {"__main__"},
)


BY_SUBJECT = ("plots", "report/measures", "report/sections")
"""Folders with a file a package or a section of the page, called like it."""


def module_id(path):
    return str(path.relative_to(PACKAGE))


def area(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(name):
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


def dotted(path):
    return ["insight", *path.relative_to(PACKAGE).with_suffix("").parts]


def imported(nodes, path):
    """Return the names in the package that these statements of a module import."""
    parts = dotted(path)
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            lead = [*parts[: len(parts) - node.level]] if node.level else []
            names = [".".join([*lead, *filter(None, [node.module]), alias.name]) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.startswith("insight."))


def imported_areas(path):
    """Return the areas of the package that a module imports, wherever in the file."""
    for name in imported(ast.walk(ast.parse(path.read_text())), path):
        yield name.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_module_is_small_and_says_what_it_is(path):
    source = path.read_text()
    assert ast.get_docstring(ast.parse(source)), "a module docstring that could stand in the tree"
    assert len(source.splitlines()) <= MAX_MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_functions_are_short(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            docstring = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert node.end_lineno - node.lineno + 1 - docstring <= MAX_FUNCTION_LINES, node.name


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_library_code_never_asserts_or_prints(path):
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: assert vanishes under -O"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and area(path) not in {"cli"}:
            assert node.func.id not in {"print", "eval", "exec"}, f"line {node.lineno}: {node.func.id}"


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_imports_point_one_way(path):
    own = area(path)
    if own == "__init__":
        return
    for other in set(imported_areas(path)) - {own}:
        assert level(other) < level(own), f"{own} imports {other}"


def import_circle(package):
    """Return a circle of modules of a package that import each other, wherever in the file, else nothing."""
    modules = {".".join(dotted(path)).removesuffix(".__init__"): path for path in MODULES}
    own = {name: path for name, path in modules.items() if name.split(".")[1:2] == [package]}
    needed = {
        name: {
            target if target in modules else target.rpartition(".")[0]
            for target in imported(ast.walk(ast.parse(path.read_text())), path)
        }
        & set(own) - {name}
        for name, path in own.items()
    }
    try:
        graphlib.TopologicalSorter(needed).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("package", sorted({area(path) for path in MODULES}))
def test_no_module_imports_one_that_imports_it(package):
    """What is imported in a function or for types alone counts: a thing is in the wrong place then."""
    assert import_circle(package) == []


def test_no_two_modules_have_one_name():
    folders = {path: path.parent.relative_to(PACKAGE).as_posix() for path in MODULES}
    own = [path.stem for path, folder in folders.items() if folder not in BY_SUBJECT]
    names = Counter(name for name in own if name not in {"__init__", "__main__"})
    assert {name for name, n in names.items() if n > 1} == set()


def test_every_area_has_its_layer():
    assert sorted({area(path) for path in MODULES} - {"__init__"} - set().union(*LAYERS)) == []


def test_colours_are_written_in_one_place():
    colour = re.compile(r"#[0-9a-fA-F]{6}\b|rgba?\(\d")
    found = [module_id(path) for path in MODULES if colour.search(path.read_text())]
    assert [name for name in found if name != "plots/theme.py"] == []


def old_words(path):
    """Return the identifiers of a module, and its sentences, that have one of the worst words."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = [node.value] if " " in node.value.strip() else []
        else:
            said = [getattr(node, field, None) for field in ("id", "name", "arg", "attr")]
            said = [name.replace("_", " ") for name in said if isinstance(name, str)]
        yield from (f"line {node.lineno}: {text}" for text in said if WORST_WORDS.search(text))


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_no_worst_word_is_left(path):
    assert list(old_words(path)) == []


def test_html_lives_in_templates():
    markup = re.compile(r"</?(div|span|table|script|style|section|td|li|p)\b[^>]*>")
    strings = {
        module_id(path): [
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for path in MODULES
        if area(path) in {"report", "explore", "plots", "cli"}
    }
    found = {name for name, values in strings.items() if any(markup.search(value) for value in values)}
    assert not found


@pytest.mark.parametrize("name", PUBLIC)
def test_public_name_is_documented(name):
    thing = PUBLIC[name]
    if inspect.isfunction(thing) or inspect.isclass(thing):
        assert inspect.getdoc(thing)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_function_reads_like_the_others(name):
    function = PUBLIC[name]
    parameters = list(inspect.signature(function).parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    assert len(positional) <= 2, "at most two positional tables"
    assert not [p for p in parameters if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    assert all(p.annotation is not p.empty for p in parameters)
    if name in {*PLOTS, "plots.annotate_events"}:
        return
    doc = inspect.getdoc(function)
    for section in ["Parameters\n---"] * bool(parameters) + ["Returns\n---", "Examples\n---"]:
        assert section in doc, f"{name} has no section {section.split()[0]}"
    for parameter in parameters:
        explained = re.search(rf"^(.*, )?{parameter.name}\b.* : ", doc, re.M)
        assert explained, f"{name} does not explain {parameter.name}"


@pytest.mark.parametrize("name", PLOTS)
def test_plot_has_its_measure_and_a_line_that_names_it(name):
    plot = name.removeprefix("plots.")
    measures = {name.rpartition(".")[2] for name in FUNCTIONS if not name.startswith("plots.")}
    twins = measures & {plot, f"find_{plot}", f"fit_{plot}"}
    first, *more = inspect.getdoc(PUBLIC[name]).splitlines()
    assert first.startswith("Draw ")
    assert any(f"`{twin}`" in first for twin in twins), "its line names its measure"
    assert not any(line.startswith("---") for line in more), "the table is documented at its measure"


def test_the_everyday_names_are_few():
    assert len(set(ins.__all__) - set(PACKAGES)) <= 45


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, insight; heavy = {'bertopic', 'plotly', 'onnxruntime', 'sklearn', 'ibis', 'pandas'};"
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_importing_every_module_leaves_the_heaviest_alone():
    names = [
        ".".join(["insight", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
        for path in MODULES
        if area(path) != "plots" and path.name not in {"__main__.py", "archive_model.py"}
    ]
    code = (
        f"import importlib, sys; [importlib.import_module(name) for name in {names!r}];"
        "heavy = {'bertopic', 'plotly', 'onnxruntime'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_tests_lie_in_the_folder_of_their_package():
    tests = Path(__file__).parent
    folders = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders - {".", "browser", "simulate"} <= packages


def test_every_path_that_is_named_exists():
    kept = (path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".md", ".toml", ".html"})
    named = {found for path in kept for found in re.findall(r"insight/[\w/]+\.\w+", path.read_text("utf-8"))}
    assert not [path for path in sorted(named) if not (PACKAGE.parent / path).exists()]
