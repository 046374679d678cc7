CREATE TABLE `tiles.product_activity.8ad40c18` (
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `wishes` BIGINT,
  `purchases` BIGINT,
  `returns` BIGINT,
  `units` BIGINT,
  `revenue_cents` BIGINT,
  PRIMARY KEY (`sku`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.product_activity.8ad40c18',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
