CREATE TABLE `tiles.product_discounts.d8841878` (
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
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.product_discounts.d8841878',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
