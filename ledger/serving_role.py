"""What the role that serves may do in PostgreSQL: read and write rows, and nothing by which the rules could be lifted.

The role that migrates owns the tables, their triggers and functions. Whoever holds the server's password can then neither
disable nor drop a trigger, nor truncate, alter or replace anything, nor make a temporary table that a trigger would read
instead of the real one, nor write a balance that no movement makes. Which tables are only ever added to, their triggers say themselves; such a table may not even be asked.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

from ledger.errors import Refused, Unknown


class NoRolesHere(Refused):
    code = "no-roles-here"
    zh = "只有 PostgreSQL 分得开迁移和服务两个角色，SQLite 没有角色。"
    en = "Only PostgreSQL keeps the role that migrates and the role that serves apart; SQLite has none."


class NoServingRole(Unknown):
    code = "no-serving-role"
    zh = "数据库里没有“{role}”这个角色，请先在数据库里建立它。"
    en = "The database has no role “{role}”; make it in the database first."


class RoleTooStrong(Refused):
    code = "role-too-strong"
    zh = "角色“{role}”是超级用户，或者就是表的所有者（或其成员），限制对它不起作用。请另建一个只用来服务的角色。"
    en = "The role “{role}” is a superuser, or it is or belongs to the owner of the tables, so that no limit binds it. Make another role that only serves."


KEPT_BY_TRIGGERS = frozenset({"balance", "subledger_balance"})
"""Tables that the database makes from others whenever those are written, in the name of their owner."""

_ROLE = text(
    "SELECT r.rolsuper OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relkind = 'r' AND "
    "c.relnamespace = current_schema()::regnamespace AND pg_has_role(r.oid, c.relowner, 'MEMBER')) "
    "FROM pg_roles r WHERE r.rolname = :role"
)
_TABLES = text(
    "SELECT c.relname, bool_or(coalesce(refused.changes, false)), bool_or(coalesce(refused.deletions, false)) "
    "FROM pg_class c LEFT JOIN (SELECT t.tgrelid, t.tgtype & 16 > 0 AND t.tgattr = ''::int2vector AS changes, "
    "t.tgtype & 8 > 0 AS deletions FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE p.proname IN ('mingbai_ink', 'mingbai_append_only') AND t.tgqual IS NULL) refused ON refused.tgrelid = c.oid "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname ORDER BY c.relname"
)
_SERVING = text(
    "SELECT r.rolname FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee "
    "WHERE c.relname = 'entry' AND c.relnamespace = current_schema()::regnamespace AND a.privilege_type = 'INSERT' "
    "AND a.grantee <> c.relowner ORDER BY r.rolname"
)


def grant_serving(engine: Engine, role: str) -> None:
    """Give a role what a server needs and take everything else from it. Run as the role that owns the tables.

    Raises:
        NoRolesHere, NoServingRole, RoleTooStrong.
    """
    if engine.dialect.name != "postgresql":
        raise NoRolesHere()
    with engine.begin() as connection:
        strong = connection.execute(_ROLE, {"role": role}).scalar_one_or_none()
        if strong is None:
            raise NoServingRole(role=role)
        if strong:
            raise RoleTooStrong(role=role)
        for statement in _statements(connection, role):
            connection.exec_driver_sql(statement.replace("%", "%%"))


def serving_roles(engine: Engine) -> Sequence[str]:
    """The roles that were given what a server needs, beside the owner; on SQLite none."""
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        return connection.execute(_SERVING).scalars().all()


def _statements(connection: Connection, role: str) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    whom = quote(role)
    schema = quote(connection.execute(text("SELECT current_schema()")).scalar_one())
    database = quote(connection.execute(text("SELECT current_database()")).scalar_one())
    statements = [
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {whom}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {whom}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {whom}",
        f"GRANT CONNECT ON DATABASE {database} TO {whom}",
        f"GRANT USAGE ON SCHEMA {schema} TO {whom}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {whom}",
    ]
    for table, no_changes, no_deletions in connection.execute(_TABLES):
        may = ["SELECT"]
        if table != "alembic_version" and table not in KEPT_BY_TRIGGERS:
            may += ["INSERT"] + ["UPDATE"] * (not no_changes) + ["DELETE"] * (not no_deletions)
        statements.append(f"GRANT {', '.join(may)} ON {schema}.{quote(table)} TO {whom}")
    return statements
