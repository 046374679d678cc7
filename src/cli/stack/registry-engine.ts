import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SchemaRegistry } from '../../event-log/kafka/schema-registry.ts'
import type { Engine } from './engine.ts'
import { engineFolder } from './install.ts'
import { javaProcess } from './java-process.ts'
import { dataFolder, HOST, MEMORY_MB } from './settings.ts'
import { readVersions } from './versions.ts'

/** Apicurio Registry with its schemas in one H2 file: it speaks the API of Confluent's registry. */
export const registryEngine: Engine = {
  name: 'registry',

  async prepare(place) {
    await mkdir(dataFolder(place.runDir, 'registry'), { recursive: true })
  },

  processes: (place) => {
    const app = join(engineFolder('registry'), 'app')
    const settings = {
      'quarkus.http.host': HOST,
      'quarkus.http.port': place.ports.registry,
      'quarkus.http.access-log.enabled': false,
      'apicurio.storage.kind': 'sql',
      'apicurio.storage.sql.kind': 'h2',
      'apicurio.datasource.url': `jdbc:h2:file:${join(dataFolder(place.runDir, 'registry'), 'schemas')}`,
      // Twenty connections wait by default.
      'apicurio.datasource.jdbc.initial-size': 2,
      'apicurio.datasource.jdbc.min-size': 2,
    }
    return [
      javaProcess({
        name: 'registry',
        cwd: join(place.runDir, 'registry'),
        runDir: place.runDir,
        heapMb: MEMORY_MB.registryHeap,
        flags: Object.entries(settings).map(([name, value]) => `-D${name}=${value}`),
        classPath: [join(app, `apicurio-registry-app-${readVersions().registry['apicurio']}-runner.jar`)],
        mainClass: 'io.quarkus.runner.GeneratedMain',
        args: [],
      }),
    ]
  },

  async probe(place, signal) {
    await new SchemaRegistry(place.endpoints.registry).subjects(signal)
  },
}
