import type { WarehouseSummary, WarehouseTemplate } from '../../../src/api/schemas/warehouse.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip, type Tone } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { param, setParams } from '../router.ts'
import { BeforeAfter } from './before-after.tsx'
import { NothingYet } from './nothing-yet.tsx'
import { TemplatePanel } from './template-panel.tsx'
import { cpuTime, perDay } from './words.ts'

function stateOf({ off, actionIds, tuned }: WarehouseTemplate): { tone: Tone; words: string } {
  if (off) return { tone: 'warn', words: 'turned off' }
  if (actionIds.length === 0) return { tone: 'calm', words: 'as asked' }
  return tuned === null ? { tone: 'ok', words: 'ready' } : { tone: 'ok', words: 'tuned' }
}

function columnsOf(longest: number): readonly Column<WarehouseTemplate>[] {
  return [
    {
      key: 'sql',
      label: 'Statement',
      width: 'minmax(160px, 1.6fr)',
      area: 'title',
      cell: ({ sql, askedBy, tables }) => (
        <>
          <code class="statement">{sql}</code>
          <span class="sku">
            {[
              ...(askedBy === null ? [] : [askedBy]),
              ...(tables.length > 0 ? [tables.join(', ')] : []),
            ].join(' · ')}
          </span>
        </>
      ),
    },
    {
      key: 'state',
      label: 'State',
      width: '104px',
      area: 'state',
      cell: (row) => {
        const { tone, words } = stateOf(row)
        return <Chip tone={tone}>{words}</Chip>
      },
    },
    {
      key: 'count',
      label: 'A day',
      width: '80px',
      numeric: true,
      help: 'Statements of this kind a day',
      area: 'count',
      short: 'a day',
      cell: (row) => perDay(row.perDay),
    },
    {
      key: 'cpu',
      label: 'CPU a day',
      width: '92px',
      numeric: true,
      area: 'cpu',
      short: 'CPU a day',
      end: true,
      cell: ({ cpuMsPerDay }) => cpuTime(cpuMsPerDay),
    },
    {
      key: 'bars',
      label: 'Before and after',
      width: 'minmax(130px, 1fr)',
      help: 'CPU of the median run as it is asked, and with the changes; lengths by square root',
      area: 'bars',
      cell: ({ p50Ms, tuned }) => (
        <BeforeAfter before={p50Ms} after={tuned?.p50Ms} longest={longest} />
      ),
    },
  ]
}

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title" "state cpu" "count count" "bars bars"',
}

/** What is asked, the dearest first. */
export function WorkloadView({ known }: { known: WarehouseSummary | undefined }) {
  const rows = known?.templates ?? []
  const longest = rows.reduce((most, { p50Ms }) => Math.max(most, p50Ms), 0)
  const open = rows.find(({ fingerprint }) => fingerprint === param('template'))
  return (
    <div class="split">
      <section aria-label="Workload">
        <Grid
          label="Statements by what they take, the dearest first"
          columns={columnsOf(longest)}
          total={rows.length}
          rowAt={(i) => rows[i]}
          rowHeight={{ wide: 56, narrow: 132 }}
          narrow={NARROW}
          onOpen={({ fingerprint }) => setParams({ template: fingerprint })}
          isOpen={({ fingerprint }) => fingerprint === open?.fingerprint}
          rowClass={() => 'warehouse'}
          none={
            <NothingYet
              command={known?.runCommand}
              words={
                known?.mode === 'off'
                  ? 'Nobody watches: [warehouse] mode is “off” in storewright.toml. With another mode, what this asks shows here:'
                  : 'What the other pages and the store’s runs ask shows here. This asks a good deal:'
              }
            />
          }
        />
      </section>
      {open === undefined || known === undefined ? (
        <SidePanel title="Why does it take so long?" onClose={undefined} idle>
          <p class="dim">
            Choose a statement to read it whole, to see what was changed for it and what that saves,
            or to leave it as it is asked.
          </p>
        </SidePanel>
      ) : (
        <TemplatePanel template={open} known={known} />
      )}
    </div>
  )
}
