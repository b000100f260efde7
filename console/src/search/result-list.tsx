import type { SearchItem } from '../../../src/api/schemas/search.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { param, setParams } from '../router.ts'
import { price } from '../state.ts'
import { formatCount } from '../text/format.ts'
import { ArmMarks } from './arm-marks.tsx'
import {
  fetchMore,
  filters,
  found,
  isFetchingMore,
  PAGE,
  reachable,
  setFilters,
} from './search-state.ts'

/** A title with what matches the query in bold. */
export function Highlighted({ item }: { item: SearchItem }) {
  const title = item.highlights.find(({ parts }) => plain(parts) === item.title)
  if (title === undefined) return <>{item.title}</>
  return <>{title.parts.map(({ text, hit }, i) => (hit ? <mark key={i}>{text}</mark> : text))}</>
}

const plain = (parts: SearchItem['highlights'][number]['parts']) =>
  parts.map(({ text }) => text).join('')

const COLUMNS: readonly Column<SearchItem>[] = [
  {
    key: 'position',
    label: '#',
    width: '26px',
    numeric: true,
    area: 'place',
    cell: (item) => <span class="dim">{formatCount(item.position)}</span>,
  },
  {
    key: 'title',
    label: 'Product',
    width: 'minmax(140px, 1fr)',
    area: 'title',
    cell: (item) => (
      <>
        <b class="title clamp" title={item.title}>
          <Highlighted item={item} />
        </b>
        <span class="sku">
          {[item.brand, item.category].filter((text) => text !== null).join(' · ') ||
            item.productId}
        </span>
      </>
    ),
  },
  {
    key: 'arms',
    label: 'Brought by, at rank',
    width: '150px',
    help: 'Which kinds of arms found it, and how high each put it',
    area: 'arms',
    wrap: true,
    cell: (item) => (
      <>
        <ArmMarks arms={item.arms} />
        {item.rule === null ? null : (
          <span class="warn-t ruled" title={item.rule}>
            <span aria-hidden="true">◆ </span>
            by rule
          </span>
        )}
      </>
    ),
  },
  {
    key: 'price',
    label: 'Price',
    width: '76px',
    numeric: true,
    area: 'price',
    end: true,
    cell: (item) =>
      item.priceCents === null ? <span class="dim">–</span> : price(item.priceCents),
  },
]

const NARROW = {
  columns: '22px minmax(0, 1fr) auto',
  areas: '"place title price" ". arms arms"',
}

/** The results, best first; Enter or a click asks why one stands where it does. */
export function ResultList() {
  const known = found.value
  const items = known?.items ?? []
  const open = param('result')
  const left = reachable.value - items.length
  return (
    <>
      <Grid
        label="Results, best first"
        columns={COLUMNS}
        total={items.length}
        rowAt={(index) => items[index]}
        rowHeight={{ wide: 64, narrow: 88 }}
        narrow={NARROW}
        onOpen={(item) => setParams({ result: item.productId, panel: null })}
        isOpen={(item) => item.productId === open}
        none={known === undefined ? '' : <Nothing />}
      />
      {left <= 0 ? null : (
        <p class="more">
          <button
            type="button"
            class="ghost"
            disabled={isFetchingMore.value}
            onClick={() => void fetchMore()}
          >
            {`Show ${Math.min(PAGE, left)} more of ${formatCount(reachable.value)}`}
          </button>
        </p>
      )}
    </>
  )
}

function Nothing() {
  return (
    <>
      <p style={{ whiteSpace: 'normal', marginBottom: '10px' }}>
        {filters.value.length > 0
          ? 'Nothing matches with these conditions.'
          : 'No arm found anything. A product with these words in its title or text, or a rule that pins one, would answer it.'}
      </p>
      {filters.value.length === 0 ? null : (
        <button type="button" class="ghost" onClick={() => setFilters([])}>
          Without conditions
        </button>
      )}
    </>
  )
}
