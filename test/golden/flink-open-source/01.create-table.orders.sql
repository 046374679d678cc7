CREATE TABLE `orders` (
  `order_id` STRING,
  `line_no` BIGINT,
  `customer_id` STRING,
  `sku` STRING,
  `quantity` BIGINT,
  `reverses` STRING,
  `price_cents` BIGINT,
  `price_discount_cents` BIGINT,
  `currency` STRING,
  `offer_id` STRING,
  `decision_id` STRING,
  `ordered_at` BIGINT,
  `log_partition` BIGINT METADATA FROM 'partition' VIRTUAL,
  `log_offset` BIGINT METADATA FROM 'offset' VIRTUAL,
  `log_time` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `logged_at` AS EXTRACT(EPOCH FROM `log_time`) * 1000 + EXTRACT(MILLISECOND FROM `log_time`)
)
WITH (
  'connector' = 'kafka',
  'topic' = 'orders',
  'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);
