CREATE TABLE IF NOT EXISTS `tiles.product_price_histogram.db0a0975` (
  `sku` STRING NOT NULL,
  `price_bucket` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `lines` BIGINT,
  `price_cents` BIGINT,
  PRIMARY KEY (`sku`, `price_bucket`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`sku`, `price_bucket`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
