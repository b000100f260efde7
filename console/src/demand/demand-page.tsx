import { useEffect } from 'preact/hooks'
import type { DemandSummary, ProductRow } from '../../../src/api/schemas/demand.ts'
import { isWide } from '../media.ts'
import { Link } from '../parts/link.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { UnitsToggle } from '../parts/units-toggle.tsx'
import { param, setParams } from '../router.ts'
import { date, summary } from '../state.ts'
import {
  capital,
  formatCount,
  formatMeasure,
  formatPercent,
  formatPlural,
  formatWord,
} from '../text/format.ts'
import { modelLabel, products, query } from './demand-state.ts'
import { ProductGrid } from './product-grid.tsx'
import { ProductPanel } from './product-panel.tsx'

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
  const showsModels = param('panel') === 'models'
  return (
    <>
      <PageHead answer={known && answerOf(known)} note={known && noteOf(known)}>
        <UnitsToggle />
        <button
          type="button"
          class="ghost"
          aria-expanded={showsModels}
          onClick={() => setParams({ panel: showsModels ? null : 'models' })}
        >
          Compare models
        </button>
        <Link class="button primary" to={{ page: 'buying', params: {} }}>
          See what to order
        </Link>
      </PageHead>
      <Tiles label="The forecast in figures" tiles={tilesOf(known)} />
      <div class="split">
        <ProductGrid openId={open} />
        {showsModels ? (
          <ModelsPanel />
        ) : open === undefined || open === 'none' ? (
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
    </>
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
  return `${known.horizonDays} days from ${date(known.forecastFrom)} · each model tried on ${known.backtestDays} past days`
}

function tilesOf(known: DemandSummary | undefined): Tile[] {
  const labels = ['Error against naive', 'Typical miss', 'Inside the 90 % band', 'Need a look']
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const better = 1 - known.scaledPinball / known.naiveScaledPinball
  const { poor, watch } = known.byStatus
  return [
    {
      label: labels[0]!,
      value: formatMeasure(known.scaledPinball),
      note: `naive ${formatMeasure(known.naiveScaledPinball)}: ${formatPercent(Math.abs(better), 0)} ${better < 0 ? 'worse' : 'better'}`,
    },
    { label: labels[1]!, value: formatPercent(known.wape), note: 'of units, day by day (WAPE)' },
    { label: labels[2]!, value: formatPercent(known.coverage90), note: 'of days; 90 % is right' },
    {
      label: labels[3]!,
      value: formatCount(poor + watch),
      note: (
        <>
          <span class="bad-t">▲ {formatCount(poor)} poor</span>,{' '}
          <span class="warn-t">◆ {formatCount(watch)} to watch</span>
        </>
      ),
    },
  ]
}

function ModelsPanel() {
  const known = summary.data.value
  return (
    <SidePanel title="How the models compare" onClose={() => setParams({ panel: null })}>
      <p class="lead">
        Each product takes the model that did best on its own past. Lower is better; the seasonal
        naive, the baseline, repeats what was sold one season before.
      </p>
      <table class="facts" style={{ marginTop: '12px' }}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="num">
              Error
            </th>
            <th scope="col" class="num">
              WAPE
            </th>
            <th scope="col" class="num">
              Chosen for
            </th>
          </tr>
        </thead>
        <tbody>
          {[...(known?.models ?? [])]
            .sort((a, b) => a.pinball - b.pinball)
            .map((model) => (
              <tr key={model.model}>
                <td>
                  {modelLabel(model.model)}
                  {model.isBaseline ? <span class="dim"> (baseline)</span> : null}
                </td>
                <td class="num">{formatMeasure(model.pinball)}</td>
                <td class="num">{model.wape === null ? '–' : formatPercent(model.wape, 0)}</td>
                <td class="num">{formatCount(model.products)}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <p class="dim" style={{ marginTop: '12px' }}>
        Error is the scaled pinball loss: how far off all quantiles were, relative to how much the
        product’s sales move, so that large and small products compare.
      </p>
    </SidePanel>
  )
}
