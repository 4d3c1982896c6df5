"""The stage is set with real parts: campus, mail server, robots, the applied school, the running product."""

from pathlib import Path

from crawler.source import load_sources
from demo.play_story import SITES, Options, Stage, play, set_stage
from demo.prepare_school import EXAMPLE
from demo.read_story import Acts, Story, story_instant
from demo.tell_story import Teller
from foundation.school import School, SchoolFiles


def short(story: Story) -> Story:
    """Return the story until its first quarter of an hour, without acts."""
    acts = story.acts.model_dump(by_alias=True) | {"ends": story_instant("1 08:15"), "acts": []}
    return story.model_copy(update={"acts": Acts.model_validate(acts)})


def test_every_source_of_the_example_school_has_its_site() -> None:
    school = School.from_files(SchoolFiles.from_folder(EXAMPLE))

    assert {site.name for site in SITES} == set(load_sources(school))


def test_the_first_minutes_are_played_against_the_running_product(
    story: Story, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("HUIYIN_CLOCK", "set by set_stage")
    with set_stage(short(story), Options(state=tmp_path)) as stage:
        _play_and_look(stage)

    assert "第 1 天" in capsys.readouterr().out


def _play_and_look(stage: Stage) -> None:
    play(stage, Teller(stage.story.acts.ends))

    served = stage.truth.snapshot()["posts"]
    assert set(stage.ledger.posts()) == set(served)
    assert len(served) >= 2
