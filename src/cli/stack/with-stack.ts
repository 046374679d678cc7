import { withCleanupOnSignal } from './signals.ts'
import { stackUp } from './stack.ts'
import type { Stack, StackOptions } from './types.ts'

/**
 * Runs the work while the engines are up, then stops those that were not up before: also when the work fails, and
 * when the process is told to end.
 * @throws as `stackUp`, and whatever the work throws
 */
export async function withStack<T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await stackUp(options)
  return withCleanupOnSignal(stack.stop, async () => {
    try {
      return await work(stack)
    } finally {
      await stack.stop()
    }
  })
}
