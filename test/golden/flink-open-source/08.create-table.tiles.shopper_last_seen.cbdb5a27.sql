CREATE TABLE `tiles.shopper_last_seen.cbdb5a27` (
  `shopper` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `last_seen_at` BIGINT,
  `last_purchase_at` BIGINT,
  PRIMARY KEY (`shopper`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_last_seen.cbdb5a27',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json'
);
