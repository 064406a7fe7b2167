# SPDX-License-Identifier: Apache-2.0
"""What an installed package has to bring along."""
import os
import pathlib

import pytest

import matchrunner

FOLDER = pathlib.Path(matchrunner.__file__).parent


@pytest.mark.parametrize("name", ["matchrunner-launcher", "matchrunner-escapes"])
def test_the_programs_of_the_sandbox_are_beside_the_extension(name: str) -> None:
    assert os.access(FOLDER / name, os.X_OK)


@pytest.mark.parametrize("name", ["py.typed", "_matchrunner.pyi"])
def test_type_checkers_find_the_stubs(name: str) -> None:
    assert (FOLDER / name).is_file()
