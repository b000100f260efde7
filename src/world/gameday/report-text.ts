import type { GamedayResult, GamedayRun } from './gameday.ts'
import type { ServiceVerdict } from './verdict.ts'

/** A game day as a person reads it: what held, what broke first, what to order; Markdown. */
export function gamedayText(result: GamedayResult): string {
  const { event, target, runs, leftOut, compress } = result
  const pace = compress === 1 ? 'in real time' : `${compress} times as fast as it will pass`
  const parts = [
    `# Game day: ${event.name}`,
    `${verdictOf(result)} Driven against ${target}, ${pace}.`,
    ...runs.map(runText),
    proposalsText(result),
  ]
  if (leftOut.length > 0) {
    parts.push(`Not driven, because the target has no such service: ${leftOut.join(', ')}.`)
  }
  return `${parts.join('\n\n')}\n`
}

/** The finding in one or two sentences. */
export function verdictOf({ heldMultiple, firstBreak, runs }: GamedayResult): string {
  const held =
    heldMultiple === 0
      ? 'Not even the first run held.'
      : `All services held ${times(heldMultiple)} the forecast.`
  const stopped = runs.find((run) => run.stopped !== undefined)?.stopped
  const stop = stopped === undefined ? '' : ` The run was stopped: ${stopped.reason}.`
  if (firstBreak === undefined) return `${held}${stop}`
  const { service, multiple, multipleOfPeak, perSecond, words } = firstBreak
  const rate = `${whole(perSecond)} requests a second, ${multipleOfPeak.toFixed(2)} of the forecast's peak`
  return `${held} ${service} broke first, at ${times(multiple)}: ${words} (at ${rate}).${stop}`
}

function runText(run: GamedayRun): string {
  const { multiple, sent, planned, seconds, furthestFromCurve, sendLagMs } = run
  const queue =
    run.waitedForConnection === 0
      ? ''
      : ` ${whole(run.waitedForConnection)} requests waited for a connection (${whole(run.largestBacklog)} at a time at most, ${whole(run.unsent)} never sent); their waits are in the latencies.`
  const driver = `${whole(sent)} of ${whole(planned)} requests sent in ${seconds.toFixed(0)} s over ${whole(run.connectionsOpened)} connections; the second furthest from the curve ${percent(furthestFromCurve)}, sent late by ${ms(sendLagMs.p50)} (median), ${ms(sendLagMs.max)} at most.${queue}`
  const stopped =
    run.stopped === undefined
      ? ''
      : `\n\nStopped after ${(run.stopped.atMs / 1000).toFixed(1)} s: ${run.stopped.reason}.`
  return `## ${times(multiple)} the forecast\n\n${driver}${stopped}\n\n${serviceTable(run.services)}`
}

const COLUMNS = [
  'service',
  'sent',
  'failed',
  'said no',
  'p50',
  'p99',
  'objective',
  'p99 from writing',
  'held a second',
  'verdict',
]

function serviceTable(services: readonly ServiceVerdict[]): string {
  const rows = services.map((one) => [
    one.service,
    whole(one.sent),
    causesOf(one),
    whole(one.declined),
    ms(one.latency.p50),
    ms(one.latency.p99),
    ms(one.objectiveMs),
    ms(one.uncorrected.p99),
    whole(one.heldPerSecond),
    one.broke === undefined ? 'held' : `broke after ${one.broke.atSecond} s: ${one.broke.words}`,
  ])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(COLUMNS), line(COLUMNS.map(() => '---')), ...rows.map(line)].join('\n')
}

function causesOf({ failed, causes }: ServiceVerdict): string {
  if (failed === 0) return '0'
  const list = Object.entries(causes).sort((a, b) => b[1] - a[1])
  return `${whole(failed)} (${list.map(([cause, count]) => `${cause}: ${whole(count)}`).join('; ')})`
}

function proposalsText({ proposals, wanted, firstBreak }: GamedayResult): string {
  if (proposals.length === 0) {
    return firstBreak === undefined
      ? `## Servers\n\nNothing to order: ${times(wanted)} the forecast is not known to need more.`
      : `## Servers\n\nNothing to order: what runs carries ${times(wanted)} the forecast.`
  }
  const lines = proposals.map(
    ({ servers, server_type_id: type, service_id: service, region, order_by: by, reason }) =>
      `- ${servers} × ${type} for ${service}, ${region}, ordered by ${instant(by)}. ${reason}`,
  )
  return `## Servers to order, to hold ${times(wanted)} the forecast\n\n${lines.join('\n')}`
}

function times(multiple: number): string {
  return `${Number(multiple.toFixed(2))} ×`
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function ms(value: number): string {
  if (Number.isNaN(value)) return '–'
  return value >= 10 ? `${whole(value)} ms` : `${value.toFixed(1)} ms`
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
