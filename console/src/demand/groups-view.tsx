import type { GroupList, GroupRow } from '../../../src/api/schemas/groups.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { isWide } from '../media.ts'
import { Kept } from '../parts/kept.tsx'
import { Spark } from '../parts/spark.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { groupLists, inMoney, money, moneyBrief } from '../state.ts'
import { formatCount, formatPercent, formatPlural } from '../text/format.ts'
import { GroupPanel } from './group-panel.tsx'

const LIKE =
  '888,888 units in the next 28 days, 9 times in 10 between 888,888 and 888,888. Home and garden has most at stake: 88 % off on a usual day.'

/** What stands for a group in the address. */
export const keyOf = ({ level, group }: Pick<GroupRow, 'level' | 'group'>) => `${level}:${group}`

/** A quantity as units or, where the person asked for it, as money. */
function amount(units: number, { priceCents }: GroupRow, write = money): string {
  return inMoney.value && priceCents !== null ? write(units * priceCents) : formatCount(units)
}

function leanOf({ bias, wape }: GroupRow): string {
  if (wape === null) return 'never tried'
  if (bias === null || Math.abs(bias) < 0.005) return 'no bias'
  return `${formatPercent(Math.abs(bias), 0)} too ${bias > 0 ? 'high' : 'low'}`
}

const COLUMNS: readonly Column<GroupRow>[] = [
  {
    key: 'label',
    label: 'Products',
    width: 'minmax(130px, 1fr)',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.label}>{row.label}</b>
        <span class="sku">{formatPlural(row.products, 'product')}</span>
      </>
    ),
  },
  {
    key: 'spark',
    label: 'Half a year',
    width: 'minmax(62px, 84px)',
    area: 'spark',
    cell: (row) => <Spark values={row.spark} />,
  },
  {
    key: 'stake',
    label: 'At stake',
    width: '76px',
    numeric: true,
    help: 'Money that a usual miss is worth: error × units expected × price',
    area: 'stake',
    short: 'at stake',
    cell: (row) =>
      row.stakeCents === null ? <span class="dim">no price</span> : moneyBrief(row.stakeCents),
  },
  {
    key: 'error',
    label: 'Usual miss',
    width: '88px',
    numeric: true,
    help: 'Of a day’s units on the past (WAPE); below it how far off on the whole',
    area: 'error',
    end: true,
    cell: (row) => (
      <>
        {row.wape === null ? <span class="dim">–</span> : formatPercent(row.wape, 0)}
        <span class="unit">{leanOf(row)}</span>
      </>
    ),
  },
  {
    key: 'last',
    label: 'Last 28',
    width: '72px',
    numeric: true,
    help: 'Sold in the last 28 days',
    area: 'last',
    short: 'sold',
    cell: (row) => amount(row.last28Units, row),
  },
  {
    key: 'next',
    label: 'Next 28',
    width: '118px',
    numeric: true,
    help: 'Expected in the days ahead; 90 % sure of the range below it',
    area: 'next',
    short: 'next',
    end: true,
    cell: (row) => (
      <>
        {amount(row.next28Units, row)}
        <span class="unit">{`${amount(row.next28Low, row, moneyBrief)} – ${amount(row.next28High, row, moneyBrief)}`}</span>
      </>
    ),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) 132px',
  areas: '"title title error" "last spark next" "stake stake stake"',
}

/** Categories, departments or places under their total, most money at stake first. */
export function GroupsView() {
  const asked = param('level') ?? ''
  const resource = groupLists.of(asked)
  const known = resource.data.value
  const error = resource.error.value
  const rows = known === undefined || known.total === null ? [] : [known.total, ...known.groups]
  const first = rows[0]
  const open = param('group') ?? (isWide.value && first !== undefined ? keyOf(first) : undefined)
  return (
    <div class="split">
      <section aria-label="Groups of products">
        <div class="bar-row words">
          <p>
            <Kept like={LIKE}>
              {known === undefined ? ' ' : (known.sentence ?? 'Groups were not forecast yet.')}
            </Kept>
          </p>
          <Levels known={known} />
        </div>
        {error !== undefined && known === undefined ? (
          <Trouble error={error} what="the groups" retry={() => void resource.load()} />
        ) : (
          <Grid
            label="The total, then groups by money at stake"
            columns={COLUMNS}
            total={rows.length}
            rowAt={(index) => rows[index]}
            rowHeight={{ wide: 54, narrow: 108 }}
            narrow={NARROW}
            onOpen={(row) => setParams({ group: keyOf(row) })}
            isOpen={(row) => keyOf(row) === open}
            rowClass={(row) => (row.level === 'total' ? 'whole' : '')}
            none={known === undefined ? '' : <NoGroups command={known.command} />}
          />
        )}
      </section>
      <GroupPanel
        groupKey={open}
        row={rows.find((row) => keyOf(row) === open)}
        onClose={param('group') === undefined ? undefined : () => setParams({ group: null })}
      />
    </div>
  )
}

/** What can be asked for while nothing is known. */
const CATEGORIES = { level: 'category', label: 'Categories' } as const

function Levels({ known }: { known: GroupList | undefined }) {
  const levels = known?.levels.length ? known.levels : [CATEGORIES]
  return (
    <label>
      <span class="unseen">Added up by</span>
      <select
        value={known?.level}
        disabled={levels.length < 2}
        onChange={(event) => {
          const level = event.currentTarget.value
          setParams({ level: level === levels[0]!.level ? null : level, group: null })
        }}
      >
        {levels.map(({ level, label }) => (
          <option key={level} value={level}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}

function NoGroups({ command }: { command: string }) {
  return (
    <>
      <p style={{ whiteSpace: 'normal', marginBottom: '10px' }}>
        This forecast was made without its sums. Forecast again to fill the list; categories come
        from the table products, places from the column place_id of sales.
      </p>
      <CopyCommand command={command} />
    </>
  )
}
