import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive, isOurs, killProcess, logTail, startDetached, stopProcess } from './process.ts'

let folder = ''
let pids: number[] = []

async function start(script: string): Promise<number> {
  const pid = await startDetached({
    name: 'test',
    program: '/bin/sh',
    args: ['-c', script, `marker-${folder}`],
    cwd: folder,
    logFile: join(folder, 'log'),
  })
  pids.push(pid)
  return pid
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'endcap-process-'))
  pids = []
})

afterEach(async () => {
  await Promise.all(pids.map(killProcess))
  await rm(folder, { recursive: true })
})

test('a process lives until it is stopped, and its output is in the log', async () => {
  const pid = await start('echo hello; while :; do sleep 0.05; done')
  await expect.poll(() => readFile(join(folder, 'log'), 'utf8')).toBe('hello\n')
  expect(isAlive(pid)).toBe(true)
  await stopProcess(pid, 5_000)
  expect(isAlive(pid)).toBe(false)
})

test('a process that ignores SIGTERM is killed after the timeout', async () => {
  const pid = await start('trap "" TERM; echo ready; while :; do sleep 0.05; done')
  await expect.poll(() => logTail(join(folder, 'log'), 1)).toBe('ready')
  await stopProcess(pid, 200)
  expect(isAlive(pid)).toBe(false)
})

test('only a process with the marker in its command line is ours', async () => {
  const pid = await start('while :; do sleep 0.05; done')
  expect(isOurs(pid, `marker-${folder}`)).toBe(true)
  expect(isOurs(pid, 'another')).toBe(false)
  expect(isOurs(process.pid, `marker-${folder}`)).toBe(false)
})

test('no process is alive under an id that cannot be one', () => {
  expect([0, -1, Number.NaN, 2 ** 30].map(isAlive)).toEqual([false, false, false, false])
})

test('the tail of a log is its last lines; of no log it is empty', async () => {
  await start('echo one; echo two; echo three')
  await expect.poll(() => logTail(join(folder, 'log'), 2)).toBe('two\nthree')
  expect(await logTail(join(folder, 'none'), 2)).toBe('')
})
