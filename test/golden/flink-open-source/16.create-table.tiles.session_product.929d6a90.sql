CREATE TABLE `tiles.session_product.929d6a90` (
  `session_id` STRING NOT NULL,
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `views` BIGINT,
  `carts` BIGINT,
  `uncarts` BIGINT,
  `wishes` BIGINT,
  `last_at` BIGINT,
  PRIMARY KEY (`session_id`, `sku`, `tile_start`, `part`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.session_product.929d6a90',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
