CREATE TABLE IF NOT EXISTS `dead_letter.interactions` (
  `topic` STRING NOT NULL,
  `log_partition` BIGINT NOT NULL,
  `log_offset` BIGINT NOT NULL,
  `item` BIGINT NOT NULL,
  `reason` STRING,
  PRIMARY KEY (`topic`, `log_partition`, `log_offset`, `item`) NOT ENFORCED
)
DISTRIBUTED BY (`topic`, `log_partition`, `log_offset`, `item`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'upsert',
  'key.format' = 'json-registry',
  'value.format' = 'json-registry',
  'value.fields-include' = 'except-key',
  'kafka.cleanup-policy' = 'compact'
);
