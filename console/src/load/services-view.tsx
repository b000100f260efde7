import type { LoadService, LoadSummary } from '../../../src/api/schemas/load.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip, type Tone } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Spark } from '../parts/spark.tsx'
import { param, setParams } from '../router.ts'
import { formatCount } from '../text/format.ts'
import { rowKey } from './load-state.ts'
import { ServicePanel } from './service-panel.tsx'
import { type Clock, rate, secondsOf } from './words.ts'

function stateWords({ shortServers, severity }: LoadService): string {
  if (shortServers > 0) return `${formatCount(shortServers)} short`
  return severity === 'warn' ? 'tight' : 'holds'
}

function columnsOf(clock: Clock): readonly Column<LoadService>[] {
  return [
    {
      key: 'service',
      label: 'Service',
      width: 'minmax(120px, 1.2fr)',
      area: 'title',
      cell: ({ name, region }) => (
        <>
          <b>{name}</b>
          <span class="sku">{region}</span>
        </>
      ),
    },
    {
      key: 'state',
      label: 'Servers',
      width: 'minmax(150px, 1fr)',
      help: 'Whether the servers that run or are booked hold the peak to come with a zone gone',
      area: 'state',
      cell: (row) => (
        <>
          <Chip tone={row.severity as Tone}>{stateWords(row)}</Chip>
          <span class="unit">{row.words}</span>
        </>
      ),
    },
    {
      key: 'from',
      label: 'Short from',
      width: '104px',
      help: 'When one course in ten passes what the servers that run hold',
      area: 'from',
      short: 'from',
      cell: ({ shortFrom }) =>
        shortFrom === null ? <span class="dim">–</span> : clock.both(secondsOf(shortFrom)),
    },
    {
      key: 'peak',
      label: 'Peak to come',
      width: '104px',
      numeric: true,
      help: 'Requests a minute: median of the largest minute, and what it stays below with 95 %',
      area: 'peak',
      short: 'peak',
      cell: ({ peakPerMinute, peakHighPerMinute }) => (
        <>
          {rate(peakPerMinute)}
          <span class="unit">
            {peakHighPerMinute === null ? '' : `95 % ${rate(peakHighPerMinute)}`}
          </span>
        </>
      ),
    },
    {
      key: 'held',
      label: 'Held',
      width: '84px',
      numeric: true,
      help: 'Requests a minute that the servers that run or are booked hold at their latency objective, a zone gone',
      area: 'held',
      short: 'held',
      end: true,
      cell: ({ heldPerMinute }) => rate(heldPerMinute),
    },
    {
      key: 'week',
      label: 'Next seven days',
      width: 'minmax(96px, 0.8fr)',
      area: 'week',
      cell: ({ week }) => <Spark values={week} />,
    },
  ]
}

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title" "state from" "peak held" "week week"',
}

/** Each service in each region, those first that lack servers. */
export function ServicesView({ known, clock }: { known: LoadSummary | undefined; clock: Clock }) {
  const rows = known?.services ?? []
  const open = param('row')
  const chosen = rows.find((row) => rowKey(row) === open)
  return (
    <div class="split">
      <section aria-label="Services">
        <Grid
          label="Services by region, those that lack servers first"
          columns={columnsOf(clock)}
          total={rows.length}
          rowAt={(i) => rows[i]}
          rowHeight={{ wide: 54, narrow: 168 }}
          narrow={NARROW}
          onOpen={(row) =>
            setParams({ row: rowKey(row), service: row.serviceId, region: row.region })
          }
          isOpen={(row) => rowKey(row) === open}
          rowClass={() => 'load'}
          none={<p class="dim">{known === undefined ? ' ' : 'No service is known.'}</p>}
        />
      </section>
      {chosen === undefined || known === undefined ? (
        <SidePanel title="Will it hold?" onClose={undefined} idle>
          <p class="dim">
            Choose a service to see what its peak is made of, what its servers hold, and what to
            order for it.
          </p>
        </SidePanel>
      ) : (
        <ServicePanel row={chosen} known={known} clock={clock} />
      )}
    </div>
  )
}
