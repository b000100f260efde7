import type { NetworkStatus } from './operate.ts'

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

const LAST_SWITCHES = 5
