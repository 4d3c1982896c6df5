from hypothesis import given
from hypothesis import strategies as st

from pipelines.minhash import BANDS, PERMUTATIONS, band_keys, sign

TEXT = "三食堂二楼的红烧茄子里吃出一只小虫窗口说不归他们管希望学校派人来查一查"


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_text_is_signed_alike_alone_and_in_a_batch(texts):
    alone = [band_keys([text])[0] for text in texts]

    assert band_keys(texts) == alone


def test_no_texts_have_no_signatures():
    assert sign([]).shape == (0, PERMUTATIONS)
    assert band_keys([]) == []


def test_each_text_has_a_key_a_band_and_one_for_the_whole():
    assert len(band_keys([TEXT])[0]) == BANDS + 1


def test_keys_fit_the_ledger():
    assert all(-(2**63) <= key < 2**63 for key in band_keys([TEXT, "短", ""])[0])


def test_light_edits_share_a_band_and_strangers_do_not():
    edited, stranger = (
        TEXT.replace("一只小虫", "1只小虫"),
        "图书馆四楼靠窗的座位总是被书包占着没有人管理能不能装一个预约系统",
    )
    one, two, three = (set(keys) for keys in band_keys([TEXT, edited, stranger]))

    assert one & two
    assert not one & three


def test_equal_texts_share_every_key():
    assert band_keys([TEXT, TEXT])[0] == band_keys([TEXT, TEXT])[1]


def test_estimated_overlap_is_near_the_true_one():
    longer = TEXT + "图书馆四楼靠窗的座位总是被书包占着没有人管理能不能装一个预约系统"
    rows = sign([TEXT, longer])
    true = (len(TEXT) - 2) / (len(longer) - 2)

    assert abs(float((rows[0] == rows[1]).mean()) - true) < 0.15


@given(st.lists(st.text(max_size=60), min_size=1, max_size=90))
def test_signing_many_texts_at_once_changes_no_signature(texts):
    assert sign(texts).tolist() == [sign([text])[0].tolist() for text in texts]
