const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** Runs the work; if the process is told to end meanwhile, cleans up first. */
export async function withCleanupOnSignal<T>(
  cleanUp: () => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  let isEnding = false
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (isEnding) return
      isEnding = true
      cleanUp()
        .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
        .finally(() => process.exit(EXIT_CODES[signal]))
    }
    process.on(signal, listener)
    return { signal, listener }
  })
  try {
    return await work()
  } finally {
    for (const { signal, listener } of listeners) process.off(signal, listener)
  }
}
