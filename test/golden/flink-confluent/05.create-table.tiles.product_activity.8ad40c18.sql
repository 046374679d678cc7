CREATE TABLE IF NOT EXISTS `tiles.product_activity.8ad40c18` (
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `wishes` BIGINT,
  `purchases` BIGINT,
  `returns` BIGINT,
  `units` BIGINT,
  `revenue_cents` BIGINT,
  PRIMARY KEY (`sku`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`sku`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
