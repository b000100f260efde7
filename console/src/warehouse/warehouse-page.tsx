import '../styles/warehouse.css'
import { useEffect } from 'preact/hooks'
import type { WarehouseSummary, WarehouseWaits } from '../../../src/api/schemas/warehouse.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { setParams } from '../router.ts'
import { moment, warehouse } from '../state.ts'
import { formatCount, formatPercent, formatPlural } from '../text/format.ts'
import { ActionsView } from './actions-view.tsx'
import { apply, underWayOf } from './changes.ts'
import { LeftView } from './left-view.tsx'
import { Views, viewInAddress } from './views.tsx'
import { cpuTime, size, withUnitsKept } from './words.ts'
import { WorkloadView } from './workload-view.tsx'

const LIKE = {
  answer:
    'Changes save 88 s of CPU a day, 88 % of what is asked of the database. 8 more wait for your word.',
  note: 'Seen from 28 Nov, 08:08 to 28 Nov, 08:08 · mode: approve · 888 statements, 95 % waited under 88 ms, 88 put first',
}

/** What takes long, and what was done about it? */
export function WarehousePage() {
  const known = warehouse.data.value
  const error = warehouse.error.value
  useEffect(() => void warehouse.load(), [])
  useEffect(() => {
    if (error?.status === 401) askToken(() => void warehouse.load())
  }, [error])
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the warehouse" retry={() => void warehouse.load()} />
  }
  return (
    <>
      <PageHead
        answer={known && withUnitsKept(known.sentence)}
        note={known && <Note known={known} />}
        like={LIKE}
      >
        <MainButton known={known} />
      </PageHead>
      <Tiles label="The warehouse in figures" tiles={tilesOf(known)} />
      <Views />
      <Body known={known} />
    </>
  )
}

function Body({ known }: { known: WarehouseSummary | undefined }) {
  switch (viewInAddress()) {
    case 'changes':
      return <ActionsView known={known} />
    case 'left':
      return <LeftView known={known} />
    default:
      return <WorkloadView known={known} />
  }
}

/** Applies what is proposed; where nothing is, leads on to what was done and to what was not. */
function MainButton({ known }: { known: WarehouseSummary | undefined }) {
  const proposed = (known?.actions ?? []).filter(({ status }) => status === 'proposed')
  const isBusy = proposed.some(({ actionId }) => underWayOf(actionId) !== undefined)
  if (known !== undefined && proposed.length === 0) {
    const next = nextView(known)
    if (next === undefined) return null
    return (
      <button type="button" class="primary" onClick={() => setParams({ view: next.view })}>
        {next.words}
      </button>
    )
  }
  return (
    <button
      type="button"
      class="primary"
      disabled={known === undefined}
      aria-disabled={isBusy}
      onClick={() => apply(proposed.map(({ actionId }) => actionId))}
    >
      {isBusy ? 'Applying' : 'Apply'}{' '}
      {known === undefined ? 'changes' : formatPlural(proposed.length, 'change')}
      {isBusy ? '…' : ''}
    </button>
  )
}

/** Another list than the one that shows, if there is something in it. */
function nextView({ actions, refusals }: WarehouseSummary) {
  if (viewInAddress() !== 'changes' && actions.length > 0) {
    return { view: 'changes', words: 'See the changes' }
  }
  if (viewInAddress() === 'left' || refusals.length === 0) return undefined
  return { view: 'left', words: 'See what was left alone' }
}

function Note({ known }: { known: WarehouseSummary }) {
  const { seenFrom, seenUntil, mode, command, waits } = known
  const seen =
    seenFrom === null || seenUntil === null
      ? 'Nothing was seen yet'
      : `Seen from ${moment(seenFrom)} to ${moment(seenUntil)}`
  const waited = waits === null ? '' : ` · ${waitWords(waits)}`
  return <span title={`To look anew: ${command}`}>{`${seen} · mode:\u00a0${mode}${waited}`}</span>
}

/** How statements waited for each other since the server started. */
function waitWords({ statements, putFirst, waitP95Ms }: WarehouseWaits): string {
  const first = putFirst === 0 ? '' : `, ${formatCount(putFirst)}\u00a0put\u00a0first`
  return withUnitsKept(
    `${formatPlural(statements, 'statement')}, 95 % waited under ${Math.max(1, Math.round(waitP95Ms))} ms${first}`,
  )
}

function tilesOf(known: WarehouseSummary | undefined): Tile[] {
  const labels = ['Asked a day', 'CPU a day', 'Saved a day', 'Room']
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const { cpuMsPerDay, savedMsPerDay, upkeepMsPerDay, storageBytes, storageLimitBytes } = known
  // As the sentence above counts it: less what keeping changes up takes.
  const netMsPerDay = savedMsPerDay - upkeepMsPerDay
  const whole = cpuMsPerDay + netMsPerDay
  return [
    {
      label: labels[0]!,
      value: formatCount(Math.round(known.statementsPerDay)),
      note: `statements of ${formatPlural(known.templates.length, 'kind')}`,
    },
    {
      label: labels[1]!,
      value: cpuTime(cpuMsPerDay),
      note:
        known.statementsPerDay === 0
          ? 'nothing was asked'
          : `${cpuTime(cpuMsPerDay / known.statementsPerDay)} a statement`,
    },
    {
      label: labels[2]!,
      value: cpuTime(netMsPerDay),
      note:
        savedMsPerDay === 0 ? (
          'no change is applied'
        ) : (
          <span class="ok-t">
            ● {formatPercent(whole > 0 ? netMsPerDay / whole : 0, 0)} less; upkeep{' '}
            {cpuTime(upkeepMsPerDay)}
          </span>
        ),
    },
    {
      label: labels[3]!,
      value: size(storageBytes),
      note: `of ${size(storageLimitBytes)} allowed`,
    },
  ]
}
