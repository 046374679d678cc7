import { COLOURS, LEAVES, type Leaf } from './category-tree.ts'

/** What can be seen of a product: products of one look share a picture. */
export type Look = {
  readonly leaf: Leaf
  readonly noun: string
  readonly material: string
  readonly colour: string
}

/** Folder of the pictures, beside the files of the topics. */
export const PICTURE_FOLDER = 'pictures'

const PICTURE_PATH = new RegExp(
  `^${PICTURE_FOLDER}/([a-z0-9-]+)_([a-z0-9-]+)_([a-z0-9-]+)_([a-z0-9-]+)[.]svg$`,
)
const SIZE_PX = 96
const HEX: Readonly<Record<(typeof COLOURS)[number], string>> = {
  Blue: '#2f6fb5',
  Green: '#3c8d50',
  Red: '#c0392b',
  White: '#f4f4f0',
  Black: '#26262a',
  Sand: '#d9c39a',
  Rose: '#dd8fa4',
  Grey: '#8d949b',
  Ochre: '#c98a1e',
}
/** Background by the first level of the category. */
const BACKGROUND: Readonly<Record<string, string>> = {
  Home: '#efe7dd',
  Pantry: '#f6eecb',
  Garden: '#dfeedd',
  Electronics: '#dde3ee',
  Sport: '#fbe3d6',
  Beauty: '#f3e1ee',
  Toys: '#e2f1f5',
}

/** `pictures/mug-travel-mug-enamel-blue.svg`: the `image_url` of the products of a look. */
export const picturePath = ({ leaf, noun, material, colour }: Look): string =>
  `${PICTURE_FOLDER}/${[leaf.prefix, noun, material, colour].map(slug).join('_')}.svg`

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** The picture of a path that `picturePath` gives, drawn from the path alone; null for any other. */
export function pictureAt(path: string): string | null {
  const [, prefix, noun, material, colour] = PICTURE_PATH.exec(path) ?? []
  const leaf = LEAVES.find((each) => each.prefix === prefix)
  const named = (words: readonly string[], name: string | undefined) =>
    words.find((word) => slug(word) === name)
  const look = {
    noun: named(leaf?.nouns ?? [], noun),
    material: named(leaf?.materials ?? [], material),
    colour: named(COLOURS, colour),
  }
  if (leaf === undefined || look.noun === undefined) return null
  if (look.material === undefined || look.colour === undefined) return null
  return pictureSvg({ leaf, noun: look.noun, material: look.material, colour: look.colour })
}

/**
 * The picture of a look, SVG of 96 x 96: the form says the category, its place the kind, the fill the colour and the
 * pattern the material, the background the department. What a descriptor of colour and layout can learn from.
 */
export function pictureSvg({ leaf, noun, material, colour }: Look): string {
  const fill = Object.entries(HEX).find(([name]) => name === colour)?.[1] ?? '#888888'
  const background = BACKGROUND[leaf.path.split('/')[0] ?? ''] ?? '#ffffff'
  const form = LEAVES.findIndex(({ prefix }) => prefix === leaf.prefix)
  const kind = Math.max(0, leaf.nouns.indexOf(noun))
  const shift = (kind - 1) * 10
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE_PX}" height="${SIZE_PX}" viewBox="0 0 96 96">`,
    `<rect width="96" height="96" fill="${background}"/>`,
    `<g transform="translate(${48 + shift} ${48 - shift})" fill="${fill}" stroke="#55504a" stroke-width="2">`,
    formOf(form),
    patternOf(leaf.materials.indexOf(material)),
    '</g></svg>\n',
  ].join('')
}

const PROPORTIONS = [
  { wide: 30, high: 30 },
  { wide: 34, high: 20 },
  { wide: 20, high: 34 },
  { wide: 26, high: 26 },
] as const

/** A polygon of 3 to 7 corners, wide, upright or even with the place of the category in the tree. */
function formOf(place: number): string {
  const corners = 3 + (place % 5)
  const { wide, high } = PROPORTIONS[Math.floor(place / 5) % 4] ?? PROPORTIONS[0]
  const points = Array.from({ length: corners }, (_, corner) => {
    const turn = (2 * Math.PI * corner) / corners - Math.PI / 2
    return `${Math.round(wide * Math.cos(turn))},${Math.round(high * Math.sin(turn))}`
  })
  return `<polygon points="${points.join(' ')}"/>`
}

/** Plain, a bar, two bars or a ring. */
function patternOf(place: number): string {
  switch (place % 4) {
    case 1:
      return '<rect x="-12" y="-2" width="24" height="4" fill="#ffffff"/>'
    case 2:
      return '<rect x="-12" y="-7" width="24" height="3" fill="#ffffff"/><rect x="-12" y="4" width="24" height="3" fill="#ffffff"/>'
    case 3:
      return '<circle r="8" fill="none" stroke="#ffffff" stroke-width="3"/>'
    default:
      return ''
  }
}
