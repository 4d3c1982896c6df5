"""Stage 2: what a post wants of the school, harm aside. A view in; complaint, suggestion, question … or nothing out.

One reading for two steps: classify_topic makes a category of it, the severity rule `everyday_concern` a level. Talk
among students, praise, sales and lost property want nothing of the school. A single character counts only where it is
a word of its own.
"""

from typing import NamedTuple

from pipelines.match_words import PostView
from pipelines.whole_words import said_alone, stands_alone

STRONG, WEAK = 2, 1  # weight of a complaint word that says enough alone, and of one that does not
ASKS_ENOUGH = 2  # different words of asking
OPENING = 8  # characters within which a post that begins with 建议 is a suggestion
SHORT = 30  # characters: so short a post with 是不是 and ? is a question
ENOUGH = 2  # one strong word, or two weak ones
CLOSING = 16  # characters at a letter's end in which thanks are courtesy
NEXT = 1  # sentences between a service's name and what is said of it


class Concern(NamedTuple):
    """What is wanted: a category of Z1.6.1-c, and the words that say so."""

    category: str
    words: tuple[str, ...]


def read_concern(view: PostView) -> Concern | None:
    """Return what the writer wants of the school, or None when nothing is to be answered; read once for each view."""
    if view.concern is NotImplemented:
        view.concern = _read(view)
    concern: Concern | None = view.concern
    return concern


def _read(view: PostView) -> Concern | None:
    grievance = _weight(view)
    if _is_only_talk(view, grievance):
        return None
    conduct = view.words("staff_conduct")
    if conduct and not _is_praise(view, grievance):
        return Concern("师德作风", conduct)
    if view.has("irony") and view.has("service", "campus") and not view.official:
        return Concern("投诉", view.words("irony", "complaint"))
    if _is_praise(view, grievance):
        return None
    return _suggestion(view, grievance) or _question(view, grievance) or _grievance(view, grievance) or _murmur(view)


def _weight(view: PostView) -> int:
    words = said_alone(view, "complaint")
    weak = words & view.hits.said("weak_complaint")[0]
    return STRONG * len(words - weak) + WEAK * len(weak)


def _is_only_talk(view: PostView, grievance: int) -> bool:
    if view.has("sale", "strong_advert") and grievance < 2 * STRONG and not view.has("strong_grievance"):
        return True
    if _says(view, "lost_found", "lonely_hearts", "homework") and not view.has(
        "strong_grievance", "strong_suggestion", "polite_question", "critical_opinion"
    ):
        return grievance < 2 * STRONG
    return view.has("peers") and not view.has("strong_grievance", "strong_suggestion") and grievance < 2 * STRONG


def _says(view: PostView, *concepts: str) -> bool:
    """Return whether any of the concepts is said by a word of its own (捞 in 捞出来 is not 捞人)."""
    return any(said_alone(view, concept) for concept in concepts if view.has(concept))


def _is_praise(view: PostView, grievance: int) -> bool:
    if not view.has("praise"):
        return False
    if view.has("irony"):
        return False
    praise = len(view.words("praise")) - _thanks_for_an_answer(view)
    if not praise:
        return False
    if view.has("strong_grievance"):
        return False
    if view.has("not_praise", "strong_suggestion"):
        return praise * STRONG > grievance + 2 * STRONG and not view.has("strong_suggestion")
    return praise * STRONG >= grievance


def _thanks_for_an_answer(view: PostView) -> int:
    """Return how many words of praise are but the courtesy of a letter that asks for something."""
    if view.has("polite_question"):
        return len(view.words("courtesy"))
    if not view.has("request"):
        return 0
    closing = len(view.text) - CLOSING
    return len({hit.words for hit in view.hits.get("courtesy", ()) if hit.start >= closing})


def _suggestion(view: PostView, grievance: int) -> Concern | None:
    asks_first = any(hit.start <= OPENING for hit in view.hits.get("suggestion", ()))
    if view.has("peer_advice") or (view.has("critical_opinion") and not asks_first):
        return None
    if view.has("strong_suggestion") and not (view.has("strong_grievance") and grievance > 2 * STRONG):
        return Concern("建议", view.words("strong_suggestion"))
    if view.has("suggestion") and grievance < ENOUGH and view.has("school_matter", "campus"):
        return Concern("建议", view.words("suggestion"))
    return None


def _question(view: PostView, grievance: int) -> Concern | None:
    if not (view.has("ask_school") and view.has("school_matter", "campus")):
        return None
    if len(view.text) <= SHORT and "?" in view.text and view.has("whether"):
        return Concern("咨询", view.words("whether"))
    asks = len(view.words("ask_school"))
    polite = view.has("polite_question")
    if view.has("strong_grievance") or grievance > (3 * STRONG if polite else STRONG):
        return None
    plain = grievance < ENOUGH and (asks >= ASKS_ENOUGH or "?" in view.text)
    if polite or plain:
        return Concern("咨询", view.words("ask_school"))
    return None


def _grievance(view: PostView, grievance: int) -> Concern | None:
    if grievance >= ENOUGH and (view.has("strong_grievance") or not view.has("opinion")):
        return Concern("投诉", view.words("complaint"))
    if view.has("opinion") and (grievance >= WEAK or view.has("critical_opinion")):
        return Concern("意见", view.words("opinion", "complaint"))
    return None


def _murmur(view: PostView) -> Concern | None:
    """Return a complaint without a complaint's words: of a service is said what it fails in, and nothing is chat."""
    if view.has("ended") and not view.has("remains", "unresolved", "not_yet"):
        return None
    if view.has("joke", "small_talk", "peers", "history", "fiction", "lost_found") or view.official:
        return None
    if len(view.words("praise")) > _thanks_for_an_answer(view):
        return None
    if not view.has("service"):
        return None
    signs = _signs_of_failing(view) or view.words("request")
    return Concern("投诉", (*view.words("service")[:2], *signs)) if signs else None


def _signs_of_failing(view: PostView) -> tuple[str, ...]:
    """Return the words that say what a service fails in: a failing, or two faults, or a fault with stress."""
    services = {view.sentence(hit.start) for hit in view.hits.get("service", ())}

    def said(*concepts: str) -> tuple[str, ...]:
        hits = (hit for concept in concepts for hit in view.hits.get(concept, ()))
        near = (hit for hit in hits if any(abs(view.sentence(hit.start) - place) <= NEXT for place in services))
        return tuple(dict.fromkeys(hit.words[0] for hit in near if stands_alone(view, hit)))

    failings = said("failing")
    if failings:
        return failings
    faults = said("defect", "weak_complaint")
    stress = said("stress")[:1] if faults else ()
    return (*faults, *stress) if len(faults) + len(stress) >= ENOUGH else ()
