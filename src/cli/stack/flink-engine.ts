import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FlinkCluster } from '../../features/stream/flink/flink-cluster.ts'
import type { Engine, RunPlace } from './engine.ts'
import { STACK_SOURCES } from './home.ts'
import { engineFolder } from './install.ts'
import { type JavaProcess, javaProcess } from './java-process.ts'
import type { ProcessSpec } from './process.ts'
import { FLINK_SLOTS, MEMORY_MB } from './settings.ts'
import { renderFile } from './template.ts'

const folder = (place: RunPlace): string => join(place.runDir, 'flink')
const configFolder = (place: RunPlace): string => join(folder(place), 'conf')
const tmpFolder = (place: RunPlace): string => join(folder(place), 'tmp')

function flinkProcess(
  place: RunPlace,
  java: Pick<JavaProcess, 'name' | 'heapMb' | 'work' | 'flags' | 'mainClass' | 'args'>,
): ProcessSpec {
  const install = engineFolder('flink')
  return javaProcess({
    ...java,
    cwd: folder(place),
    runDir: place.runDir,
    flags: [
      `@${join(STACK_SOURCES, 'flink', 'jvm.options')}`,
      `-Djava.io.tmpdir=${tmpFolder(place)}`,
      ...(java.flags ?? []),
    ],
    classPath: [join(install, 'lib', '*')],
    env: {
      FLINK_CONF_DIR: configFolder(place),
      FLINK_LIB_DIR: join(install, 'lib'),
      FLINK_PLUGINS_DIR: join(install, 'plugins'),
    },
  })
}

/** The process that runs the tasks. */
const taskManagerProcess = (place: RunPlace): ProcessSpec =>
  flinkProcess(place, {
    name: 'flink-taskmanager',
    heapMb: MEMORY_MB.taskManagerHeap,
    work: 'steady',
    flags: [`-XX:MaxDirectMemorySize=${MEMORY_MB.taskManagerDirect}m`],
    mainClass: 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner',
    args: ['--configDir', configFolder(place)],
  })

/** JobManager, one TaskManager and the SQL gateway, each a process of its own. */
export const flinkEngine: Engine = {
  name: 'flink',

  async prepare(place) {
    await mkdir(tmpFolder(place), { recursive: true })
    await renderFile('flink/config.yaml.template', join(configFolder(place), 'config.yaml'), {
      flinkRpcPort: place.ports.flinkRpc,
      flinkRestPort: place.ports.flinkRest,
      gatewayPort: place.ports.sqlGateway,
      slots: FLINK_SLOTS,
      taskHeapMb: MEMORY_MB.taskManagerTaskHeap,
      networkMb: MEMORY_MB.taskManagerNetwork,
      stateUri: place.endpoints.flink.stateUri,
      tmpFolder: tmpFolder(place),
    })
  },

  processes: (place) => [
    flinkProcess(place, {
      name: 'flink-jobmanager',
      heapMb: MEMORY_MB.jobManagerHeap,
      mainClass: 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
      args: ['--configDir', configFolder(place), '--executionMode', 'cluster'],
    }),
    taskManagerProcess(place),
    flinkProcess(place, {
      name: 'flink-gateway',
      heapMb: MEMORY_MB.gatewayHeap,
      mainClass: 'org.apache.flink.table.gateway.SqlGateway',
      args: [],
    }),
  ],

  async probe(place, signal) {
    await new FlinkCluster(place.endpoints.flink).probe(signal)
  },
}
