CREATE TABLE `tiles.shopper_last_seen.57fe2cfe` (
  `shopper` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `last_seen_at` BIGINT,
  `last_purchase_at` BIGINT,
  PRIMARY KEY (`shopper`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_last_seen.57fe2cfe',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
