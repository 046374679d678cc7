EXECUTE STATEMENT SET BEGIN
INSERT INTO `tiles.product_activity.8fd54113` (`sku`, `tile_start`, `part`, `views`, `carts`, `wishes`, `purchases`, `returns`, `units`, `revenue_cents`)
SELECT
  `sku`,
  `tile_start`,
  CAST('g1' AS STRING) AS `part`,
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
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 3600000) AS `tile_start`
    FROM `interactions`
    WHERE `sku` IS NOT NULL
  )
  GROUP BY `sku`, `tile_start`
);
INSERT INTO `tiles.product_price.6e4ce591` (`sku`, `tile_start`, `part`, `min_price_cents`, `max_price_cents`, `max_paid_price_cents`)
SELECT
  `sku`,
  `tile_start`,
  CAST('g1' AS STRING) AS `part`,
  `min_price_cents`,
  `max_price_cents`,
  `max_paid_price_cents`
FROM (
  SELECT
    `sku`,
    `tile_start`,
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
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `sku` IS NOT NULL
  )
  GROUP BY `sku`, `tile_start`
);
INSERT INTO `tiles.shopper_product.d00879ac` (`shopper`, `sku`, `tile_start`, `part`, `views`, `carts`, `wishes`, `unwishes`, `purchases`, `units`)
SELECT
  `shopper`,
  `sku`,
  `tile_start`,
  CAST('g1' AS STRING) AS `part`,
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
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
  )
  GROUP BY `shopper`, `sku`, `tile_start`
);
INSERT INTO `tiles.shopper_last_seen.cbdb5a27` (`shopper`, `tile_start`, `part`, `last_seen_at`, `last_purchase_at`)
SELECT
  `shopper`,
  `tile_start`,
  CAST('g1' AS STRING) AS `part`,
  `last_seen_at`,
  `last_purchase_at`
FROM (
  SELECT
    `shopper`,
    `tile_start`,
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
      `at`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
  )
  GROUP BY `shopper`, `tile_start`
);
INSERT INTO `tiles.shopper_recent.6833ac08` (`shopper`, `tile_start`, `part`, `topic_number`, `log_partition`, `log_offset`, `item_index`, `entry_word`, `entry_at`)
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
    `entry_word`,
    `entry_at`,
    `topic_number`,
    `log_partition`,
    `log_offset`,
    `item_index`
  FROM (
    SELECT
      `shopper`,
      `tile_start`,
      ROW_NUMBER() OVER (PARTITION BY `shopper`, `tile_start` ORDER BY `at` DESC, `topic_number` DESC, `log_partition` DESC, `log_offset` DESC, `item_index` DESC) AS `entry_rank`,
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
        `at`,
        `topic_number`,
        `log_partition`,
        `log_offset`,
        `item_index`,
        `at` - MOD(`at`, 86400000) AS `tile_start`
      FROM `interactions`
      WHERE `shopper` IS NOT NULL
    )
    WHERE `sku` IS NOT NULL
      AND `action` IN ('view', 'cart', 'wish', 'purchase')
  )
  WHERE `entry_rank` <= 50
);
INSERT INTO `dead_letter.interactions` (`topic`, `log_partition`, `log_offset`, `item`, `reason`)
SELECT
  `topic`,
  `log_partition`,
  `log_offset`,
  `item`,
  `reason`
FROM `interactions_refusals`;
END;
