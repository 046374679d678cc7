CREATE VIEW `interactions` AS
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
  CAST(CASE WHEN `customer_id` IS NOT NULL THEN 'c:' || `customer_id` END AS STRING) AS `shopper`,
  `sku`,
  CAST(CASE WHEN `quantity` < 0 THEN 'return' ELSE 'purchase' END AS STRING) AS `action`,
  `quantity`,
  `price_cents`,
  `price_discount_cents` AS `discount_cents`,
  CAST((`quantity` * (`price_cents` - `price_discount_cents`)) AS BIGINT) AS `line_cents`,
  CAST((`quantity` * `price_discount_cents`) AS BIGINT) AS `line_off_cents`,
  CAST(CASE WHEN `price_cents` >= 0 THEN 
  CASE WHEN `price_cents` < 51763 THEN CASE WHEN `price_cents` < 367 THEN CASE WHEN `price_cents` < 34 THEN CASE WHEN `price_cents` < 14 THEN CASE WHEN `price_cents` < 7 THEN CASE WHEN `price_cents` < 1 THEN '0' WHEN `price_cents` < 2 THEN '1' WHEN `price_cents` < 3 THEN '2' WHEN `price_cents` < 4 THEN '3' WHEN `price_cents` < 5 THEN '4' WHEN `price_cents` < 6 THEN '5' ELSE '6' END ELSE CASE WHEN `price_cents` < 8 THEN '7' WHEN `price_cents` < 9 THEN '8' WHEN `price_cents` < 10 THEN '9' WHEN `price_cents` < 11 THEN '10' WHEN `price_cents` < 12 THEN '11' WHEN `price_cents` < 13 THEN '12' ELSE '13' END END ELSE CASE WHEN `price_cents` < 21 THEN CASE WHEN `price_cents` < 15 THEN '14' WHEN `price_cents` < 16 THEN '15' WHEN `price_cents` < 17 THEN '16' WHEN `price_cents` < 18 THEN '17' WHEN `price_cents` < 19 THEN '18' WHEN `price_cents` < 20 THEN '19' ELSE '20' END ELSE CASE WHEN `price_cents` < 22 THEN '21' WHEN `price_cents` < 24 THEN '22' WHEN `price_cents` < 26 THEN '24' WHEN `price_cents` < 28 THEN '26' WHEN `price_cents` < 30 THEN '28' WHEN `price_cents` < 32 THEN '30' ELSE '32' END END END ELSE CASE WHEN `price_cents` < 102 THEN CASE WHEN `price_cents` < 58 THEN CASE WHEN `price_cents` < 37 THEN '34' WHEN `price_cents` < 40 THEN '37' WHEN `price_cents` < 43 THEN '40' WHEN `price_cents` < 46 THEN '43' WHEN `price_cents` < 50 THEN '46' WHEN `price_cents` < 54 THEN '50' ELSE '54' END ELSE CASE WHEN `price_cents` < 63 THEN '58' WHEN `price_cents` < 68 THEN '63' WHEN `price_cents` < 74 THEN '68' WHEN `price_cents` < 80 THEN '74' WHEN `price_cents` < 87 THEN '80' WHEN `price_cents` < 94 THEN '87' ELSE '94' END END ELSE CASE WHEN `price_cents` < 186 THEN CASE WHEN `price_cents` < 111 THEN '102' WHEN `price_cents` < 121 THEN '111' WHEN `price_cents` < 132 THEN '121' WHEN `price_cents` < 144 THEN '132' WHEN `price_cents` < 157 THEN '144' WHEN `price_cents` < 171 THEN '157' ELSE '171' END ELSE CASE WHEN `price_cents` < 202 THEN '186' WHEN `price_cents` < 220 THEN '202' WHEN `price_cents` < 240 THEN '220' WHEN `price_cents` < 261 THEN '240' WHEN `price_cents` < 284 THEN '261' WHEN `price_cents` < 309 THEN '284' WHEN `price_cents` < 337 THEN '309' ELSE '337' END END END END ELSE CASE WHEN `price_cents` < 4155 THEN CASE WHEN `price_cents` < 1232 THEN CASE WHEN `price_cents` < 672 THEN CASE WHEN `price_cents` < 400 THEN '367' WHEN `price_cents` < 436 THEN '400' WHEN `price_cents` < 475 THEN '436' WHEN `price_cents` < 518 THEN '475' WHEN `price_cents` < 565 THEN '518' WHEN `price_cents` < 616 THEN '565' ELSE '616' END ELSE CASE WHEN `price_cents` < 733 THEN '672' WHEN `price_cents` < 799 THEN '733' WHEN `price_cents` < 871 THEN '799' WHEN `price_cents` < 950 THEN '871' WHEN `price_cents` < 1036 THEN '950' WHEN `price_cents` < 1130 THEN '1036' ELSE '1130' END END ELSE CASE WHEN `price_cents` < 2262 THEN CASE WHEN `price_cents` < 1344 THEN '1232' WHEN `price_cents` < 1466 THEN '1344' WHEN `price_cents` < 1599 THEN '1466' WHEN `price_cents` < 1744 THEN '1599' WHEN `price_cents` < 1902 THEN '1744' WHEN `price_cents` < 2074 THEN '1902' ELSE '2074' END ELSE CASE WHEN `price_cents` < 2467 THEN '2262' WHEN `price_cents` < 2691 THEN '2467' WHEN `price_cents` < 2935 THEN '2691' WHEN `price_cents` < 3201 THEN '2935' WHEN `price_cents` < 3492 THEN '3201' WHEN `price_cents` < 3809 THEN '3492' ELSE '3809' END END END ELSE CASE WHEN `price_cents` < 14038 THEN CASE WHEN `price_cents` < 7636 THEN CASE WHEN `price_cents` < 4532 THEN '4155' WHEN `price_cents` < 4944 THEN '4532' WHEN `price_cents` < 5393 THEN '4944' WHEN `price_cents` < 5883 THEN '5393' WHEN `price_cents` < 6417 THEN '5883' WHEN `price_cents` < 7000 THEN '6417' ELSE '7000' END ELSE CASE WHEN `price_cents` < 8330 THEN '7636' WHEN `price_cents` < 9087 THEN '8330' WHEN `price_cents` < 9913 THEN '9087' WHEN `price_cents` < 10814 THEN '9913' WHEN `price_cents` < 11797 THEN '10814' WHEN `price_cents` < 12869 THEN '11797' ELSE '12869' END END ELSE CASE WHEN `price_cents` < 25808 THEN CASE WHEN `price_cents` < 15314 THEN '14038' WHEN `price_cents` < 16706 THEN '15314' WHEN `price_cents` < 18224 THEN '16706' WHEN `price_cents` < 19880 THEN '18224' WHEN `price_cents` < 21687 THEN '19880' WHEN `price_cents` < 23658 THEN '21687' ELSE '23658' END ELSE CASE WHEN `price_cents` < 28154 THEN '25808' WHEN `price_cents` < 30713 THEN '28154' WHEN `price_cents` < 33505 THEN '30713' WHEN `price_cents` < 36550 THEN '33505' WHEN `price_cents` < 39872 THEN '36550' WHEN `price_cents` < 43496 THEN '39872' WHEN `price_cents` < 47450 THEN '43496' ELSE '47450' END END END END END ELSE CASE WHEN `price_cents` < 7377700 THEN CASE WHEN `price_cents` < 591639 THEN CASE WHEN `price_cents` < 174996 THEN CASE WHEN `price_cents` < 95175 THEN CASE WHEN `price_cents` < 56468 THEN '51763' WHEN `price_cents` < 61601 THEN '56468' WHEN `price_cents` < 67201 THEN '61601' WHEN `price_cents` < 73310 THEN '67201' WHEN `price_cents` < 79974 THEN '73310' WHEN `price_cents` < 87244 THEN '79974' ELSE '87244' END ELSE CASE WHEN `price_cents` < 103827 THEN '95175' WHEN `price_cents` < 113265 THEN '103827' WHEN `price_cents` < 123561 THEN '113265' WHEN `price_cents` < 134793 THEN '123561' WHEN `price_cents` < 147046 THEN '134793' WHEN `price_cents` < 160413 THEN '147046' ELSE '160413' END END ELSE CASE WHEN `price_cents` < 321766 THEN CASE WHEN `price_cents` < 190904 THEN '174996' WHEN `price_cents` < 208258 THEN '190904' WHEN `price_cents` < 227190 THEN '208258' WHEN `price_cents` < 247843 THEN '227190' WHEN `price_cents` < 270374 THEN '247843' WHEN `price_cents` < 294953 THEN '270374' ELSE '294953' END ELSE CASE WHEN `price_cents` < 351017 THEN '321766' WHEN `price_cents` < 382927 THEN '351017' WHEN `price_cents` < 417738 THEN '382927' WHEN `price_cents` < 455714 THEN '417738' WHEN `price_cents` < 497142 THEN '455714' WHEN `price_cents` < 542336 THEN '497142' ELSE '542336' END END END ELSE CASE WHEN `price_cents` < 2000292 THEN CASE WHEN `price_cents` < 1087863 THEN CASE WHEN `price_cents` < 645424 THEN '591639' WHEN `price_cents` < 704098 THEN '645424' WHEN `price_cents` < 768106 THEN '704098' WHEN `price_cents` < 837933 THEN '768106' WHEN `price_cents` < 914108 THEN '837933' WHEN `price_cents` < 997208 THEN '914108' ELSE '997208' END ELSE CASE WHEN `price_cents` < 1186759 THEN '1087863' WHEN `price_cents` < 1294646 THEN '1186759' WHEN `price_cents` < 1412341 THEN '1294646' WHEN `price_cents` < 1540735 THEN '1412341' WHEN `price_cents` < 1680801 THEN '1540735' WHEN `price_cents` < 1833601 THEN '1680801' ELSE '1833601' END END ELSE CASE WHEN `price_cents` < 3678009 THEN CASE WHEN `price_cents` < 2182136 THEN '2000292' WHEN `price_cents` < 2380512 THEN '2182136' WHEN `price_cents` < 2596922 THEN '2380512' WHEN `price_cents` < 2833005 THEN '2596922' WHEN `price_cents` < 3090550 THEN '2833005' WHEN `price_cents` < 3371509 THEN '3090550' ELSE '3371509' END ELSE CASE WHEN `price_cents` < 4012373 THEN '3678009' WHEN `price_cents` < 4377134 THEN '4012373' WHEN `price_cents` < 4775055 THEN '4377134' WHEN `price_cents` < 5209150 THEN '4775055' WHEN `price_cents` < 5682709 THEN '5209150' WHEN `price_cents` < 6199318 THEN '5682709' WHEN `price_cents` < 6762892 THEN '6199318' ELSE '6762892' END END END END ELSE CASE WHEN `price_cents` < 84333560 THEN CASE WHEN `price_cents` < 24943687 THEN CASE WHEN `price_cents` < 13565656 THEN CASE WHEN `price_cents` < 8048400 THEN '7377700' WHEN `price_cents` < 8780072 THEN '8048400' WHEN `price_cents` < 9578260 THEN '8780072' WHEN `price_cents` < 10449010 THEN '9578260' WHEN `price_cents` < 11398920 THEN '10449010' WHEN `price_cents` < 12435185 THEN '11398920' ELSE '12435185' END ELSE CASE WHEN `price_cents` < 14798897 THEN '13565656' WHEN `price_cents` < 16144251 THEN '14798897' WHEN `price_cents` < 17611910 THEN '16144251' WHEN `price_cents` < 19212992 THEN '17611910' WHEN `price_cents` < 20959627 THEN '19212992' WHEN `price_cents` < 22865047 THEN '20959627' ELSE '22865047' END END ELSE CASE WHEN `price_cents` < 45864908 THEN CASE WHEN `price_cents` < 27211294 THEN '24943687' WHEN `price_cents` < 29685048 THEN '27211294' WHEN `price_cents` < 32383688 THEN '29685048' WHEN `price_cents` < 35327659 THEN '32383688' WHEN `price_cents` < 38539264 THEN '35327659' WHEN `price_cents` < 42042833 THEN '38539264' ELSE '42042833' END ELSE CASE WHEN `price_cents` < 50034445 THEN '45864908' WHEN `price_cents` < 54583030 THEN '50034445' WHEN `price_cents` < 59545123 THEN '54583030' WHEN `price_cents` < 64958316 THEN '59545123' WHEN `price_cents` < 70863617 THEN '64958316' WHEN `price_cents` < 77305764 THEN '70863617' ELSE '77305764' END END END ELSE CASE WHEN `price_cents` < 285128263 THEN CASE WHEN `price_cents` < 155067344 THEN CASE WHEN `price_cents` < 92000247 THEN '84333560' WHEN `price_cents` < 100363905 THEN '92000247' WHEN `price_cents` < 109487896 THEN '100363905' WHEN `price_cents` < 119441341 THEN '109487896' WHEN `price_cents` < 130299644 THEN '119441341' WHEN `price_cents` < 142145066 THEN '130299644' ELSE '142145066' END ELSE CASE WHEN `price_cents` < 169164375 THEN '155067344' WHEN `price_cents` < 184542954 THEN '169164375' WHEN `price_cents` < 201319586 THEN '184542954' WHEN `price_cents` < 219621366 THEN '201319586' WHEN `price_cents` < 239586944 THEN '219621366' WHEN `price_cents` < 261367575 THEN '239586944' ELSE '261367575' END END ELSE CASE WHEN `price_cents` < 524276260 THEN CASE WHEN `price_cents` < 311049014 THEN '285128263' WHEN `price_cents` < 339326197 THEN '311049014' WHEN `price_cents` < 370174033 THEN '339326197' WHEN `price_cents` < 403826217 THEN '370174033' WHEN `price_cents` < 440537691 THEN '403826217' WHEN `price_cents` < 480586572 THEN '440537691' ELSE '480586572' END ELSE CASE WHEN `price_cents` < 571937738 THEN '524276260' WHEN `price_cents` < 623932077 THEN '571937738' WHEN `price_cents` < 680653174 THEN '623932077' WHEN `price_cents` < 742530735 THEN '680653174' WHEN `price_cents` < 810033529 THEN '742530735' WHEN `price_cents` < 883672940 THEN '810033529' WHEN `price_cents` < 964006843 THEN '883672940' ELSE '964006843' END END END END END END END AS STRING) AS `price_bucket`,
  `order_id`,
  CAST(CAST(NULL AS STRING) AS STRING) AS `session_id`,
  `ordered_at` AS `at`,
  CAST(0 AS BIGINT) AS `topic_number`,
  `log_partition`,
  `log_offset`,
  CAST(0 AS BIGINT) AS `item_index`
FROM `orders_first`
WHERE NOT (`quantity` = 0)
UNION ALL
SELECT
  CAST(CASE WHEN `customer_id` IS NOT NULL THEN 'c:' || `customer_id` WHEN `session_id` IS NOT NULL THEN 's:' || `session_id` END AS STRING) AS `shopper`,
  `item_item_id` AS `sku`,
  CAST(CASE
    WHEN `event` = 'view_item' THEN 'view'
    WHEN `event` = 'select_item' THEN 'view'
    WHEN `event` = 'add_to_cart' THEN 'cart'
    WHEN `event` = 'remove_from_cart' THEN 'uncart'
    WHEN `event` = 'add_to_wishlist' THEN 'wish'
    WHEN `event` = 'remove_from_wishlist' THEN 'unwish'
  END AS STRING) AS `action`,
  CAST(COALESCE(`item_quantity`, 1) AS BIGINT) AS `quantity`,
  `item_price_cents` AS `price_cents`,
  CAST(COALESCE(`item_discount_cents`, 0) AS BIGINT) AS `discount_cents`,
  CAST(0 AS BIGINT) AS `line_cents`,
  CAST(0 AS BIGINT) AS `line_off_cents`,
  CAST(CAST(NULL AS STRING) AS STRING) AS `price_bucket`,
  CAST(CAST(NULL AS STRING) AS STRING) AS `order_id`,
  `session_id`,
  `occurred_at` AS `at`,
  CAST(1 AS BIGINT) AS `topic_number`,
  `log_partition`,
  `log_offset`,
  CAST(`item_number` - 1 AS BIGINT) AS `item_index`
FROM `clickstream_first`
  CROSS JOIN UNNEST(`clickstream_first`.`payload`.`items`) WITH ORDINALITY AS `items` (`item_item_id`, `item_item_name`, `item_item_category`, `item_price_cents`, `item_quantity`, `item_discount_cents`, `item_index`, `item_item_list_id`, `item_number`)
WHERE (`event` IN ('view_item', 'select_item', 'add_to_cart', 'remove_from_cart', 'add_to_wishlist', 'remove_from_wishlist') AND `bot` IS NULL)
  AND CASE
  WHEN `item_item_id` IS NULL THEN 'missing_field'
  WHEN (`item_item_id` IS NOT NULL AND NOT COALESCE(REGEXP(`item_item_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
  WHEN (`item_price_cents` < 0 OR 1000000000 < `item_price_cents`) THEN 'out_of_range'
  WHEN (`item_quantity` < 0 OR 100000 < `item_quantity`) THEN 'out_of_range'
  WHEN (`item_discount_cents` < 0 OR 1000000000 < `item_discount_cents`) THEN 'out_of_range'
  WHEN (`item_index` < 0 OR 1000000 < `item_index`) THEN 'out_of_range'
  WHEN (`item_item_list_id` IS NOT NULL AND NOT COALESCE(REGEXP(`item_item_list_id`, '(?s)^[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-]{1,128}(?!.)'), FALSE)) THEN 'bad_id'
END IS NULL;
