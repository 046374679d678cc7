import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { STACK_SOURCES } from '../../src/cli/stack/home.ts'
import { engineFolder, installEngines } from '../../src/cli/stack/install.ts'
import { freePortBase } from '../../src/cli/stack/port-check.ts'
import { javaProgram } from '../../src/cli/stack/requirements.ts'
import { jvmFlags } from '../../src/cli/stack/settings.ts'

/** A broker of a test's own that lets nobody in without a certificate's authority and a name. */
export type SecuredBroker = {
  /** Listener that asks for PLAIN or SCRAM-SHA-512 over TLS. */
  readonly passwords: string
  /** Listener that asks for OAUTHBEARER over TLS. */
  readonly tokens: string
  /** PEM text of the authority that signed the broker's certificate. */
  readonly ca: string
  stop(): Promise<void>
}

export const USER = { username: 'shop', password: 'correct horse' } as const

const READY_MS = 90_000

export async function startSecuredBroker(): Promise<SecuredBroker> {
  await installEngines(['kafka'], (line) => console.log(line))
  const folder = mkdtempSync(join(tmpdir(), 'endcap-secured-'))
  const base = await freePortBase()
  makeCertificates(folder)
  writeFileSync(join(folder, 'server.properties'), propertiesOf(folder, base))
  runJava(folder, 'kafka.tools.StorageTool', [
    ...['format', '--cluster-id', 'ZW5kY2FwLXNlY3VyZWQtMQ', '--config', join(folder, 'server.properties')],
    ...['--add-scram', `SCRAM-SHA-512=[name=${USER.username},password=${USER.password}]`],
  ])
  const log = join(folder, 'kafka.log')
  const output = openSync(log, 'a')
  const broker = spawn(javaProgram(), javaArgs('kafka.Kafka', [join(folder, 'server.properties')]), {
    cwd: folder,
    stdio: ['ignore', output, output],
  })
  const stop = async () => {
    await ended(broker)
    rmSync(folder, { recursive: true, force: true })
  }
  const giveUpAt = Date.now() + READY_MS
  while (!readFileSync(log, 'utf8').includes('Kafka Server started')) {
    if (broker.exitCode !== null || Date.now() > giveUpAt) {
      const text = readFileSync(log, 'utf8').slice(-4000)
      await stop()
      throw new Error(`the secured broker does not start:\n${text}`)
    }
    await sleep(100)
  }
  return {
    passwords: `localhost:${base}`,
    tokens: `localhost:${base + 1}`,
    ca: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    stop,
  }
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const gone = new Promise((resolve) => process.once('exit', resolve))
  process.kill('SIGKILL')
  await gone
}

const javaArgs = (mainClass: string, args: readonly string[]): string[] => [
  ...jvmFlags(384),
  `-Dlog4j2.configurationFile=${join(STACK_SOURCES, 'log4j2.xml')}`,
  ...['-cp', join(engineFolder('kafka'), 'lib', '*'), mainClass, ...args],
]

const runJava = (cwd: string, mainClass: string, args: readonly string[]) =>
  execFileSync(javaProgram(), javaArgs(mainClass, args), { cwd, stdio: 'pipe' })

/** An authority, and a certificate for localhost that it signed. */
function makeCertificates(cwd: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd, stdio: 'pipe' })
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`]
  openssl('req', '-x509', ...key('ca'), '-out', 'ca.pem', '-subj', '/CN=test-authority', '-days', '2')
  openssl('req', ...key('server'), '-out', 'server.csr', '-subj', '/CN=localhost')
  writeFileSync(join(cwd, 'names'), 'subjectAltName=DNS:localhost\n')
  const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2']
  openssl('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.crt')
  const [privateKey, certificate] = ['server.key', 'server.crt'].map((file) => readFileSync(join(cwd, file)))
  writeFileSync(join(cwd, 'server.pem'), `${privateKey}${certificate}`)
}

function propertiesOf(folder: string, base: number): string {
  const login = 'org.apache.kafka.common.security'
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${base + 2}`,
    listeners: `PASSWORDS://localhost:${base},TOKENS://localhost:${base + 1},CONTROLLER://localhost:${base + 2}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PASSWORDS:SASL_SSL,TOKENS:SASL_SSL',
    'inter.broker.listener.name': 'PASSWORDS',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.passwords.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.passwords.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required username="broker" password="b" user_broker="b" user_${USER.username}="${USER.password}";`,
    'listener.name.passwords.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    'listener.name.tokens.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.tokens.oauthbearer.sasl.jaas.config': `${login}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'server.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, 'ca.pem'),
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'log.cleaner.dedupe.buffer.size': 8388608,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
