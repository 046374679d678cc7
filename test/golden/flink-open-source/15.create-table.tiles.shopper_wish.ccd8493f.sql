CREATE TABLE `tiles.shopper_wish.ccd8493f` (
  `shopper` STRING NOT NULL,
  `sku` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `topic_number` BIGINT NOT NULL,
  `log_partition` BIGINT NOT NULL,
  `log_offset` BIGINT NOT NULL,
  `item_index` BIGINT NOT NULL,
  `entry_word` STRING,
  `entry_at` BIGINT,
  PRIMARY KEY (`shopper`, `sku`, `tile_start`, `part`, `topic_number`, `log_partition`, `log_offset`, `item_index`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'tiles.shopper_wish.ccd8493f',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
