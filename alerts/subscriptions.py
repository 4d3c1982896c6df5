"""Stage 6: who wants to hear of cases besides those who must act. A fact about a case in; further recipients out. Pure.

The school writes subscriptions in huiyin.yaml: by person, role or department, narrowed by topic, department and level.
What is help-first or confidential is never told by subscription (PRIVACY.md 5).
"""

from collections.abc import Iterator

from alerts.case_view import CaseView
from alerts.choose_recipients import Recipient, recipients_named
from foundation.config import line_in, nearest
from foundation.errors import Problem
from foundation.ledger import Fact
from foundation.outcome import LEVELS, TOPICS
from foundation.school import SETTINGS_FILE, School
from foundation.settings import Subscription

TEMPLATE = "subscribed"
NEWS = {  # fact or step → word of `tells`, and what is new for people
    "case.opened": ("opened", "新案件，待研判"),
    "case.confirmed": ("confirmed", "已由人确认"),
    "case.raised": ("raised", "等级已提高"),
    "督办": ("overdue", "逾期，已督办"),
    "通报": ("overdue", "仍逾期，通报待签发"),
}


def news_of(fact: Fact) -> tuple[str, str]:
    """Return the word by which a fact is subscribed to, and what is new in it; empty: nobody subscribes to it."""
    return NEWS.get(str(fact.data.get("step") or fact.kind), ("", ""))


def subscribers_of(fact: Fact, school: School, view: CaseView) -> list[Recipient]:
    """Return who subscribed to such a case, each destination once."""
    word, _ = news_of(fact)
    if not word or view.restricted or view.confidential:
        return []
    fitting = [each for each in school.settings.alerts.subscriptions if word in each.tells and _fits(each, view)]
    found = [one for each in fitting for name in each.who for one in recipients_named(name, school, view)]
    return list({(one.channel, one.name): one for one in found}.values())


def _fits(subscription: Subscription, view: CaseView) -> bool:
    units = {view.lead, *view.assisting}
    return (
        view.level_code >= LEVELS.index(subscription.at_least)
        and (not subscription.topics or not set(subscription.topics).isdisjoint(view.topics))
        and (not subscription.departments or not units.isdisjoint(subscription.departments))
    )


def unknown_names(school: School) -> Iterator[Problem]:
    """Yield every name in subscriptions that nobody bears, with its line and the nearest right one."""
    organisation = school.organisation
    units = [unit.id for unit in organisation.departments]
    known = {
        "who": [*organisation.roles, *units, *(person.id for person in organisation.people)],
        "departments": units,
        "topics": list(TOPICS),
    }
    text = school.files.text(SETTINGS_FILE)
    for number, subscription in enumerate(school.settings.alerts.subscriptions):
        for key, names in known.items():
            for place, name in enumerate(getattr(subscription, key)):
                if name not in names:
                    line = line_in(text, SETTINGS_FILE, ("alerts", "subscriptions", number, key, place))
                    near = nearest(name, names)
                    hint = f"是不是 {near}？" if near else f"可以写：{'、'.join(names)}"
                    yield Problem(SETTINGS_FILE, line, f"订阅里不认识的{key}：{name}", hint)
