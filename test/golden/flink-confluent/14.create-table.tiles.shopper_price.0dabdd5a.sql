CREATE TABLE IF NOT EXISTS `tiles.shopper_price.0dabdd5a` (
  `shopper` STRING NOT NULL,
  `price_bucket` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `lines` BIGINT,
  `price_cents` BIGINT,
  PRIMARY KEY (`shopper`, `price_bucket`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`shopper`, `price_bucket`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
