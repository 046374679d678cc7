CREATE TABLE IF NOT EXISTS `tiles.product_discounts.d8841878` (
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `discounted_lines` BIGINT,
  `discounted_units` BIGINT,
  `full_price_units` BIGINT,
  `discount_cents` BIGINT,
  `paid_cents` BIGINT,
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
