"""The fonts of the printed reports: Noto Sans SC, regular and bold, shipped compressed beside this file.

A report must look the same on every machine, so it never uses the fonts which happen to be installed.
`fontconfig_file` unpacks the two fonts and writes a fontconfig configuration which knows no other font.
Put the path it returns into the environment variable FONTCONFIG_FILE before weasyprint is imported.
"""

import hashlib
import html
import lzma
import os
import tempfile
from pathlib import Path

# Name -> (size, sha256) of the unpacked font; a change of the .xz files changes these.
_FONTS = {
    "NotoSansSC-Regular.ttf": (10443472, "f7267e3f41b491680f67a8aba38237b869683ff43a3cfd2ffb75afaf59a70dcf"),
    "NotoSansSC-Bold.ttf": (10431324, "f331b4ce6b9793e658dffe333ab604a95cbb72f99e801969fed2d8e80c802160"),
}
_ALIAS = "  <alias><family>{}</family><prefer><family>Noto Sans SC</family></prefer></alias>\n"


def fontconfig_file(cache: Path) -> Path:
    """Unpack the fonts into `cache` unless they are there already, and return the path of its fonts.conf."""
    cache = cache.resolve()
    index = cache / ".fontconfig"  # dot files, these and the temporary ones: fontconfig seeks no font there
    index.mkdir(parents=True, exist_ok=True)
    for name, (size, sha256) in _FONTS.items():
        font, marker = cache / name, cache / f".{name}.sha256"
        if _present(font, size) and _present(marker, len(sha256)) and marker.read_text() == sha256:
            continue
        data = lzma.decompress((Path(__file__).parent / f"{name}.xz").read_bytes())
        if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
            raise RuntimeError(f"{name}.xz is not the font this module was written for")
        _write(font, data)
        _write(marker, sha256.encode())  # after the font: a marker never speaks for a font not yet there
    aliases = "".join(_ALIAS.format(family) for family in ("sans-serif", "serif", "monospace"))
    conf = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{html.escape(str(cache), quote=False)}</dir>\n"
        f"  <cachedir>{html.escape(str(index), quote=False)}</cachedir>\n{aliases}</fontconfig>\n"
    ).encode()
    path = cache / "fonts.conf"
    if not _present(path, len(conf)) or path.read_bytes() != conf:
        _write(path, conf)
    return path


def _present(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _write(path: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)  # a temporary file is its maker's alone
    os.replace(file.name, path)
