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


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("10.8.0.0/33", "10.8.0.0/33 不是网段"),
        ("内网", "内网 不是网段"),
        ("0.0.0.0/0", "0.0.0.0/0 等于放开全部地址"),
        ("::/0", "::/0 等于放开全部地址"),
        ("10.0.0.1/0", "10.0.0.1/0 等于放开全部地址"),
    ],
)
def test_a_network_that_opens_nothing_or_everything_is_refused_where_it_stands(network, words):
    text = LEAST + f"crawl:\n  allowed_networks:\n    - 10.8.0.0/16\n    - '{network}'\n"
    with pytest.raises(ConfigError) as caught:
        parse(Settings, text, "huiyin.yaml")

    assert f"huiyin.yaml 第 7 行：crawl.allowed_networks 的 {words}" in str(caught.value)


def test_networks_and_single_addresses_are_taken():
    text = LEAST + "crawl: {allowed_networks: [10.8.0.0/16, 10.8.0.7, 'fd00::/8']}\n"

    assert len(parse(Settings, text, "huiyin.yaml").crawl.allowed_networks) == 3


def test_a_sender_that_is_no_mail_address_is_refused():
    with pytest.raises(ConfigError, match="应当写成 名字@域名"):
        parse(Settings, LEAST.replace("huiyin@yunlu.example", "huiyin"), "huiyin.yaml")


@pytest.mark.parametrize(
    ("own", "value", "problem"),
    [
        ("{key: 班级, title: 班级}", "一班", ""),
        ("{key: 班级, title: 班级}", "", "写上内容"),
        ("{key: 校区, title: 校区, kind: choice, choices: [北, 南]}", "东", "可以写：北、南"),
        ("{key: 日期, title: 家长会, kind: date}", "下周", "2026-11-23"),
        ("{key: 日期, title: 家长会, kind: date}", "2026-12-01", ""),
    ],
)
def test_a_school_adds_fields_of_its_own_to_cases(own, value, problem):
    (field,) = parse(Settings, f"{LEAST}case_fields: [{own}]\n", "huiyin.yaml").case_fields

    assert problem in field.problem_with(value)
    assert bool(field.problem_with(value)) == bool(problem)


@pytest.mark.parametrize(
    "own", ["{key: a b, title: x}", "{key: a, title: x, kind: choice}", "{key: a, title: x, choices: [b]}"]
)
def test_a_field_that_says_nothing_clear_is_refused(own):
    with pytest.raises(ConfigError):
        parse(Settings, f"{LEAST}case_fields: [{own}]\n", "huiyin.yaml")
