import type { Recommender } from '../recommender.ts'
import type { ItemContent } from './item-content.ts'

/** What a model is kept from knowing of items. `content`: titles, attributes, vectors, all of it. */
export type ContentPart = 'titles' | 'attributes' | 'content'

/** The same model, learnt without a part of what is known of items: shows what that part adds. Named `affinity-no-titles`. */
export const withoutContent = (recommender: Recommender, part: ContentPart): Recommender => ({
  name: `${recommender.name}-no-${part}`,
  fit: (training) =>
    recommender.fit({
      ...training,
      content: training.content === null || part === 'content' ? null : without(training.content, part),
    }),
})

const without = (content: ItemContent, part: 'titles' | 'attributes'): ItemContent =>
  part === 'titles'
    ? { ...content, titles: content.titles.map(() => '') }
    : { ...content, attributes: content.attributes.map(() => []) }
