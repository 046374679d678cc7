import { connectSpark } from '../../src/features/lake/spark/spark-sql.ts'
import { sqlConnectionContract } from '../../src/features/lake/sql-connection.contract.ts'
import { withProofStack } from './proof-stack.ts'
import { warehouseOverSpark } from './warehouse-over-spark.ts'

await withProofStack(
  (stack) => {
    sqlConnectionContract('Spark', () => connectSpark(stack().spark))
    sqlConnectionContract('a Databricks warehouse, its SQL run by Spark', () =>
      warehouseOverSpark(stack().spark),
    )
  },
  ['spark'],
)
