/** What is wrong with something of a deployment. */
export type Finding = {
  /** Topic, subject, statement or connector. */
  readonly name: string
  readonly message: string
}
