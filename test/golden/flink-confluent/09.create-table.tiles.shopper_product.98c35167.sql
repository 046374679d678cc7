CREATE TABLE IF NOT EXISTS `tiles.shopper_product.98c35167` (
  `shopper` STRING NOT NULL,
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `wishes` BIGINT,
  `unwishes` BIGINT,
  `purchases` BIGINT,
  `units` BIGINT,
  PRIMARY KEY (`shopper`, `sku`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`shopper`, `sku`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
