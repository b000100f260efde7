import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KnobSettings } from '../../core/knobs.ts'
import { policy } from '../../search/index.ts'

/** Name of the policy's state beside the models of a version. */
export const POLICY_FILE = 'policy.state'

/** The learned policy as a version left it; one that has learned nothing before the first. */
export function openPolicy(
  root: string,
  version: number | undefined,
  settings: KnobSettings,
): policy.LearnedPolicy {
  const path = join(root, String(version ?? 0), POLICY_FILE)
  const saved = existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined
  return policy.learnedPolicy('thompson', settings, saved)
}
