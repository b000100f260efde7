import type { NetworkStatus } from './operate.ts'
import type { JudgedPlan, JudgedPlans } from './region-score.ts'

/** What changed in the network and why, in words; none where nothing was ever planned or switched. */
export function describeNetwork(status: NetworkStatus): string[] {
  const { regions, lanes, serving, areas, switches } = status
  if (regions === undefined && switches.length === 0) return []
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const lines = ['From where does it ship?']
  if (regions !== undefined) {
    const { note } = regions
    const moved =
      note.movedAreas === null ? '' : ` ${note.movedAreas} areas left the region they were in.`
    lines.push(
      `  ${note.regions} regions fill ${percent(note.wholeShare)} of orders wholly inside them (${note.why}).${moved}`,
      ...describeJudged(note.simulated),
      `  ${note.unitsToMove.toLocaleString('en-US')} units should lie in another site than they do.`,
    )
  }
  if (lanes !== undefined) {
    const { note } = lanes
    lines.push(
      `  ${note.lanes} lanes instead of ${note.lanesBefore}, ${note.departuresAWeek} departures a week instead of ${note.departuresBefore}; trucks filled to ${percent(note.fill)}.`,
    )
  }
  for (const { version, areas: served } of serving) {
    const name = status.routeSets.find((set) => set.version === version)?.note.name ?? ''
    lines.push(
      `  Route set ${version} (${name}) serves ${served === areas ? 'everyone' : `${served} of ${areas} areas`}.`,
    )
  }
  for (const one of switches.slice(-LAST_SWITCHES)) {
    const why = one.reason === null ? '' : `: ${one.reason}`
    const undone = one.rolledBack === undefined ? '' : `, rolled back by ${one.rolledBack.by}`
    lines.push(
      `  Switch ${one.number}, ${new Date(one.at).toISOString().slice(0, 16)}Z: route set ${one.orders.map(({ version }) => version).join(', ')} ${one.where}, by ${one.by}${why}${undone}.`,
    )
  }
  return lines
}

/** How plans of regions were compared by simulation; no line where they were not. */
export function describeJudged(judged: JudgedPlans | null | undefined): string[] {
  if (judged == null) return []
  const { from, until, orders, plans, best, today } = judged
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const plan = ({ cents, wholeShare, promisedDays }: JudgedPlan) =>
    `$${(cents / 100).toFixed(2)} an order, ${percent(wholeShare)} whole in their region, promised in ${promisedDays.toFixed(2)} days`
  const beside = today === null ? '' : `; the regions of before: ${plan(today)}`
  return [
    `  ${plans === 1 ? 'The plan was' : `The best ${plans} plans were`} simulated on ${orders.toLocaleString('en-US')} orders of ${from} to ${until}, on which nothing was planned, over today's lanes: ${plan(best)}${beside}.`,
  ]
}

const LAST_SWITCHES = 5
