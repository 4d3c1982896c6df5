"""Command: write a new school's folder from the example school, ready to be edited."""

import argparse

HELP = "新建一个学校文件夹（以示例学校为样板）"
EXAMPLES = ["huiyin init school-of-ours", "huiyin init /srv/huiyin/school --name 某某学院"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder and the school's name."""
    parser.add_argument("folder", metavar="DIR", help="要新建的文件夹（不能已有内容）")
    parser.add_argument("--name", default="", help="学校名称；以后可在 huiyin.yaml 里改")


def run(arguments: argparse.Namespace) -> int:
    """Copy the example; never write into a folder that holds something."""
    import shutil
    from pathlib import Path

    from foundation.errors import Stop

    example = Path(__file__).parents[2] / "school"
    folder = Path(arguments.folder)
    if not example.is_dir():
        raise Stop("找不到示例学校", str(example), "请在 huiyin 的源码目录里运行，或手工复制一份 school 文件夹")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Stop("这里已有内容", str(folder), "换一个空文件夹，免得覆盖")
    shutil.copytree(example, folder, dirs_exist_ok=True)
    if arguments.name:
        _rename(folder / "huiyin.yaml", arguments.name)
    print(f"已新建 {folder}。请按文件里的说明填写，然后运行：")
    print(f"  huiyin check --school {folder}\n  huiyin apply {folder}")
    return 0


def _rename(settings: "object", name: str) -> None:
    from pathlib import Path

    from ruamel.yaml import YAML

    path = Path(str(settings))
    yaml = YAML(typ="rt")
    data = yaml.load(path.read_text(encoding="utf-8"))
    data["school"]["name"] = name
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
