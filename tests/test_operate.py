"""docs/operate.md: every file in it is taken by the program it is for, and every command is one."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from ledger.cli.commands import COMMANDS, main
from ledger.config import KNOWN
from ledger.db import Database, create_engine
from ledger.files.rules import LARGEST_REQUEST
from tests.doors import furnish
from tests.servers import free_port
from tests.test_serving_role import as_role

GUIDE = Path("docs/operate.md").read_text("utf-8")
FILES = dict(re.findall(r"^`(/etc/[^`]+)`[^\n]*:\n\n```\w+\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
UNITS = {path: body for path, body in FILES.items() if path.startswith("/etc/systemd/")}
SHELL = "\n".join(re.findall(r"^```sh\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
LINES = [
    line for line in [*SHELL.splitlines(), *re.findall(r"`(mingbai [^`]+)`", GUIDE)] if "mingbai" in line
]


def commands() -> list[list[str]]:
    """Every ``mingbai …`` of the guide, without what stands before it."""
    started = [re.search(r"(?:^|[ =/])mingbai((?: [a-zA-Z/-][\w./:-]*)+)$", line.strip()) for line in LINES]
    served = re.findall(
        r"^ExecStart=/opt/mingbai/.venv/bin/mingbai (.+)$", "\n".join(UNITS.values()), re.MULTILINE
    )
    timed = re.findall(r"^Unit=mingbai@(\w+)\.service$", "\n".join(UNITS.values()), re.MULTILINE)
    words = (
        [match[1] for match in started if match and match[1].split()[0] in COMMANDS]
        + [line for line in served if "%i" not in line]
        + timed
    )
    return [[word for word in shlex.split(line) if word != "--json"] for line in words]


def test_the_guide_is_read():
    assert len(UNITS) == 9
    assert {name for name, *_ in commands()} >= {
        "init",
        "grant",
        "migrate",
        "serve",
        "check",
        "fsck",
        "sign",
        "backup",
        "forget",
        "restore",
    }


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one_and_takes_what_is_given(words):
    name, *given = words
    command = main.get_command(click.Context(main), name)
    assert command is not None
    if "ROLE" not in given:
        command.make_context(name, list(given))


def test_every_setting_is_known():
    assert set(re.findall(r"LEDGER_[A-Z_]+", GUIDE)) <= KNOWN.keys()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_takes_every_unit(tmp_path):
    for path, body in UNITS.items():
        runnable = re.sub(r"/opt/mingbai/.venv/bin/mingbai|/usr/bin/logger", "/bin/true", body)
        (tmp_path / Path(path).name).write_text(runnable)
    names = [
        str(tmp_path / name)
        for name in sorted(file.name.replace("@.", "@check.") for file in tmp_path.iterdir())
    ]
    for name in names:
        if not Path(name).exists():
            shutil.copy(name.replace("@check.", "@."), name)

    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    ours = [line for line in ended.stderr.splitlines() if str(tmp_path) in line or "mingbai" in line]
    assert (ended.returncode, ours) == (0, [])


def certificate(directory: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mingbai.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
        )
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (directory / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    (directory / "fullchain.pem").write_bytes(signed)
    return directory / "fullchain.pem", directory / "key.pem"


NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")
def test_nginx_takes_its_file(tmp_path):
    """As whoever runs the tests, who may have to be root to listen below 1024."""
    [site] = [body for path, body in FILES.items() if path.startswith("/etc/nginx/")]
    chain, key = certificate(tmp_path)
    site = site.replace("/etc/ssl/mingbai/fullchain.pem", str(chain)).replace(
        "/etc/ssl/mingbai/key.pem", str(key)
    )
    site, ports = re.subn(r"(listen (?:\[::\]:)?)443 ssl", rf"\g<1>{free_port()} ssl", site)
    assert ports == 2
    whole = tmp_path / "nginx.conf"
    own = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole.write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{own}{site}\n}}\n"
    )

    ended = subprocess.run(
        [NGINX, "-t", "-q", "-c", str(whole), "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_nginx_lets_through_what_the_application_takes():
    assert f"client_max_body_size {LARGEST_REQUEST >> 20}m;" in GUIDE
    assert "$request" not in GUIDE


@pytest.fixture
def roles(postgres):
    """The addresses of the owner and of the server, made by the guide's own statements."""
    [statements] = re.findall(r"^```sql\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    admin = create_engine(postgres).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            for statement in filter(None, map(str.strip, statements.split(";"))):
                connection.execute(text(statement))
        address = admin.url.set(database="mingbai").render_as_string(hide_password=False)
        yield as_role(address, "mingbai_owner"), as_role(address, "mingbai_server")
    finally:
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS mingbai WITH (FORCE)"))
            for role in ("mingbai_server", "mingbai_owner"):
                connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
        admin.dispose()


def run(home: Path, address: str, *words: str) -> str:
    ended = CliRunner().invoke(main, words, env={"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": address})
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_the_statements_for_two_roles_are_those_that_the_commands_need(roles, tmp_path):
    owner, server = roles
    run(tmp_path / "home", owner, "init")
    run(tmp_path / "home", owner, "grant", "mingbai_server")
    assert run(tmp_path / "home", server, "fsck") == "everything adds up\n"


def test_a_disaster_is_walked_with_two_roles(roles, tmp_path):
    owner, server = roles
    home, passphrase = tmp_path / "home", tmp_path / "passphrase"
    passphrase.write_text("a sentence to remember\n")
    run(home, owner, "init")
    run(home, owner, "grant", "mingbai_server")
    working = Database(server)
    furnish(working)
    run(home, server, "sign")
    run(home, server, "backup", str(tmp_path / "backups"), "--passphrase-file", str(passphrase))
    [backup] = (tmp_path / "backups").iterdir()
    restoring = ("restore", str(backup), "--replace", "--passphrase-file", str(passphrase))

    env = {"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": owner}
    with working.reading():
        refused = CliRunner().invoke(main, restoring, env=env)
        assert "stop the server first" in refused.output
    working.close()
    run(home, owner, *restoring)

    assert run(home, server, "fsck") == "everything adds up\n"
    run(home, server, "sign")  # the server's role writes as before


def walked(section: str, block: int, home: Path, addresses: dict[str, str]) -> str:
    """What a block of commands says, typed on a machine that has nothing but the settings of the guide.

    What is the machine's own (its services, its users, pip) is left out; the two addresses of the database are the test's.
    """
    [part] = re.findall(rf"^## {section} .*?(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    [opened] = set(re.findall(r"^(set -a; .*)$", GUIDE, re.MULTILINE))
    typed = f"{opened}\n" + re.findall(r"^```sh\n(.*?)^```", part, re.DOTALL | re.MULTILINE)[block]
    settings = FILES["/etc/mingbai.env"]
    for of, address in addresses.items():
        guide = f"postgresql://{of}@/mingbai?host=/run/postgresql"
        typed, settings = typed.replace(f"'{guide}'", f"'{address}'"), settings.replace(guide, f"'{address}'")
    file = home.with_suffix(".env")
    file.write_text(settings.replace("/var/lib/mingbai", str(home)))
    programs = Path(sys.executable).parent
    typed = typed.replace("/etc/mingbai.env", str(file)).replace("/opt/mingbai/.venv/bin", str(programs))
    ours = [line for line in typed.splitlines() if not re.match(r"systemctl|runuser|exit|\S*/pip ", line)]
    ended = subprocess.run(
        ["bash", "-e"],
        input="\n".join(ours),
        capture_output=True,
        text=True,
        check=False,
        cwd=home.parent,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    assert ended.returncode == 0 or (ended.returncode == 1 and "mingbai check" in ours[-1]), ended.stderr
    return ended.stdout


def test_an_installation_is_begun_and_upgraded_as_the_guide_types_it(roles, tmp_path):
    """Typed without the settings, `init` made its keys in the directory where it was typed, and the server knew none."""
    owner, server = roles
    addresses = {"mingbai_owner": owner, "mingbai_server": server}
    home = tmp_path / "home"

    walked("2", 0, home, addresses)
    upgraded = walked("6", 0, home, addresses)

    assert (home / "keys").is_dir()
    assert not (tmp_path / "var").exists()
    assert "everything adds up" in upgraded
