"""Run by the forum's own Python: writes topics and posts with their times."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from misago.categories.models import Category  # noqa: E402
from misago.threads.checksums import update_post_checksum  # noqa: E402
from misago.threads.models import Post, Thread  # noqa: E402
from misago.threads.test import post_thread  # noqa: E402

truth = json.loads(Path(os.environ["HUIYIN_LIVE_TRUTH"]).read_text())
board = Category.objects.get(slug="first-category")
Thread.objects.all().delete()
for topic in truth["topics"]:
    first, *others = topic["comments"]
    started = datetime.fromisoformat(first["at"]).astimezone(UTC)  # the checksum holds the day as the database gives it
    thread = post_thread(board, topic["title"], poster=first["user"], started_on=started)
    opening = thread.first_post
    opening.original, opening.parsed = first["text"], f"<p>{first['text']}</p>"
    update_post_checksum(opening)
    opening.save()
    for comment in others:
        at = datetime.fromisoformat(comment["at"]).astimezone(UTC)
        words = {"original": comment["text"], "parsed": f"<p>{comment['text']}</p>", "poster_name": comment["user"]}
        reply = Post.objects.create(category=board, thread=thread, posted_on=at, updated_on=at, checksum="", **words)
        update_post_checksum(reply)
        reply.save()
    thread.synchronize()
    thread.save()
board.synchronize()
board.save()
