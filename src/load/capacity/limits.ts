import type { Market } from './market.ts'
import type { NeedPlan } from './plan-need.ts'
import type { CapacityProblem } from './problem.ts'

/** What is left of limits that services share. */
export interface Room {
  /** Kinds, location × types + type, of which a plan takes more than is left in some week. */
  lacking(plan: NeedPlan): number[]
  /** Takes what a plan runs. */
  take(plan: NeedPlan): void
}

/** The room of a problem; servers that stand already have theirs. */
export function openRoom(problem: CapacityProblem, market: Market): Room {
  const { types, limits, weeks, needs } = problem
  const left = new Map(
    limits.map(({ type, location, servers }) => [
      location * types.length + type,
      new Float64Array(weeks).fill(servers),
    ]),
  )
  for (const { type, location, servers } of needs.flatMap(({ standing }) => standing)) {
    const own = left.get(location * types.length + type)
    if (own !== undefined) subtract(own, servers)
  }
  const runs = (plan: NeedPlan) =>
    plan.items
      .map((item) => ({
        key: item.location * types.length + item.type,
        servers: runningOf(item, market),
      }))
      .filter(({ key }) => left.has(key))
  return {
    lacking: (plan) =>
      runs(plan)
        .filter(({ key, servers }) =>
          servers.some((count, t) => count > 0 && count > left.get(key)![t]!),
        )
        .map(({ key }) => key),
    take(plan) {
      for (const { key, servers } of runs(plan)) {
        subtract(left.get(key)!, servers)
      }
    },
  }
}

function subtract(from: Float64Array, amounts: Float64Array): void {
  for (let t = 0; t < from.length; t++) from[t]! -= amounts[t]!
}

function runningOf(
  { hourly, starts }: NeedPlan['items'][number],
  { termWeeks, weeks }: Market,
): Float64Array {
  const running = Float64Array.from(hourly)
  starts.forEach((list, o) => {
    list.forEach((begun, s) => {
      if (begun > 0)
        for (let t = s; t < Math.min(weeks, s + termWeeks[o]!); t++) running[t]! += begun
    })
  })
  return running
}
