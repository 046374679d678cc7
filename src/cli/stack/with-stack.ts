import { stackUp } from './stack.ts'
import type { Stack, StackOptions } from './types.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs the work while the engines are up, then stops those that were not up before: also when the work fails, and
 * when the process is told to end.
 * @throws as `stackUp`, and whatever the work throws
 */
export async function withStack<T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await stackUp(options)
  const onSignal = () => {
    stack.stop().finally(() => process.exit(1))
  }
  for (const signal of SIGNALS) process.once(signal, onSignal)
  try {
    return await work(stack)
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    await stack.stop()
  }
}
