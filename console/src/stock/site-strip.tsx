import type { StockCell, StockSummary } from '../../../src/api/schemas/stock-pages.ts'
import { STATE_TONES } from './words.ts'

/** Days at which a bar is full. */
const FULL_DAYS = 28
const STEP = 10
const HEIGHT = 24

interface SiteStripProps {
  readonly cells: readonly StockCell[]
  /** All sites in one order, so that a site stands at the same place in every row. */
  readonly sites: StockSummary['sites']
  readonly chosen: string | undefined
}

/**
 * How long stock lasts at each site: a bar as high as its days, a triangle where it is out, nothing
 * where the product is not kept. The words beside it and the panel's table say the same.
 */
export function SiteStrip({ cells, sites, chosen }: SiteStripProps) {
  const places = new Map(sites.map(({ siteId }, i) => [siteId, i]))
  const width = STEP * Math.max(1, sites.length)
  return (
    <svg
      class="site-strip"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <line x1="0" x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} class="ground" />
      {cells.map((cell) => {
        const place = places.get(cell.siteId)
        if (place === undefined) return null
        const x = STEP * place
        return (
          <g
            key={cell.siteId}
            data-site={cell.siteId}
            class={`${STATE_TONES[cell.state]}${cell.siteId === chosen ? ' chosen' : ''}`}
          >
            <title>{titleOf(cell, sites[place]!.name)}</title>
            <rect x={x} y="0" width={STEP} height={HEIGHT} class="reach" />
            <Mark cell={cell} x={x} />
          </g>
        )
      })}
    </svg>
  )
}

function Mark({ cell: { state, coverDays }, x }: { cell: StockCell; x: number }) {
  if (state === 'out') return <path d={`M${x + 1} ${HEIGHT - 1}l4-8 4 8z`} />
  const share = coverDays === null ? 1 : Math.min(1, coverDays / FULL_DAYS)
  const height = Math.max(3, share * (HEIGHT - 2))
  return <rect x={x + 2} y={HEIGHT - 1 - height} width={STEP - 4} height={height} />
}

function titleOf({ available, coverDays, state }: StockCell, name: string): string {
  if (state === 'out') return `${name}: out of stock`
  const lasts = coverDays === null ? 'lasts over a year' : `lasts ${Math.floor(coverDays)} days`
  return `${name}: ${available.toLocaleString('en-GB')} to sell, ${state === 'still' ? 'no sale expected' : lasts}`
}
