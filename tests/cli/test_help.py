"""Who asks for help waits for none of the libraries that the answer does not need."""

import subprocess
import sys

ASKED = """
import sys
from ledger.cli.commands import main
main(sys.argv[1:], standalone_mode=False)
print(*sorted({name.partition(".")[0] for name in sys.modules}), sep=",")
"""
HEAVY = {"PIL", "alembic", "flask", "openpyxl", "pandas", "sqlalchemy", "vl_convert", "weasyprint"}


def test_help_reads_no_heavy_library():
    asked = subprocess.run(
        [sys.executable, "-c", ASKED, "--help"], capture_output=True, text=True, check=True, timeout=60
    )

    *lines, read = asked.stdout.splitlines()
    assert "Usage" in lines[0]
    assert "click" in read.split(",")
    assert HEAVY & set(read.split(",")) == set()
