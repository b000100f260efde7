import { useEffect } from 'preact/hooks'
import type { DemandSummary, ProductRow } from '../../../src/api/schemas/demand.ts'
import { isNarrow, isWide } from '../media.ts'
import { lazily } from '../parts/lazily.tsx'
import { Link } from '../parts/link.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { UnitsToggle } from '../parts/units-toggle.tsx'
import { param, setParams } from '../router.ts'
import { date, money, summary } from '../state.ts'
import {
  capital,
  formatCount,
  formatMeasure,
  formatPercent,
  formatPlural,
  formatWord,
} from '../text/format.ts'
import { products, query } from './demand-state.ts'
import { ProductGrid } from './product-grid.tsx'
import { ProductPanel } from './product-panel.tsx'
import { Views, viewInAddress } from './views.tsx'

const GroupsView = lazily(async () => (await import('./groups-view.tsx')).GroupsView)
const ModelsView = lazily(async () => (await import('./models-view.tsx')).ModelsView)
const OccasionsView = lazily(async () => (await import('./occasions-view.tsx')).OccasionsView)
const LostView = lazily(async () => (await import('./lost-view.tsx')).LostView)

const LIKE = {
  answer:
    'Forecasts beat the seasonal naive for 88 % of 8,888 products. Eight need a look before you rely on them.',
  note: '28 days from 28 Nov 2028 · learned in 8 of 8 segments',
}

/** The row of a product, if it is among the first. */
function rowOf(productId: string): ProductRow | undefined {
  for (const rows of products.state.value?.blocks.values() ?? []) {
    const row = rows.find((candidate) => candidate.productId === productId)
    if (row !== undefined) return row
  }
  return undefined
}

/** What will sell? */
export function DemandPage() {
  useEffect(() => void summary.load(), [])
  const asked = query.value
  useEffect(() => products.ask(asked), [asked])
  const known = summary.data.value
  const error = summary.error.value ?? products.error.value
  if (error !== undefined && (known === undefined || products.state.value === undefined)) {
    const retry = (): void => {
      void summary.load()
      products.retry()
    }
    return <Trouble error={error} what="the forecast" retry={retry} />
  }
  const open = param('product') ?? (isWide.value ? products.rowAt(0)?.productId : undefined)
  const view = viewInAddress()
  return (
    <>
      <PageHead answer={known && answerOf(known)} note={known && noteOf(known)} like={LIKE}>
        <UnitsToggle />
        <Link class="button primary" to={{ page: 'buying', params: {} }}>
          See what to order
        </Link>
      </PageHead>
      <Tiles label="The forecast in figures" tiles={tilesOf(known)} />
      <Views />
      {view === 'groups' ? <GroupsView /> : null}
      {view === 'models' ? <ModelsView /> : null}
      {view === 'occasions' ? <OccasionsView /> : null}
      {view === 'lost' ? <LostView /> : null}
      {view === 'products' ? <ProductsView open={open} /> : null}
    </>
  )
}

/** All products, and the one that is open. */
function ProductsView({ open }: { open: string | undefined }) {
  return (
    <div class="split">
      <ProductGrid openId={open} />
      {open === undefined || open === 'none' ? (
        <SidePanel title="Why these numbers?" onClose={undefined} idle>
          <p class="dim">
            Choose a product to see what it sold, what is expected and how well each model did.
          </p>
        </SidePanel>
      ) : (
        <ProductPanel
          productId={open}
          row={rowOf(open)}
          onClose={() => setParams({ product: 'none' })}
        />
      )}
    </div>
  )
}

function answerOf(known: DemandSummary): string {
  const poor = known.byStatus.poor
  const share = formatPercent(known.beatsNaive, 0)
  const good = `Forecasts beat the seasonal naive for ${share} of ${formatPlural(known.products, 'product')}.`
  if (poor === 0) return `${good} None needs a look.`
  const verb = poor === 1 ? 'needs' : 'need'
  return `${good} ${capital(formatWord(poor))} ${verb} a look before you rely on ${poor === 1 ? 'it' : 'them'}.`
}

function noteOf(known: DemandSummary): string {
  const { learned } = known
  const where =
    learned === null || learned.of === 0
      ? ''
      : learned.segments === 0
        ? ' · the classical floor alone'
        : ` · learned${isNarrow.value ? '' : ' models'} in ${learned.segments} of ${learned.of} segments`
  const tried = isNarrow.value && where !== '' ? '' : ` · tried on ${known.backtestDays} past days`
  return `${known.horizonDays} days from ${date(known.forecastFrom)}${where}${tried}`
}

function tilesOf(known: DemandSummary | undefined): Tile[] {
  const labels = [
    'Error against naive',
    'Lost for want of stock',
    'Inside the 90 % band',
    'At stake',
  ]
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const better = 1 - known.scaledPinball / known.naiveScaledPinball
  const { poor, watch } = known.byStatus
  return [
    {
      label: labels[0]!,
      value: formatMeasure(known.scaledPinball),
      note: `naive ${formatMeasure(known.naiveScaledPinball)}: ${formatPercent(Math.abs(better), 0)} ${better < 0 ? 'worse' : 'better'}`,
    },
    lostTile(known),
    { label: labels[2]!, value: formatPercent(known.coverage90), note: 'of days; 90 % is right' },
    {
      label: labels[3]!,
      value: known.stakeCents === null ? formatCount(poor + watch) : money(known.stakeCents),
      note: (
        <>
          <span class="bad-t">▲ {formatCount(poor)} poor</span>,{' '}
          <span class="warn-t">◆ {formatCount(watch)} to watch</span>
        </>
      ),
    },
  ]
}

/** What was wanted and not sold; where the feed does not tell, the typical miss. */
function lostTile({ lost, wape }: DemandSummary): Tile {
  if (lost === null) {
    return {
      label: 'Typical miss',
      value: formatPercent(wape),
      note: 'of units, day by day (WAPE)',
    }
  }
  const units = formatPlural(lost.units, 'unit')
  return {
    label: 'Lost for want of stock',
    value: lost.cents === null ? units : money(lost.cents),
    note: `${lost.cents === null ? '' : `${units}, `}${formatPlural(lost.productDays, 'day')} out of stock`,
  }
}
