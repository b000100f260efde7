import type { CompareReply } from '../../../src/api/schemas/search-report.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Kept } from '../parts/kept.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Segments } from '../parts/segments.tsx'
import { Trouble } from '../parts/states.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { param, setParams } from '../router.ts'
import { formatCount, formatPercent, formatPlural } from '../text/format.ts'
import { ComparePanel } from './compare-panel.tsx'
import { comparisons, outcomeOf, type QuerySet, type Row, SETS } from './compare-state.ts'

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'query',
    label: 'Query',
    width: 'minmax(140px, 1fr)',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.query}>{row.query}</b>
        <span class="sku">
          {row.searches === 0 ? 'judged by hand' : formatPlural(row.searches, 'search', 'searches')}
        </span>
      </>
    ),
  },
  {
    key: 'left',
    label: 'Default',
    width: '72px',
    numeric: true,
    area: 'left',
    short: 'default',
    cell: (row) => row.left.toFixed(3),
  },
  {
    key: 'right',
    label: 'Learned',
    width: '72px',
    numeric: true,
    area: 'right',
    short: 'learned',
    cell: (row) => row.right.toFixed(3),
  },
  {
    key: 'change',
    label: 'Change',
    width: '104px',
    numeric: true,
    area: 'change',
    sort: 'change',
    end: true,
    cell: (row) => <Change row={row} />,
  },
  {
    key: 'overlap',
    label: 'In common',
    width: '76px',
    numeric: true,
    help: 'Share of the first ten results that both orders show',
    area: 'overlap',
    short: 'in common',
    end: true,
    cell: (row) => formatPercent(row.overlap, 0),
  },
]

const LIKE = {
  sentence:
    'Over 888 queries the learned order is 0.088 better than the default one: 88 won, 88 lost.',
  measure:
    'nDCG of the first ten results, by judgments where there are any, else by clicks corrected for position',
}

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1.2fr)',
  areas: '"title title change" "left right overlap"',
}

/** The default order against the learned one over a set of queries, largest loss first. */
export function CompareView() {
  const set = SETS.find(({ value }) => value === param('set'))?.value ?? 'clicked'
  const resource = comparisons.of(set)
  const known = resource.data.value
  const error = resource.error.value
  // The server's order is the worst first; a click on Change turns it round.
  const bestFirst = param('order') === 'best'
  const rows = bestFirst ? (known?.rows.toReversed() ?? []) : (known?.rows ?? [])
  const open = param('compared')
  return (
    <div class="split">
      <section aria-label="Compare">
        <div class="bar-row words">
          <p>
            <Kept like={LIKE.sentence}>{known?.sentence}</Kept>
          </p>
          <Segments<QuerySet>
            label="Queries"
            value={set}
            options={SETS}
            onChange={(next) =>
              setParams({ set: next === 'clicked' ? null : next, compared: null })
            }
          />
        </div>
        {error !== undefined && known === undefined ? (
          <CompareTrouble set={set} />
        ) : (
          <>
            <Difference known={known} />
            <Grid
              label={`Queries, largest ${bestFirst ? 'gain' : 'loss'} first`}
              columns={COLUMNS}
              total={rows.length}
              rowAt={(index) => rows[index]}
              rowHeight={{ wide: 54, narrow: 84 }}
              narrow={NARROW}
              sort={{ key: 'change', descending: bestFirst }}
              onSort={() => setParams({ order: bestFirst ? null : 'best' })}
              onOpen={(row) => setParams({ compared: row.query })}
              isOpen={(row) => row.query === open}
              none={known === undefined ? '' : <p>No queries of this kind.</p>}
            />
          </>
        )}
      </section>
      {open === undefined ? (
        <SidePanel title="What is measured?" onClose={undefined} idle>
          <p class="dim">
            <Kept like={LIKE.measure}>{known?.measure}</Kept>
          </p>
          <p class="dim" style={{ marginTop: '8px' }}>
            1 is the best order there can be of what is known. Choose a query to see both orders
            side by side; trying it there and judging its results makes the measure surer.
          </p>
        </SidePanel>
      ) : (
        <ComparePanel
          query={open}
          row={rows.find((row) => row.query === open)}
          onClose={() => setParams({ compared: null })}
        />
      )}
    </div>
  )
}

function Change({ row }: { row: Row }) {
  const outcome = outcomeOf(row)
  if (outcome === 'tied') return <span class="dim">○ same</span>
  const size = Math.abs(row.right - row.left).toFixed(3)
  return outcome === 'won' ? (
    <span class="ok-t">{`▲ +${size}`}</span>
  ) : (
    <span class="bad-t">{`▼ −${size}`}</span>
  )
}

/** The mean difference with its interval on a line with zero, and wins and losses. */
function Difference({ known }: { known: CompareReply | undefined }) {
  const difference = known?.difference ?? null
  return (
    <div class="card difference">
      <div>
        <small class="dim">Learned less default, nDCG</small>
        <b class="num">{difference === null ? '–' : change(difference.mean)}</b>
        <small class="dim num">
          {difference === null
            ? '\u00a0'
            : `95 %: ${change(difference.low)} to ${change(difference.high)}`}
        </small>
      </div>
      <IntervalLine difference={difference} />
      <p class="outcomes">
        {known === undefined ? null : (
          <>
            <span class="ok-t">{`▲ ${formatCount(known.wins)} won`}</span>
            <span class="bad-t">{`▼ ${formatCount(known.losses)} lost`}</span>
            <span class="dim">{`○ ${formatCount(known.ties)} same`}</span>
          </>
        )}
      </p>
    </div>
  )
}

function change(value: number): string {
  const size = Math.abs(value).toFixed(3)
  return Number(size) === 0 ? size : value > 0 ? `+${size}` : `−${size}`
}

function IntervalLine({ difference }: { difference: CompareReply['difference'] }) {
  if (difference === null) return <span class="interval" aria-hidden="true" />
  const { mean, low, high } = difference
  const reach = 1.15 * Math.max(Math.abs(low), Math.abs(high), 1e-6)
  const at = (value: number) => `${50 + (50 * value) / reach}%`
  return (
    <span class="interval" aria-hidden="true">
      <i class="mark zero" />
      <i class="mark range" style={{ left: at(low), width: `${(50 * (high - low)) / reach}%` }} />
      <i class="mark mean" style={{ left: at(mean) }} />
      <small class="side worse">worse</small>
      <small class="side better">better</small>
    </span>
  )
}

function CompareTrouble({ set }: { set: QuerySet }) {
  const resource = comparisons.of(set)
  const error = resource.error.value!
  const retry = (): void => void resource.load()
  if (error.status === 401) {
    return (
      <section class="card state" role="alert">
        <h2>Comparing needs the server’s token.</h2>
        <button type="button" class="ghost" onClick={() => askToken(retry)}>
          Give the token
        </button>
      </section>
    )
  }
  if (error.reply.code !== 'ERR_STORE_EMPTY') {
    return <Trouble error={error} what="the comparison" retry={retry} />
  }
  return (
    <section class="card state">
      <h2>
        {set === 'judged'
          ? 'Nobody has judged a result yet.'
          : 'There are no searches to compare over yet.'}
      </h2>
      <p class="dim">
        {set === 'judged'
          ? 'Try a query, open a result and grade it; each graded query counts here.'
          : 'They come with customers’ searches: POST /search and POST /feedback, or the searches and clicks of the feed.'}
      </p>
    </section>
  )
}
