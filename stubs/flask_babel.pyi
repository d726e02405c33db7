from collections.abc import Callable

from babel import Locale
from flask import Flask

class Babel:
    def __init__(self, app: Flask, *, locale_selector: Callable[[], str]) -> None: ...

def get_locale() -> Locale | None: ...
def gettext(string: str, **variables: object) -> str: ...
