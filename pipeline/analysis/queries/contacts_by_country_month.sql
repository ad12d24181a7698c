-- Contacts by country, month and kind of event (codebook V1)
-- The contact count: MEET, TRAIN, CONF, BRIEF and DOC.MECH that took place. An event with several countries counts
-- once for each of them. Published record, not all activity; months without a row had none, or no source.
SELECT
  e.month,
  c.iso3 AS country,
  c.name_en AS country_name,
  e.type_l1,
  count(*) AS contacts
FROM events_flat e
JOIN event_country x ON x.event_id = e.event_id
JOIN country c ON c.iso3 = x.iso3
WHERE e.counted = 1 AND e.month IS NOT NULL
GROUP BY e.month, c.iso3, c.name_en, e.type_l1
ORDER BY e.month, c.iso3, e.type_l1
