EXECUTE STATEMENT SET BEGIN
INSERT INTO `tiles.product_activity.8ad40c18` (`sku`, `tile_start`, `part`, `views`, `carts`, `wishes`, `purchases`, `returns`, `units`, `revenue_cents`)
SELECT
  `sku`,
  `tile_start`,
  `part`,
  `views`,
  `carts`,
  `wishes`,
  `purchases`,
  `returns`,
  `units`,
  `revenue_cents`
FROM (
  SELECT
    `sku`,
    `tile_start`,
    `part`,
    COUNT(*) FILTER (WHERE `action` IN ('view')) AS `views`,
    COUNT(*) FILTER (WHERE `action` IN ('cart')) AS `carts`,
    COUNT(*) FILTER (WHERE `action` IN ('wish')) AS `wishes`,
    COUNT(*) FILTER (WHERE `action` IN ('purchase')) AS `purchases`,
    COUNT(*) FILTER (WHERE `action` IN ('return')) AS `returns`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE `action` IN ('purchase', 'return')), 0) AS BIGINT) AS `units`,
    CAST(COALESCE(SUM(`line_cents`), 0) AS BIGINT) AS `revenue_cents`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 3600000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `sku` IS NOT NULL
  )
  GROUP BY `sku`, `tile_start`, `part`
);
INSERT INTO `tiles.product_price.bce64b52` (`sku`, `tile_start`, `part`, `min_price_cents`, `max_price_cents`, `max_paid_price_cents`)
SELECT
  `sku`,
  `tile_start`,
  `part`,
  `min_price_cents`,
  `max_price_cents`,
  `max_paid_price_cents`
FROM (
  SELECT
    `sku`,
    `tile_start`,
    `part`,
    MIN(`price_cents`) AS `min_price_cents`,
    MAX(`price_cents`) AS `max_price_cents`,
    MAX(`price_cents`) FILTER (WHERE `action` IN ('purchase')) AS `max_paid_price_cents`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `sku` IS NOT NULL
  )
  GROUP BY `sku`, `tile_start`, `part`
);
INSERT INTO `tiles.product_price_histogram.db0a0975` (`sku`, `price_bucket`, `tile_start`, `part`, `lines`, `price_cents`)
SELECT
  `sku`,
  `price_bucket`,
  `tile_start`,
  `part`,
  `lines`,
  `price_cents`
FROM (
  SELECT
    `sku`,
    `price_bucket`,
    `tile_start`,
    `part`,
    COUNT(*) AS `lines`,
    CAST(COALESCE(SUM(`price_cents`), 0) AS BIGINT) AS `price_cents`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `sku` IS NOT NULL
      AND `price_bucket` IS NOT NULL
      AND `action` IN ('purchase')
  )
  GROUP BY `sku`, `price_bucket`, `tile_start`, `part`
);
INSERT INTO `tiles.product_discounts.d8841878` (`sku`, `tile_start`, `part`, `discounted_lines`, `discounted_units`, `full_price_units`, `discount_cents`, `paid_cents`)
SELECT
  `sku`,
  `tile_start`,
  `part`,
  `discounted_lines`,
  `discounted_units`,
  `full_price_units`,
  `discount_cents`,
  `paid_cents`
FROM (
  SELECT
    `sku`,
    `tile_start`,
    `part`,
    COUNT(*) FILTER (WHERE 0 < `discount_cents`) AS `discounted_lines`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE 0 < `discount_cents`), 0) AS BIGINT) AS `discounted_units`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE `discount_cents` = 0), 0) AS BIGINT) AS `full_price_units`,
    CAST(COALESCE(SUM(`line_off_cents`), 0) AS BIGINT) AS `discount_cents`,
    CAST(COALESCE(SUM(`line_cents`), 0) AS BIGINT) AS `paid_cents`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `sku` IS NOT NULL
      AND `action` IN ('purchase')
  )
  GROUP BY `sku`, `tile_start`, `part`
);
INSERT INTO `tiles.shopper_product.98c35167` (`shopper`, `sku`, `tile_start`, `part`, `views`, `carts`, `wishes`, `unwishes`, `purchases`, `units`)
SELECT
  `shopper`,
  `sku`,
  `tile_start`,
  `part`,
  `views`,
  `carts`,
  `wishes`,
  `unwishes`,
  `purchases`,
  `units`
FROM (
  SELECT
    `shopper`,
    `sku`,
    `tile_start`,
    `part`,
    COUNT(*) FILTER (WHERE `action` IN ('view')) AS `views`,
    COUNT(*) FILTER (WHERE `action` IN ('cart')) AS `carts`,
    COUNT(*) FILTER (WHERE `action` IN ('wish')) AS `wishes`,
    COUNT(*) FILTER (WHERE `action` IN ('unwish')) AS `unwishes`,
    COUNT(*) FILTER (WHERE `action` IN ('purchase')) AS `purchases`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE `action` IN ('purchase', 'return')), 0) AS BIGINT) AS `units`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
  )
  GROUP BY `shopper`, `sku`, `tile_start`, `part`
);
INSERT INTO `tiles.shopper_last_seen.57fe2cfe` (`shopper`, `tile_start`, `part`, `last_seen_at`, `last_purchase_at`)
SELECT
  `shopper`,
  `tile_start`,
  `part`,
  `last_seen_at`,
  `last_purchase_at`
FROM (
  SELECT
    `shopper`,
    `tile_start`,
    `part`,
    MAX(`at`) AS `last_seen_at`,
    MAX(`at`) FILTER (WHERE `action` IN ('purchase')) AS `last_purchase_at`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
  )
  GROUP BY `shopper`, `tile_start`, `part`
);
INSERT INTO `tiles.shopper_recent.01db7a48` (`shopper`, `tile_start`, `part`, `topic_number`, `log_partition`, `log_offset`, `item_index`, `entry_word`, `entry_at`)
SELECT
  `shopper`,
  `tile_start`,
  CAST('g1' AS STRING) AS `part`,
  `topic_number`,
  `log_partition`,
  `log_offset`,
  `item_index`,
  `entry_word`,
  `entry_at`
FROM (
  SELECT
    `shopper`,
    `tile_start`,
    `sku` AS `entry_word`,
    `at` AS `entry_at`,
    `topic_number`,
    `log_partition`,
    `log_offset`,
    `item_index`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
  )
  WHERE `sku` IS NOT NULL
    AND `action` IN ('view', 'cart', 'wish', 'purchase')
);
INSERT INTO `tiles.shopper_activity.85598257` (`shopper`, `tile_start`, `part`, `views`, `carts`, `lines`, `bought_units`, `units`, `revenue_cents`, `discounted_units`, `discount_cents`)
SELECT
  `shopper`,
  `tile_start`,
  `part`,
  `views`,
  `carts`,
  `lines`,
  `bought_units`,
  `units`,
  `revenue_cents`,
  `discounted_units`,
  `discount_cents`
FROM (
  SELECT
    `shopper`,
    `tile_start`,
    `part`,
    COUNT(*) FILTER (WHERE `action` IN ('view')) AS `views`,
    COUNT(*) FILTER (WHERE `action` IN ('cart')) AS `carts`,
    COUNT(*) FILTER (WHERE `action` IN ('purchase')) AS `lines`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE `action` IN ('purchase')), 0) AS BIGINT) AS `bought_units`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE `action` IN ('purchase', 'return')), 0) AS BIGINT) AS `units`,
    CAST(COALESCE(SUM(`line_cents`), 0) AS BIGINT) AS `revenue_cents`,
    CAST(COALESCE(SUM(`quantity`) FILTER (WHERE (`action` IN ('purchase') AND 0 < `discount_cents`)), 0) AS BIGINT) AS `discounted_units`,
    CAST(COALESCE(SUM(`line_off_cents`) FILTER (WHERE `action` IN ('purchase')), 0) AS BIGINT) AS `discount_cents`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
  )
  GROUP BY `shopper`, `tile_start`, `part`
);
INSERT INTO `tiles.shopper_order.09c3f6ab` (`shopper`, `order_id`, `tile_start`, `part`, `lines`, `units`)
SELECT
  `shopper`,
  `order_id`,
  `tile_start`,
  `part`,
  `lines`,
  `units`
FROM (
  SELECT
    `shopper`,
    `order_id`,
    `tile_start`,
    `part`,
    COUNT(*) FILTER (WHERE `action` IN ('purchase')) AS `lines`,
    CAST(COALESCE(SUM(`quantity`), 0) AS BIGINT) AS `units`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
      AND `order_id` IS NOT NULL
      AND `action` IN ('purchase', 'return')
  )
  GROUP BY `shopper`, `order_id`, `tile_start`, `part`
);
INSERT INTO `tiles.shopper_price.0dabdd5a` (`shopper`, `price_bucket`, `tile_start`, `part`, `lines`, `price_cents`)
SELECT
  `shopper`,
  `price_bucket`,
  `tile_start`,
  `part`,
  `lines`,
  `price_cents`
FROM (
  SELECT
    `shopper`,
    `price_bucket`,
    `tile_start`,
    `part`,
    COUNT(*) AS `lines`,
    CAST(COALESCE(SUM(`price_cents`), 0) AS BIGINT) AS `price_cents`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
      AND `price_bucket` IS NOT NULL
      AND `action` IN ('purchase')
  )
  GROUP BY `shopper`, `price_bucket`, `tile_start`, `part`
);
INSERT INTO `tiles.shopper_wish.ccd8493f` (`shopper`, `sku`, `tile_start`, `part`, `topic_number`, `log_partition`, `log_offset`, `item_index`, `entry_word`, `entry_at`)
SELECT
  `shopper`,
  `sku`,
  `tile_start`,
  CAST('g1' AS STRING) AS `part`,
  `topic_number`,
  `log_partition`,
  `log_offset`,
  `item_index`,
  `entry_word`,
  `entry_at`
FROM (
  SELECT
    `shopper`,
    `sku`,
    `tile_start`,
    `action` AS `entry_word`,
    `at` AS `entry_at`,
    `topic_number`,
    `log_partition`,
    `log_offset`,
    `item_index`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions_7b8afdb7`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
      AND `action` IN ('wish', 'unwish')
  )
  WHERE `action` IS NOT NULL
);
INSERT INTO `tiles.session_product.929d6a90` (`session_id`, `sku`, `tile_start`, `part`, `views`, `carts`, `uncarts`, `wishes`, `last_at`)
SELECT
  `session_id`,
  `sku`,
  `tile_start`,
  `part`,
  `views`,
  `carts`,
  `uncarts`,
  `wishes`,
  `last_at`
FROM (
  SELECT
    `session_id`,
    `sku`,
    `tile_start`,
    `part`,
    COUNT(*) FILTER (WHERE `action` IN ('view')) AS `views`,
    COUNT(*) FILTER (WHERE `action` IN ('cart')) AS `carts`,
    COUNT(*) FILTER (WHERE `action` IN ('uncart')) AS `uncarts`,
    COUNT(*) FILTER (WHERE `action` IN ('wish')) AS `wishes`,
    MAX(`at`) AS `last_at`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `action`,
      `quantity`,
      `price_cents`,
      `discount_cents`,
      `line_cents`,
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`,
      CASE WHEN `at` < 0 THEN CAST(NULL AS STRING) ELSE CAST('g1' AS STRING) END AS `part`
    FROM `interactions_7b8afdb7`
    WHERE `session_id` IS NOT NULL
      AND `sku` IS NOT NULL
  )
  GROUP BY `session_id`, `sku`, `tile_start`, `part`
);
INSERT INTO `dead_letter.interactions` (`topic`, `log_partition`, `log_offset`, `item`, `reason`)
SELECT
  `topic`,
  `log_partition`,
  `log_offset`,
  `item`,
  `reason`
FROM `interactions_refusals_cfb22b3d`;
END;
