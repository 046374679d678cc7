USE CATALOG IDENTIFIER(:catalog);

CREATE TABLE IF NOT EXISTS `silver`.`erase_list` (`customer_id` STRING NOT NULL) USING DELTA;

MERGE INTO `bronze`.`orders` AS kept
USING (
  SELECT DISTINCT `customer_id` FROM `silver`.`erase_list`
) AS listed
ON kept.`customer_id` = listed.`customer_id`
WHEN MATCHED THEN DELETE;

MERGE INTO `bronze`.`clickstream` AS kept
USING (
  SELECT DISTINCT `session_id` FROM `bronze`.`clickstream` WHERE `customer_id` IN (SELECT DISTINCT `customer_id` FROM `silver`.`erase_list`)
  EXCEPT
  SELECT DISTINCT `session_id` FROM `bronze`.`clickstream` WHERE `customer_id` NOT IN (SELECT DISTINCT `customer_id` FROM `silver`.`erase_list`)
) AS listed
ON kept.`session_id` = listed.`session_id` AND kept.`customer_id` IS NULL
WHEN MATCHED THEN DELETE;

MERGE INTO `bronze`.`clickstream` AS kept
USING (
  SELECT DISTINCT `customer_id` FROM `silver`.`erase_list`
) AS listed
ON kept.`customer_id` = listed.`customer_id`
WHEN MATCHED THEN DELETE;

MERGE INTO `bronze`.`customers` AS kept
USING (
  SELECT DISTINCT `customer_id` FROM `silver`.`erase_list`
) AS listed
ON kept.`customer_id` = listed.`customer_id`
WHEN MATCHED THEN DELETE;
