import { useEffect } from 'preact/hooks'
import type { LostSales } from '../../../src/api/schemas/explain.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { lostSales, money } from '../state.ts'
import { formatCount, formatMeasure, formatPlural } from '../text/format.ts'
import { ProductPanel } from './product-panel.tsx'

type LostRow = LostSales['worst'][number]

const COLUMNS: readonly Column<LostRow>[] = [
  {
    key: 'title',
    label: 'Product',
    width: 'minmax(140px, 1fr)',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.title}>{row.title}</b>
        <span class="sku">{row.productId}</span>
      </>
    ),
  },
  {
    key: 'days',
    label: 'Days out',
    width: '80px',
    numeric: true,
    area: 'days',
    short: 'days out',
    cell: (row) => formatCount(row.days),
  },
  {
    key: 'units',
    label: 'Units lost',
    width: '90px',
    numeric: true,
    help: 'Expected: what similar days would have sold, less what was sold',
    area: 'units',
    short: 'units',
    cell: (row) => formatMeasure(row.units),
  },
  {
    key: 'cents',
    label: 'Revenue lost',
    width: '110px',
    numeric: true,
    area: 'cents',
    end: true,
    cell: (row) => (row.cents === null ? <span class="dim">no price</span> : money(row.cents)),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title cents" "days units units"',
}

/** What was wanted and not sold for want of stock, dearest first. */
export function LostView() {
  useEffect(() => void lostSales.load(), [])
  const known = lostSales.data.value
  const error = lostSales.error.value
  const rows = known?.worst ?? []
  const open = param('product')
  return (
    <div class="split">
      <section aria-label="Lost sales">
        <div class="bar-row words">
          <p>{known === undefined ? ' ' : wordsOf(known)}</p>
        </div>
        {error !== undefined && known === undefined ? (
          <Trouble error={error} what="the lost sales" retry={() => void lostSales.load()} />
        ) : (
          <Grid
            label="Products by revenue lost"
            columns={COLUMNS}
            total={rows.length}
            rowAt={(index) => rows[index]}
            rowHeight={{ wide: 54, narrow: 84 }}
            narrow={NARROW}
            onOpen={(row) => setParams({ product: row.productId })}
            isOpen={(row) => row.productId === open}
            none={
              known === undefined ? (
                ''
              ) : (
                <p style={{ whiteSpace: 'normal' }}>
                  No sales were lost that the feed shows. Days out of stock are known where the
                  table sales has the column in_stock; without it, a day without sales counts as a
                  day without demand.
                </p>
              )
            }
          />
        )}
      </section>
      {open === undefined || open === 'none' ? (
        <SidePanel title="How is it estimated?" onClose={undefined} idle>
          <p class="dim">
            A day out of stock says only that demand was at least what sold. What similar days sold,
            of the product and of those like it, stands in for the rest. Choose a product to see its
            days.
          </p>
        </SidePanel>
      ) : (
        <ProductPanel
          productId={open}
          row={undefined}
          onClose={() => setParams({ product: null })}
        />
      )}
    </div>
  )
}

function wordsOf({ units, cents, products, productDays, worst }: LostSales): string {
  if (products === 0) return 'No sales were lost to empty shelves.'
  const worth = cents === null ? '' : ` worth ${money(cents)}`
  const shown = worst.length < products ? ` The dearest ${worst.length} are shown.` : ''
  return `About ${formatPlural(units, 'unit')}${worth} wanted and not sold: ${formatPlural(products, 'product')}, ${formatPlural(productDays, 'day')} out of stock.${shown}`
}
