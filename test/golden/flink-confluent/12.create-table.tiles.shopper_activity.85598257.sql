CREATE TABLE IF NOT EXISTS `tiles.shopper_activity.85598257` (
  `shopper` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `lines` BIGINT,
  `bought_units` BIGINT,
  `units` BIGINT,
  `revenue_cents` BIGINT,
  `discounted_units` BIGINT,
  `discount_cents` BIGINT,
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
