"""The command, called in this process."""

from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
