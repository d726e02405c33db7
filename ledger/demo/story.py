"""What happened in the sample communities, month by month, each action on its day and through its own door."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random

from sqlmodel import Session, select

from ledger.accounts.queries import account, accounts_of
from ledger.accounts.rules import NewAccount
from ledger.community.tables import Demo, Holder, Home
from ledger.demo.accounts import agree_on_account
from ledger.demo.bankfiles import CHANNELS, PaidIn, cmb
from ledger.demo.committee import enter_committee
from ledger.demo.fees import agree_on_the_fee, live_through_fees
from ledger.demo.people import CHEN, HUANG, LIN, MEI, SU, enrol_everybody
from ledger.demo.place import Sample, register_of
from ledger.demo.projects import live_through_projects
from ledger.demo.renovation import live_through_works, release_retention
from ledger.demo.tickets import live_through_tickets
from ledger.demo.votes import a_paper, live_through_votes, vote_on
from ledger.disclosure.actions import check, prepare
from ledger.fees.charge_actions import charge_month
from ledger.fees.queries import outstanding
from ledger.fund.actions import end_month
from ledger.fund.gains.actions import credit_interest, post_run, prepare_run
from ledger.fund.gains.queries import undistributed
from ledger.installation import Installation
from ledger.intake.booked_queries import entries_on
from ledger.intake.import_actions import import_payments
from ledger.intake.queries import suspense
from ledger.intake.reconciliation.actions import confirm_reconciliation, prepare_reconciliation
from ledger.intake.register import import_register
from ledger.intake.suspense_actions import resolve
from ledger.journal.queries import accounts, trial_balance
from ledger.periods import SHANGHAI, Month, Period
from ledger.publishing import publish_accounts, publish_evaluation, publish_standing_notice
from ledger.revenue.actions import NewContract, close_year, sign_contract
from ledger.revenue.cost_actions import pay_cost
from ledger.revenue.queries import streams
from ledger.revenue.receipt_actions import receive
from ledger.revenue.remittance.actions import remit
from ledger.revenue.rules import Category, CostKind
from ledger.revenue.site_actions import NewSite, register_site

Told = Callable[[str], None]

TODAY = date(2026, 7, 28)
"""The day that is today in the demo: the half-year is published, and a vote of the summer is open."""


def clock(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That time of that day in Shanghai."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def build(
    installation: Installation,
    samples: tuple[Sample, ...],
    areas: dict[str, str],
    months: Sequence[Month],
    report: Told,
) -> None:
    """Build the samples from their register to the last closed month, and publish every half-year in between.

    What began after that month and goes on today is begun where the month before today's is the last.
    """
    first, last = months[0], months[-1]
    opened = clock(first.first - timedelta(days=1))
    with installation.database.writing() as session:
        session.add(Demo(day=TODAY))
        counts = import_register(
            session,
            register_of(samples, areas),
            host=installation.config.host,
            keyring=installation.keyring,
            by=MEI.actor,
            at=opened,
        )
        enrol_everybody(session, [s.code for s in samples], since=first.first - timedelta(days=1), at=opened)
        enter_committee(session, samples[0].code, opened)
    report(f"register: {counts}")
    for sample in samples:
        life = Life(installation, sample.code, first, last)
        for month in months:
            life.live(month)
            report(f"{sample.name} {month}")
        if last.plus(1) == Month.of(TODAY):
            vote_on(installation.database, sample.code, TODAY)
            publish_standing_notice(installation, sample.code, at=clock(TODAY))


class Life:
    """One community's history; keeps the habits of its payers."""

    def __init__(self, installation: Installation, community: str, first: Month, last: Month) -> None:
        self.installation, self.community, self.first, self.last = installation, community, first, last
        self.random = Random(f"{community}/life")  # noqa: S311 - a story, not a key
        self.number = 0
        self.received: dict[str, int] = {}
        with installation.database.reading() as session:
            self.homes = list(session.exec(select(Home).where(Home.community == community)))
            holders = session.exec(select(Holder).where(Holder.community == community))
            self.names = {holder.home: holder.name for holder in holders}
        self.habit = {home.code: self._habit() for home in self.homes}
        self._approve_accounts()
        self._sign_contracts()
        self._write(lambda s: agree_on_the_fee(s, community, first))
        live_through_works(installation.database, community, first, self.random)

    def _habit(self) -> str:
        return self.random.choices(("monthly", "quarterly", "yearly", "late", "never"), (34, 26, 17, 13, 10))[
            0
        ]

    def live(self, month: Month) -> None:
        """A month from its charges to its closing, and what fell due after it."""
        with self.installation.database.writing() as session:
            charge_month(session, self.community, month, by=MEI.actor, at=clock(month.first))
        for channel, paid in self._payments(month).items():
            self._import(channel, month, paid)
        live_through_fees(self.installation.database, self.community, month)
        self._revenue(month)
        with self.installation.database.writing() as session:
            live_through_tickets(session, self.community, month, self.homes, self.random)
        live_through_projects(self.installation.database, self.community, month)
        live_through_votes(self.installation.database, self.community, month)
        release_retention(self.installation.database, self.community, month)
        if month.number % 3 == 0:
            self._interest(month)
        if month != self.last:  # the newest receipts without a home are left for the reader to resolve
            self._resolve_suspense(month)
        self._close(month)
        self._reconcile(month)
        if month.number % 6 == 0:
            half_year = month.half_year
            self._share_gains(half_year)
            self._disclose(half_year)
            scored = clock(half_year.last + timedelta(days=27))
            publish_evaluation(self.installation, self.community, str(half_year), by=SU.actor, at=scored)
        elif month.number % 3 == 0 and month.plus(-2) >= self.first:
            self._disclose(Period.parse(f"{month.year}-Q{month.number // 3}"))

    def _write(self, action: Callable[[Session], object]) -> None:
        with self.installation.database.writing() as session:
            action(session)

    def _payments(self, month: Month) -> dict[int, list[PaidIn]]:
        """Who pays how much in a month, by channel; a few forget to write for which home."""
        with self.installation.database.reading() as session:
            owed = outstanding(session, self.community)
        paid: dict[int, list[PaidIn]] = {}
        for home in self.homes:
            due = sum(fen for _, fen in owed.get(home.code, []))
            amount = self._amount(home, due, month)
            if not amount:
                continue
            day = month.first + timedelta(days=self.random.randrange(2, 26))
            at = datetime.combine(day, time(8 + self.random.randrange(12), self.random.randrange(60)))
            self.number += 1
            payer = self.names.get(home.code, "房屋管理所")
            channel = sha256(payer.encode()).digest()[0] % len(CHANNELS)
            paid.setdefault(channel, []).append(
                PaidIn(at, amount, payer, self._remark(home.code), f"{at:%Y%m%d}{self.number:012d}")
            )
        return {channel: sorted(lines) for channel, lines in sorted(paid.items())}

    def _amount(self, home: Home, due: int, month: Month) -> int:
        habit = self.habit[home.code]
        if habit == "quarterly" and month.number % 3 != 2:
            return 0
        if habit == "late":
            return due // 2 if self.random.random() < 0.25 else 0
        if habit == "never" or (habit != "yearly" and self.random.random() < 0.04):
            return 0
        if habit == "yearly":
            if month.number != 1 + int(home.door[-1]) % 3:
                return 0
            return due + home.area_dm2 * 55 // 100 * 11
        return due

    def _remark(self, home: str) -> str:
        building, stairwell, door = home.split("-")
        return self.random.choices(
            (
                f"{home} 物业费",
                f"{building}幢{stairwell}单元{door}室物业费",
                f"交物业费 {building}#{stairwell}-{door}",
                "物业费",
            ),
            (50, 30, 18, 2),
        )[0]

    def _import(self, channel: int, month: Month, paid: list[PaidIn]) -> None:
        how = CHANNELS[channel]
        self.received[how.profile] = self.received.get(how.profile, 0) + sum(p.amount_fen for p in paid)
        with self.installation.database.writing() as session:
            import_payments(
                session,
                self.community,
                how.write(paid),
                how.profile,
                name=f"{month} {how.name}",
                into=how.profile,
                by=MEI.actor,
                at=clock(month.last, 10),
            )

    def _resolve_suspense(self, month: Month) -> None:
        """The manager asks around: most receipts without a home are found out before the month is closed."""
        with self.installation.database.reading() as session:
            waiting = suspense(session, self.community)
        by_name = {name: home for home, name in self.names.items()}
        for line in waiting:
            home = by_name.get(line.counterparty)
            if home is None or self.random.random() < 0.15:
                continue
            with self.installation.database.writing() as session:
                resolve(
                    session,
                    self.community,
                    line.account,
                    line.fingerprint,
                    line.occurrence,
                    home,
                    month.last,
                    by=MEI.actor,
                    at=clock(month.last, 16),
                )

    def _approve_accounts(self) -> None:
        """The firm asks for the accounts that money is to come into, and the committee approves them."""
        on = self.first.first
        with self.installation.database.writing() as session:
            for nth, how in enumerate(CHANNELS, start=1):
                fees = NewAccount(
                    code=how.profile,
                    book="fee",
                    role=how.into,
                    bank=how.bank,
                    number=f"62220000{nth:04d}{nth:04d}",
                    holder="安和物业服务有限公司",
                    opened_on=on,
                )
                agree_on_account(session, self.community, fees)
            for book, number, holder in (
                ("fund", "755900011112222", "住宅专项维修资金专户（区住房和城乡建设局代管）"),
                ("revenue", "755900011113333", "公共收益专户（业主大会）"),
            ):
                agree_on_account(
                    session, self.community, NewAccount(book, book, "招商银行", number, holder, on)
                )

    def _sign_contracts(self) -> None:
        day = clock(self.first.first)
        with self.installation.database.writing() as session:
            for number, category, firm, thing, yearly, every in CONTRACTS:
                new = NewContract(
                    number=number,
                    category=category,
                    counterparty=firm,
                    object=thing,
                    starts_on=self.first.plus(-12).first,
                    ends_on=self.first.plus(41).last,
                    price_fen=yearly * 54 // 12,
                    every_months=every,
                    resolution="业主大会第 4 号决议（参与表决的四分之三以上同意）",
                    resolved_on=self.first.plus(-13).first,
                    site=f"DW-{number[-2:]}",
                )
                let = NewSite(f"DW-{number[-2:]}", thing, category, new.starts_on)
                plan = a_paper(session, self.community, f"场地平面图/{let.code}", day)
                register_site(session, self.community, let, plan, by=MEI.actor, at=day)
                sign_contract(session, self.community, new, by=MEI.actor, at=day)
            empty = NewSite("DW-06", "南门岗亭侧墙（空置）", Category.AD_GATE_LIGHTBOX_WALL, self.first.first)
            plan = a_paper(session, self.community, f"场地平面图/{empty.code}", day)
            register_site(session, self.community, empty, plan, by=MEI.actor, at=day)

    def _revenue(self, month: Month) -> None:
        with self.installation.database.reading() as session:
            running = streams(session, self.community, Period.parse(str(month)))
        for stream in running:
            missing = stream.due_fen - stream.received_fen
            late = self.random.random() < 0.06
            if missing <= 0 or late:
                continue
            on = month.first + timedelta(days=5 + self.random.randrange(15))
            number = stream.contract.number
            with self.installation.database.writing() as session:
                receive(
                    session,
                    self.community,
                    number,
                    missing,
                    on,
                    reference=str(on),
                    electricity_fen=0 if stream.contract.category is Category.EV_CHARGING else None,
                    by=MEI.actor,
                    at=clock(on),
                )
        on = month.first + timedelta(days=24)
        with self.installation.database.writing() as session:
            for kind, fen, contract in ((CostKind.ENERGY, 31_500, "GY-05"), (CostKind.TAX, 12_600, None)):
                pay_cost(
                    session, self.community, kind, fen, on, voucher_no=f"{kind.value}-{month}",
                    contract=contract, by=MEI.actor, at=clock(on),
                )  # fmt: skip
        before = month.plus(-1)
        if before.number % 3 == 0 and before >= self.first:
            quarter = f"{before.year}-Q{before.number // 3}"
            on = month.first + timedelta(days=9)
            self._write(lambda s: remit(s, self.community, quarter, on, by=MEI.actor, at=clock(on)))

    def _interest(self, month: Month) -> None:
        on = month.first + timedelta(days=20)
        fen = 60_000 + self.random.randrange(90_000)
        self._write(
            lambda s: credit_interest(
                s, self.community, fen, on, key=f"interest/{month}", by=MEI.actor, at=clock(on)
            )
        )

    def _share_gains(self, period: Period) -> None:
        """What the half-year's closed months brought goes to the homes: prepared by the manager, posted by the authority that keeps the fund."""
        code, at = f"gains/{period}", clock(period.end.plus(1).first + timedelta(days=4))
        with self.installation.database.writing() as session:
            fen = undistributed(session, self.community)
            if fen > 0:
                prepare_run(session, self.community, code, str(period), fen, by=MEI.actor, at=at)
        if fen > 0:
            self._write(lambda s: post_run(s, self.community, code, by=HUANG.actor, at=at))

    def _close(self, month: Month) -> None:
        at = clock(month.plus(1).first + timedelta(days=2), 17)
        with self.installation.database.writing() as session:
            waiting = len(suspense(session, self.community))
            if month.number == 12:
                close_year(session, self.community, month.year, by=MEI.actor, at=at)
            exceptions = {"fee/2241": f"待查收款 {waiting} 笔，正在核实"}
            end_month(session, self.community, month, exceptions=exceptions, by=MEI.actor, at=at)

    def _reconcile(self, month: Month) -> None:
        """Books are held against statements: prepared by the manager, sealed by one of the committee."""
        at = clock(month.plus(1).first + timedelta(days=3), 10)
        statements: list[tuple[str, str, dict[str, int], dict[str, int]]] = [
            (
                "fee",
                role,
                {c.profile: self.received.get(c.profile, 0) for c in CHANNELS if c.into == role},
                {},
            )
            for role in ("bank", "wallet")
        ]
        with self.installation.database.reading() as session:
            kept = [
                account.book
                for account in accounts_of(session, self.community)
                if account.code == account.book
            ]
        for book in kept:
            opening, closing = self._statement(book, month, at)
            statements.append((book, "bank", {book: closing}, {book: opening} if month == self.first else {}))
        for book, role, closings, openings in statements:
            with self.installation.database.writing() as session:
                sheet = prepare_reconciliation(
                    session,
                    self.community,
                    book,
                    role,
                    month,
                    closings,
                    openings=openings,
                    by=MEI.actor,
                    at=at,
                )
                confirm_reconciliation(
                    session, self.community, book, role, month, sheet.digest, by=CHEN.actor, at=at
                )

    def _statement(self, book: str, month: Month, at: datetime) -> tuple[int, int]:
        """A bank's statement of a month of a book's account comes in; gives its opening and closing balance in fen."""
        with self.installation.database.writing() as session:
            code = accounts(session, self.community, book)["bank"]
            rows = trial_balance(session, self.community, book, month, month)
            opening = next(row.opening_fen for row in rows if row.account == code)
            moved = entries_on(session, self.community, book, code, month.first, month.last)
            holder = account(session, self.community, book).holder
            lines = [
                PaidIn(datetime.combine(entry.on, time(10)), entry.fen, holder, "资金往来", str(entry.name))
                for entry in sorted(moved, key=lambda entry: (entry.on, entry.name))
            ]
            if lines:
                import_payments(
                    session, self.community, cmb(lines), "cmb",
                    name=f"{month} {holder}.csv", into=book, by=MEI.actor, at=at,
                )  # fmt: skip
        return opening, opening + sum(entry.fen for entry in moved)

    def _disclose(self, period: Period) -> None:
        """Prepared by the manager, checked by one of the committee, published by another."""
        prepared = clock(period.last + timedelta(days=12))
        with self.installation.database.writing() as session:
            draft = prepare(session, self.community, str(period), by=MEI.actor, at=prepared)
        with self.installation.database.writing() as session:
            read = clock(period.last + timedelta(days=15))
            check(session, self.community, str(period), draft.sha256, by=CHEN.actor, at=read)
        published = clock(period.last + timedelta(days=18))
        publish_accounts(self.installation, self.community, str(period), by=LIN.actor, at=published)


CONTRACTS: tuple[tuple[str, Category, str, str, int, int], ...] = (
    ("GY-01", Category.PARKING_COMMON, "tingbao", "小区道路地面车位 118 个", 8_496_000, 1),
    ("GY-02", Category.AD_GATE_LIGHTBOX_WALL, "fengrun", "大门道闸与 12 处灯箱广告", 2_880_000, 6),
    ("GY-03", Category.PARCEL_LOCKER, "suxiang", "快递柜场地 3 处", 960_000, 6),
    ("GY-04", Category.TELECOM_SITE, "tieta", "5 幢屋面通信基站场地", 3_000_000, 12),
    ("GY-05", Category.EV_CHARGING, "chongle", "电动自行车充电棚 6 处", 1_440_000, 3),
)
"""Number, category, counterparty, what is used, yuan a year in fen, months between instalments."""
