from collections.abc import Iterator

import pytest

from foundation.errors import Retry, Stop
from kibana.build import as_ndjson, build
from kibana.push import Place, Pushed, Status, push_file, read_status
from tests.kibana import replayed_kibana as measured
from tests.kibana.replayed_kibana import Replayed, replaying


@pytest.fixture
def kibana() -> Iterator[Replayed]:
    with replaying() as own:
        yield own


def push(kibana: Replayed, **more) -> Pushed:
    objects = build("lens")
    return push_file(Place(kibana.url, more.pop("space", "")), as_ndjson(objects), objects, **more)


@pytest.mark.parametrize(
    ("status", "flavour"),
    [
        (Status("8.9.0", is_opensearch=False), "lens"),
        (Status("9.4.3", is_opensearch=False), "lens"),
        (Status("8.8.2", is_opensearch=False), "classic"),
        (Status("7.10.2", is_opensearch=False), "classic"),
        (Status("10.0.0-SNAPSHOT", is_opensearch=False), "lens"),
        (Status("3.1.0", is_opensearch=True), "classic"),
    ],
)
def test_the_version_decides_the_flavour(status: Status, flavour: str) -> None:
    assert status.flavour == flavour


def test_which_product_answers_is_read_from_its_status(kibana: Replayed) -> None:
    assert read_status(Place(kibana.url)) == Status("8.19.7", is_opensearch=False)
    kibana.status = (200, measured.OPENSEARCH)
    assert str(read_status(Place(kibana.url + "/"))) == "OpenSearch Dashboards 2.11.0"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ((200, measured.HTML), "网页"),
        ((302, measured.HTML), "登录"),
        ((401, {"message": "no"}), "登录"),
        ((200, {"tagline": "You Know, for Search"}), "不是 Kibana 的状态"),
        ((200, {"version": {"number": "7.4.0"}}), "太旧"),
        ((503, measured.HTML), "503"),
        ((200, []), "不是 Kibana 的接口"),
    ],
)
def test_what_is_no_kibana_is_one_sentence_with_the_next_step(kibana: Replayed, status, words: str) -> None:
    kibana.status = status

    with pytest.raises(Stop, match=words):
        read_status(Place(kibana.url))


def test_a_kibana_that_is_away_can_be_tried_again() -> None:
    with pytest.raises(Retry, match="连不上 Kibana"):
        read_status(Place("http://127.0.0.1:9"))


def test_a_file_is_imported_with_name_header_space_and_key_and_nothing_is_overwritten_unasked(kibana: Replayed) -> None:
    objects = build("lens")
    place = Place(kibana.url, "school", "c2VjcmV0")
    assert push_file(place, as_ndjson(objects), objects) == Pushed(14, [])
    push_file(place, as_ndjson(objects), objects, overwrite=True)
    (method, path, headers, body), second = kibana.asked

    assert (method, path) == ("POST", "/s/school/api/saved_objects/_import")
    assert second[1].endswith("_import?overwrite=true")
    assert (headers["kbn-xsrf"], headers["authorization"]) == ("huiyin", "ApiKey c2VjcmV0")
    assert as_ndjson(objects) in body


@pytest.mark.parametrize(
    ("answer", "written", "words"),
    [
        (measured.CONFLICT, 0, "看板“总览”：已经有同编号的对象"),
        (measured.MISSING, 0, "查询“高等级”：引用的对象不存在（huiyin-gone）"),
        (measured.UNSUPPORTED, 13, "回音：这台 Kibana 不认识 tag"),
        (measured.MUTE, 0, "没有成功"),
    ],
)
def test_two_hundred_without_success_is_a_failure_and_names_each_object(
    kibana, answer, written: int, words: str
) -> None:
    kibana.imported = (200, answer)
    pushed = push(kibana)

    assert pushed.written == written
    assert [words in problem for problem in pushed.problems] == [True]


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (422, measured.TOO_NEW, "看板“总览”.*--flavour classic"),
        (400, measured.TWICE, "看板“总览”.*Non-unique"),
        (404, {"statusCode": 404, "message": "Not Found"}, "--space"),
        (200, measured.HTML, "网页"),
        (403, {"message": "Forbidden"}, "没有权限"),
    ],
)
def test_a_file_that_is_refused_as_a_whole_stops_with_the_reason(kibana, status: int, answer, words: str) -> None:
    kibana.imported = (status, answer)

    with pytest.raises(Stop, match=words):
        push(kibana)


def test_the_server_of_these_tests_refuses_what_a_real_one_refuses(kibana: Replayed) -> None:
    assert kibana.answer_to("POST", "/api/saved_objects/_import", {}, b"") == (400, measured.NO_HEADER)
    assert kibana.answer_to("POST", "/x", {"kbn-xsrf": "1"}, b'filename="a.json"') == (400, measured.NO_EXTENSION)


def test_a_certificate_file_that_cannot_be_read_is_named_instead_of_the_server(kibana: Replayed, tmp_path) -> None:
    with pytest.raises(Stop, match=r"证书文件读不了：.*missing.pem。检查 --ca-file"):
        read_status(Place(kibana.url, ca_file=str(tmp_path / "missing.pem")))
