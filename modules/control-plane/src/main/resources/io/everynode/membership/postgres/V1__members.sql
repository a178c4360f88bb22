-- Who is a member of the cluster. These tables have a history of their own (everynode_member_schema_history), as members
-- of an earlier version take a newer history of the journal's tables for a reason not to start.

-- One row for each running JVM. It is renewed every second by the database's clock, and deleted when a JVM has ended
-- in order, or by whoever fenced it.
CREATE TABLE cluster_member (
    member_id VARCHAR(64) PRIMARY KEY,
    -- Where other members reach it.
    address TEXT NOT NULL,
    -- Where clients reach it; empty until its API serves.
    api_address TEXT DEFAULT '' NOT NULL,
    -- joining: it has no shards and may be passed over. up: it may write, and is fenced before its shards are taken over.
    state VARCHAR(16) NOT NULL,
    version TEXT NOT NULL,
    started_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    heartbeat_at TIMESTAMPTZ DEFAULT now() NOT NULL
);

-- Who holds something that only one may hold, and until when, by the database's clock.
CREATE TABLE cluster_lease (
    name VARCHAR(255) PRIMARY KEY,
    owner VARCHAR(255) NOT NULL,
    held_until TIMESTAMPTZ NOT NULL
);
