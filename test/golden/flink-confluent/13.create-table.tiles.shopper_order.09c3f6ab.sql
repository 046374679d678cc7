CREATE TABLE IF NOT EXISTS `tiles.shopper_order.09c3f6ab` (
  `shopper` STRING NOT NULL,
  `order_id` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `lines` BIGINT,
  `units` BIGINT,
  PRIMARY KEY (`shopper`, `order_id`, `tile_start`, `part`) NOT ENFORCED
)
DISTRIBUTED BY (`shopper`, `order_id`, `tile_start`, `part`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
