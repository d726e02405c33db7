"""Compiles the English words of the pages into the wheel; everything else stands in pyproject.toml."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class WithTranslations(build_py):
    def run(self) -> None:
        super().run()
        for words in Path(self.build_lib).rglob("messages.po"):
            with words.open("rb") as source, words.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(source, locale=words.parts[-3]))


setup(cmdclass={"build_py": WithTranslations})
