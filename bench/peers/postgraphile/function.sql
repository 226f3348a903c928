-- The same statements in a function; role and schema of the input are checked here, because nothing before it does. A refusal is
-- an answer of its own, so that its audit record is committed.
CREATE SCHEMA IF NOT EXISTS graph;
CREATE OR REPLACE FUNCTION graph.create_reservation(
  room_id uuid, starts_on date, ends_on date, guests integer, guest_name text, OUT id uuid, OUT total bigint, OUT refusal text
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  caller jsonb := current_setting('jwt.claims', true)::jsonb;
  roles text[] := ARRAY(SELECT jsonb_array_elements_text(caller -> 'roles'));
  started timestamptz := clock_timestamp();
  room record;
BEGIN
  IF NOT 'agent' = ANY (roles) THEN
    refusal := 'role-missing';
  ELSIF guests NOT BETWEEN 1 AND 8 OR length(guest_name) NOT BETWEEN 1 AND 200 OR ends_on <= starts_on THEN
    refusal := 'invalid-input';
  ELSE
    SELECT r.beds, r.nightly_rate INTO room FROM app.room r
      WHERE r.id = create_reservation.room_id AND r.deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
      refusal := 'no-such-room';
    ELSIF guests > room.beds THEN
      refusal := 'too-few-beds';
    ELSE
      BEGIN
        id := gen_random_uuid();
        total := room.nightly_rate * (ends_on - starts_on);
        INSERT INTO app.reservation (id, room_id, starts_on, ends_on, guests, guest_name, total)
          VALUES (id, room_id, starts_on, ends_on, guests, guest_name, total);
      EXCEPTION WHEN exclusion_violation THEN
        id := NULL;
        total := NULL;
        refusal := 'room-is-taken';
      END;
    END IF;
  END IF;
  INSERT INTO lintel.audit_log (kind, execution_id, tool, outcome, status, error_code, caller_subject, caller_roles, changes,
      bundle_digest, started_at, duration_ms)
    VALUES ('execution', gen_random_uuid(), 'create-reservation', CASE WHEN refusal IS NULL THEN 'succeeded' ELSE 'refused' END,
      200, refusal, caller ->> 'sub', roles,
      jsonb_build_array(jsonb_build_object('entity', 'Reservation', 'id', id, 'version', 1, 'action', 'create')),
      'postgraphile', started, extract(epoch FROM clock_timestamp() - started) * 1000);
END $$;
