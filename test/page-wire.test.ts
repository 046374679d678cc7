import { expectTypeOf, test } from 'vitest'
import type {
  BundleRequest,
  BundlesAnswer,
  RecommendationAnswer,
  RecommendationRequest,
  SimilarAnswer,
} from '../src/serving/wire.ts'
import type * as page from '../src/web/shop/api/wire.ts'

/** The page knows the API as any client does: by its answers. The type checker holds the two together. */
test("the page's idea of the API is the server's", () => {
  expectTypeOf<RecommendationAnswer>().toExtend<page.Recommendations>()
  expectTypeOf<page.RecommendationRequest>().toExtend<DeeplyReadonly<RecommendationRequest>>()
  expectTypeOf<BundlesAnswer['bundles'][number]>().toExtend<page.Bundle>()
  expectTypeOf<page.BundleRequest>().toExtend<DeeplyReadonly<BundleRequest>>()
  expectTypeOf<SimilarAnswer['items'][number]>().toExtend<page.SimilarItem>()
})

type DeeplyReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeeplyReadonly<T[Key]> } : T
