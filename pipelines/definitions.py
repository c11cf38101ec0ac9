"""The Dagster code location of the home that THROUGHLINE_HOME names."""

import os

from dagster import Definitions

from pipelines.defs.location import definitions_of

defs: Definitions = definitions_of(os.environ.get("THROUGHLINE_HOME"))
