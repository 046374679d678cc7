CREATE TABLE `tiles.product_price.bce64b52` (
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `min_price_cents` BIGINT,
  `max_price_cents` BIGINT,
  `max_paid_price_cents` BIGINT,
  PRIMARY KEY (`sku`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.product_price.bce64b52',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
