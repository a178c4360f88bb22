-- One order, and no writes by the dead.
--
-- "ordering" is handed out by a sequence before a transaction commits, so that by itself it is not the order in which
-- readers come to see rows. The trigger below makes it so: it runs before the statement takes its first number and
-- holds a lock until the transaction has become visible. Readers may then ask for "ordering > cursor", and a gap is a
-- transaction that was rolled back; it never fills.

-- Members of the cluster that must not write any more. A survivor inserts a member here before it takes over its
-- shards. A member's id is new for each start of its JVM, so that rows may stay.
CREATE TABLE fenced_member (
    member_id VARCHAR(64) PRIMARY KEY,
    fenced_by VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    fenced_at TIMESTAMPTZ DEFAULT now() NOT NULL
);

CREATE FUNCTION journal_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    member TEXT := current_setting('everynode.member', true);
BEGIN
    -- 19650417 has no meaning; it is written here and in MemberFence.JOURNAL_LOCK and must never change, as members
    -- of two versions would then no longer exclude each other.
    PERFORM pg_advisory_xact_lock(19650417);
    -- Looked at only when the lock is held: who fences a member and then takes this lock once knows that the member's
    -- last write is either visible or will never be.
    IF coalesce(member, '') = '' THEN
        RAISE EXCEPTION 'a session without everynode.member may not write the journal' USING ERRCODE = 'EVF02';
    END IF;
    IF EXISTS (SELECT 1 FROM fenced_member WHERE member_id = member) THEN
        RAISE EXCEPTION 'member % is fenced and may not write the journal', member USING ERRCODE = 'EVF01';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER journal_order BEFORE INSERT ON event_journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_order();
