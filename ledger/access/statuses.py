"""What the server itself refuses before any operation is reached, in both languages, by HTTP status."""

from collections.abc import Mapping

SENTENCES: Mapping[int, tuple[str, str]] = {
    400: (
        "收到的内容读不懂，没有办。请回到上一页重新打开再试。",
        "What arrived cannot be read, so nothing was done. Go back, open the page again and try once more.",
    ),
    401: (
        "请先登录。",
        "Please sign in first.",
    ),
    403: (
        "这里不许您看，也不许您办。",
        "This is not for you to see or to do.",
    ),
    404: (
        "这个地址没有内容，可能是抄错了。",
        "There is nothing at this address; it may have been copied wrongly.",
    ),
    405: (
        "这个地址不能这样用。",
        "This address cannot be used in this way.",
    ),
    408: (
        "等得太久，没有收到全部内容，没有办。请再试一次。",
        "It took too long and did not arrive whole, so nothing was done. Please try again.",
    ),
    413: (
        "发来的内容太大，没有收下。",
        "What was sent is too large and was not taken.",
    ),
    414: (
        "地址太长，读不了。",
        "The address is too long to be read.",
    ),
    415: (
        "这里不收这种格式的内容。",
        "Content of this kind is not taken here.",
    ),
    429: (
        "试得太多，请过一会儿再来。",
        "Too many tries: please come back in a while.",
    ),
    500: (
        "程序出了故障，没有办成。请过一会儿再试；还不行，请告诉系统管理员。",
        "The program failed, and nothing was done. Please try again in a while; if it fails again, tell the operator.",
    ),
    503: (
        "暂时用不了，请过一会儿再来。",
        "Out of service for the moment: please come back in a while.",
    ),
    507: (
        "磁盘满了，没有办。请告诉系统管理员。",
        "The disk is full, and nothing was done. Please tell the operator.",
    ),
}


def sentence_of(status: int, language: str) -> str:
    """Why it was refused, for people; a status without a sentence of its own gets that of its kind."""
    of_its_kind = SENTENCES[400 if status < 500 else 500]
    return SENTENCES.get(status, of_its_kind)[language == "en"]
