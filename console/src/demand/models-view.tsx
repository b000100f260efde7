import { useEffect } from 'preact/hooks'
import type { SegmentComparison } from '../../../src/api/schemas/explain.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { isWide } from '../media.ts'
import { Chip, type Tone } from '../parts/chip.tsx'
import { Kept } from '../parts/kept.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { segments } from '../state.ts'
import { capital, formatMeasure, formatPercentChange, formatPlural } from '../text/format.ts'
import { SegmentPanel } from './segment-panel.tsx'

const USES: Readonly<Record<SegmentComparison['uses'], readonly [Tone, string]>> = {
  learned: ['ok', 'learned'],
  mix: ['ok', 'mix'],
  floor: ['calm', 'floor'],
}

const LIKE =
  'Learned models are used for 8 of 88 segments (8,888 of 8,888 products), with 88 % less error of days and 88 % less error of sums over the horizon on the past; the classical floor keeps the other 88.'

/** The age of a segment, which has its place in the second line. */
const YOUNG = /, young$/

const measure = (value: number | null) =>
  value === null ? <span class="dim">–</span> : formatMeasure(value)

/** The error of what is used as a share of the floor's, which ends at the tick. */
function Versus({ ratio }: { ratio: number | null }) {
  if (ratio === null) return <span class="dim">not judged</span>
  const tone = ratio > 1 ? 'more' : 'less'
  return (
    <span class="versus">
      <i class={tone} aria-hidden="true">
        <i style={{ width: `${Math.min(1, ratio / 1.25) * 100}%` }} />
      </i>
      <span class="num">
        {ratio === 1 ? 'same' : formatPercentChange(ratio - 1, Math.abs(ratio - 1) < 0.02 ? 1 : 0)}
      </span>
    </span>
  )
}

const COLUMNS: readonly Column<SegmentComparison>[] = [
  {
    key: 'segment',
    label: 'Products that sell',
    width: 'minmax(140px, 1fr)',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.label}>{capital(row.label.replace(YOUNG, '').replace('Sells ', ''))}</b>
        <span class="sku">
          {formatPlural(row.products, 'product')}
          {YOUNG.test(row.label) ? ' · young' : ''}
        </span>
      </>
    ),
  },
  {
    key: 'floor',
    label: 'Floor',
    width: '58px',
    numeric: true,
    help: 'Error of the classical floor on past days; lower is better',
    area: 'floor',
    short: 'floor',
    cell: (row) => measure(row.floor),
  },
  {
    key: 'learned',
    label: 'Learned',
    width: '88px',
    numeric: true,
    help: 'Error of the best learned model on past days',
    area: 'learned',
    short: 'learned',
    cell: (row) => (
      <>
        {measure(row.learned)}
        <span class="unit">{row.learnedLabel ?? 'none'}</span>
      </>
    ),
  },
  {
    key: 'combined',
    label: 'Combined',
    width: '66px',
    numeric: true,
    help: 'Error of their combination, weighted by what each did on past days',
    area: 'combined',
    short: 'combined',
    end: true,
    cell: (row) => measure(row.combined),
  },
  {
    key: 'ratio',
    label: 'Error against the floor',
    width: 'minmax(110px, 168px)',
    help: 'Of what is used; the tick is the floor',
    area: 'ratio',
    cell: (row) => <Versus ratio={row.ratio} />,
  },
  {
    key: 'uses',
    label: 'Used',
    width: '80px',
    area: 'uses',
    end: true,
    cell: (row) => {
      const [tone, word] = USES[row.uses]
      return <Chip tone={tone}>{word}</Chip>
    },
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1.2fr) minmax(0, 1.2fr)',
  areas: '"title title uses" "floor learned combined" "ratio ratio ratio"',
}

/** The models compared, products that sell alike together; least gain over the floor first. */
export function ModelsView() {
  useEffect(() => void segments.load(), [])
  const known = segments.data.value
  const error = segments.error.value
  const rows = known?.segments ?? []
  const open = param('segment') ?? (isWide.value ? 'all' : undefined)
  return (
    <div class="split">
      <section aria-label="Models by segment">
        <div class="bar-row words">
          <p>
            <Kept like={LIKE}>
              {known === undefined ? ' ' : (known.sentence ?? 'No models were compared yet.')}
            </Kept>
          </p>
          <button
            type="button"
            class="ghost"
            aria-expanded={open === 'all'}
            onClick={() => setParams({ segment: 'all' })}
          >
            All products
          </button>
        </div>
        {error !== undefined && known === undefined ? (
          <Trouble error={error} what="the segments" retry={() => void segments.load()} />
        ) : (
          <Grid
            label="Segments, least gain over the floor first"
            columns={COLUMNS}
            total={rows.length}
            rowAt={(index) => rows[index]}
            rowHeight={{ wide: 54, narrow: 116 }}
            narrow={NARROW}
            onOpen={(row) => setParams({ segment: row.segment })}
            isOpen={(row) => row.segment === open}
            none={
              known === undefined ? (
                ''
              ) : (
                <>
                  <p style={{ whiteSpace: 'normal', marginBottom: '10px' }}>
                    This forecast was made without comparing models by segment. Forecast again to
                    fill the list.
                  </p>
                  <CopyCommand command={known.command} />
                </>
              )
            }
          />
        )}
      </section>
      <SegmentPanel
        segment={open}
        comparison={rows.find((row) => row.segment === open)}
        onClose={param('segment') === undefined ? undefined : () => setParams({ segment: null })}
      />
    </div>
  )
}
