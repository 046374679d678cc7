ALTER TABLE `orders` ADD (
  `log_partition` BIGINT METADATA FROM 'partition' VIRTUAL,
  `log_offset` BIGINT METADATA FROM 'offset' VIRTUAL,
  `log_time` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `logged_at` AS EXTRACT(EPOCH FROM `log_time`) * 1000 + EXTRACT(MILLISECOND FROM `log_time`)
);
