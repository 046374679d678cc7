/** Codes of MLflow's scoring server. @source MLflow 3.17, recorded answers of its scoring server */
export type ScoringCode = 'BAD_REQUEST' | 'INVALID_PARAMETER_VALUE'

/** Something in a scoring request that cannot be scored; says what, never quotes values. */
export class ScoringFault extends Error {
  readonly code: ScoringCode

  constructor(code: ScoringCode, message: string) {
    super(message)
    this.name = 'ScoringFault'
    this.code = code
  }
}
