import type { SearchItem } from '../../../src/api/schemas/search.ts'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { formatPercent } from '../text/format.ts'
import { movesOf, outcomeOf, pairs, type Row } from './compare-state.ts'

interface ComparePanelProps {
  readonly query: string
  readonly row: Row | undefined
  readonly onClose: () => void
}

/** The first ten of both orders of one query, side by side, with what moved. */
export function ComparePanel({ query, row, onClose }: ComparePanelProps) {
  const resource = pairs.of(query)
  const known = resource.data.value
  const error = resource.error.value
  return (
    <SidePanel title={`“${query}”`} onClose={onClose}>
      <p class="lead">{row === undefined ? ' ' : leadOf(row)}</p>
      {error !== undefined && known === undefined ? (
        <Trouble error={error} what="the results" retry={() => void resource.load()} />
      ) : known === undefined ? (
        <div style={{ minHeight: '520px' }} aria-busy="true" />
      ) : (
        <Sides {...known} />
      )}
      <p style={{ marginTop: '16px' }}>
        <Link to={{ page: 'search', params: { q: query } }}>Try it and judge its results</Link>
      </p>
    </SidePanel>
  )
}

function leadOf(row: Row): string {
  const change = Math.abs(row.right - row.left).toFixed(3)
  const common = `${formatPercent(row.overlap, 0)} of the first ten are the same products.`
  const outcome = outcomeOf(row)
  if (outcome === 'tied') return `Both orders are as good. ${common}`
  return `The learned order is ${change} ${outcome === 'won' ? 'better' : 'worse'} here. ${common}`
}

function Sides({ left, right }: { left: readonly SearchItem[]; right: readonly SearchItem[] }) {
  const stays = new Set(right.map(({ productId }) => productId))
  return (
    <div class="sides">
      <section aria-label="Default order">
        <h3>Default</h3>
        <ol>
          {left.map((item) => (
            <li key={item.productId} title={item.title}>
              <span class="clamp">{item.title}</span>
              <small class="move dim">
                {stays.has(item.productId) ? item.productId : '○ falls out'}
              </small>
            </li>
          ))}
        </ol>
      </section>
      <section aria-label="Learned order">
        <h3>Learned</h3>
        <ol>
          {movesOf(left, right).map(({ item, before }, i) => (
            <li key={item.productId} title={item.title}>
              <span class="clamp">{item.title}</span>
              <Move now={i + 1} before={before} />
            </li>
          ))}
        </ol>
      </section>
      {left.length === 0 && right.length === 0 ? <p class="dim">Neither finds anything.</p> : null}
    </div>
  )
}

/** How far a result moved, with a shape: ▲ up, ▼ down, ◆ new, = as before. */
function Move({ now, before }: { now: number; before: number | null }) {
  if (before === null) return <small class="move warn-t">◆ new here</small>
  if (before === now) return <small class="move dim">= as before</small>
  return before > now ? (
    <small class="move ok-t">{`▲ up ${before - now}`}</small>
  ) : (
    <small class="move bad-t">{`▼ down ${now - before}`}</small>
  )
}
