import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { policy } from '../../search/index.ts'

/** Name of the policy's state beside the models of a version. */
export const POLICY_FILE = 'policy.state'

/**
 * The learned policy as a version left it; one that has learned nothing before the first, and where
 * what was saved cannot be read: it then learns again from the ledger's searches to come.
 */
export function openPolicy(
  root: string,
  version: number | undefined,
  settings: KnobSettings,
): policy.LearnedPolicy {
  const path = join(root, String(version ?? 0), POLICY_FILE)
  if (!existsSync(path)) return policy.learnedPolicy('thompson', settings)
  try {
    return policy.learnedPolicy('thompson', settings, new Uint8Array(readFileSync(path)))
  } catch (error) {
    if (!(error instanceof StorewrightError) || error.code !== 'ERR_STORE_DAMAGED') throw error
    return policy.learnedPolicy('thompson', settings)
  }
}
