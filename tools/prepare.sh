#!/usr/bin/env bash
# Prepare this machine for `make demo`, `make test` and, with the words `elastic` or `live`, `make test-full` and `make test-live`. Safe to run again.
# Installs by name: Python packages into .venv from the lock file, system packages by apt-get when root or sudo is there.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '回音准备：%s\n' "$*" >&2; }

system_packages() { # package:file-that-proves-it …
  local missing=()
  for pair in "$@"; do
    [ -e "${pair#*:}" ] || missing+=("${pair%%:*}")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local command="apt-get install -y --no-install-recommends ${missing[*]}"
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as=(sudo)
    else
      say "缺少系统软件包 ${missing[*]}，而这里没有 root 或 sudo。请管理员运行：sudo $command"
      exit 2
    fi
  fi
  say "安装系统软件包：${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as[@]}" apt-get update -qq >/dev/null
  "${as[@]}" $command -qq >/tmp/huiyin-apt.log 2>&1 || { tail -5 /tmp/huiyin-apt.log >&2; say "安装失败，请手工运行：$command"; exit 2; }
}

python_environment() {
  local python
  python=$(command -v python3.11 || true)
  [ -n "$python" ] || { say "需要 Python 3.11。请运行：sudo apt-get install python3.11 python3.11-venv"; exit 2; }
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then # none yet, or one that broke off half-made
    say "建立虚拟环境 .venv"
    "$python" -m venv --clear .venv
  fi
  local wanted have
  wanted=$(sha256sum requirements/all.lock | cut -d' ' -f1)
  have=$(cat .venv/lock.sha256 2>/dev/null || true)
  if [ "$wanted" != "$have" ]; then
    say "按锁定文件安装 Python 依赖（首次约一分钟）"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/all.lock
    echo "$wanted" > .venv/lock.sha256
  fi
  wanted=$(sha256sum pyproject.toml | cut -d' ' -f1) # it names the packages that the command finds from any folder
  have=$(cat .venv/project.sha256 2>/dev/null || true)
  [ -x .venv/bin/huiyin ] && [ "$wanted" = "$have" ] && return 0
  say "装上命令 .venv/bin/huiyin（指向这个文件夹里的代码）"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e .
  echo "$wanted" > .venv/project.sha256
}

# Two of these at once wait for each other: one installs system packages while the other fills .venv.
needs() { ( flock 9; system_packages "$@" ) 9</var/lib/dpkg; }

wanted=(chromium-headless-shell:/usr/bin/chromium-headless-shell fonts-wqy-microhei:/usr/share/fonts/truetype/wqy/wqy-microhei.ttc)
# Debian's python3.11 comes without ensurepip, which makes virtual environments: it is in python3.11-venv.
python3.11 -c 'import ensurepip' 2>/dev/null || wanted+=(python3.11-venv:/usr/lib/python3.11/ensurepip/__init__.py)
needs "${wanted[@]}"
for word in "$@"; do
  case $word in
    elastic)
      needs openjdk-17-jre-headless:/usr/lib/jvm/java-17-openjdk-amd64/bin/java maven:/usr/bin/mvn \
        postgresql-15:/usr/lib/postgresql/15/bin/postgres ;;
    live)
      needs postgresql-15:/usr/lib/postgresql/15/bin/postgres wordpress:/usr/share/wordpress/wp-load.php php-cli:/usr/bin/php \
        mariadb-server:/usr/sbin/mariadbd php-mysql:/usr/share/php8.2-mysql \
        wordpress-theme-twentytwentyone:/usr/share/wordpress/wp-content/themes/twentytwentyone/index.php \
        wordpress-l10n:/usr/share/wordpress/wp-content/languages/zh_CN.mo ;;
  esac
done
( flock 9; python_environment ) 9<requirements/all.lock
