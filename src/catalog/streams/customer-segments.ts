import { type Columns, MAX_INSTANT_MS } from '../../algebra/column.ts'
import { and, chooseWord, column, isTrue, not, tagged, word } from '../../algebra/expression.ts'
import { stream } from '../../algebra/stream.ts'
import { customers } from '../events/customers.ts'
import { GENDERS, GENERATIONS, genderOf, generationOf, regionOf } from '../segments.ts'

const columns = {
  /** `c:` + customer_id, as in `interactions`. */
  shopper: { kind: 'id', nullable: false },
  generation: { kind: 'enum', values: GENERATIONS, nullable: false },
  gender: { kind: 'enum', values: GENDERS, nullable: false },
  region: { kind: 'id', nullable: true },
  /** Whether this version lets age, gender and location shape what is shown, and is a customer at all. */
  demographics: { kind: 'enum', values: ['agreed', 'refused'], nullable: false },
  at: { kind: 'integer', min: 0, max: MAX_INSTANT_MS, nullable: false },
} as const satisfies Columns

/** One row per version of a customer: the segment that they belong to from its instant on. */
export const customerSegments = stream({
  name: 'customer_segments',
  columns,
  at: 'at',
  branches: [
    {
      source: customers,
      select: {
        shopper: tagged({ tag: 'c:', path: ['customer_id'] }),
        generation: generationOf,
        gender: genderOf,
        region: regionOf,
        demographics: chooseWord(
          and(isTrue('consent', 'demographics'), not(isTrue('deleted'))),
          word('agreed'),
          word('refused'),
        ),
        at: column('updated_at'),
      },
    },
  ],
})
