# SPDX-License-Identifier: Apache-2.0
"""`python -m matchrunner.cli` is the same as `matchrunner`."""

import sys

from . import main

sys.exit(main())
