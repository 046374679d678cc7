import type { Environment, Verdict } from './check.ts'
import { cloudChecks } from './cloud-checks.ts'
import { machineChecks, shopCheck, stackChecks } from './machine-checks.ts'

export const PROFILES = ['embedded', 'stack', 'cloud'] as const
export type Profile = (typeof PROFILES)[number]

export type Diagnosis = {
  readonly profile: Profile
  /** Where a shop's data would lie. */
  readonly dataDir: string
  readonly env: Environment
}

/** Everything that a profile needs, looked at. */
export async function diagnose({ profile, dataDir, env }: Diagnosis): Promise<readonly Verdict[]> {
  return [
    ...(await machineChecks(dataDir)),
    await shopCheck(),
    ...(profile === 'stack' ? await stackChecks() : []),
    ...(profile === 'cloud' ? await cloudChecks(env) : []),
  ]
}
