"""What Asana offers to the pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.asana.asked import ASKED
from connectors.asana.export import records
from connectors.asana.live import AsanaReader, access, hosts
from connectors.asana.stories import STORIES, story_rows
from connectors.asana.tables import (
    ABSENT,
    CUSTOM_FIELDS,
    DELETIONS,
    GOAL_SUPPORT,
    GOALS,
    PORTFOLIO_ITEMS,
    PORTFOLIOS,
    PROJECTS,
    SECTIONS,
    TAGS,
    USERS,
    absence_rows,
    custom_field_rows,
    event_rows,
    goal_rows,
    portfolio_rows,
    project_rows,
    section_rows,
    tag_rows,
    user_rows,
)
from connectors.asana.tasks import TASK_TABLES, task_rows
from connectors.contract import ExportSettings, Record, Rejected, Stream, Unreadable
from connectors.http import Client
from connectors.live import ABSENCES, Access, LiveSettings, Reader


class AsanaConnector:
    """Reads Asana tasks and what stands around them."""

    tracker = "asana"
    items = "tasks"
    asked = tuple(f"{kind}.{field}" for kind, fields in ASKED.items() for field in fields)
    streams = (
        Stream(
            "tasks", "Tasks and sub-tasks, with what stands inside them.", TASK_TABLES, task_rows
        ),
        Stream("stories", "Stories that stand by themselves.", (STORIES, USERS), story_rows),
        Stream("projects", "Projects.", (PROJECTS,), project_rows),
        Stream("sections", "Sections of projects.", (SECTIONS,), section_rows),
        Stream("users", "People.", (USERS,), user_rows),
        Stream("tags", "Tags.", (TAGS,), tag_rows),
        Stream("portfolios", "Portfolios.", (PORTFOLIOS, PORTFOLIO_ITEMS), portfolio_rows),
        Stream("goals", "Goals.", (GOALS, GOAL_SUPPORT), goal_rows),
        Stream("custom_fields", "Custom fields.", (CUSTOM_FIELDS,), custom_field_rows),
        Stream("events", "Entries of the events feed.", (DELETIONS,), event_rows),
        Stream(ABSENCES, "What became of tasks that are gone.", (ABSENT,), absence_rows),
    )

    def read_exports(self, settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
        """Yield every record of the exported files, and every fault met on the way."""
        for path in settings.files:
            yield from records(path, settings.timezone)

    def hosts(self, settings: LiveSettings) -> tuple[str, ...]:
        """Return the one host that is asked."""
        return hosts(settings)

    def access(self, settings: LiveSettings) -> Access:
        """Return how Asana is reached."""
        return access(settings)

    def connect(self, settings: LiveSettings, client: Client) -> Reader:
        """Return a reader of one workspace."""
        return AsanaReader(settings, client)
