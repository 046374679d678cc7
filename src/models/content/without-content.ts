import type { Recommender } from '../recommender.ts'
import type { ItemContent } from './item-content.ts'

/** What a model is kept from knowing of items. `text`: titles and attributes. `content`: these and pictures, all of it. */
export type ContentPart = 'titles' | 'attributes' | 'text' | 'pictures' | 'content'

/** The same model, learnt without a part of what is known of items: shows what that part adds. Named `affinity-no-titles`. */
export const withoutContent = (recommender: Recommender, part: ContentPart): Recommender => ({
  name: `${recommender.name}-no-${part}`,
  fit: (training) =>
    recommender.fit({
      ...training,
      content: training.content === null || part === 'content' ? null : without(training.content, part),
    }),
})

function without({ vectors, ...content }: ItemContent, part: ContentPart): ItemContent {
  const [titles, attributes] = [
    part === 'titles' || part === 'text',
    part === 'attributes' || part === 'text',
  ]
  return {
    ...content,
    ...(titles ? { titles: content.titles.map(() => '') } : {}),
    ...(attributes ? { attributes: content.attributes.map(() => []) } : {}),
    ...(vectors === undefined || part === 'pictures' ? {} : { vectors }),
  }
}
