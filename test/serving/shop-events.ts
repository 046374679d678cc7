/** Events of a tiny shop, for tests over HTTP. */
export const clickOf = (id: number | string, at: number, fields: object = {}) => ({
  event_id: `e${id}`,
  event: 'view_item',
  occurred_at: at,
  session_id: 's1',
  payload: { items: [{ item_id: 'mug' }] },
  ...fields,
})

export const orderOf = (id: number | string, at: number, fields: object = {}) => ({
  order_id: `o${id}`,
  line_no: 1,
  customer_id: 'ann',
  sku: 'mug',
  quantity: 1,
  price_cents: 500,
  price_discount_cents: 0,
  currency: 'GBP',
  ordered_at: at,
  ...fields,
})

export const productOf = (sku: string, at: number, fields: object = {}) => ({
  sku,
  product_name: `Product ${sku}`,
  category: 'Home',
  price_cents: 500,
  currency: 'GBP',
  updated_at: at,
  ...fields,
})
