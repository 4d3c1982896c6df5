"""Stage 5: which timers a case owes. Profiles in force and a situation in, timers out. Pure.

A profile may build upon another (`extends`, Z3.12): a timer or duty of the same id replaces the parent's, every other
key that it writes wins. What is written in `when` must all hold.
"""

from collections.abc import Callable, Iterable, Iterator

from cases.profile_file import AppliesTo, Profile, Timer, When
from cases.situation import Situation

BY_ID = ("timers", "recurring")


def merged_profile(profiles: dict[str, Profile], name: str) -> Profile:
    """Return a profile with everything that it inherits. Unknown names and circles were refused when it was read."""
    own = profiles[name]
    if not own.extends:
        return own
    parent = merged_profile(profiles, own.extends)
    changes = {key: getattr(own, key) for key in own.model_fields_set if key not in BY_ID}
    for key in BY_ID:
        whole = {item.id: item for item in (*getattr(parent, key), *getattr(own, key))}
        changes[key] = list(whole.values())
    return parent.model_copy(update=changes)


def owed_timers(
    profiles: Iterable[Profile], situation: Situation, level_code: Callable[[str], int]
) -> Iterator[tuple[Profile, Timer]]:
    """Yield the timers of a situation with their profiles, in the file's order."""
    for profile in profiles:
        if applies(profile.applies_to, situation):
            for timer in profile.timers:
                if holds(timer.when, situation, level_code):
                    yield profile, timer


def applies(scope: AppliesTo, situation: Situation) -> bool:
    """Tell whether a profile is for cases of this source and kind."""
    return scope.source_kind in ("", situation.source_kind) and scope.kind in (None, situation.kind)


def holds(when: When, situation: Situation, level_code: Callable[[str], int]) -> bool:
    """Tell whether everything in `when` is so."""
    return (
        (not when.level or level_code(when.level) == situation.level_code)
        and (not when.level_at_least or level_code(when.level_at_least) <= situation.level_code)
        and when.nature in ("", situation.nature)
        and when.kind in (None, situation.kind)
        and (when.marked is None or when.marked in situation.marks)
        and (not when.sudden or "sudden" in situation.marks)
        and (not when.any or any(holds(each, situation, level_code) for each in when.any))
    )
