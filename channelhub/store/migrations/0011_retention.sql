-- What is old is found without reading the rest.
CREATE INDEX alert_deliveries_changed ON alert_deliveries (changed_us);
