-- Who looks for new reports of an outage needn't look through all of them.
ALTER TABLE outages ADD COLUMN reports_added BIGINT NOT NULL DEFAULT 0;  -- how many were ever added; a merge counts, too
