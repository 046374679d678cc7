CREATE TABLE `tiles.shopper_activity.85598257` (
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
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_activity.85598257',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
