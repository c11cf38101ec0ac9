"""The simulators of Jira say what the vendor's documents say, and clients of others read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from jira import JIRA
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.simulators import jira_cloud, jira_data_center
from tests.simulators.jira_cloud import USER, JiraCloud
from tests.simulators.jira_data_center import JiraDataCenter
from tests.simulators.world import World

SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs"
PLATFORM, AGILE = "jira-cloud-platform-v3.json", "jira-software-agile-v1.json"
API, BOARDS = "/rest/api/3", "/rest/agile/1.0"


@dataclass(frozen=True)
class Deviation:
    """Where Jira answers otherwise than its document says, and how that is known."""

    path: str
    place: str
    reason: str


KNOWN_DEVIATIONS = (
    Deviation(
        f"{API}/changelog/bulkfetch",
        r"/changeHistories/\d+/created$",
        "a number of milliseconds: the document's own example shows one, its schema says text",
    ),
    Deviation(
        "",
        r"/items/\d+/(from|to|fromString|toString)$",
        "null where there was or is no value: so in every export of Jira, the schema says text",
    ),
    Deviation(
        f"{API}/project/search",
        r"/values/\d+/projectKeys$",
        "what `expand=projectKeys` adds, which the document names but its schema lacks",
    ),
)


@dataclass(frozen=True)
class Case:
    """A request, by the path that the document has for it, and its answer's status."""

    document: str
    template: str
    address: str
    body: Any = None
    status: int = 200

    @property
    def method(self) -> str:
        """POST if there is a body."""
        return "get" if self.body is None else "post"


ISSUE = "/rest/api/3/issue/{issueIdOrKey}"
KEYS = ["C1-1", "C2-1", "C1-2"]
LOGS = list(range(10_121, 10_200))
CASES = [
    Case(PLATFORM, f"{API}/search/jql", f"{API}/search/jql?jql=project=C1&fields=*all"),
    Case(
        PLATFORM,
        f"{API}/search/jql",
        f"{API}/search/jql",
        {
            "jql": "created >= 0 ORDER BY updated ASC",
            "fields": ["*all"],
            "expand": "names,schema,changelog",
            "maxResults": 100,
        },
    ),
    Case(PLATFORM, f"{API}/search/jql", f"{API}/search/jql", {"jql": "id = 10076"}),
    Case(
        PLATFORM,
        f"{API}/search/approximate-count",
        f"{API}/search/approximate-count",
        {"jql": "project = C1"},
    ),
    Case(
        PLATFORM,
        f"{API}/issue/bulkfetch",
        f"{API}/issue/bulkfetch",
        {"issueIdsOrKeys": KEYS, "fields": ["*all"], "expand": ["changelog"]},
    ),
    Case(
        PLATFORM,
        f"{API}/changelog/bulkfetch",
        f"{API}/changelog/bulkfetch",
        {"issueIdsOrKeys": [str(each) for each in range(10_000, 10_300)], "maxResults": 50},
    ),
    Case(PLATFORM, ISSUE, f"{API}/issue/C1-1?expand=changelog"),
    Case(PLATFORM, f"{ISSUE}/changelog", f"{API}/issue/C1-1/changelog?maxResults=1"),
    Case(PLATFORM, f"{ISSUE}/worklog", f"{API}/issue/C1-1/worklog"),
    Case(PLATFORM, f"{API}/worklog/updated", f"{API}/worklog/updated?since=0"),
    Case(PLATFORM, f"{API}/worklog/deleted", f"{API}/worklog/deleted?since=0"),
    Case(PLATFORM, f"{API}/worklog/list", f"{API}/worklog/list", {"ids": LOGS}),
    Case(PLATFORM, f"{API}/field", f"{API}/field"),
    Case(PLATFORM, f"{API}/status", f"{API}/status"),
    Case(PLATFORM, f"{API}/statuscategory", f"{API}/statuscategory"),
    Case(PLATFORM, f"{API}/issuetype", f"{API}/issuetype"),
    Case(PLATFORM, f"{API}/issueLinkType", f"{API}/issueLinkType"),
    Case(
        PLATFORM,
        f"{API}/project/search",
        f"{API}/project/search?status=live&status=archived&status=deleted"
        "&expand=projectKeys,insight&maxResults=2",
    ),
    Case(PLATFORM, API + "/project/{projectIdOrKey}", f"{API}/project/10001"),
    Case(PLATFORM, f"{API}/users/search", f"{API}/users/search"),
    Case(PLATFORM, f"{API}/myself", f"{API}/myself"),
    Case(PLATFORM, f"{API}/serverInfo", f"{API}/serverInfo"),
    Case(AGILE, f"{BOARDS}/board", f"{BOARDS}/board"),
    Case(AGILE, BOARDS + "/board/{boardId}", f"{BOARDS}/board/1"),
    Case(AGILE, BOARDS + "/board/{boardId}/configuration", f"{BOARDS}/board/1/configuration"),
    Case(AGILE, "SprintBean", f"{BOARDS}/sprint/10001"),
    Case(PLATFORM, "ErrorCollection", f"{API}/search/jql", {"jql": ""}, 400),
    Case(PLATFORM, "ErrorCollection", f"{API}/search/jql", {"jql": "a = b", "x": 1}, 400),
    Case(PLATFORM, "ErrorCollection", f"{API}/search?jql=project=C1", None, 410),
    Case(PLATFORM, "ErrorCollection", f"{API}/issue/NONE-1", None, 404),
    Case(PLATFORM, "ErrorCollection", f"{BOARDS}/board/2/sprint", None, 400),
]


@pytest.fixture
def cloud() -> Iterator[JiraCloud]:
    """A site after a few nights, with all that can befall a project."""
    site = JiraCloud(World(11, items=60))
    for night in range(1, 8):
        site.night(night)
    for key, status in (("C2", "live"), ("C4", "archived"), ("C3", "deleted")):
        site.state.projects[key].status = status
        site.state.projects[key].is_hidden = False
    with site.serving():
        yield site


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session of the reader."""
    with requests.Session() as found:
        found.auth = (USER, jira_cloud.SECRETS["token"])
        yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.address[:60]}")
def test_every_answer_is_as_the_document_says(
    case: Case, cloud: JiraCloud, session: requests.Session
) -> None:
    validator = _validator(case)

    answer = session.request(case.method, cloud.address + case.address, json=case.body)

    assert answer.status_code == case.status
    assert _faults(validator, case, answer.json()) == []


def test_every_known_deviation_still_happens(cloud: JiraCloud, session: requests.Session) -> None:
    seen = set()

    for case in CASES:
        answer = session.request(case.method, cloud.address + case.address, json=case.body)
        for place in _violations(_validator(case), answer.json()):
            seen |= set(_known(case, place))

    assert seen == set(KNOWN_DEVIATIONS)


def test_the_list_of_sprints_is_of_sprints_as_the_document_says(
    cloud: JiraCloud, session: requests.Session
) -> None:
    case = Case(AGILE, "SprintBean", f"{BOARDS}/board/1/sprint")

    answer = session.get(cloud.address + case.address).json()

    assert answer["values"] and answer["isLast"]
    assert [_faults(_validator(case), case, each) for each in answer["values"]] == [
        [] for _ in answer["values"]
    ]


def test_a_strange_client_reads_every_issue_of_cloud() -> None:
    site = JiraCloud(World(5))
    secret = jira_cloud.SECRETS["token"]

    with site.serving():
        client = JIRA(server=site.address, basic_auth=(USER, secret), max_retries=0)
        found = client.enhanced_search_issues("created >= 0", maxResults=False)
        number = client.approximate_issue_count("created >= 0")
        client.close()

    expected = site.truth()["issues"]
    assert len(found) == number == len(expected) > 100
    assert {each.id: each.key for each in found} == {
        issue_id: each["key"] for issue_id, each in expected.items()
    }
    assert {each.id: each.raw["fields"]["summary"] for each in found} == {
        issue_id: each["fields"]["summary"] for issue_id, each in expected.items()
    }


def test_a_strange_client_reads_every_issue_and_history_of_data_center() -> None:
    site = JiraDataCenter(World(5))
    site.ceiling = 40
    secret = jira_data_center.SECRETS["token"]

    with site.serving():
        client = JIRA(server=site.address, token_auth=secret, max_retries=0)
        found = client.search_issues("ORDER BY created", maxResults=False, expand="changelog")
        client.close()

    assert {each.id: each.raw for each in found} == site.truth()["issues"]


def test_the_same_seed_tells_the_same_bytes() -> None:
    first, second = (JiraCloud(World(3, items=30)) for _ in range(2))

    for site in (first, second):
        for night in range(1, 4):
            site.night(night)

    assert json.dumps(first.truth()) == json.dumps(second.truth())


def _validator(case: Case) -> OAS30Validator:
    if not SPECS.is_dir():
        pytest.skip("the vendors' documents are not beside this repository")
    document = _document(case.document)
    if case.template.startswith("/"):
        answers = document["paths"][case.template][case.method]["responses"]
        schema = answers["200"]["content"]["application/json"]["schema"]
    else:
        schema = {"$ref": f"#/components/schemas/{case.template}"}
    text = json.dumps(schema).replace('"#/', '"urn:document#/')
    registry = Registry().with_resource("urn:document", Resource(document, DRAFT4))
    return OAS30Validator(json.loads(text), registry=registry)


@cache
def _document(name: str) -> dict[str, Any]:
    return json.loads((SPECS / name).read_text())


def _faults(validator: OAS30Validator, case: Case, body: Any) -> list[str]:
    """Return what in an answer is not as documented, known deviations aside."""
    return [place for place in _violations(validator, body) if not _known(case, place)]


def _violations(validator: OAS30Validator, body: Any) -> Iterator[str]:
    """Yield the place of each violation, a name that the document lacks included."""
    for error in validator.iter_errors(body):
        place = "".join(f"/{each}" for each in error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            yield from (f"{place}/{name}" for name in error.instance if name not in known)
        else:
            yield place


def _known(case: Case, place: str) -> list[Deviation]:
    return [
        each
        for each in KNOWN_DEVIATIONS
        if case.template.startswith(each.path) and re.search(each.place, place)
    ]
