"""django-hordak: entries of two legs, each in a transaction of its own, on PostgreSQL. Prints entries a second.

Run as ``hordak.py <address> <entries>`` over an empty database.
"""

import sys
from time import perf_counter

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict


def main(address: str, entries: int) -> None:
    parts = conninfo_to_dict(address)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname"),
        "USER": parts.get("user"),
        "PASSWORD": parts.get("password"),
        "HOST": parts.get("host"),
        "PORT": parts.get("port"),
    }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "djmoney", "hordak"],
        DEFAULT_CURRENCY="CNY",
        CURRENCIES=["CNY"],
        HORDAK_CURRENCIES=["CNY"],
        HORDAK_DEFAULTS={},
        USE_TZ=True,
        SECRET_KEY="of a benchmark",
    )
    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    call_command("migrate", verbosity=0)
    bank = Account.objects.create(name="bank", code="1", type="AS", currencies=["CNY"])
    income = Account.objects.create(name="income", code="2", type="IN", currencies=["CNY"])

    def enter(number: int) -> None:
        with transaction.atomic():
            income.transfer_to(bank, Money(number % 900 + 1, "CNY"))

    for number in range(20):
        enter(number)
    start = perf_counter()
    for number in range(entries):
        enter(number)
    print(entries / (perf_counter() - start))


main(sys.argv[1], int(sys.argv[2]))
