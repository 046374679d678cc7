CREATE TABLE IF NOT EXISTS `tiles.shopper_recent.01db7a48` (
  `shopper` STRING NOT NULL,
  `tile_start` BIGINT NOT NULL,
  `part` STRING NOT NULL,
  `topic_number` BIGINT NOT NULL,
  `log_partition` BIGINT NOT NULL,
  `log_offset` BIGINT NOT NULL,
  `item_index` BIGINT NOT NULL,
  `entry_word` STRING,
  `entry_at` BIGINT,
  PRIMARY KEY (`shopper`, `tile_start`, `part`, `topic_number`, `log_partition`, `log_offset`, `item_index`) NOT ENFORCED
)
DISTRIBUTED BY (`shopper`, `tile_start`, `part`, `topic_number`, `log_partition`, `log_offset`, `item_index`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
