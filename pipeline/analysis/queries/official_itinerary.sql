-- Itinerary of every Chinese official, day by day (codebook V6)
-- Where each was, in which role and with which title that day. Trips (is_series) stand beside the meetings on them.
-- For one person: copy the statement and add AND p.person_id = '…' to it.
SELECT
  p.person_id, p.person, p.person_zh, e.date_start, e.date_end, e.date_precision,
  e.type, e.is_series, e.mode, e.place, e.countries, e.organisations, p.role, p.title, p.title_zh, e.event_id
FROM participations_flat p
JOIN events_flat e ON e.event_id = p.event_id
WHERE p.side = 'chinese' AND p.person_id IS NOT NULL AND p.role NOT IN ('mentioned', 'inviter')
  AND e.realis = 'actual' AND e.date_start IS NOT NULL
ORDER BY p.person_id, e.date_start, e.is_series DESC, e.event_id, p.role
