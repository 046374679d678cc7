USE CATALOG IDENTIFIER(:catalog);

USE SCHEMA `silver`;

CREATE OR REPLACE TABLE `gold`.`succession_pairs` USING DELTA AS
WITH `history` AS (
  SELECT
    `owner`,
    `item`,
    `position`
  FROM (
    SELECT
      `shopper` AS `owner`,
      `sku` AS `item`,
      ROW_NUMBER() OVER (PARTITION BY `shopper` ORDER BY `at`, `topic_number`, `log_partition`, `log_offset`, `item_index`) - 1 AS `position`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
      AND `action` IN ('view', 'cart', 'wish', 'purchase')
  )
  WHERE `position` < 1000
),
`reach` AS (
  SELECT
    `p`.`owner` AS `owner`,
    `p`.`item` AS `item`,
    `p`.`position` + `w`.`gap` AS `position`,
    `w`.`gap` AS `gap`,
    `w`.`weight` AS `weight`
  FROM `history` AS `p`
    CROSS JOIN (VALUES (1, 1000000), (2, 1292000), (3, 1270627), (4, 1124047), (5, 944549), (6, 772088), (7, 601030), (8, 468267), (9, 364263), (10, 283347), (11, 220714), (12, 172045), (13, 134234), (14, 104721), (15, 81285), (16, 63804), (17, 31251), (18, 14877), (19, 6714), (20, 2736), (21, 864)) AS `w` (`gap`, `weight`)
)
SELECT
  `left_item`,
  `right_item`,
  CAST(SUM(`weight`) AS BIGINT) AS `weight`
FROM (
  SELECT
    `r`.`item` AS `left_item`,
    `q`.`item` AS `right_item`,
    `r`.`weight` AS `weight`
  FROM `reach` AS `r`
    JOIN `history` AS `q` ON `q`.`owner` = `r`.`owner` AND `q`.`position` = `r`.`position`
)
GROUP BY `left_item`, `right_item`;

CREATE OR REPLACE TABLE `gold`.`past_pairs` USING DELTA AS
WITH `history` AS (
  SELECT
    `owner`,
    `item`,
    `position`
  FROM (
    SELECT
      `shopper` AS `owner`,
      `sku` AS `item`,
      ROW_NUMBER() OVER (PARTITION BY `shopper` ORDER BY `at`, `topic_number`, `log_partition`, `log_offset`, `item_index`) - 1 AS `position`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
      AND `action` IN ('view', 'cart', 'wish', 'purchase')
  )
  WHERE `position` < 1000
),
`lengths` AS (
  SELECT
    `owner`,
    COUNT(*) AS `length`
  FROM `history`
  GROUP BY `owner`
),
`reach` AS (
  SELECT
    `p`.`owner` AS `owner`,
    `p`.`item` AS `item`,
    `p`.`position` + `w`.`gap` AS `position`,
    `w`.`gap` AS `gap`
  FROM `history` AS `p`
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15)) AS `w` (`gap`)
),
`pairs_with_gap` AS (
  SELECT
    `r`.`item` AS `left_item`,
    `q`.`item` AS `right_item`,
    `r`.`gap` AS `gap`,
    `w`.`weight` AS `weight`
  FROM `reach` AS `r`
    JOIN `history` AS `q` ON `q`.`owner` = `r`.`owner` AND `q`.`position` = `r`.`position`
    JOIN `lengths` AS `n` ON `n`.`owner` = `r`.`owner`
    JOIN (VALUES (0, 0, 1000000), (0, 1, 1606841), (0, 2, 1975290), (0, 3, 2198074), (0, 4, 2333498), (0, 5, 2415867), (0, 6, 2465596), (0, 7, 2495872), (0, 8, 2514097), (0, 9, 2525122), (0, 10, 2531846), (0, 11, 2535942), (0, 12, 2538442), (0, 13, 2539963), (0, 14, 2540863), (0, 15, 2541439), (1, 0, 779000), (1, 1, 1251853), (1, 2, 1538357), (1, 3, 1712053), (1, 4, 1817669), (1, 5, 1881670), (1, 6, 1920472), (1, 7, 1943962), (1, 8, 1958137), (1, 9, 1966747), (1, 10, 1971995), (1, 11, 1975195), (1, 12, 1977145), (1, 13, 1978315), (1, 14, 1979035), (1, 15, 1979035), (2, 0, 607000), (2, 1, 974688), (2, 2, 1198064), (2, 3, 1333528), (2, 4, 1415592), (2, 5, 1465530), (2, 6, 1495635), (2, 7, 1513905), (2, 8, 1524975), (2, 9, 1531695), (2, 10, 1535795), (2, 11, 1538291), (2, 12, 1539791), (2, 13, 1540727), (2, 14, 1540727), (2, 15, 1540727), (3, 0, 472000), (3, 1, 758672), (3, 2, 932881), (3, 3, 1038137), (3, 4, 1102169), (3, 5, 1140914), (3, 6, 1164329), (3, 7, 1178597), (3, 8, 1187237), (3, 9, 1192487), (3, 10, 1195685), (3, 11, 1197605), (3, 12, 1198805), (3, 13, 1198805), (3, 14, 1198805), (3, 15, 1198805), (4, 0, 368000), (4, 1, 591573), (4, 2, 726934), (4, 3, 809062), (4, 4, 858742), (4, 5, 888877), (4, 6, 907163), (4, 7, 918299), (4, 8, 925049), (4, 9, 929144), (4, 10, 931604), (4, 11, 933140), (4, 12, 933140), (4, 13, 933140), (4, 14, 933140), (4, 15, 933140), (5, 0, 287000), (5, 1, 460717), (5, 2, 566335), (5, 3, 630055), (5, 4, 668695), (5, 5, 692229), (5, 6, 706501), (5, 7, 715201), (5, 8, 720466), (5, 9, 723616), (5, 10, 725584), (5, 11, 725584), (5, 12, 725584), (5, 13, 725584), (5, 14, 725584), (5, 15, 725584), (6, 0, 223000), (6, 1, 358546), (6, 2, 440491), (6, 3, 490051), (6, 4, 520227), (6, 5, 538595), (6, 6, 549745), (6, 7, 556531), (6, 8, 560581), (6, 9, 563101), (6, 10, 563101), (6, 11, 563101), (6, 12, 563101), (6, 13, 563101), (6, 14, 563101), (6, 15, 563101), (7, 0, 174000), (7, 1, 279165), (7, 2, 342900), (7, 3, 381604), (7, 4, 405156), (7, 5, 419506), (7, 6, 428203), (7, 7, 433423), (7, 8, 436663), (7, 9, 436663), (7, 10, 436663), (7, 11, 436663), (7, 12, 436663), (7, 13, 436663), (7, 14, 436663), (7, 15, 436663), (8, 0, 135000), (8, 1, 216795), (8, 2, 266569), (8, 3, 296777), (8, 4, 315177), (8, 5, 326370), (8, 6, 333060), (8, 7, 337236), (8, 8, 337236), (8, 9, 337236), (8, 10, 337236), (8, 11, 337236), (8, 12, 337236), (8, 13, 337236), (8, 14, 337236), (8, 15, 337236), (9, 0, 105000), (9, 1, 168878), (9, 2, 207726), (9, 3, 231326), (9, 4, 245678), (9, 5, 254288), (9, 6, 259640), (9, 7, 259640), (9, 8, 259640), (9, 9, 259640), (9, 10, 259640), (9, 11, 259640), (9, 12, 259640), (9, 13, 259640), (9, 14, 259640), (9, 15, 259640), (10, 0, 82000), (10, 1, 131856), (10, 2, 162206), (10, 3, 180614), (10, 4, 191654), (10, 5, 198542), (10, 6, 198542), (10, 7, 198542), (10, 8, 198542), (10, 9, 198542), (10, 10, 198542), (10, 11, 198542), (10, 12, 198542), (10, 13, 198542), (10, 14, 198542), (10, 15, 198542), (11, 0, 64000), (11, 1, 102950), (11, 2, 126623), (11, 3, 140783), (11, 4, 149615), (11, 5, 149615), (11, 6, 149615), (11, 7, 149615), (11, 8, 149615), (11, 9, 149615), (11, 10, 149615), (11, 11, 149615), (11, 12, 149615), (11, 13, 149615), (11, 14, 149615), (11, 15, 149615), (12, 0, 50000), (12, 1, 80381), (12, 2, 98591), (12, 3, 109919), (12, 4, 109919), (12, 5, 109919), (12, 6, 109919), (12, 7, 109919), (12, 8, 109919), (12, 9, 109919), (12, 10, 109919), (12, 11, 109919), (12, 12, 109919), (12, 13, 109919), (12, 14, 109919), (12, 15, 109919), (13, 0, 39000), (13, 1, 62370), (13, 2, 76938), (13, 3, 76938), (13, 4, 76938), (13, 5, 76938), (13, 6, 76938), (13, 7, 76938), (13, 8, 76938), (13, 9, 76938), (13, 10, 76938), (13, 11, 76938), (13, 12, 76938), (13, 13, 76938), (13, 14, 76938), (13, 15, 76938), (14, 0, 30000), (14, 1, 48696), (14, 2, 48696), (14, 3, 48696), (14, 4, 48696), (14, 5, 48696), (14, 6, 48696), (14, 7, 48696), (14, 8, 48696), (14, 9, 48696), (14, 10, 48696), (14, 11, 48696), (14, 12, 48696), (14, 13, 48696), (14, 14, 48696), (14, 15, 48696), (15, 0, 24000), (15, 1, 24000), (15, 2, 24000), (15, 3, 24000), (15, 4, 24000), (15, 5, 24000), (15, 6, 24000), (15, 7, 24000), (15, 8, 24000), (15, 9, 24000), (15, 10, 24000), (15, 11, 24000), (15, 12, 24000), (15, 13, 24000), (15, 14, 24000), (15, 15, 24000)) AS `w` (`gap`, `rest`, `weight`) ON `w`.`gap` = `r`.`gap` AND `w`.`rest` = LEAST(`n`.`length` - 2 - `q`.`position`, 15)
)
SELECT
  `left_item`,
  `right_item`,
  CAST(SUM(`weight`) AS BIGINT) AS `weight`
FROM (
  SELECT
    `left_item`,
    `right_item`,
    `weight`
  FROM `pairs_with_gap`
  UNION ALL
  SELECT
    `right_item` AS `left_item`,
    `left_item` AS `right_item`,
    `weight`
  FROM `pairs_with_gap`
  WHERE `gap` > 0
)
GROUP BY `left_item`, `right_item`;

CREATE OR REPLACE TABLE `gold`.`together_pairs` USING DELTA AS
WITH `history` AS (
  SELECT
    `owner`,
    `item`,
    `position`
  FROM (
    SELECT
      `shopper` AS `owner`,
      `sku` AS `item`,
      ROW_NUMBER() OVER (PARTITION BY `shopper` ORDER BY `at`, `topic_number`, `log_partition`, `log_offset`, `item_index`) - 1 AS `position`
    FROM `interactions`
    WHERE `shopper` IS NOT NULL
      AND `sku` IS NOT NULL
      AND `action` IN ('view', 'cart', 'wish', 'purchase')
  )
  WHERE `position` < 1000
),
`distinct_items` AS (
  SELECT
    `owner`,
    `item`
  FROM (
    SELECT
      `owner`,
      `item`,
      ROW_NUMBER() OVER (PARTITION BY `owner` ORDER BY `position`) AS `number`
    FROM (
      SELECT
        `owner`,
        `item`,
        MIN(`position`) AS `position`
      FROM `history`
      GROUP BY `owner`, `item`
    )
  )
  WHERE `number` <= 200
)
SELECT
  `p`.`item` AS `left_item`,
  `q`.`item` AS `right_item`,
  COUNT(*) AS `weight`
FROM `distinct_items` AS `p`
  JOIN `distinct_items` AS `q` ON `q`.`owner` = `p`.`owner`
GROUP BY `p`.`item`, `q`.`item`;
