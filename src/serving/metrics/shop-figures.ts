/** What the shop behind the server says of itself when it is asked. */
export type ShopFigures = {
  readonly ready: boolean
  /** Records in the log, applied to the state, and written to its store. */
  readonly logPosition: number
  readonly appliedPosition: number
  readonly savedPosition: number
  readonly deadLetters: number
  /** Null before the first training. */
  readonly model: { readonly version: string /** Epoch ms. */; readonly trainedAt: number } | null
  /** Epoch ms. */
  readonly now: number
  readonly events: readonly {
    readonly outcome: 'accepted' | 'duplicate' | 'refused'
    readonly topic: string
    /** Of refused events. */
    readonly reason?: string
    readonly count: number
  }[]
}
