import { resolve } from 'node:path'
import * as pulumi from '@pulumi/pulumi'
import { readConfluent } from '../../src/cli/deploying/confluent/files.ts'
import { readSettings } from './src/settings.ts'
import { shop } from './src/shop.ts'

const config = new pulumi.Config()
const rendered = resolve(import.meta.dirname, config.get('rendered') ?? '../rendered/confluent')

export const {
  environmentId,
  clusterId,
  bootstrapEndpoint,
  schemaRegistryUrl,
  flinkEndpoint,
  computePoolId,
  organizationId,
  edgeKafka,
  edgeRegistry,
  apiKafka,
  apiRegistry,
  deployerFlink,
} = shop(readConfluent(rendered), readSettings(config))
