import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { isNarrow } from '../media.ts'
import { type RowWindow, rowAfterKey, rowWindow, topShowing } from './virtual-window.ts'

const OVERSCAN = 8

export interface Column<Row> {
  readonly key: string
  readonly label: string | (() => string)
  /** A track of CSS grid. */
  readonly width: string
  readonly numeric?: boolean
  /** The order that a click on the header asks for. */
  readonly sort?: string
  readonly help?: string
  /** Where the cell stands in a phone's card, and what names it there. */
  readonly area: string
  readonly short?: string
  readonly end?: boolean
  readonly wrap?: boolean
  readonly cell: (row: Row, index: number) => ComponentChildren
}

export interface GridProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly total: number
  /** The row, or undefined while it is not here yet. */
  readonly rowAt: (index: number) => Row | undefined
  readonly rowHeight: { readonly wide: number; readonly narrow: number }
  /** The tracks and areas of a phone's card. */
  readonly narrow: { readonly columns: string; readonly areas: string }
  readonly sort?: { readonly key: string; readonly descending: boolean }
  readonly onSort?: (key: string) => void
  readonly onOpen: (row: Row, index: number) => void
  readonly isOpen: (row: Row) => boolean
  readonly rowClass?: (row: Row, index: number) => string
  /** Called with the rows drawn, so that they can be fetched. */
  readonly onWindow?: (window: RowWindow) => void
  /** Shown instead of rows when there are none. */
  readonly none: ComponentChildren
}

/** A list of any length: only the rows that show are drawn; arrows move, Enter opens. */
export function Grid<Row>(props: GridProps<Row>) {
  const { columns, total, rowAt } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const head = useRef<HTMLTableSectionElement>(null)
  const drawn = useSignal<RowWindow>({ first: 0, last: Math.min(total, 30) })
  const active = useSignal(-1)
  const height = isNarrow.value ? props.rowHeight.narrow : props.rowHeight.wide
  const headHeight = (): number => head.current?.offsetHeight ?? 0

  const measure = (): void => {
    if (body.current === null) return
    const top = -body.current.getBoundingClientRect().top
    const next = rowWindow(top, innerHeight, height, total, OVERSCAN)
    const known = drawn.peek()
    if (next.first !== known.first || next.last !== known.last) drawn.value = next
    props.onWindow?.(next)
  }
  const latest = useRef(measure)
  latest.current = measure
  useLayoutEffect(measure, [total, height, props.rowAt])
  useEffect(() => {
    let frame = 0
    const later = (): void => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => latest.current())
    }
    addEventListener('scroll', later, { passive: true })
    addEventListener('resize', later)
    return () => {
      cancelAnimationFrame(frame)
      removeEventListener('scroll', later)
      removeEventListener('resize', later)
    }
  }, [])

  const show = (index: number): void => {
    const covered = Math.max(headHeight(), isNarrow.peek() ? 52 : 0)
    const top = -body.current!.getBoundingClientRect().top + covered
    const move = topShowing(index, top, innerHeight - covered, height) - top
    if (move !== 0) scrollBy({ top: move })
  }
  const open = (index: number): void => {
    const row = rowAt(index)
    if (row === undefined) return
    active.value = index
    props.onOpen(row, index)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') open(active.peek())
    const pageRows = Math.max(1, Math.floor(innerHeight / height) - 2)
    const next = rowAfterKey(event.key, active.peek(), total, pageRows)
    if (next === undefined) return
    event.preventDefault()
    active.value = next
    show(next)
  }
  const onFocus = (event: FocusEvent): void => {
    if (event.target !== event.currentTarget || active.peek() >= 0 || total === 0) return
    active.value = Math.min(total - 1, drawn.peek().first === 0 ? 0 : drawn.peek().first + OVERSCAN)
  }
  const onClick = (event: MouseEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>('[data-row]')
    if (row !== null) open(Number(row.dataset['row']))
  }

  const { first, last } = drawn.value
  const indices = Array.from(
    { length: Math.max(0, Math.min(last, total) - first) },
    (_, k) => first + k,
  )
  return (
    <table
      class="grid card"
      {...gridRole(active.value >= first && active.value < last ? active.value : -1)}
      id="grid"
      aria-label={props.label}
      aria-rowcount={total + 1}
      style={{
        '--columns': columns.map((column) => column.width).join(' '),
        '--narrow-columns': props.narrow.columns,
        '--narrow-areas': props.narrow.areas,
      }}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onClick={onClick}
    >
      <thead ref={head}>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </tr>
      </thead>
      <tbody ref={body} style={{ height: `${total * height}px` }}>
        {indices.map((index) => {
          const row = rowAt(index)
          const opened = row !== undefined && props.isOpen(row)
          const names = [
            index === active.value ? 'active' : '',
            row && props.rowClass?.(row, index),
          ]
          return (
            <tr
              key={index}
              id={`row-${index}`}
              data-row={index}
              aria-rowindex={index + 2}
              aria-selected={opened}
              class={names.filter(Boolean).join(' ')}
              style={{ height: `${height}px`, transform: `translateY(${index * height}px)` }}
            >
              {row === undefined ? (
                <td class="dim">…</td>
              ) : (
                columns.map((column) => (
                  <td
                    key={column.key}
                    class={[column.numeric && 'num', column.wrap && 'wrap', column.end && 'end']
                      .filter(Boolean)
                      .join(' ')}
                    data-short={column.short}
                    style={{ '--area': column.area }}
                  >
                    {column.cell(row, index)}
                  </td>
                ))
              )}
            </tr>
          )
        })}
        {total === 0 ? (
          <tr class="none" style={{ height: '240px', cursor: 'default' }}>
            <td style={{ gridColumn: '1 / -1' }}>{props.none}</td>
          </tr>
        ) : null}
      </tbody>
    </table>
  )
}

/** The table takes keys, so it is a grid, with one row at a time, to those who cannot see it. */
function gridRole(active: number) {
  const row = active < 0 ? undefined : `row-${active}`
  return { role: 'grid', tabIndex: 0, 'aria-activedescendant': row } as const
}

interface HeadCellProps<Row> {
  readonly column: Column<Row>
  readonly sort: GridProps<Row>['sort']
  readonly onSort: GridProps<Row>['onSort']
}

function HeadCell<Row>({ column, sort, onSort }: HeadCellProps<Row>) {
  const { sort: key, label, help } = column
  const words = typeof label === 'string' ? label : label()
  const sorted = sort !== undefined && sort.key === key
  const arrow = sorted ? (sort.descending ? '↓' : '↑') : ''
  const order = sorted ? (sort.descending ? 'descending' : 'ascending') : undefined
  return (
    <th scope="col" class={column.numeric === true ? 'num' : ''} aria-sort={order} title={help}>
      {key === undefined || onSort === undefined ? (
        <span>{words}</span>
      ) : (
        <button type="button" onClick={() => onSort(key)}>
          {words}
          {arrow === '' ? null : <span aria-hidden="true">{arrow}</span>}
        </button>
      )}
    </th>
  )
}
