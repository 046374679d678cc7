USE CATALOG IDENTIFIER(:catalog);

USE SCHEMA `silver`;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_product_activity_8ad40c18` (
  `sku` STRING,
  `tile_start` BIGINT,
  `views` BIGINT,
  `carts` BIGINT,
  `wishes` BIGINT,
  `purchases` BIGINT,
  `returns` BIGINT,
  `units` BIGINT,
  `revenue_cents` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_product_activity_8ad40c18` AS kept
USING (
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
      `line_off_cents`,
      `price_bucket`,
      `order_id`,
      `session_id`,
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
) AS computed
ON kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`views` <=> computed.`views` AND kept.`carts` <=> computed.`carts` AND kept.`wishes` <=> computed.`wishes` AND kept.`purchases` <=> computed.`purchases` AND kept.`returns` <=> computed.`returns` AND kept.`units` <=> computed.`units` AND kept.`revenue_cents` <=> computed.`revenue_cents`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_product_price_bce64b52` (
  `sku` STRING,
  `tile_start` BIGINT,
  `min_price_cents` BIGINT,
  `max_price_cents` BIGINT,
  `max_paid_price_cents` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_product_price_bce64b52` AS kept
USING (
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
    FROM `interactions`
    WHERE `sku` IS NOT NULL
  )
  GROUP BY `sku`, `tile_start`
) AS computed
ON kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`min_price_cents` <=> computed.`min_price_cents` AND kept.`max_price_cents` <=> computed.`max_price_cents` AND kept.`max_paid_price_cents` <=> computed.`max_paid_price_cents`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_product_price_histogram_db0a0975` (
  `sku` STRING,
  `price_bucket` STRING,
  `tile_start` BIGINT,
  `lines` BIGINT,
  `price_cents` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_product_price_histogram_db0a0975` AS kept
USING (
  SELECT
    `sku`,
    `price_bucket`,
    `tile_start`,
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
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `sku` IS NOT NULL
      AND `price_bucket` IS NOT NULL
      AND `action` IN ('purchase')
  )
  GROUP BY `sku`, `price_bucket`, `tile_start`
) AS computed
ON kept.`sku` <=> computed.`sku` AND kept.`price_bucket` <=> computed.`price_bucket` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`lines` <=> computed.`lines` AND kept.`price_cents` <=> computed.`price_cents`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_product_discounts_d8841878` (
  `sku` STRING,
  `tile_start` BIGINT,
  `discounted_lines` BIGINT,
  `discounted_units` BIGINT,
  `full_price_units` BIGINT,
  `discount_cents` BIGINT,
  `paid_cents` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_product_discounts_d8841878` AS kept
USING (
  SELECT
    `sku`,
    `tile_start`,
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
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `sku` IS NOT NULL
      AND `action` IN ('purchase')
  )
  GROUP BY `sku`, `tile_start`
) AS computed
ON kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`discounted_lines` <=> computed.`discounted_lines` AND kept.`discounted_units` <=> computed.`discounted_units` AND kept.`full_price_units` <=> computed.`full_price_units` AND kept.`discount_cents` <=> computed.`discount_cents` AND kept.`paid_cents` <=> computed.`paid_cents`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_product_98c35167` (
  `shopper` STRING,
  `sku` STRING,
  `tile_start` BIGINT,
  `views` BIGINT,
  `carts` BIGINT,
  `wishes` BIGINT,
  `unwishes` BIGINT,
  `purchases` BIGINT,
  `units` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_product_98c35167` AS kept
USING (
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
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
  )
  GROUP BY `shopper`, `sku`, `tile_start`
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`views` <=> computed.`views` AND kept.`carts` <=> computed.`carts` AND kept.`wishes` <=> computed.`wishes` AND kept.`unwishes` <=> computed.`unwishes` AND kept.`purchases` <=> computed.`purchases` AND kept.`units` <=> computed.`units`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_last_seen_57fe2cfe` (
  `shopper` STRING,
  `tile_start` BIGINT,
  `last_seen_at` BIGINT,
  `last_purchase_at` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_last_seen_57fe2cfe` AS kept
USING (
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
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
  )
  GROUP BY `shopper`, `tile_start`
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`last_seen_at` <=> computed.`last_seen_at` AND kept.`last_purchase_at` <=> computed.`last_purchase_at`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_recent_01db7a48` (
  `shopper` STRING,
  `tile_start` BIGINT,
  `entry_rank` BIGINT,
  `entry_word` STRING,
  `entry_at` BIGINT,
  `topic_number` BIGINT,
  `log_partition` BIGINT,
  `log_offset` BIGINT,
  `item_index` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_recent_01db7a48` AS kept
USING (
  SELECT
    `shopper`,
    `tile_start`,
    `entry_rank`,
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
      FROM `interactions`
      WHERE `shopper` IS NOT NULL
    )
    WHERE `sku` IS NOT NULL
      AND `action` IN ('view', 'cart', 'wish', 'purchase')
  )
  WHERE `entry_rank` <= 50
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`tile_start` <=> computed.`tile_start` AND kept.`entry_rank` <=> computed.`entry_rank`
WHEN MATCHED AND NOT (kept.`entry_word` <=> computed.`entry_word` AND kept.`entry_at` <=> computed.`entry_at` AND kept.`topic_number` <=> computed.`topic_number` AND kept.`log_partition` <=> computed.`log_partition` AND kept.`log_offset` <=> computed.`log_offset` AND kept.`item_index` <=> computed.`item_index`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_activity_85598257` (
  `shopper` STRING,
  `tile_start` BIGINT,
  `views` BIGINT,
  `carts` BIGINT,
  `lines` BIGINT,
  `bought_units` BIGINT,
  `units` BIGINT,
  `revenue_cents` BIGINT,
  `discounted_units` BIGINT,
  `discount_cents` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_activity_85598257` AS kept
USING (
  SELECT
    `shopper`,
    `tile_start`,
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
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
  )
  GROUP BY `shopper`, `tile_start`
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`views` <=> computed.`views` AND kept.`carts` <=> computed.`carts` AND kept.`lines` <=> computed.`lines` AND kept.`bought_units` <=> computed.`bought_units` AND kept.`units` <=> computed.`units` AND kept.`revenue_cents` <=> computed.`revenue_cents` AND kept.`discounted_units` <=> computed.`discounted_units` AND kept.`discount_cents` <=> computed.`discount_cents`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_order_09c3f6ab` (
  `shopper` STRING,
  `order_id` STRING,
  `tile_start` BIGINT,
  `lines` BIGINT,
  `units` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_order_09c3f6ab` AS kept
USING (
  SELECT
    `shopper`,
    `order_id`,
    `tile_start`,
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
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `order_id` IS NOT NULL
      AND `action` IN ('purchase', 'return')
  )
  GROUP BY `shopper`, `order_id`, `tile_start`
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`order_id` <=> computed.`order_id` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`lines` <=> computed.`lines` AND kept.`units` <=> computed.`units`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_price_0dabdd5a` (
  `shopper` STRING,
  `price_bucket` STRING,
  `tile_start` BIGINT,
  `lines` BIGINT,
  `price_cents` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_price_0dabdd5a` AS kept
USING (
  SELECT
    `shopper`,
    `price_bucket`,
    `tile_start`,
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
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `price_bucket` IS NOT NULL
      AND `action` IN ('purchase')
  )
  GROUP BY `shopper`, `price_bucket`, `tile_start`
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`price_bucket` <=> computed.`price_bucket` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`lines` <=> computed.`lines` AND kept.`price_cents` <=> computed.`price_cents`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_shopper_wish_ccd8493f` (
  `shopper` STRING,
  `sku` STRING,
  `tile_start` BIGINT,
  `entry_rank` BIGINT,
  `entry_word` STRING,
  `entry_at` BIGINT,
  `topic_number` BIGINT,
  `log_partition` BIGINT,
  `log_offset` BIGINT,
  `item_index` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_shopper_wish_ccd8493f` AS kept
USING (
  SELECT
    `shopper`,
    `sku`,
    `tile_start`,
    `entry_rank`,
    `entry_word`,
    `entry_at`,
    `topic_number`,
    `log_partition`,
    `log_offset`,
    `item_index`
  FROM (
    SELECT
      `shopper`,
      `sku`,
      `tile_start`,
      ROW_NUMBER() OVER (PARTITION BY `shopper`, `sku`, `tile_start` ORDER BY `at` DESC, `topic_number` DESC, `log_partition` DESC, `log_offset` DESC, `item_index` DESC) AS `entry_rank`,
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
      FROM `interactions`
      WHERE `shopper` IS NOT NULL
        AND `sku` IS NOT NULL
        AND `action` IN ('wish', 'unwish')
    )
    WHERE `action` IS NOT NULL
  )
  WHERE `entry_rank` <= 1
) AS computed
ON kept.`shopper` <=> computed.`shopper` AND kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start` AND kept.`entry_rank` <=> computed.`entry_rank`
WHEN MATCHED AND NOT (kept.`entry_word` <=> computed.`entry_word` AND kept.`entry_at` <=> computed.`entry_at` AND kept.`topic_number` <=> computed.`topic_number` AND kept.`log_partition` <=> computed.`log_partition` AND kept.`log_offset` <=> computed.`log_offset` AND kept.`item_index` <=> computed.`item_index`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_session_product_929d6a90` (
  `session_id` STRING,
  `sku` STRING,
  `tile_start` BIGINT,
  `views` BIGINT,
  `carts` BIGINT,
  `uncarts` BIGINT,
  `wishes` BIGINT,
  `last_at` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_session_product_929d6a90` AS kept
USING (
  SELECT
    `session_id`,
    `sku`,
    `tile_start`,
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
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions`
    WHERE `session_id` IS NOT NULL
      AND `sku` IS NOT NULL
  )
  GROUP BY `session_id`, `sku`, `tile_start`
) AS computed
ON kept.`session_id` <=> computed.`session_id` AND kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`views` <=> computed.`views` AND kept.`carts` <=> computed.`carts` AND kept.`uncarts` <=> computed.`uncarts` AND kept.`wishes` <=> computed.`wishes` AND kept.`last_at` <=> computed.`last_at`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;

CREATE TABLE IF NOT EXISTS `gold`.`tiles_segment_product_245a63c8` (
  `generation` STRING,
  `gender` STRING,
  `region` STRING,
  `sku` STRING,
  `tile_start` BIGINT,
  `views` BIGINT,
  `purchases` BIGINT,
  `units` BIGINT
) USING DELTA;

MERGE INTO `gold`.`tiles_segment_product_245a63c8` AS kept
USING (
  WITH `customer_segments_valid` AS (
    SELECT
      `shopper`,
      `generation`,
      `gender`,
      `region`,
      `demographics`,
      `at` AS `valid_from`,
      LEAD(`at`) OVER (PARTITION BY `shopper` ORDER BY `at`, `topic_number`, `log_partition`, `log_offset`, `item_index`) AS `valid_to`
    FROM `customer_segments`
  ),
  `customer_segments_counted` AS (
    SELECT
      `shopper`
    FROM `customer_segments_valid`
    WHERE `valid_to` IS NULL
      AND `demographics` IN ('agreed')
  ),
  `interactions_joined` AS (
    SELECT
      `event`.`shopper` AS `shopper`,
      `event`.`sku` AS `sku`,
      `event`.`action` AS `action`,
      `event`.`quantity` AS `quantity`,
      `event`.`price_cents` AS `price_cents`,
      `event`.`discount_cents` AS `discount_cents`,
      `event`.`line_cents` AS `line_cents`,
      `event`.`line_off_cents` AS `line_off_cents`,
      `event`.`price_bucket` AS `price_bucket`,
      `event`.`order_id` AS `order_id`,
      `event`.`session_id` AS `session_id`,
      `event`.`at` AS `at`,
      `event`.`topic_number` AS `topic_number`,
      `event`.`log_partition` AS `log_partition`,
      `event`.`log_offset` AS `log_offset`,
      `event`.`item_index` AS `item_index`,
      `version`.`generation` AS `generation`,
      `version`.`gender` AS `gender`,
      `version`.`region` AS `region`,
      `version`.`demographics` AS `demographics`
    FROM `interactions` AS `event`
      JOIN `customer_segments_valid` AS `version` ON `event`.`shopper` = `version`.`shopper` AND `version`.`valid_from` <= `event`.`at` AND (`version`.`valid_to` IS NULL OR `event`.`at` < `version`.`valid_to`)
      JOIN `customer_segments_counted` AS `agreed` ON `event`.`shopper` = `agreed`.`shopper`
  )
  SELECT
    `generation`,
    `gender`,
    `region`,
    `sku`,
    `tile_start`,
    COUNT(*) FILTER (WHERE `action` IN ('view')) AS `views`,
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
      `generation`,
      `gender`,
      `region`,
      `demographics`,
      `topic_number`,
      `log_partition`,
      `log_offset`,
      `item_index`,
      `at` - MOD(`at`, 86400000) AS `tile_start`
    FROM `interactions_joined`
    WHERE `generation` IS NOT NULL
      AND `gender` IS NOT NULL
      AND `region` IS NOT NULL
      AND `sku` IS NOT NULL
      AND `action` IN ('view', 'purchase', 'return')
  )
  GROUP BY `generation`, `gender`, `region`, `sku`, `tile_start`
) AS computed
ON kept.`generation` <=> computed.`generation` AND kept.`gender` <=> computed.`gender` AND kept.`region` <=> computed.`region` AND kept.`sku` <=> computed.`sku` AND kept.`tile_start` <=> computed.`tile_start`
WHEN MATCHED AND NOT (kept.`views` <=> computed.`views` AND kept.`purchases` <=> computed.`purchases` AND kept.`units` <=> computed.`units`) THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;
