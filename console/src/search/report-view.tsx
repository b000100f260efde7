import { useEffect } from 'preact/hooks'
import type { SearchDay, SearchReport } from '../../../src/api/schemas/search-report.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Kept } from '../parts/kept.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Segments } from '../parts/segments.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { param, setParams } from '../router.ts'
import { searchReport } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { armLabel, familyOf } from './arm-words.ts'
import { ReportChart } from './report-chart.tsx'

type QueryRow = SearchReport['unanswered'][number]

const LISTS = [
  { value: 'unanswered', label: 'No result' },
  { value: 'unclicked', label: 'No click' },
  { value: 'frequent', label: 'Most searched' },
] as const
type ListName = (typeof LISTS)[number]['value']

const SAID: Readonly<Record<ListName, readonly [some: string, none: string]>> = {
  unanswered: [
    'Searches that found nothing, most searched first. A rule, a synonym or a product answers them.',
    'Every search found something.',
  ],
  unclicked: [
    'Results that nobody clicks, most searched first. Try one and judge what it shows.',
    'Every query that is searched often gets clicks.',
  ],
  frequent: ['What is searched most.', 'Nobody has searched yet.'],
}

const share = (value: number | null) =>
  value === null ? <span class="dim">–</span> : formatPercent(value, 0)

const COLUMNS: readonly Column<QueryRow>[] = [
  {
    key: 'text',
    label: 'Query',
    width: 'minmax(140px, 1fr)',
    area: 'title',
    cell: (row) => <b title={row.text}>{row.text === '' ? '(nothing typed)' : row.text}</b>,
  },
  {
    key: 'searches',
    label: 'Searches',
    width: '84px',
    numeric: true,
    area: 'searches',
    end: true,
    cell: (row) => formatCount(row.searches),
  },
  {
    key: 'results',
    label: 'Results',
    width: '76px',
    numeric: true,
    help: 'Mean number of results',
    area: 'results',
    short: 'results',
    cell: (row) => (row.results === null ? <span class="dim">–</span> : formatCount(row.results)),
  },
  {
    key: 'clicks',
    label: 'With a click',
    width: '96px',
    numeric: true,
    area: 'clicks',
    short: 'clicked',
    cell: (row) => share(row.withClick),
  },
  {
    key: 'position',
    label: 'Clicked at',
    width: '90px',
    numeric: true,
    help: 'Mean position of the clicks',
    area: 'position',
    short: 'at',
    end: true,
    cell: (row) =>
      row.meanPosition === null ? <span class="dim">–</span> : formatMeasure(row.meanPosition),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title searches" "results clicks position"',
}

/** How searching goes: shares, days, and the queries that need a look. */
export function ReportView() {
  useEffect(() => void searchReport.load(), [])
  const known = searchReport.data.value
  const error = searchReport.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the report" retry={() => void searchReport.load()} />
  }
  const list = LISTS.find(({ value }) => value === param('list'))?.value ?? 'unanswered'
  const rows = known?.[list] ?? []
  const [some, none] = SAID[list]
  return (
    <>
      <Tiles label="Searching in figures" tiles={tilesOf(known?.all)} />
      <div class="split">
        <section aria-label="Queries">
          {known === undefined ? (
            <div class="card report-chart" aria-busy="true" />
          ) : (
            <ReportChart days={known.days} />
          )}
          <div class="bar-row words">
            <p>
              <Kept like={some}>{known === undefined ? '' : rows.length === 0 ? none : some}</Kept>
            </p>
            <Segments<ListName>
              label="Queries"
              value={list}
              options={LISTS}
              onChange={(next) => setParams({ list: next === 'unanswered' ? null : next })}
            />
          </div>
          <Grid
            label="Queries, most searched first"
            columns={COLUMNS}
            total={rows.length}
            rowAt={(index) => rows[index]}
            rowHeight={{ wide: 40, narrow: 68 }}
            narrow={NARROW}
            onOpen={(row) => setParams({ q: row.text, view: null, list: null }, { replace: false })}
            isOpen={() => false}
            none={known === undefined ? '' : none}
          />
        </section>
        <Arms known={known} />
      </div>
    </>
  )
}

function tilesOf(all: SearchDay | undefined): Tile[] {
  const labels = ['With a click', 'No result', 'First click at', 'With a purchase']
  if (all === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const percent = (value: number | null) => (value === null ? '–' : formatPercent(value))
  const { reciprocalRank, withClick } = all
  return [
    {
      label: labels[0]!,
      value: percent(withClick),
      note: `of ${formatPlural(all.searches, 'search', 'searches')}`,
    },
    { label: labels[1]!, value: percent(all.empty), note: 'of searches; 0 is right' },
    {
      label: labels[2]!,
      value: typicalPlace(all),
      note: reciprocalRank === null ? ' ' : `mean reciprocal rank ${formatMeasure(reciprocalRank)}`,
    },
    {
      label: labels[3]!,
      value: percent(all.withPurchase),
      note: `of searches; ${percent(all.withCart)} put in a cart`,
    },
  ]
}

/** The place whose reciprocal is the mean over searches with a click (their harmonic mean). */
function typicalPlace({ reciprocalRank, withClick }: SearchDay): string {
  if (reciprocalRank === null || withClick === null || reciprocalRank === 0) return '–'
  return formatMeasure(withClick / reciprocalRank)
}

/** What each arm brings over all searches: shown, clicked, and clicked because of it alone. */
function Arms({ known }: { known: SearchReport | undefined }) {
  const arms = [...(known?.arms ?? [])].sort((a, b) => b.clicked - a.clicked)
  return (
    <SidePanel title="What each arm brings" onClose={undefined} inPlace>
      {arms.length === 0 ? (
        <p class="dim" style={{ minHeight: '200px' }}>
          {known === undefined
            ? ' '
            : 'Searches of the feed do not say which arms ran; those asked over the API do.'}
        </p>
      ) : (
        <>
          <table class="facts arm-facts" aria-label="What each arm brings">
            <thead>
              <tr>
                <th scope="col">Arm</th>
                <th scope="col" class="num" title="Share of searches that asked it">
                  Asked
                </th>
                <th scope="col" class="num" title="Share of results shown that it brought">
                  Shown
                </th>
                <th scope="col" class="num" title="Share of clicked results that it brought">
                  Clicked
                </th>
                <th scope="col" class="num" title="Share of clicked results that it alone brought">
                  Alone
                </th>
              </tr>
            </thead>
            <tbody>
              {arms.map((arm) => (
                <tr key={arm.arm}>
                  <td title={arm.about}>
                    <i class="shape" aria-hidden="true">
                      {familyOf(arm.arm).shape}
                    </i>
                    {armLabel(arm.arm)}
                    <i class="bar" aria-hidden="true">
                      <i style={{ width: `${100 * arm.clicked}%` }} />
                    </i>
                  </td>
                  <td class="num">{share(arm.asked)}</td>
                  <td class="num">{share(arm.shown)}</td>
                  <td class="num">{share(arm.clicked)}</td>
                  <td class="num">{share(arm.alone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="dim" style={{ marginTop: '10px' }}>
            The bar is its share of clicked results. Alone: without it they would not have been
            found.
          </p>
        </>
      )}
    </SidePanel>
  )
}
