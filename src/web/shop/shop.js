// The demo page: shelves that change when the shopper does something. Talks to the public API alone.

const session = `web-${Math.random().toString(36).slice(2, 10)}`
const element = (id) => document.getElementById(id)
const picker = element('shopper')
let focus = null
let ranks = new Map()
let sequence = 0

const price = (cents) => (cents / 100).toLocaleString('en', { style: 'currency', currency: 'GBP' })
const hue = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7)

async function call(path, body) {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, init)
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.detail ?? answer.title ?? response.statusText)
  return answer
}

const recommend = (context, limit) =>
  call('/v1/recommendations', {
    customer_id: picker.value,
    session_id: session,
    context,
    limit,
    explain: true,
  })

/** One card; `was` is its place on the shelf before, undefined if it was not there. */
function card(item, place, was) {
  const moved = ranks.size > 0 && was !== place
  const box = document.createElement('li')
  box.className = moved ? 'card changed' : 'card'
  box.dataset.sku = item.sku
  const picture = document.createElement('button')
  picture.className = 'picture'
  picture.style.background = `hsl(${hue(item.product_name)} 45% 38%)`
  picture.textContent = item.product_name
    .split(' ')
    .slice(0, 2)
    .map((word) => word[0] ?? '')
    .join('')
    .toUpperCase()
  picture.setAttribute('aria-label', `Look at ${item.product_name}`)
  picture.onclick = () => act('view', item)
  const body = document.createElement('div')
  body.className = 'body'
  body.append(line('name', item.product_name), meta(item, moved, was, place), reasons(item), actions(item))
  box.append(picture, body)
  return box
}

function line(kind, text) {
  const node = document.createElement('div')
  node.className = kind
  node.textContent = text
  return node
}

function meta(item, moved, was, place) {
  const node = line('meta', '')
  const change = document.createElement('span')
  change.className = 'move'
  if (moved)
    change.textContent =
      was === undefined ? 'new here' : was > place ? `▲ ${was - place}` : `▼ ${place - was}`
  const cost = document.createElement('span')
  cost.textContent = price(item.price_cents)
  node.append(cost, change)
  return node
}

function reasons(item) {
  const list = document.createElement('ul')
  list.className = 'reasons'
  for (const reason of item.reasons ?? []) {
    const row = document.createElement('li')
    row.textContent = `${reason.text} (${reason.driver})`
    const bar = document.createElement('meter')
    bar.min = 0
    bar.max = Math.max(item.score, 0.001)
    bar.value = reason.contribution
    bar.setAttribute(
      'aria-label',
      `${reason.driver}: ${reason.contribution.toFixed(3)} of ${item.score.toFixed(3)}`,
    )
    row.append(bar)
    list.append(row)
  }
  return list
}

function actions(item) {
  const node = line('actions', '')
  for (const [kind, label] of [
    ['wish', 'Wish'],
    ['cart', 'To basket'],
    ['buy', 'Buy'],
  ]) {
    const button = document.createElement('button')
    button.className = kind
    button.textContent = label
    button.setAttribute('aria-label', `${label}: ${item.product_name}`)
    button.onclick = () => act(kind, item)
    node.append(button)
  }
  return node
}

const CLICKS = { view: 'view_item', wish: 'add_to_wishlist', cart: 'add_to_cart' }

function eventOf(kind, item) {
  const now = Date.now()
  sequence += 1
  if (kind === 'buy') {
    return {
      order_id: `${session}-${sequence}`,
      line_no: 1,
      customer_id: picker.value,
      sku: item.sku,
      quantity: 1,
      price_cents: item.price_cents,
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at: now,
    }
  }
  return {
    event_id: `${session}-${sequence}`,
    event: CLICKS[kind],
    occurred_at: now,
    session_id: session,
    customer_id: picker.value,
    payload: { items: [{ item_id: item.sku, price_cents: item.price_cents, quantity: 1 }] },
  }
}

async function act(kind, item) {
  try {
    await call('/v1/events', [eventOf(kind, item)])
    if (kind === 'view') focus = item
    const entry = document.createElement('li')
    const words = { view: 'looked at', wish: 'wished for', cart: 'put into the basket', buy: 'bought' }
    entry.textContent = `${new Date().toLocaleTimeString('en')} · ${words[kind]} ${item.product_name}`
    element('log').prepend(entry)
    await refresh()
  } catch (error) {
    element('status').textContent = `failed: ${error.message}`
  }
}

async function refresh() {
  const home = await recommend({ page: 'home' }, 10)
  element('home').replaceChildren(...home.items.map((item, place) => card(item, place, ranks.get(item.sku))))
  ranks = new Map(home.items.map((item, place) => [item.sku, place]))
  element('status').textContent =
    `${home.items.length} products in ${home.took_ms.toFixed(1)} ms · last event ${Math.round(home.freshness.events_ms)} ms ago · model ${home.model?.version ?? 'none'}`
  await showProduct()
}

async function showProduct() {
  const section = element('product-section')
  section.hidden = focus === null
  if (focus === null) return
  element('product-title').textContent = `Goes with ${focus.product_name}`
  const [beside, similar] = await Promise.all([
    recommend({ page: 'product', sku: focus.sku }, 6),
    call(`/v1/products/${encodeURIComponent(focus.sku)}/similar?limit=6`),
  ])
  const plain = (item) => card(item, 0, 0)
  element('product').replaceChildren(...beside.items.map(plain))
  element('similar').replaceChildren(...similar.items.map(plain))
}

picker.onchange = () => {
  focus = null
  ranks = new Map()
  refresh()
}

try {
  const { shoppers } = await call('/demo/shoppers')
  picker.replaceChildren(
    ...shoppers.map(({ customer_id, label }) => {
      const option = document.createElement('option')
      option.value = customer_id
      option.textContent = label
      return option
    }),
  )
  await refresh()
} catch (error) {
  element('status').textContent = `failed: ${error.message}`
}
