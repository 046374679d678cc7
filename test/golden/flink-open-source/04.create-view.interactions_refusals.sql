CREATE VIEW `interactions_refusals` AS
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
      WHEN (`order_id` IS NOT NULL AND NOT COALESCE(REGEXP(`order_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN `line_no` IS NULL THEN 'missing_field'
      WHEN (`line_no` < 0 OR 1000000 < `line_no`) THEN 'out_of_range'
      WHEN (`customer_id` IS NOT NULL AND NOT COALESCE(REGEXP(`customer_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN `sku` IS NULL THEN 'missing_field'
      WHEN (`sku` IS NOT NULL AND NOT COALESCE(REGEXP(`sku`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN `quantity` IS NULL THEN 'missing_field'
      WHEN (`quantity` < (-100000) OR 100000 < `quantity`) THEN 'out_of_range'
      WHEN (`reverses` IS NOT NULL AND NOT COALESCE(REGEXP(`reverses`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN `price_cents` IS NULL THEN 'missing_field'
      WHEN (`price_cents` < 0 OR 1000000000 < `price_cents`) THEN 'out_of_range'
      WHEN `price_discount_cents` IS NULL THEN 'missing_field'
      WHEN (`price_discount_cents` < 0 OR 1000000000 < `price_discount_cents`) THEN 'out_of_range'
      WHEN `currency` IS NULL THEN 'missing_field'
      WHEN (`offer_id` IS NOT NULL AND NOT COALESCE(REGEXP(`offer_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN (`decision_id` IS NOT NULL AND NOT COALESCE(REGEXP(`decision_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
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
    `first_row`.`order_id` AS `order_id`,
    `first_row`.`customer_id` AS `customer_id`,
    `first_row`.`sku` AS `sku`,
    `first_row`.`quantity` AS `quantity`,
    `first_row`.`price_cents` AS `price_cents`,
    `first_row`.`price_discount_cents` AS `price_discount_cents`,
    `first_row`.`ordered_at` AS `ordered_at`,
    `first_row`.`log_partition` AS `log_partition`,
    `first_row`.`log_offset` AS `log_offset`
  FROM (
    SELECT
      CAST(ROW(`order_id`, `customer_id`, `sku`, `quantity`, `price_cents`, `price_discount_cents`, `ordered_at`, `log_partition`, `log_offset`) AS ROW<`order_id` STRING, `customer_id` STRING, `sku` STRING, `quantity` BIGINT, `price_cents` BIGINT, `price_discount_cents` BIGINT, `ordered_at` BIGINT, `log_partition` BIGINT, `log_offset` BIGINT>) AS `first_row`,
      ROW_NUMBER() OVER (PARTITION BY `order_id`, `line_no` ORDER BY MOD(`log_offset`, 1)) AS `arrival`
    FROM `orders_judged`
    WHERE `refused` IS NULL
  )
  WHERE `arrival` = 1
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
      WHEN (`event_id` IS NOT NULL AND NOT COALESCE(REGEXP(`event_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN `event` IS NULL THEN 'missing_field'
      WHEN (`event` IS NOT NULL AND NOT COALESCE(`event` IN ('view_item', 'view_item_list', 'select_item', 'search', 'add_to_cart', 'remove_from_cart', 'add_to_wishlist', 'remove_from_wishlist', 'begin_checkout', 'purchase', 'view_promotion', 'select_promotion', 'login'), FALSE)) THEN 'unknown_word'
      WHEN `occurred_at` IS NULL THEN 'missing_field'
      WHEN (`occurred_at` < 0 OR 4102444800000 < `occurred_at`) THEN 'out_of_range'
      WHEN `session_id` IS NULL THEN 'missing_field'
      WHEN (`session_id` IS NOT NULL AND NOT COALESCE(REGEXP(`session_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN (`customer_id` IS NOT NULL AND NOT COALESCE(REGEXP(`customer_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN (`decision_id` IS NOT NULL AND NOT COALESCE(REGEXP(`decision_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN (`bot` IS NOT NULL AND NOT COALESCE(`bot` IN ('declared', 'rate'), FALSE)) THEN 'unknown_word'
      WHEN `payload` IS NULL THEN 'missing_field'
      WHEN ARRAY_CONTAINS(CAST(`payload`.`items` AS ARRAY<ROW<`item_id` STRING, `item_name` STRING, `item_category` STRING, `price_cents` BIGINT, `quantity` BIGINT, `discount_cents` BIGINT, `index` BIGINT, `item_list_id` STRING>>), CAST(NULL AS ROW<`item_id` STRING, `item_name` STRING, `item_category` STRING, `price_cents` BIGINT, `quantity` BIGINT, `discount_cents` BIGINT, `index` BIGINT, `item_list_id` STRING>)) THEN 'missing_field'
      WHEN 604800000 < (`logged_at` - `occurred_at`) THEN 'too_late'
      WHEN 300000 < (`occurred_at` - `logged_at`) THEN 'from_future'
    END AS `refused`
  FROM `clickstream`
),
`clickstream_first` AS (
  SELECT
    `first_row`.`event` AS `event`,
    `first_row`.`occurred_at` AS `occurred_at`,
    `first_row`.`session_id` AS `session_id`,
    `first_row`.`customer_id` AS `customer_id`,
    `first_row`.`bot` AS `bot`,
    `first_row`.`payload` AS `payload`,
    `first_row`.`log_partition` AS `log_partition`,
    `first_row`.`log_offset` AS `log_offset`
  FROM (
    SELECT
      CAST(ROW(`event`, `occurred_at`, `session_id`, `customer_id`, `bot`, `payload`, `log_partition`, `log_offset`) AS ROW<`event` STRING, `occurred_at` BIGINT, `session_id` STRING, `customer_id` STRING, `bot` STRING, `payload` ROW<`items` ARRAY<ROW<`item_id` STRING, `item_name` STRING, `item_category` STRING, `price_cents` BIGINT, `quantity` BIGINT, `discount_cents` BIGINT, `index` BIGINT, `item_list_id` STRING>>, `search_term` STRING, `extra` MAP<STRING, STRING>>, `log_partition` BIGINT, `log_offset` BIGINT>) AS `first_row`,
      ROW_NUMBER() OVER (PARTITION BY `event_id` ORDER BY MOD(`log_offset`, 1)) AS `arrival`
    FROM `clickstream_judged`
    WHERE `refused` IS NULL
  )
  WHERE `arrival` = 1
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
    CAST(`item_number` - 1 AS BIGINT) AS `item`,
    CASE
      WHEN `item_item_id` IS NULL THEN 'missing_field'
      WHEN (`item_item_id` IS NOT NULL AND NOT COALESCE(REGEXP(`item_item_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
      WHEN (`item_price_cents` < 0 OR 1000000000 < `item_price_cents`) THEN 'out_of_range'
      WHEN (`item_quantity` < 0 OR 100000 < `item_quantity`) THEN 'out_of_range'
      WHEN (`item_discount_cents` < 0 OR 1000000000 < `item_discount_cents`) THEN 'out_of_range'
      WHEN (`item_index` < 0 OR 1000000 < `item_index`) THEN 'out_of_range'
      WHEN (`item_item_list_id` IS NOT NULL AND NOT COALESCE(REGEXP(`item_item_list_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
    END AS `refused`
  FROM `clickstream_first`
    CROSS JOIN UNNEST(`clickstream_first`.`payload`.`items`) WITH ORDINALITY AS `items` (`item_item_id`, `item_item_name`, `item_item_category`, `item_price_cents`, `item_quantity`, `item_discount_cents`, `item_index`, `item_item_list_id`, `item_number`)
  WHERE (`event` IN ('view_item', 'select_item', 'add_to_cart', 'remove_from_cart', 'add_to_wishlist', 'remove_from_wishlist') AND `bot` IS NULL)
)
WHERE `refused` IS NOT NULL;
