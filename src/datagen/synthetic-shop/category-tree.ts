import { DAY_MS } from '../../core/duration.ts'
import type { ShopOptions } from './shop-options.ts'

/** Day of the year (1..365) around which demand is highest, and how many times the usual it is then. */
export type Season = { readonly peakDay: number; readonly times: number }

/** Who looks for something more often than others, and how many times more. All that is given must hold. */
export type Audience = {
  readonly generation?: string
  readonly gender?: string
  /** First part of the location. */
  readonly country?: string
  readonly times: number
}

/** A category at the end of the tree: what its products are called, cost, and who looks for them when. */
export type Leaf = {
  /** Path as in a product's `category`. */
  readonly path: string
  /** First part of the skus. */
  readonly prefix: string
  readonly nouns: readonly string[]
  readonly materials: readonly string[]
  readonly sizes: readonly string[]
  /** Least and greatest list price, minor units. */
  readonly cents: readonly [number, number]
  /** Days after which a buyer needs it again; absent: not used up. */
  readonly usedUpDays?: number
  readonly season?: Season
  readonly audience?: Audience
  /** Prefix of the category whose products complete these: bundles are planted along it. */
  readonly completedBy: string
}

/** The shop's tree. More products make each category deeper, not the tree wider. */
export const LEAVES: readonly Leaf[] = [
  {
    path: 'Home/Kitchen/Mugs',
    prefix: 'mug',
    nouns: ['Mug', 'Cup', 'Travel Mug'],
    materials: ['Stoneware', 'Porcelain', 'Enamel', 'Glass'],
    sizes: ['250 ml', '350 ml', '450 ml'],
    cents: [690, 2490],
    completedBy: 'tea',
  },
  {
    path: 'Home/Kitchen/Teapots',
    prefix: 'teapot',
    nouns: ['Teapot', 'Teapot with Filter'],
    materials: ['Cast Iron', 'Porcelain', 'Glass'],
    sizes: ['600 ml', '1 l', '1.5 l'],
    cents: [1990, 5990],
    season: { peakDay: 350, times: 2.5 },
    completedBy: 'mug',
  },
  {
    path: 'Home/Kitchen/Pans',
    prefix: 'pan',
    nouns: ['Frying Pan', 'Saucepan', 'Wok'],
    materials: ['Cast Iron', 'Steel', 'Copper'],
    sizes: ['20 cm', '24 cm', '28 cm'],
    cents: [2490, 8990],
    completedBy: 'spatula',
  },
  {
    path: 'Home/Kitchen/Utensils',
    prefix: 'spatula',
    nouns: ['Spatula', 'Whisk', 'Ladle'],
    materials: ['Beech', 'Silicone', 'Steel'],
    sizes: ['25 cm', '30 cm'],
    cents: [490, 1690],
    completedBy: 'pan',
  },
  {
    path: 'Home/Bedroom/Bedding',
    prefix: 'bedding',
    nouns: ['Duvet Cover', 'Pillowcase', 'Sheet'],
    materials: ['Cotton', 'Linen', 'Flannel'],
    sizes: ['Single', 'Double', 'King'],
    cents: [1490, 8990],
    completedBy: 'blanket',
  },
  {
    path: 'Home/Bedroom/Blankets',
    prefix: 'blanket',
    nouns: ['Blanket', 'Throw'],
    materials: ['Wool', 'Fleece', 'Cotton'],
    sizes: ['130 x 170 cm', '150 x 200 cm'],
    cents: [1990, 9990],
    season: { peakDay: 335, times: 4 },
    completedBy: 'candle',
  },
  {
    path: 'Home/Living/Candles',
    prefix: 'candle',
    nouns: ['Scented Candle', 'Pillar Candle'],
    materials: ['Beeswax', 'Soy Wax'],
    sizes: ['20 h', '40 h', '60 h'],
    cents: [590, 2990],
    usedUpDays: 21,
    season: { peakDay: 345, times: 2 },
    audience: { gender: 'female', times: 2 },
    completedBy: 'blanket',
  },
  {
    path: 'Pantry/Drinks/Tea',
    prefix: 'tea',
    nouns: ['Green Tea', 'Black Tea', 'Herbal Tea'],
    materials: ['Organic', 'Loose Leaf', 'Bagged'],
    sizes: ['50 g', '100 g', '250 g'],
    cents: [390, 1890],
    usedUpDays: 18,
    audience: { country: 'GB', times: 2 },
    completedBy: 'teapot',
  },
  {
    path: 'Pantry/Drinks/Coffee',
    prefix: 'coffee',
    nouns: ['Espresso Beans', 'Filter Coffee', 'Decaf Beans'],
    materials: ['Dark Roast', 'Medium Roast', 'Light Roast'],
    sizes: ['250 g', '500 g', '1 kg'],
    cents: [590, 2490],
    usedUpDays: 14,
    audience: { country: 'DE', times: 3 },
    completedBy: 'mug',
  },
  {
    path: 'Pantry/Sweets/Chocolate',
    prefix: 'chocolate',
    nouns: ['Dark Chocolate', 'Milk Chocolate', 'Truffles'],
    materials: ['Hazelnut', 'Sea Salt', 'Orange'],
    sizes: ['80 g', '150 g'],
    cents: [290, 1490],
    usedUpDays: 12,
    season: { peakDay: 40, times: 2 },
    completedBy: 'coffee',
  },
  {
    path: 'Garden/Plants/Pots',
    prefix: 'pot',
    nouns: ['Plant Pot', 'Hanging Pot', 'Window Box'],
    materials: ['Terracotta', 'Ceramic', 'Zinc'],
    sizes: ['12 cm', '18 cm', '30 cm'],
    cents: [490, 3990],
    season: { peakDay: 120, times: 4 },
    audience: { generation: 'boomers', times: 3 },
    completedBy: 'seeds',
  },
  {
    path: 'Garden/Plants/Seeds',
    prefix: 'seeds',
    nouns: ['Tomato Seeds', 'Basil Seeds', 'Wildflower Seeds'],
    materials: ['Organic', 'Heirloom', 'Early'],
    sizes: ['2 g', '10 g'],
    cents: [190, 690],
    season: { peakDay: 90, times: 5 },
    audience: { generation: 'boomers', times: 3 },
    completedBy: 'pot',
  },
  {
    path: 'Electronics/Audio/Headphones',
    prefix: 'headphones',
    nouns: ['Headphones', 'Earbuds', 'Headset'],
    materials: ['Wireless', 'Wired', 'Noise Cancelling'],
    sizes: ['On-Ear', 'Over-Ear', 'In-Ear'],
    cents: [1990, 29990],
    audience: { generation: 'gen_z', times: 3 },
    completedBy: 'case',
  },
  {
    path: 'Electronics/Phones/Cases',
    prefix: 'case',
    nouns: ['Phone Case', 'Tablet Sleeve', 'Earbud Case'],
    materials: ['Silicone', 'Leather', 'Recycled'],
    sizes: ['Small', 'Medium', 'Large'],
    cents: [990, 3990],
    audience: { generation: 'gen_z', times: 2.5 },
    completedBy: 'charger',
  },
  {
    path: 'Electronics/Phones/Chargers',
    prefix: 'charger',
    nouns: ['Charger', 'Power Bank', 'Charging Cable'],
    materials: ['USB-C', 'Magnetic', 'Fast'],
    sizes: ['20 W', '45 W', '65 W'],
    cents: [990, 5990],
    completedBy: 'case',
  },
  {
    path: 'Sport/Yoga/Mats',
    prefix: 'mat',
    nouns: ['Yoga Mat', 'Travel Mat', 'Yoga Block'],
    materials: ['Cork', 'Rubber', 'Jute'],
    sizes: ['4 mm', '6 mm'],
    cents: [1490, 7990],
    season: { peakDay: 10, times: 3 },
    audience: { generation: 'millennials', gender: 'female', times: 3 },
    completedBy: 'bottle',
  },
  {
    path: 'Sport/Outdoor/Bottles',
    prefix: 'bottle',
    nouns: ['Water Bottle', 'Vacuum Flask'],
    materials: ['Steel', 'Glass', 'Tritan'],
    sizes: ['500 ml', '750 ml', '1 l'],
    cents: [990, 3990],
    season: { peakDay: 190, times: 2 },
    completedBy: 'mat',
  },
  {
    path: 'Beauty/Bath/Soap',
    prefix: 'soap',
    nouns: ['Hand Soap', 'Shower Gel', 'Soap Bar'],
    materials: ['Lavender', 'Olive', 'Unscented'],
    sizes: ['100 g', '300 ml', '500 ml'],
    cents: [290, 1290],
    usedUpDays: 25,
    completedBy: 'towel',
  },
  {
    path: 'Beauty/Bath/Towels',
    prefix: 'towel',
    nouns: ['Hand Towel', 'Bath Towel', 'Beach Towel'],
    materials: ['Cotton', 'Bamboo', 'Linen'],
    sizes: ['50 x 100 cm', '70 x 140 cm'],
    cents: [790, 3990],
    season: { peakDay: 185, times: 2 },
    completedBy: 'soap',
  },
  {
    path: 'Toys/Games/Puzzles',
    prefix: 'puzzle',
    nouns: ['Jigsaw Puzzle', 'Puzzle Cube', 'Board Game'],
    materials: ['Wooden', 'Cardboard', 'Magnetic'],
    sizes: ['100 pieces', '500 pieces', '1000 pieces'],
    cents: [990, 4990],
    season: { peakDay: 345, times: 4 },
    audience: { generation: 'gen_x', times: 2 },
    completedBy: 'chocolate',
  },
]

export const COLOURS = ['Blue', 'Green', 'Red', 'White', 'Black', 'Sand', 'Rose', 'Grey', 'Ochre'] as const

/** The tree of a shop: with what is planted in it, or bare. */
export const leavesOf = ({ plant }: ShopOptions): readonly Leaf[] =>
  plant === 'none' ? LEAVES.map(({ season: _, audience: _a, usedUpDays: _u, ...bare }) => bare) : LEAVES

/** How wanted something is on a day of the year: 1 as usual, up to `times` at the peak, a bell of three weeks. */
export function seasonTimes(season: Season | undefined, dayOfYear: number): number {
  if (season === undefined) return 1
  const apart = Math.abs(dayOfYear - season.peakDay)
  const distance = Math.min(apart, 365 - apart)
  return 1 + (season.times - 1) * Math.exp(-((distance / 21) ** 2))
}

const YEAR_DAYS = 365.25

/** Day of the year, 1 to 366, of an instant; years are of equal length, so that it is never off by more than a day. */
export const dayOfYear = (at: number): number => Math.floor((at / DAY_MS) % YEAR_DAYS) + 1

/** The season that a day of the year lies in, on the northern half of the earth. */
export function seasonName(day: number): string {
  if (day < 60 || day >= 335) return 'winter'
  return day < 152 ? 'spring' : day < 244 ? 'summer' : 'autumn'
}
