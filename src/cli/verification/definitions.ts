import type { Definitions } from '../../compile/definitions.ts'
import { planDefinitions } from '../../compile/plan-definitions.ts'
import { catalog } from '../shop.ts'

/** The catalog, planned: what `verify` asks of every engine. @throws EndcapError BAD_DEFINITION */
export const catalogDefinitions = (): Definitions => planDefinitions(catalog)
