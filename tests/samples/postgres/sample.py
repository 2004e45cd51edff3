"""Sample (b): a shop on PostgreSQL: two shards in a StatefulSet, and most kinds that are found around one."""

from pathlib import Path

from lib.cluster import Cluster

HERE = Path(__file__).parent
SHARDS = (0, 1)


def ask(cluster: Cluster, namespace: str, shard: int, database: str, text: str) -> str:
    command = ["psql", "-h", "/tmp", "-U", "shop", "-d", database, "-v", "ON_ERROR_STOP=1", "-qAt", "-f", "-"]
    return (
        cluster.execute(namespace, f"shop-db-{shard}", *command, text=text, container="postgres")
        .decode()
        .strip()
    )


def load(cluster: Cluster) -> None:
    cluster.apply(HERE / "manifests")
    for workload in ("statefulset/shop-db", "deployment/shop-web"):
        cluster.run("rollout", "status", "-n", "shop", workload, "--timeout=300s")
    for shard in SHARDS:
        if ask(cluster, "shop", shard, "postgres", "SELECT 1 FROM pg_database WHERE datname = 'shop'") != "1":
            ask(cluster, "shop", shard, "postgres", "CREATE DATABASE shop")
        if ask(cluster, "shop", shard, "shop", "SELECT to_regclass('shard') IS NULL") == "t":
            own = (
                f"INSERT INTO shard SELECT {shard}, string_agg(sha256((i + {shard})::text::bytea), '') "
                f"FROM generate_series(1, 4000) i;"
            )
            ask(
                cluster,
                "shop",
                shard,
                "shop",
                f"BEGIN; {(HERE / 'fill.sql').read_text()} {own} COMMIT; CHECKPOINT;",
            )


def fingerprint(cluster: Cluster, namespace: str) -> dict:
    """Per shard and table: the number of rows and a checksum over all of them in order."""
    found = {}
    for shard in SHARDS:
        tables = ask(
            cluster,
            namespace,
            shard,
            "shop",
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        ).split()
        found[f"shop-db-{shard}"] = {}
        for table in tables:
            rows, checksum = ask(
                cluster,
                namespace,
                shard,
                "shop",
                f"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM "
                f"(SELECT * FROM {table} ORDER BY 1) t",
            ).split("|")
            found[f"shop-db-{shard}"][table] = {"rows": int(rows), "md5": checksum}
    return {"tables": found}
