CREATE TABLE `tiles.shopper_price.0dabdd5a` (
  `shopper` STRING NOT NULL,
  `price_bucket` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `lines` BIGINT,
  `price_cents` BIGINT,
  PRIMARY KEY (`shopper`, `price_bucket`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_price.0dabdd5a',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
