import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { PolicySight } from '../feedback/events.ts'
import type { Interpretation } from '../query/query.ts'
import { MAX_QUERY_TOKENS } from '../query/query.ts'
import { usualCount } from './choices.ts'
import { trialCount } from './knobs.ts'
import type { ArmProbe, PolicyRequest } from './types.ts'

/** What is known of a search before it is answered; each about in [−1, 1]. */
export const CONTEXT_FEATURES = [
  'query-length',
  'one-word',
  'digits',
  'unfinished',
  'latin',
  'english',
  'understood',
  'likelihood',
  'ambiguity',
  'category-entropy',
  'frequency',
  'day-sine',
  'day-cosine',
  'weekend',
  'session',
  'customer',
] as const

/** What is known of one arm before it runs. */
export const ARM_FEATURES = ['usual-count', 'probed', 'matches', 'gap'] as const

const DAY_MS = 86_400_000

/** What the policy sees of a request: finite whatever the request holds. */
export function sightOf(request: PolicyRequest, settings: KnobSettings = {}): PolicySight {
  const trial = readKnob(trialCount, settings)
  const probes = new Map(request.signals?.probes?.map((probe) => [probe.arm, probe]))
  return {
    context: contextOf(request),
    arms: Object.fromEntries(
      request.arms.map((arm) => [
        arm.name,
        [usualCount(arm, trial), ...probeFeatures(probes.get(arm.name))],
      ]),
    ),
  }
}

function contextOf({ query, signals, asker, now }: PolicyRequest): number[] {
  const tokens = query.tokens.length
  const best = query.interpretations[0]
  const turn = (2 * Math.PI * now) / DAY_MS
  // 1970-01-01 was a Thursday: day 2 and 3 of the count are the weekend (UTC).
  const weekday = ((Math.floor(now / DAY_MS) % 7) + 7) % 7
  return [
    Math.log1p(tokens) / Math.log1p(MAX_QUERY_TOKENS),
    tokens <= 1 ? 1 : 0,
    /\d/.test(query.text) ? 1 : 0,
    query.unfinished ? 1 : 0,
    query.script === 'latin' ? 1 : 0,
    query.language === 'en' ? 1 : 0,
    best === undefined ? 0 : coveredShare(best, tokens),
    best?.likelihood ?? 0,
    entropyOf(query.interpretations),
    (signals?.categoryEntropy ?? 0) / 3,
    Math.log1p(Math.max(0, signals?.frequency ?? 0)) / Math.log(10_000),
    Math.sin(turn),
    Math.cos(turn),
    weekday === 2 || weekday === 3 ? 1 : 0,
    Math.log1p(asker?.recentProducts?.length ?? 0) / 3,
    Math.log1p(asker?.pastProducts?.length ?? 0) / 5,
  ].map(bounded)
}

function probeFeatures(probe: ArmProbe | undefined): number[] {
  if (probe === undefined) return [0, 0, 0]
  return [1, Math.log1p(Math.max(0, probe.matches)) / Math.log(10_000), probe.gap].map(bounded)
}

/** Share of the query's tokens that its slots speak for. */
function coveredShare({ slots }: Interpretation, tokens: number): number {
  const covered = slots.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)
  return covered / Math.max(1, tokens)
}

/** Entropy in nats of the readings and of what they leave, over 2. */
function entropyOf(interpretations: readonly Interpretation[]): number {
  let left = 1
  let entropy = 0
  for (const { likelihood } of interpretations) {
    if (!(likelihood > 0)) continue
    entropy -= likelihood * Math.log(Math.min(1, likelihood))
    left -= likelihood
  }
  return (left > 1e-9 ? entropy - left * Math.log(left) : entropy) / 2
}

/** Features bound what one strange request can do; what is not a number says nothing. */
function bounded(value: number): number {
  return Number.isFinite(value) ? Math.min(2, Math.max(-2, value)) : 0
}
