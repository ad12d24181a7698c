-- Edited, delisted and removed pages with their archived text, newest first (codebook V12)
-- A material edit names the facts it touched with their sentences. What has no confirmed_at is not confirmed: a page that
-- missed once may be back tomorrow. archived_text is the page as it was before; `idwatch show COPY` shows a copy with
-- its evidence. Page texts are their publishers'.
SELECT
  c.seen_at,
  c.kind,
  c.material,
  c.site,
  c.title,
  c.touched,
  c.sentences_before,
  c.sentences_after,
  c.confirmed_at,
  c.ended_at,
  c.page,
  c.events,
  c.copy_before,
  c.copy_after,
  r.body AS archived_text
FROM page_changes c
LEFT JOIN snapshot s ON s.code = c.copy_before
LEFT JOIN reading r ON r.snapshot_id = s.id
ORDER BY c.seen_at DESC, c.page, c.kind
