"""Tests of the school as data: the example is right, each planted mistake is named with its line."""

import shutil
from pathlib import Path

import pytest

from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles, active_school, store_school

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(ROOT / "school", tmp_path / "school")
    return tmp_path / "school"


def replaced(folder: Path, old: str, new: str, file: str = "departments.yaml") -> str:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        School.from_files(SchoolFiles.from_folder(folder))
    return str(caught.value)


@pytest.mark.provision("Z9b.2-2")
def test_the_example_school_has_the_six_units(example_school):
    names = [unit.name for unit in example_school.organisation.departments]

    assert names == ["学校办公室", "党委宣传部", "学生工作部", "安全工作部", "校团委", "计算机网络中心"]


@pytest.mark.parametrize("post", ["owner", "deputy", "liaison"])
def test_a_department_without_a_named_person_is_refused(folder, post):
    text = (folder / "departments.yaml").read_text()
    line = next(line for line in text.splitlines() if line.strip().startswith(f"{post}:"))

    assert f"缺少 departments.office.{post}" in replaced(folder, line + "\n", "")


def test_owner_and_deputy_are_two_people(folder, example_school):
    unit = example_school.organisation.departments[0]

    assert "负责人与副手是同一人" in replaced(folder, f"deputy: {unit.deputy}", f"deputy: {unit.owner}")


def test_an_unknown_person_gets_the_nearest_name_and_the_line(folder, example_school):
    owner = example_school.organisation.departments[0].owner
    message = replaced(folder, f"owner: {owner}", f"owner: {owner}x")

    assert f"是不是 {owner}？" in message
    assert "departments.yaml 第" in message


def line_with(folder: Path, words: str, nth: int = 1) -> int:
    lines = (folder / "departments.yaml").read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if words in line][nth - 1]


def test_a_mistake_of_a_department_points_at_its_own_lines(folder, example_school):
    unit = example_school.organisation.departments[1]
    line = line_with(folder, f"deputy: {unit.deputy}")
    message = replaced(folder, f"deputy: {unit.deputy}", f"deputy: {unit.owner}")

    assert f"departments.yaml 第 {line} 行：{unit.name} 的负责人与副手是同一人" in message


def test_a_department_without_robot_points_at_its_first_line(folder):
    line = line_with(folder, "robot: {url: env:HUIYIN_ROBOT_PUBLICITY_URL")
    first = line_with(folder, "- id: publicity")
    text = (folder / "departments.yaml").read_text().splitlines()[line - 1]

    assert f"departments.yaml 第 {first} 行：党委宣传部 没有邮件以外的去处" in replaced(folder, text + "\n", "")


def test_a_missing_post_points_at_its_department(folder):
    first = line_with(folder, "- id: office")
    text = next(line for line in (folder / "departments.yaml").read_text().splitlines() if "liaison:" in line)

    assert f"departments.yaml 第 {first} 行：缺少 departments.office.liaison" in replaced(folder, text + "\n", "")


def test_an_unknown_holder_of_a_role_points_at_the_role(folder):
    line = line_with(folder, "watch: [")

    assert f"departments.yaml 第 {line} 行：roles.watch 写了不认识的人 nobody" in replaced(
        folder, "watch: [tang_ruolan]", "watch: [nobody]"
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- id: publicity", "- id: office", "部门编号 office 已经用在第"),
        ("{id: shen_mingde, ", "{id: lin_zhiyuan, ", "人员编号 lin_zhiyuan 已经用在第 3 行"),
    ],
)
def test_no_two_share_an_id(folder, old, new, words):
    line = line_with(folder, old)

    assert f"departments.yaml 第 {line} 行：{words}" in replaced(folder, old, new)


@pytest.mark.parametrize(("old", "path"), [("office@yunlu.example", "departments.office.mail"),
                                           ("lin.zhiyuan@yunlu.example", "people.lin_zhiyuan.mail")])  # fmt: skip
def test_what_is_no_mail_address_is_named(folder, old, path):
    message = replaced(folder, old, old.replace("@", " at "))

    assert f"{path} 写得不对" in message
    assert "应当写成 名字@域名" in message


def test_a_department_may_have_several_mail_addresses(folder):
    path = folder / "departments.yaml"
    path.write_text(path.read_text().replace("mail: office@yunlu.example", "mail: 'a@yunlu.example,b@yunlu.example'"))

    school = School.from_files(SchoolFiles.from_folder(folder))
    assert school.department("office").mail == "a@yunlu.example, b@yunlu.example"


def test_a_missing_file_is_not_taken_for_one_of_another_purpose(folder):
    files = SchoolFiles.from_folder(folder)

    for name in ("policy.yaml", "calendar.yaml"):
        with pytest.raises(ConfigError, match="huiyin init") as caught:
            SchoolFiles({key: text for key, text in files.texts.items() if key != name}).text(name)
        assert "是不是" not in str(caught.value)


def test_a_misspelt_file_is_offered(folder):
    (folder / "policy.yaml").rename(folder / "polcy.yaml")

    with pytest.raises(ConfigError, match=r"是不是 polcy\.yaml？"):
        SchoolFiles.from_folder(folder).text("policy.yaml")


def test_a_literal_robot_secret_is_refused(folder, example_school):
    secret = example_school.organisation.departments[0].robot.secret

    assert "密钥不能直接写在文件里" in replaced(folder, secret, "SEC0123")


def test_a_role_that_nobody_holds_is_named(folder):
    text = (folder / "departments.yaml").read_text()
    line = next(line for line in text.splitlines() if line.strip().startswith("office:"))

    assert "没有人担任 office" in replaced(folder, line + "\n", "")


def test_a_missing_folder_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="huiyin init"):
        SchoolFiles.from_folder(tmp_path)


def test_a_file_larger_than_any_list_is_not_read(folder):
    (folder / "departments.yaml").write_bytes(b"# " + b"x" * 1_000_000)

    with pytest.raises(ConfigError, match=r"departments\.yaml：文件大于 1 MB"):
        SchoolFiles.from_folder(folder)


def test_a_file_that_is_not_utf8_is_named(folder):
    (folder / "departments.yaml").write_bytes("名称".encode("gbk"))

    with pytest.raises(ConfigError, match="不是 UTF-8"):
        SchoolFiles.from_folder(folder)


def test_an_unchanged_folder_makes_no_new_version(ledger):
    files = SchoolFiles.from_folder(ROOT / "school")
    with ledger.change("lin") as work:
        first = store_school(work, files, "folder")
    with ledger.change("lin") as work:
        again = store_school(work, files, "folder")

    assert (first, again) == (1, 1)


def test_a_changed_folder_becomes_the_active_version(ledger, folder):
    with ledger.change("lin") as work:
        store_school(work, SchoolFiles.from_folder(folder), "folder")
    (folder / "words" / "more.txt").write_text("云麓湖\n")
    with ledger.change("lin") as work:
        store_school(work, SchoolFiles.from_folder(folder), "folder")

    with ledger.read() as connection:
        assert active_school(connection).version == 2


def test_an_id_is_named_for_people_and_an_unknown_one_stays(example_school):
    named = [example_school.name_of(each) for each in ("safety", "gu_wenjing", "system", "gone_since")]

    assert named == ["安全工作部", example_school.person("gu_wenjing").name, "系统", "gone_since"]
