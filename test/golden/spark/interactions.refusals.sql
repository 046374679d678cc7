WITH `orders_judged` AS (
  SELECT
    `order_id`,
    `line_no`,
    `customer_id`,
    `sku`,
    `quantity`,
    `reverses`,
    `price_cents`,
    `price_discount_cents`,
    `currency`,
    `offer_id`,
    `decision_id`,
    `ordered_at`,
    `log_partition`,
    `log_offset`,
    `logged_at`,
    CASE
      WHEN `order_id` IS NULL THEN 'missing_field'
      WHEN (`order_id` IS NOT NULL AND NOT COALESCE(`order_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN `line_no` IS NULL THEN 'missing_field'
      WHEN (`line_no` < 0 OR 1000000 < `line_no`) THEN 'out_of_range'
      WHEN (`customer_id` IS NOT NULL AND NOT COALESCE(`customer_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN `sku` IS NULL THEN 'missing_field'
      WHEN (`sku` IS NOT NULL AND NOT COALESCE(`sku` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN `quantity` IS NULL THEN 'missing_field'
      WHEN (`quantity` < (-100000) OR 100000 < `quantity`) THEN 'out_of_range'
      WHEN (`reverses` IS NOT NULL AND NOT COALESCE(`reverses` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN `price_cents` IS NULL THEN 'missing_field'
      WHEN (`price_cents` < 0 OR 1000000000 < `price_cents`) THEN 'out_of_range'
      WHEN `price_discount_cents` IS NULL THEN 'missing_field'
      WHEN (`price_discount_cents` < 0 OR 1000000000 < `price_discount_cents`) THEN 'out_of_range'
      WHEN `currency` IS NULL THEN 'missing_field'
      WHEN (`offer_id` IS NOT NULL AND NOT COALESCE(`offer_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN (`decision_id` IS NOT NULL AND NOT COALESCE(`decision_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN `ordered_at` IS NULL THEN 'missing_field'
      WHEN (`ordered_at` < 0 OR 4102444800000 < `ordered_at`) THEN 'out_of_range'
      WHEN ((`quantity` * (`price_cents` - `price_discount_cents`)) < (-1000000000) OR 1000000000 < (`quantity` * (`price_cents` - `price_discount_cents`))) THEN 'line_value_out_of_range'
      WHEN ((`quantity` * `price_discount_cents`) < (-1000000000) OR 1000000000 < (`quantity` * `price_discount_cents`)) THEN 'line_discount_out_of_range'
      WHEN 604800000 < (`logged_at` - `ordered_at`) THEN 'too_late'
      WHEN 300000 < (`ordered_at` - `logged_at`) THEN 'from_future'
    END AS `refused`
  FROM `orders`
),
`orders_first` AS (
  SELECT
    `order_id`,
    `customer_id`,
    `sku`,
    `quantity`,
    `price_cents`,
    `price_discount_cents`,
    `ordered_at`,
    `log_partition`,
    `log_offset`
  FROM (
    SELECT
      `order_id`,
      `customer_id`,
      `sku`,
      `quantity`,
      `price_cents`,
      `price_discount_cents`,
      `ordered_at`,
      `log_partition`,
      `log_offset`,
      ROW_NUMBER() OVER (PARTITION BY `order_id`, `line_no` ORDER BY `log_partition`, `log_offset`) AS `copy`
    FROM `orders_judged`
    WHERE `refused` IS NULL
  )
  WHERE `copy` = 1
),
`clickstream_judged` AS (
  SELECT
    `event_id`,
    `event`,
    `occurred_at`,
    `session_id`,
    `customer_id`,
    `decision_id`,
    `bot`,
    `payload`,
    `log_partition`,
    `log_offset`,
    `logged_at`,
    CASE
      WHEN `event_id` IS NULL THEN 'missing_field'
      WHEN (`event_id` IS NOT NULL AND NOT COALESCE(`event_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN `event` IS NULL THEN 'missing_field'
      WHEN (`event` IS NOT NULL AND NOT COALESCE(`event` IN ('view_item', 'view_item_list', 'select_item', 'search', 'add_to_cart', 'remove_from_cart', 'add_to_wishlist', 'remove_from_wishlist', 'begin_checkout', 'purchase', 'view_promotion', 'select_promotion', 'login'), FALSE)) THEN 'unknown_word'
      WHEN `occurred_at` IS NULL THEN 'missing_field'
      WHEN (`occurred_at` < 0 OR 4102444800000 < `occurred_at`) THEN 'out_of_range'
      WHEN `session_id` IS NULL THEN 'missing_field'
      WHEN (`session_id` IS NOT NULL AND NOT COALESCE(`session_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN (`customer_id` IS NOT NULL AND NOT COALESCE(`customer_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN (`decision_id` IS NOT NULL AND NOT COALESCE(`decision_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN (`bot` IS NOT NULL AND NOT COALESCE(`bot` IN ('declared', 'rate'), FALSE)) THEN 'unknown_word'
      WHEN `payload` IS NULL THEN 'missing_field'
      WHEN EXISTS(`payload`.`items`, x -> x IS NULL) THEN 'missing_field'
      WHEN 604800000 < (`logged_at` - `occurred_at`) THEN 'too_late'
      WHEN 300000 < (`occurred_at` - `logged_at`) THEN 'from_future'
    END AS `refused`
  FROM `clickstream`
),
`clickstream_first` AS (
  SELECT
    `event`,
    `occurred_at`,
    `session_id`,
    `customer_id`,
    `bot`,
    `payload`,
    `log_partition`,
    `log_offset`
  FROM (
    SELECT
      `event`,
      `occurred_at`,
      `session_id`,
      `customer_id`,
      `bot`,
      `payload`,
      `log_partition`,
      `log_offset`,
      ROW_NUMBER() OVER (PARTITION BY `event_id` ORDER BY `log_partition`, `log_offset`) AS `copy`
    FROM `clickstream_judged`
    WHERE `refused` IS NULL
  )
  WHERE `copy` = 1
)
SELECT
  CAST('orders' AS STRING) AS `topic`,
  `log_partition`,
  `log_offset`,
  CAST((-1) AS BIGINT) AS `item`,
  `refused` AS `reason`
FROM `orders_judged`
WHERE `refused` IS NOT NULL
UNION ALL
SELECT
  CAST('clickstream' AS STRING) AS `topic`,
  `log_partition`,
  `log_offset`,
  CAST((-1) AS BIGINT) AS `item`,
  `refused` AS `reason`
FROM `clickstream_judged`
WHERE `refused` IS NOT NULL
UNION ALL
SELECT
  CAST('clickstream' AS STRING) AS `topic`,
  `log_partition`,
  `log_offset`,
  `item`,
  `refused` AS `reason`
FROM (
  SELECT
    `log_partition`,
    `log_offset`,
    CAST(`item_index` AS BIGINT) AS `item`,
    CASE
      WHEN `item`.`item_id` IS NULL THEN 'missing_field'
      WHEN (`item`.`item_id` IS NOT NULL AND NOT COALESCE(`item`.`item_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
      WHEN (`item`.`price_cents` < 0 OR 1000000000 < `item`.`price_cents`) THEN 'out_of_range'
      WHEN (`item`.`quantity` < 0 OR 100000 < `item`.`quantity`) THEN 'out_of_range'
      WHEN (`item`.`discount_cents` < 0 OR 1000000000 < `item`.`discount_cents`) THEN 'out_of_range'
      WHEN (`item`.`index` < 0 OR 1000000 < `item`.`index`) THEN 'out_of_range'
      WHEN (`item`.`item_list_id` IS NOT NULL AND NOT COALESCE(`item`.`item_list_id` RLIKE '(?s)^[A-Za-z0-9._~:-]{1,128}(?!.)', FALSE)) THEN 'bad_id'
    END AS `refused`
  FROM `clickstream_first`
    LATERAL VIEW POSEXPLODE(`payload`.`items`) `items` AS `item_index`, `item`
  WHERE (`event` IN ('view_item', 'select_item', 'add_to_cart', 'remove_from_cart', 'add_to_wishlist', 'remove_from_wishlist') AND `bot` IS NULL)
)
WHERE `refused` IS NOT NULL;
