import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { connectSpark } from '../../features/lake/spark/spark-sql.ts'
import type { Engine, RunPlace } from './engine.ts'
import { STACK_SOURCES } from './home.ts'
import { engineFolder } from './install.ts'
import { javaProcess } from './java-process.ts'
import { HOST, MEMORY_MB, SPARK_CORES } from './settings.ts'
import { renderFile } from './template.ts'

const folder = (place: RunPlace): string => join(place.runDir, 'spark')
const configFile = (place: RunPlace): string => join(folder(place), 'spark-defaults.conf')
const tmpFolder = (place: RunPlace): string => join(folder(place), 'tmp')

/** Settings of the Hive Thrift service, which Spark reads from its own arguments alone. */
const thriftSettings = (place: RunPlace): readonly string[] =>
  Object.entries({
    'hive.server2.transport.mode': 'http',
    'hive.server2.thrift.http.port': String(place.ports.sparkThrift),
    'hive.server2.thrift.http.path': place.endpoints.spark.path.slice(1),
    'hive.exec.scratchdir': join(tmpFolder(place), 'hive'),
    'hive.server2.logging.operation.enabled': 'false',
  }).flatMap(([name, value]) => ['--hiveconf', `${name}=${value}`])

/** The Thrift server over HTTP with Delta Lake, tables in memory and files in the run folder. */
export const sparkEngine: Engine = {
  name: 'spark',

  async prepare(place) {
    const { warehouseFolder, filesFolder } = place.endpoints.spark
    for (const needed of [tmpFolder(place), warehouseFolder, filesFolder]) {
      await mkdir(needed, { recursive: true })
    }
    await renderFile('spark/spark-defaults.conf.template', configFile(place), {
      cores: SPARK_CORES,
      heapMb: MEMORY_MB.sparkHeap,
      tmpFolder: tmpFolder(place),
      warehouseFolder,
    })
  },

  processes: (place) => {
    const install = engineFolder('spark')
    return [
      javaProcess({
        name: 'spark-thrift',
        cwd: folder(place),
        runDir: place.runDir,
        heapMb: MEMORY_MB.sparkHeap,
        flags: [
          `@${join(STACK_SOURCES, 'spark', 'jvm.options')}`,
          `-Djava.io.tmpdir=${tmpFolder(place)}`,
          '-Dendcap.log.level=WARN',
        ],
        classPath: [join(install, 'jars', '*'), join(install, 'extra', '*')],
        mainClass: 'org.apache.spark.deploy.SparkSubmit',
        args: [
          ...['--properties-file', configFile(place)],
          ...['--class', 'org.apache.spark.sql.hive.thriftserver.HiveThriftServer2'],
          ...['--name', 'endcap', 'spark-internal'],
          ...thriftSettings(place),
        ],
        env: { SPARK_HOME: install, SPARK_LOCAL_IP: HOST, SPARK_CONF_DIR: folder(place) },
      }),
    ]
  },

  async probe(place) {
    const spark = await connectSpark(place.endpoints.spark)
    try {
      await spark.query('SELECT 1 AS one')
    } finally {
      await spark.close()
    }
  },
}
