"""What is refused when a home changes hands. Pure."""

from ledger.errors import Malformed, Refused


class HolderMalformed(Malformed):
    code = "holder-malformed"
    zh = "{home} 的新业主缺姓名。"
    en = "The new holder of {home} lacks a name."


class HolderNotLater(Refused):
    code = "holder-not-later"
    zh = "{home} 现登记的业主自{last}起持有，新业主须在其后，不能自{since}起。"
    en = "The holder of {home} on record has it since {last}; a new one comes after that, not on {since}."
    article = "《民法典》第209条（不动产物权变动自登记时生效）"
