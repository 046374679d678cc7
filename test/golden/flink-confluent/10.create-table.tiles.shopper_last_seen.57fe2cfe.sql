CREATE TABLE IF NOT EXISTS `tiles.shopper_last_seen.57fe2cfe` (
  `shopper` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `last_seen_at` BIGINT,
  `last_purchase_at` BIGINT,
  PRIMARY KEY (`shopper`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`shopper`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
