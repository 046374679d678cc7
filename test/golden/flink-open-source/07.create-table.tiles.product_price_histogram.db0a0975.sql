CREATE TABLE `tiles.product_price_histogram.db0a0975` (
  `sku` STRING NOT NULL,
  `price_bucket` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `lines` BIGINT,
  `price_cents` BIGINT,
  PRIMARY KEY (`sku`, `price_bucket`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.product_price_histogram.db0a0975',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
