import type { WarehouseAction, WarehouseSummary } from '../../../src/api/schemas/warehouse.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { param, setParams } from '../router.ts'
import { ActionPanel } from './action-panel.tsx'
import { ChangeButton, StatusChip } from './change-button.tsx'
import { NothingYet } from './nothing-yet.tsx'
import { cpuTime, KIND_WORDS, size } from './words.ts'

const COLUMNS: readonly Column<WarehouseAction>[] = [
  {
    key: 'what',
    label: 'Change',
    width: 'minmax(160px, 1.4fr)',
    area: 'title',
    cell: ({ summary, kind, target }) => (
      <>
        <b>{summary}</b>
        <span class="sku">
          {KIND_WORDS[kind]} · {target}
        </span>
      </>
    ),
  },
  {
    key: 'status',
    label: 'Status',
    width: '108px',
    area: 'status',
    cell: (action) => <StatusChip action={action} />,
  },
  {
    key: 'gain',
    label: 'Saves a day',
    width: '112px',
    numeric: true,
    help: 'CPU saved before upkeep: as measured on the real data, else as predicted',
    area: 'gain',
    short: 'saves a day',
    cell: ({ measured, predicted }) => (
      <>
        {cpuTime((measured ?? predicted).savedMsPerDay)}
        <span class="unit">
          {measured === null ? 'predicted' : `predicted ${cpuTime(predicted.savedMsPerDay)}`}
        </span>
      </>
    ),
  },
  {
    key: 'upkeep',
    label: 'Upkeep',
    width: '96px',
    numeric: true,
    help: 'CPU a day that keeping it costs, and the room it takes',
    area: 'upkeep',
    short: 'upkeep',
    end: true,
    cell: ({ measured, predicted }) => {
      const { upkeepMsPerDay, storageBytes } = measured ?? predicted
      return (
        <>
          {cpuTime(upkeepMsPerDay)}
          <span class="unit">{size(storageBytes)}</span>
        </>
      )
    },
  },
  {
    key: 'act',
    label: '',
    width: '108px',
    area: 'act',
    cell: (action) => <ChangeButton action={action} isInList />,
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title" "status gain" "act upkeep"',
}

/** What was changed and what waits for a word. */
export function ActionsView({ known }: { known: WarehouseSummary | undefined }) {
  const rows = known?.actions ?? []
  const open = rows.find(({ actionId }) => actionId === param('action'))
  return (
    <div class="split">
      <section aria-label="Changes">
        <Grid
          label="Changes of the design, what waits for a word first"
          columns={COLUMNS}
          total={rows.length}
          rowAt={(i) => rows[i]}
          rowHeight={{ wide: 56, narrow: 136 }}
          narrow={NARROW}
          onOpen={({ actionId }) => setParams({ action: actionId })}
          isOpen={({ actionId }) => actionId === open?.actionId}
          rowClass={({ status }) =>
            status === 'undone' || status === 'refused' ? 'warehouse cut' : 'warehouse'
          }
          none={
            <NothingYet
              command={known?.command}
              words="Nothing was changed and nothing is proposed. “Left alone” says why; this looks anew:"
            />
          }
        />
      </section>
      {open === undefined ? (
        <SidePanel title="Is it worth it?" onClose={undefined} idle>
          <p class="dim">
            Choose a change to see what it saves and costs, the statements that make and unmake it,
            and to apply, undo or refuse it.
          </p>
        </SidePanel>
      ) : (
        <ActionPanel action={open} />
      )}
    </div>
  )
}
