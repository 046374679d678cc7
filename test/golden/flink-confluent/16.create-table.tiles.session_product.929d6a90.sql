CREATE TABLE IF NOT EXISTS `tiles.session_product.929d6a90` (
  `session_id` STRING NOT NULL,
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `uncarts` BIGINT,
  `wishes` BIGINT,
  `last_at` BIGINT,
  PRIMARY KEY (`session_id`, `sku`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`session_id`, `sku`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
