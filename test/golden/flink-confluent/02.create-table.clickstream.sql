CREATE TABLE `clickstream` (
  `session_id` STRING,
  `event_id` STRING,
  `event` STRING,
  `occurred_at` BIGINT,
  `customer_id` STRING,
  `decision_id` STRING,
  `bot` STRING,
  `payload` ROW<`items` ARRAY<ROW<`item_id` STRING, `item_name` STRING, `item_category` STRING, `price_cents` BIGINT, `quantity` BIGINT, `discount_cents` BIGINT, `index` BIGINT, `item_list_id` STRING>>, `search_term` STRING, `extra` MAP<STRING, STRING>>,
  `log_partition` BIGINT METADATA FROM 'partition' VIRTUAL,
  `log_offset` BIGINT METADATA FROM 'offset' VIRTUAL,
  `log_time` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `logged_at` AS EXTRACT(EPOCH FROM `log_time`) * 1000 + EXTRACT(MILLISECOND FROM `log_time`)
)
DISTRIBUTED BY (`session_id`) INTO 6 BUCKETS
WITH (
  'changelog.mode' = 'append',
  'key.format' = 'raw',
  'value.format' = 'json-registry',
  'value.fields-include' = 'all',
  'kafka.retention.time' = '0'
);
