"""Tests of huiyin.yaml: sensible defaults, impossible values refused with their line."""

import pytest

from foundation.config import parse
from foundation.errors import ConfigError
from foundation.settings import Settings

LEAST = """school: {name: 云麓学院, contact: it@yunlu.example}
alerts:
  mail: {host: mail.yunlu.example, port: 587, sender: huiyin@yunlu.example}
"""


def test_the_least_file_has_safe_defaults():
    settings = parse(Settings, LEAST, "huiyin.yaml")

    assert settings.crawl.allowed_networks == []
    assert settings.crawl.pace_seconds >= 1
    assert settings.alerts.mail.security == "starttls"
    assert settings.judge.segmenter == "jieba"


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("schedule: {tick_seconds: 0}\n", "schedule.tick_seconds"),
        ("judge: {segmenter: snownlp}\n", "judge.segmenter"),
        ("crawl: {page_megabytes: 5000}\n", "crawl.page_megabytes 太大"),
    ],
)
def test_an_impossible_value_is_named(addition, words):
    with pytest.raises(ConfigError) as caught:
        parse(Settings, LEAST + addition, "huiyin.yaml")

    assert words in str(caught.value)


def test_a_literal_mail_password_is_refused():
    with pytest.raises(ConfigError, match="密钥不能直接写在文件里"):
        parse(Settings, LEAST.replace("port: 587", "port: 587, password: abc"), "huiyin.yaml")
