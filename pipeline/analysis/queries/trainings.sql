-- Training register (codebook V7)
-- Classes, study tours and party schools, also planned ones, by their first day. `participants` is the size of the
-- cohort as stated.
SELECT
  event_id, date_start, date_end, date_precision, type, mode, realis, place, countries, organisations,
  participants, chinese_people, themes, standing, title_en, title_zh, sources
FROM events_flat
WHERE type_l1 = 'TRAIN' AND scope = 'in' AND realis IN ('actual', 'planned')
ORDER BY date_start IS NULL, date_start, event_id
