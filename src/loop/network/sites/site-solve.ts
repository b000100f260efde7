import { StorewrightError } from '../../../core/errors.ts'
import type { KnobSettings } from '../../../core/knobs.ts'
import { cpuSeconds } from '../../../core/optimize/cpu-seconds.ts'
import { siting } from '../../../network/index.ts'

/** Part of the time that goes to the plan; the rest is for its bound. */
const SEARCH_SHARE = 0.6

/** What a thread is asked to plan. */
export interface SiteTask {
  readonly problem: siting.SitingProblem
  readonly seed: string | number
  readonly knobs: KnobSettings
  /** CPU seconds after which the search ends with what it has. */
  readonly seconds: number
  /** One place, milliseconds of CPU used so far: written here, read by who waits. */
  readonly used: Int32Array
}

/** What staying with the buildings of today would cost, or why that does not work. */
export interface StayingPut {
  /** Expected discounted; null where demand does not fit. */
  readonly costCents: number | null
  readonly blocked: string | null
}

export interface SiteAnswer {
  readonly plan: siting.SitingPlan
  readonly staying: StayingPut
  /** Whether time ended the search: then another run may find something else. */
  readonly isCut: boolean
}

/** Finds where to build, in a thread, and what it would cost to change nothing. */
export async function solveSites({
  problem,
  seed,
  knobs,
  seconds,
  used,
}: SiteTask): Promise<SiteAnswer> {
  const start = cpuSeconds()
  let isCut = false
  const plan = await siting.solveSiting(problem, {
    seed,
    settings: knobs,
    stop: ({ value }) => {
      const passed = cpuSeconds() - start
      Atomics.store(used, 0, Math.round(1000 * passed))
      // The search asks without a value, the bound with that of the plan.
      const isOver = passed >= (value === Number.POSITIVE_INFINITY ? SEARCH_SHARE : 1) * seconds
      isCut ||= isOver
      return isOver
    },
  })
  return { plan, staying: await stayPut(problem, knobs), isCut }
}

async function stayPut(problem: siting.SitingProblem, knobs: KnobSettings): Promise<StayingPut> {
  const sites = problem.sites.map(({ hold: _, ...site }) => site)
  try {
    const { costCents } = await siting.solveSiting(
      { ...problem, sites, maxChangesPerYear: 0 },
      { settings: { ...knobs, 'network.siting-bound-rounds': 0 } },
    )
    return { costCents, blocked: null }
  } catch (error) {
    if (error instanceof StorewrightError && error.code === 'ERR_INFEASIBLE')
      return { costCents: null, blocked: error.message }
    throw error
  }
}
