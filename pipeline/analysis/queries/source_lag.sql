-- Which sites tell of events, and how many days after (codebook V10)
-- One row for each set of sites that tell of the same events: a row with one site counts what stands there alone.
-- The lag runs from an event's last day to the earliest date that one of its pages gives itself.
SELECT
  sites,
  count(*) AS events,
  round(avg(lag_days), 1) AS mean_lag_days,
  min(lag_days) AS least_lag_days,
  max(lag_days) AS most_lag_days,
  sum(source_lost) AS lost_everywhere
FROM events_flat
WHERE realis = 'actual' AND scope = 'in'
GROUP BY sites
ORDER BY events DESC, sites
