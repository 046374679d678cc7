import { InvalidArgumentError } from 'commander'

/** Figures as one line a name, or as one JSON object. */
export function printFigures(figures: object, asJson: boolean | undefined): void {
  const lines = Object.entries(figures).map(([name, value]) => `${name.padEnd(26)}${JSON.stringify(value)}\n`)
  process.stdout.write(asJson === true ? `${JSON.stringify(figures)}\n` : lines.join(''))
}

/** What a bench command does: measures with its progress on stderr, and prints the figures. */
export const printing =
  <Options>(bench: (options: Options, progress: (text: string) => void) => object | Promise<object>) =>
  async ({ json, ...options }: Options & { readonly json?: boolean }): Promise<void> =>
    printFigures(await bench(options as Options, (text) => process.stderr.write(`${text}\n`)), json)

export function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('not a whole number above 0.')
}
