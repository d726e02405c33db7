from collections.abc import Sequence
from datetime import datetime

from weasyprint.urls import URLFetcher

class Attachment:
    def __init__(
        self, *, string: bytes, name: str, created: datetime, modified: datetime, relationship: str
    ) -> None: ...

class HTML:
    def __init__(self, *, string: str, url_fetcher: URLFetcher) -> None: ...
    def write_pdf(
        self, *, pdf_variant: str, pdf_identifier: bytes, attachments: Sequence[Attachment]
    ) -> bytes: ...
