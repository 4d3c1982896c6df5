"""Stage 5: emergency plans 应急预案 as policy.yaml holds them. YAML in, records out; a changed plan is a new version.

Each plan says who approved it, whom to call, and what each department does at once (Z9b.2-1, Z7.10-2).
"""

from pydantic import Field

from foundation.config import Strict


class PlanTask(Strict):
    """What one department, role or person does when the plan is activated."""

    owner: str = Field(min_length=1)
    words: str = Field(min_length=1)


class Plan(Strict):
    """One emergency plan."""

    id: str = Field(pattern="^[a-z][a-z0-9_-]*$")
    title: str = Field(min_length=1)
    version: int = Field(ge=1)
    approved_by: str = Field(min_length=1)  # person of the leading group
    tasks: list[PlanTask] = Field(min_length=1)
    contacts: list[str] = []  # names in the contact book of huiyin.yaml
