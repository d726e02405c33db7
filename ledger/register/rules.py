"""What a change of the register asks for, and what is refused. Pure."""

from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from ledger.community.rules import AreaSource, ComponentKind, FirmKind, HomeKind
from ledger.errors import Malformed, Refused
from ledger.fields import Amount, Code, Day, Note, Text

AreaDm2 = Annotated[
    int, Field(strict=True, gt=0, le=10_000_000, description="dm² (1/100 m²)", examples=[8_650])
]
"""The floor area of a home, as the register of real estate says it: m² with two decimals."""


class TransferCause(StrEnum):
    """By what a home came to its new owner (民法典 Arts. 209, 229, 230)."""

    SALE = "sale"
    INHERITANCE = "inheritance"
    GIFT = "gift"
    RULING = "ruling"
    DIVISION = "division"


class NewHolder(NamedTuple):
    """Who holds a home from now on; ``holds_also`` is a home that is his here already.

    ``kind`` is what an unsold home becomes by its first sale, and of no other home.
    """

    name: Text
    phone: Note = ""
    holds_also: Code | None = None
    kind: HomeKind | None = None


class NewTenant(NamedTuple):
    """Who rents a home, until a last day where one was agreed."""

    name: Text
    phone: Note = ""
    until: date | None = None


class NewFirm(NamedTuple):
    """An enterprise that a community deals with; ``licence`` is the number of its licence (统一社会信用代码)."""

    code: Code
    name: Text
    kind: FirmKind
    licence: Note = ""
    phone: Note = ""


Part = Annotated[str, Field(pattern=r"^\w{1,20}$", examples=["3"])]
"""The code of a building, a stairwell or a door: no hyphen, since hyphens part them in a home's code."""


class NewBuilding(NamedTuple):
    """A building with its stairwells; one that has none has a single one."""

    code: Part
    stairwells: Annotated[list[Part], Field(min_length=1, max_length=50)]
    floors: Annotated[int, Field(strict=True, ge=1, le=200)] | None = None
    has_lift: bool = False


class NewHome(NamedTuple):
    """A home that was not registered yet: where it is, what it is, and whose it was sold or is to be sold by.

    ``first_deposit_fen`` is what was first paid into the fund for it, in fen.
    """

    building: Part
    stairwell: Part
    door: Part
    kind: HomeKind
    area_dm2: AreaDm2
    area_source: AreaSource
    first_deposit_fen: Amount | None = None
    seller: Code | None = None
    side: Part | None = None

    @property
    def code(self) -> str:
        return f"{self.building}-{self.stairwell}-{self.door}"


class FirstOwner(NamedTuple):
    """Whose a home is when it is registered, and since when; ``holds_also`` is a home that is his here already."""

    name: Note = ""
    phone: Note = ""
    since: Day | None = None
    holds_also: Code | None = None


class NewComponent(NamedTuple):
    """A part or a facility: of a building, or of the whole community where none is named."""

    code: Code
    kind: ComponentKind
    name: Text
    building: Code | None = None


class HolderMalformed(Malformed):
    code = "holder-malformed"
    zh = "{home} 的新业主缺姓名。"
    en = "The new holder of {home} lacks a name."


class HolderNotLater(Refused):
    code = "holder-not-later"
    zh = "{home} 现登记的业主自{last}起持有，新业主须在其后，不能自{since}起。"
    en = "The holder of {home} on record has it since {last}; a new one comes after that, not on {since}."
    article = "《民法典》第209条（不动产物权变动自登记时生效）"


class HolderUnchanged(Refused):
    code = "holder-unchanged"
    zh = "{home} 登记的业主就是“{name}”，没有换人。新业主是同名的另一个人，请填他自己的电话，或选他在本小区的另一户。"
    en = "The holder of {home} on record is “{name}” already; nobody new came. If it is somebody else of this name, fill in his own telephone or another home of his here."


class HolderAsTold(Refused):
    code = "holder-as-told"
    zh = "{home} 登记的业主姓名和电话本来就是这样，没有要更正的。"
    en = "The holder of {home} is registered with this name and telephone already; there is nothing to correct."


class HolderAhead(Malformed):
    code = "holder-ahead"
    zh = "{since}还没有到：权属登记以后再来登记新业主。"
    en = "{since} is still to come: enter the new holder once the right is registered."


class HolderOfAnotherName(Refused):
    code = "holder-of-another-name"
    zh = "{also} 登记的业主不是“{name}”，不能算同一个人；先更正那一户的姓名，或者不填另一户。"
    en = "The holder of {also} on record is not “{name}”, so they are not one person; leave the other home out."
    article = "《最高人民法院关于审理建筑物区分所有权纠纷案件适用法律若干问题的解释》第9条"


class KindOfUnsold(Malformed):
    code = "kind-of-unsold"
    zh = "{home} 登记为未售：要写明卖出以后是哪一种房屋；不是未售的房屋不写。"
    en = "{home}: an unsold home says what kind it is once it is sold, and no other home does."


class TenancyLonger(Refused):
    code = "tenancy-longer"
    zh = "{home} 的这位租户登记到{until}为止；要住得更久，请登记新的租期。"
    en = "This tenant of {home} is registered to {until}; to stay longer he gets a new tenancy."


class TenancyOverlaps(Refused):
    code = "tenancy-overlaps"
    zh = "{home} 自{first}起已登记租给别人，还没有到期；请先登记那一位搬出，再登记自{since}起的租户。"
    en = "{home} is let to somebody else since {first} and that has not ended; enter that he moves out before a tenant from {since} on."


class ResidentErased(Refused):
    code = "resident-erased"
    zh = "这位住户的姓名和电话已由第 {no} 号凭证依法删除，登记的内容不能再改、再补，也不能删去。"
    en = "The name and telephone of this resident were erased by law with entry {no}; what is registered of him is changed, added to and struck out no more."
    article = "《个人信息保护法》第47条"


class TenancyUnchanged(Refused):
    code = "tenancy-unchanged"
    zh = "{home} 自{since}起的租户登记的就是这些内容，没有要更正的。"
    en = "The tenant of {home} from {since} on is registered just so; there is nothing to correct."


class TenancyBackwards(Malformed):
    code = "tenancy-backwards"
    zh = "租期不能在{until}结束：它从{since}开始。"
    en = "The tenancy cannot end on {until}: it begins on {since}."


class AreaUnchanged(Refused):
    code = "area-unchanged"
    zh = "{home} 登记的建筑面积就是这么大，没有要更正的。"
    en = "{home} is registered with this floor area already; there is nothing to correct."


class BuildingThere(Refused):
    code = "building-there"
    zh = "本小区已经登记了 {building} 幢。"
    en = "Building {building} of this community is registered already."


class HomeThere(Refused):
    code = "home-there"
    zh = "{home} 已经登记；要改面积或业主，请在那一户上办。"
    en = "{home} is registered already; its floor area or its owner is changed on that home."


class SellerMissing(Malformed):
    code = "home-seller-missing"
    zh = "{home} 是{kind}：要写明售房单位或开发单位；别的房屋不写。"
    en = "{home} is {kind}: name who sold it or is to sell it; of other homes leave it out."


class OwnerMissing(Malformed):
    code = "home-owner-missing"
    zh = "{home} 要写明业主姓名和从哪天起是业主；未售的房屋不写。"
    en = "Name the owner of {home} and since when it is his; of an unsold home leave both out."


class FirmThere(Refused):
    code = "firm-there"
    zh = "编号“{firm}”已经是“{name}”；请直接选用，或另取编号。"
    en = "The code “{firm}” is that of “{name}” already: choose that firm, or take another code."


class LicenceThere(Refused):
    code = "firm-licence-there"
    zh = "证照号“{licence}”已经登记给“{name}”（编号 {firm}）；同一家企业只登记一次。"
    en = "The licence “{licence}” is registered for “{name}” (code {firm}); a firm is registered once."


class FirmUnchanged(Refused):
    code = "firm-unchanged"
    zh = "“{name}”登记的就是这些内容，没有要更正的。"
    en = "“{name}” is registered just so; there is nothing to correct."


class ComponentThere(Refused):
    code = "component-there"
    zh = "本小区已经有编号“{component}”的部位（{name}）；请另取编号。"
    en = "The community has a component “{component}” ({name}) already; take another code."


class AreaUnnamed(Malformed):
    code = "area-unnamed"
    zh = "片区“{area}”还没有登记，请写上它的名称。"
    en = "The area “{area}” is not registered yet: say what it is called."


class InAnArea(Refused):
    code = "in-an-area"
    zh = "本小区已经在片区“{name}”里；一个小区只在一个片区。"
    en = "The community is in the area “{name}” already; it is in one only."


SOLD_BY = frozenset({HomeKind.UNSOLD, HomeKind.SOLD_PUBLIC})
"""Kinds of homes that name who sells or sold them."""


def check_home(new: NewHome, owner: FirstOwner, today: date) -> None:
    """See that a home that is registered says whose it is and, where its kind asks for it, who sells or sold it.

    Raises:
        SellerMissing, OwnerMissing, HolderAhead.
    """
    if (new.kind in SOLD_BY) is (new.seller is None):
        raise SellerMissing(home=new.code, kind=new.kind)
    owned = bool(owner.name.strip()) and owner.since is not None
    named = bool(owner.name.strip()) or owner.since is not None
    if named if new.kind is HomeKind.UNSOLD else not owned:
        raise OwnerMissing(home=new.code)
    if owner.since is not None and owner.since > today:
        raise HolderAhead(since=owner.since)
