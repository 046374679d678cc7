CREATE TABLE `dead_letter.interactions` (
  `topic` STRING NOT NULL,
  `log_partition` BIGINT NOT NULL,
  `log_offset` BIGINT NOT NULL,
  `item` BIGINT NOT NULL,
  `reason` STRING,
  PRIMARY KEY (`topic`, `log_partition`, `log_offset`, `item`) NOT ENFORCED
)
WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'dead_letter.interactions',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.linger.ms' = '0',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
