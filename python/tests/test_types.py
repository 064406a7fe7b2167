# SPDX-License-Identifier: Apache-2.0
"""The stubs say what the extension has, and the package and its examples are strictly typed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import matchrunner

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parents[1]
STUB = ast.parse(Path(matchrunner.__file__).with_name("_matchrunner.pyi").read_text())
CLASSES = [node for node in STUB.body if isinstance(node, ast.ClassDef)]


def test_the_stub_names_what_the_module_has():
    stub = {node.name for node in STUB.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assert stub == {name for name in dir(matchrunner._matchrunner) if not name.startswith("_")}


def test_everything_is_exported():
    hidden = {"close_all", "CheckResult"} | {name for name in dir(matchrunner.conformance) if name.startswith("check_")}
    stub = {node.name for node in STUB.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assert stub - hidden <= set(matchrunner.__all__)
    assert all(hasattr(matchrunner, name) for name in matchrunner.__all__)
    assert len(set(matchrunner.__all__)) == len(matchrunner.__all__)


def constructors():
    """Each value class that has one, its keywords in the stub, and its properties."""
    for node in CLASSES:
        methods = {method.name: method for method in node.body if isinstance(method, ast.FunctionDef)}
        made = methods.pop("__init__", None)
        if made is not None and made.args.kwonlyargs and len(made.args.args) == 1:
            yield pytest.param(node.name, {argument.arg for argument in made.args.kwonlyargs}, set(methods), id=node.name)


@pytest.mark.parametrize("name, keywords, methods", list(constructors()))
def test_constructors_take_every_field(name, keywords, methods):
    assert keywords == methods - {"body_text", "to_json"}
    made = getattr(matchrunner, name)
    empty = made()
    assert made(**{keyword: getattr(empty, keyword) for keyword in keywords}).__class__ is made


def made_by_the_library():
    for node in CLASSES:
        names = {method.name for method in node.body if isinstance(method, ast.FunctionDef)}
        if not node.bases and "__init__" not in names:
            yield node.name


@pytest.mark.parametrize("name", list(made_by_the_library()))
def test_classes_without_a_constructor_cannot_be_made(name):
    with pytest.raises(TypeError, match="No constructor"):
        getattr(matchrunner._matchrunner, name)()


def run(*arguments):
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_stubs_are_true():
    run("mypy.stubtest", "matchrunner._matchrunner", "--allowlist", str(TESTS / "stubtest_allowed.txt"))


@pytest.mark.slow
def test_the_package_is_strictly_typed():
    run("mypy", "--strict", "python/matchrunner", "python/matchrunner_command")


@pytest.mark.slow
def test_the_examples_are_strictly_typed():
    for example in sorted((ROOT / "examples" / "python").glob("*.py")):
        run("mypy", "--strict", str(example))
