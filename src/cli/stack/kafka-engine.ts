import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { KafkaAdmin } from '../../event-log/kafka/kafka-admin.ts'
import { runCommand } from './command.ts'
import type { Engine, RunPlace } from './engine.ts'
import { engineFolder } from './install.ts'
import { type JavaProcess, javaProcess } from './java-process.ts'
import type { ProcessSpec } from './process.ts'
import { dataFolder, MEMORY_MB } from './settings.ts'
import { renderFile } from './template.ts'

/** Any 16 bytes in base64 will do; one node is one cluster. */
const CLUSTER_ID = 'ZW5kY2FwLXN0YWNrLTAwMQ'

const folder = (place: RunPlace): string => join(place.runDir, 'kafka')
const configFile = (place: RunPlace): string => join(folder(place), 'server.properties')

function kafkaProcess(place: RunPlace, java: Pick<JavaProcess, 'work' | 'mainClass' | 'args'>): ProcessSpec {
  return javaProcess({
    ...java,
    name: 'kafka',
    cwd: folder(place),
    runDir: place.runDir,
    heapMb: MEMORY_MB.kafkaHeap,
    classPath: [join(engineFolder('kafka'), 'lib', '*')],
  })
}

/** One node that is broker and controller (KRaft). */
export const kafkaEngine: Engine = {
  name: 'kafka',

  async prepare(place) {
    const data = dataFolder(place.runDir, 'kafka')
    await mkdir(data, { recursive: true })
    await renderFile('kafka/server.properties.template', configFile(place), {
      kafkaPort: place.ports.kafka,
      controllerPort: place.ports.kafkaController,
      dataFolder: data,
    })
    if (existsSync(join(data, 'meta.properties'))) return
    const { program, args } = kafkaProcess(place, {
      mainClass: 'kafka.tools.StorageTool',
      args: ['format', '--cluster-id', CLUSTER_ID, '--config', configFile(place)],
    })
    await runCommand({ program, args, cwd: folder(place) })
  },

  processes: (place) => [
    kafkaProcess(place, { work: 'steady', mainClass: 'kafka.Kafka', args: [configFile(place)] }),
  ],

  async probe(place) {
    const admin = new KafkaAdmin({ ...place.endpoints.kafka, retries: 0 })
    try {
      await admin.listTopics()
    } finally {
      await admin.close()
    }
  },
}
