-- First contact with each foreign body, in this database (codebook V3)
-- "First" means first in this database, which begins with the day in `database_since`. Disputed and retracted
-- events are left out; read the standing beside each row.
WITH contact AS (
  SELECT
    p.organisation_id, p.organisation, p.organisation_zh, p.kind, p.country, p.event_id, p.date_start,
    row_number() OVER (PARTITION BY p.organisation_id ORDER BY p.date_start, p.event_id) AS number
  FROM participations_flat p
  JOIN event e ON e.id = p.event_id
  WHERE p.side = 'foreign' AND p.counted = 1 AND p.organisation_id IS NOT NULL AND p.date_start IS NOT NULL
    AND p.role NOT IN ('mentioned', 'inviter') AND e.standing <> 'disputed'
)
SELECT
  f.date_start AS first_contact,
  f.organisation_id, f.organisation, f.organisation_zh, f.kind, f.country,
  e.type, e.mode, e.standing, e.event_id, e.sources,
  (SELECT min(date_start) FROM events_flat WHERE counted = 1) AS database_since
FROM contact f
JOIN events_flat e ON e.event_id = f.event_id
WHERE f.number = 1
ORDER BY f.date_start, f.organisation_id
