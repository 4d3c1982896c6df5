"""Run by `manage.py shell` of the forum: writes topics and comments with their times."""

import json
import os
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from spirit.category.models import Category
from spirit.comment.models import Comment
from spirit.topic.models import Topic

truth = json.loads(Path(os.environ["HUIYIN_LIVE_TRUTH"]).read_text())
board = Category.objects.create(title="生活服务", slug="life")
users = {name: get_user_model().objects.create_user(name, name + "@yunlu.example", "x") for name in truth["users"]}
for topic in truth["topics"]:
    first, last = topic["comments"][0], topic["comments"][-1]
    row = Topic.objects.create(
        user=users[first["user"]],
        category=board,
        title=topic["title"],
        comment_count=len(topic["comments"]),
        view_count=topic["views"],
    )
    Topic.objects.filter(pk=row.pk).update(
        date=datetime.fromisoformat(first["at"]), last_active=datetime.fromisoformat(last["at"])
    )
    for comment in topic["comments"]:
        own = Comment.objects.create(
            user=users[comment["user"]],
            topic=row,
            comment=comment["text"],
            comment_html="<p>" + comment["text"] + "</p>",
        )
        Comment.objects.filter(pk=own.pk).update(date=datetime.fromisoformat(comment["at"]))
