-- How much of what happened is found, by year: capture and recapture over two listings
-- Two listings that choose their events independently tell, by what they have in common, how many events neither has.
-- `seen` are the contacts that one of them has, `estimate` how many there were, from `low` to `high` in 95 of 100 cases;
-- `recall_percent` is what `seen` is of that, with its own interval. A listing: the department's pages, its monthly
-- chronicle, watchdogs, the press, parties and governments of the hosts; Chinese media copy the department and are none.
-- Listings that prefer the same events (big ones, those of big countries) make the estimate too low, and the recall too
-- high: read it as the most that can be claimed. With fewer than 7 events in both the figures stay empty; `note` says so.
-- Chapman's estimator (Univ. Calif. Publ. Stat. 1, 1951) with Seber's variance (Biometrika 57, 1970); the interval is the
-- log-normal one of Chao (Biometrics 43, 1987); at least 7 in both: Robson and Regier (Trans. Am. Fish. Soc. 93, 1964).
WITH teller AS (
  SELECT event_id, page_id FROM mention WHERE event_id IS NOT NULL
  UNION SELECT p.event_id, m.page_id FROM mention_pointer p JOIN mention m ON m.id = p.mention_id
),
listing AS (
  SELECT DISTINCT
    e.event_id,
    substr(CAST(coalesce(e.date_end, e.date_start) AS TEXT), 1, 4) AS year,
    CASE
      WHEN s.kind = 'watchdog' THEN 'watchdogs'
      WHEN s.family = 'idcpc' THEN 'department'
      WHEN s.family = 'contemporary_world' THEN 'chronicle'
      WHEN s.family IN ('local_media', 'foreign_party', 'foreign_state') THEN 'host press'
    END AS name
  FROM events_flat e
  JOIN teller t ON t.event_id = e.event_id
  JOIN page g ON g.id = t.page_id
  JOIN site s ON s.name = g.site
  WHERE e.counted = 1 AND e.date_start IS NOT NULL
),
pair AS (
  SELECT 'chronicle' AS a, 'department' AS b
  UNION ALL SELECT 'chronicle', 'host press'
  UNION ALL SELECT 'chronicle', 'watchdogs'
  UNION ALL SELECT 'department', 'host press'
  UNION ALL SELECT 'department', 'watchdogs'
  UNION ALL SELECT 'host press', 'watchdogs'
),
told AS (
  SELECT
    l.year, p.a, p.b,
    count(DISTINCT CASE WHEN l.name = p.a THEN l.event_id END) AS in_a,
    count(DISTINCT CASE WHEN l.name = p.b THEN l.event_id END) AS in_b,
    count(DISTINCT l.event_id) AS seen
  FROM pair p
  JOIN listing l ON l.name IN (p.a, p.b)
  GROUP BY l.year, p.a, p.b
),
shared AS (
  SELECT told.*, in_a + in_b - seen AS in_both FROM told
),
reckoned AS (
  -- Chapman's (in_a + 1) (in_b + 1) / (in_both + 1) - 1 is `seen` and this
  SELECT shared.*, CAST(in_a - in_both AS DOUBLE PRECISION) * (in_b - in_both) / (in_both + 1) AS missed FROM shared
),
bounded AS (
  SELECT
    reckoned.*,
    -- exp(1.96 sqrt(ln(1 + variance / missed²))); where one listing has all that the other has, a point
    CASE
      WHEN missed > 0
      THEN exp(1.96 * sqrt(ln(1 + (in_a + 1) * (in_b + 1) / (missed * (in_both + 1) * (in_both + 2)))))
      ELSE 1
    END AS spread
  FROM reckoned
)
SELECT
  year,
  a AS listing_a,
  b AS listing_b,
  in_a,
  in_b,
  in_both,
  seen,
  CASE WHEN in_both >= 7 THEN CAST(round(CAST(seen + missed AS NUMERIC)) AS INTEGER) END AS estimate,
  CASE WHEN in_both >= 7 THEN CAST(round(CAST(seen + missed / spread AS NUMERIC)) AS INTEGER) END AS low,
  CASE WHEN in_both >= 7 THEN CAST(round(CAST(seen + missed * spread AS NUMERIC)) AS INTEGER) END AS high,
  CASE WHEN in_both >= 7 THEN round(CAST(100 * seen / (seen + missed) AS NUMERIC), 1) END AS recall_percent,
  CASE WHEN in_both >= 7 THEN round(CAST(100 * seen / (seen + missed * spread) AS NUMERIC), 1) END AS recall_low,
  CASE WHEN in_both >= 7 THEN round(CAST(100 * seen / (seen + missed / spread) AS NUMERIC), 1) END AS recall_high,
  CASE
    WHEN in_a = 0 OR in_b = 0 THEN 'one listing has nothing of this year'
    WHEN in_both < 7 THEN 'too few in both: 7 are needed'
    WHEN a = 'chronicle' AND b = 'department' THEN 'both are the department''s own: the most that can be claimed'
  END AS note
FROM bounded
ORDER BY year, a, b
