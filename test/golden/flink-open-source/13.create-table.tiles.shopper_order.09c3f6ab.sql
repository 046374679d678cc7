CREATE TABLE `tiles.shopper_order.09c3f6ab` (
  `shopper` STRING NOT NULL,
  `order_id` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `lines` BIGINT,
  `units` BIGINT,
  PRIMARY KEY (`shopper`, `order_id`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_order.09c3f6ab',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
