import { requireArgument } from '../../../core/errors.ts'

/** A way in which demand may go. */
export interface GrowthScenario {
  readonly name: string
  /** Above 0; all together 1. */
  readonly probability: number
  /** Share by which demand grows a year, above −1. */
  readonly growth: number
}

/** A scenario as a person gives it: without growth of its own it has the expected one. */
export type GivenScenario = Omit<GrowthScenario, 'growth'> & { readonly growth?: number }

/** Shares of the lower and the higher scenario where none are given. */
const OUTER_SHARE = 0.25

/**
 * The scenarios given, or three around `growth`: a quarter each at `spread` less and more a year, and
 * half as expected. Throws ERR_ARGUMENT on growth that is no number above −1, on probabilities that
 * are not above 0 or do not add up to 1, and on a name given twice.
 */
export function growthScenarios(
  growth: number,
  spread: number,
  given: readonly GivenScenario[] = [],
): readonly GrowthScenario[] {
  checkGrowth('growth', growth)
  if (given.length === 0) return around(growth, spread)
  const scenarios = given.map((one) => ({ ...one, growth: one.growth ?? growth }))
  scenarios.forEach(({ name, probability, growth: own }, w) => {
    checkGrowth(`growth of scenario ${name}`, own)
    requireArgument(
      probability > 0 && probability <= 1,
      `probability of scenario ${name} is ${probability}, not above 0 and at most 1`,
    )
    const isOnce = scenarios.findIndex((other) => other.name === name) === w
    requireArgument(isOnce, `there are two scenarios ${name}`)
  })
  const total = scenarios.reduce((sum, { probability }) => sum + probability, 0)
  requireArgument(
    Math.abs(total - 1) < 1e-6,
    `probabilities of the scenarios add up to ${Number(total.toFixed(6))}, not to 1`,
  )
  return scenarios
}

function checkGrowth(what: string, growth: number): void {
  const isUsable = growth > -1 && growth < Number.POSITIVE_INFINITY
  requireArgument(isUsable, `${what} is ${growth}, not a number above −1 (0.08 is 8 % a year)`)
}

function around(growth: number, spread: number): readonly GrowthScenario[] {
  if (spread === 0) return [{ name: 'expected', probability: 1, growth }]
  return [
    { name: 'low', probability: OUTER_SHARE, growth: Math.max(-0.99, growth - spread) },
    { name: 'mid', probability: 1 - 2 * OUTER_SHARE, growth },
    { name: 'high', probability: OUTER_SHARE, growth: growth + spread },
  ]
}
