USE CATALOG IDENTIFIER(:catalog);

VACUUM `bronze`.`orders`;

VACUUM `bronze`.`clickstream`;

VACUUM `bronze`.`customers`;

VACUUM `silver`.`interactions`;

VACUUM `silver`.`customer_segments`;

VACUUM `silver`.`interactions_refusals`;

VACUUM `gold`.`tiles_product_activity_8ad40c18`;

VACUUM `gold`.`tiles_product_price_bce64b52`;

VACUUM `gold`.`tiles_product_price_histogram_db0a0975`;

VACUUM `gold`.`tiles_product_discounts_d8841878`;

VACUUM `gold`.`tiles_shopper_product_98c35167`;

VACUUM `gold`.`tiles_shopper_last_seen_57fe2cfe`;

VACUUM `gold`.`tiles_shopper_recent_01db7a48`;

VACUUM `gold`.`tiles_shopper_activity_85598257`;

VACUUM `gold`.`tiles_shopper_order_09c3f6ab`;

VACUUM `gold`.`tiles_shopper_price_0dabdd5a`;

VACUUM `gold`.`tiles_shopper_wish_ccd8493f`;

VACUUM `gold`.`tiles_session_product_929d6a90`;

VACUUM `gold`.`tiles_segment_product_245a63c8`;

VACUUM `gold`.`succession_pairs`;

VACUUM `gold`.`past_pairs`;

VACUUM `gold`.`together_pairs`;

VACUUM `silver`.`erase_list`;
