import { useEffect, useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { GamedayReport } from '../../../src/api/schemas/load.ts'
import { token } from '../charts/colours.ts'
import { Chip } from '../parts/chip.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { formatCount, formatMeasure, formatPlural } from '../text/format.ts'
import { LineChart } from './line-chart.tsx'
import { gameday } from './load-state.ts'
import { type Clock, secondsOf } from './words.ts'

type Report = NonNullable<GamedayReport['report']>
type Run = Report['runs'][number]

/** What the last game day found. */
export function GamedayView({ clock }: { clock: Clock }) {
  useEffect(() => void gameday.load(), [])
  const found = gameday.data.value
  const error = gameday.error.value
  if (error !== undefined && found === undefined) {
    return <Trouble error={error} what="the game day" retry={() => void gameday.load()} />
  }
  if (found === undefined) return <div style={{ minHeight: '320px' }} aria-busy="true" />
  const { report, command } = found
  if (report === null) {
    return (
      <section class="card state" id="grid" tabIndex={-1}>
        <h2>No game day was driven yet.</h2>
        <p class="dim">
          This command drives the next event’s load against a server on this machine, an hour of it
          in a minute, and says what breaks first. Drive a copy: its orders are really placed.
        </p>
        <CopyCommand command={command} />
      </section>
    )
  }
  return (
    <section class="card load-gameday" id="grid" tabIndex={-1} aria-label="Game day">
      <h2>{report.sentence}</h2>
      <p class="dim">
        {report.eventName}, driven against {report.target} on {clock.both(secondsOf(report.at))},{' '}
        {report.compress === 1
          ? 'in real time'
          : `${formatMeasure(report.compress)} times as fast as it will pass`}
        .{' '}
        {report.proposals === 0
          ? ''
          : `It proposes ${formatPlural(report.proposals, 'order')} for servers.`}
      </p>
      {report.runs.map((run) => (
        <RunCard key={run.multiple} run={run} />
      ))}
      <p class="dim">Drive the next one:</p>
      <CopyCommand command={command} />
    </section>
  )
}

const SERIES: readonly uPlot.Series[] = [
  { stroke: () => token('dim'), width: 1.2, dash: [4, 3], points: { show: false } },
  { stroke: () => token('accent'), width: 1.6, points: { show: false } },
  { stroke: () => token('bad'), width: 1.6, points: { show: false } },
]

function RunCard({ run }: { run: Run }) {
  const { planned, sent, failed } = run.bySecond
  const data = useMemo(
    (): uPlot.AlignedData => [planned.map((_, s) => s), [...planned], [...sent], [...failed]],
    [run],
  )
  return (
    <section aria-label={`${formatMeasure(run.multiple)} times the forecast`}>
      <h3>
        {`${run.multiple} × the forecast: ${formatCount(run.sent)} of ${formatCount(run.planned)} requests sent in ${formatCount(run.seconds)} s`}
      </h3>
      {run.stopped === null ? null : <p class="bad-t">▲ Stopped: {run.stopped}.</p>}
      <LineChart
        label="Requests a second: planned, sent and failed"
        data={data}
        series={SERIES}
        height={150}
        formatX={(second) => `${Math.round(second)} s`}
      />
      <p class="legend">
        <span>
          <i class="dash" style={{ '--key': 'var(--dim)' }} />
          planned a second
        </span>
        <span>
          <i style={{ '--key': 'var(--accent)' }} />
          sent
        </span>
        <span>
          <i style={{ '--key': 'var(--bad)' }} />
          failed
        </span>
      </p>
      <div class="table-room">
        <table class="small-table">
          <thead>
            <tr>
              <th>Service</th>
              <th class="num">Sent</th>
              <th class="num">Failed</th>
              <th class="num">p50</th>
              <th class="num">p99</th>
              <th class="num">Objective</th>
              <th>Finding</th>
            </tr>
          </thead>
          <tbody>
            {run.services.map((one) => (
              <tr key={one.serviceId}>
                <td>{one.serviceId}</td>
                <td class="num">{formatCount(one.sent)}</td>
                <td class="num">{formatCount(one.failed)}</td>
                <td class="num">{formatMeasure(one.p50Ms)} ms</td>
                <td class="num">{formatMeasure(one.p99Ms)} ms</td>
                <td class="num">{formatMeasure(one.objectiveMs)} ms</td>
                <td>
                  {one.broke === null ? (
                    <Chip tone="ok">held {formatMeasure(one.heldPerSecond)} a second</Chip>
                  ) : (
                    <Chip tone="bad">{one.broke}</Chip>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
