import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { capacityOf, type SitingProblem, type SitingSite } from './problem.ts'

/**
 * Throws ERR_ARGUMENT on wrong sizes and numbers, and ERR_INFEASIBLE naming the first constraint
 * that no plan can meet: an area that no site reaches, demand above all capacity, or above what the
 * changes allowed by a year can build.
 */
export function checkSiting(problem: SitingProblem): void {
  checkShapes(problem)
  problem.sites.forEach(checkSite)
  checkScenarios(problem)
  checkReach(problem)
  checkCapacity(problem)
}

function checkShapes(problem: SitingProblem): void {
  const { years, areaIds, sites, transportCents, committedYears, maxChangesPerYear } = problem
  const whole = (value: number, from: number) => Number.isInteger(value) && value >= from
  requireArgument(whole(years, 1), `years is ${years}, not a whole number from 1`)
  requireArgument(areaIds.length > 0 && sites.length > 0, 'siting needs areas and sites')
  requireArgument(
    whole(committedYears, 0) && committedYears <= years,
    `committedYears is ${committedYears}, not from 0 to ${years}`,
  )
  const cells = sites.length * areaIds.length
  requireArgument(
    transportCents.length === cells,
    `transportCents has ${transportCents.length} numbers, not ${cells}`,
  )
  transportCents.forEach((cents, k) => {
    const place = `transportCents, site ${sites[Math.floor(k / areaIds.length)]!.id}, area ${areaIds[k % areaIds.length]}`
    requireArgument(cents >= 0, `${place}: ${cents} is not a number from 0`)
  })
  const rate = problem.discountRate ?? 0
  requireArgument(rate > -1 && rate < Infinity, `discountRate is ${rate}`)
  const changes = maxChangesPerYear ?? 0
  requireArgument(changes >= 0, `maxChangesPerYear is ${changes}, not a number from 0`)
}

function checkSite({ id, sizes, today, closeCents }: SitingSite): void {
  requireArgument(sizes.length > 0 && sizes.length < 127, `site ${id} has ${sizes.length} sizes`)
  const known = Number.isInteger(today) && today >= -1 && today < sizes.length
  requireArgument(known, `site ${id}: today is ${today}, not −1 to ${sizes.length - 1}`)
  requireArgument(isAmount(closeCents), `site ${id}: closeCents is ${closeCents}`)
  sizes.forEach((size, k) => {
    const { name, capacity, yearlyCents, buildCents } = size
    const amounts = isAmount(capacity) && isAmount(yearlyCents) && isAmount(buildCents)
    requireArgument(amounts, `site ${id}, size ${name}: capacity and costs are numbers from 0`)
    const before = sizes[k - 1]
    const rises =
      before === undefined || (capacity >= before.capacity && yearlyCents >= before.yearlyCents)
    requireArgument(
      rises,
      `site ${id}, size ${name} holds or costs less a year than the one before`,
    )
  })
}

const isAmount = (value: number) => value >= 0 && value < Infinity

function checkScenarios({ scenarios, years, areaIds }: SitingProblem): void {
  const total = scenarios.reduce((sum, { probability }) => sum + probability, 0)
  requireArgument(
    Math.abs(total - 1) < 1e-6 && scenarios.every(({ probability }) => probability > 0),
    `probabilities of scenarios are above 0 and add up to 1, not to ${total}`,
  )
  for (const { name, demand } of scenarios) {
    const cells = years * areaIds.length
    requireArgument(
      demand.length === cells,
      `demand of scenario ${name} has ${demand.length} numbers, not ${cells}`,
    )
    demand.forEach((units, k) => {
      const place = `demand of scenario ${name}, year ${Math.floor(k / areaIds.length) + 1}, area ${areaIds[k % areaIds.length]}`
      requireArgument(isAmount(units), `${place}: ${units} is not a number from 0`)
    })
  }
}

const infeasible = (message: string, next: string) =>
  new StorewrightError('ERR_INFEASIBLE', message, { next })

function checkReach({ areaIds, sites, transportCents, scenarios, years }: SitingProblem): void {
  const areas = areaIds.length
  const unreached = areaIds.filter((_, a) => {
    const asks = scenarios.some(({ demand }) => {
      for (let t = 0; t < years; t++) if (demand[t * areas + a]! > 0) return true
      return false
    })
    return (
      asks &&
      !sites.some((s, k) => s.hold !== 'forbid' && transportCents[k * areas + a]! < Infinity)
    )
  })
  if (unreached.length === 0) return
  const more = unreached.length > 10 ? ` and ${unreached.length - 10} more` : ''
  throw infeasible(
    `no allowed site reaches area ${unreached.slice(0, 10).join(', ')}${more}`,
    'Add a site or a lane that reaches it, allow a forbidden site, or leave the area out.',
  )
}

const short = (amount: number) => Number(amount.toPrecision(6))

/** Capacity that can stand in year t is at most today's and the largest growths of t + 1 years. */
function checkCapacity(problem: SitingProblem): void {
  const { years, areaIds, sites, scenarios, maxChangesPerYear = Infinity } = problem
  const free = sites.filter(({ hold }) => hold !== 'forbid')
  const now = free.reduce((sum, site) => sum + capacityOf(site, site.today), 0)
  const growth = free
    .map((site) => capacityOf(site, site.sizes.length - 1) - capacityOf(site, site.today))
    .sort((a, b) => b - a)
  for (const { name, demand } of scenarios) {
    for (let t = 0; t < years; t++) {
      const year = demand.subarray(t * areaIds.length, (t + 1) * areaIds.length)
      const units = year.reduce((a, b) => a + b, 0)
      const steps = Math.min(growth.length, Math.floor(maxChangesPerYear) * (t + 1))
      const most = growth.slice(0, steps).reduce((a, b) => a + b, now)
      if (units <= most * (1 + 1e-12)) continue
      const limit =
        steps < growth.length ? ` that ${maxChangesPerYear} changes a year can reach by then` : ''
      throw infeasible(
        `year ${t + 1} of scenario ${name}: demand is ${short(units)}, above all capacity${limit}, ${short(most)}`,
        limit === ''
          ? 'Add sites or sizes, or allow forbidden sites.'
          : 'Allow more changes a year, or begin earlier.',
      )
    }
  }
}
