CREATE TABLE `tiles.shopper_product.98c35167` (
  `shopper` STRING NOT NULL,
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `wishes` BIGINT,
  `unwishes` BIGINT,
  `purchases` BIGINT,
  `units` BIGINT,
  PRIMARY KEY (`shopper`, `sku`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_product.98c35167',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
