import type { WarehouseAction } from '../../../src/api/schemas/warehouse.ts'
import { Chip } from '../parts/chip.tsx'
import { apply, underWayOf, undo } from './changes.ts'
import { toneOf } from './words.ts'

const WORDS = {
  apply: { idle: 'Apply', busy: 'Applying…' },
  undo: { idle: 'Undo', busy: 'Undoing…' },
} as const

interface ChangeButtonProps {
  readonly action: WarehouseAction
  /** In a list the row is opened by a click beside it, and the name says of which change it is. */
  readonly isInList?: boolean
}

/** The one thing to do with a change: apply it, or take it back. While it is done it says so and takes no click. */
export function ChangeButton({ action, isInList = false }: ChangeButtonProps) {
  const { actionId, status, summary } = action
  const busy = underWayOf(actionId)
  if (status === 'refused' && (isInList || busy === undefined)) return null
  const how = busy ?? (status === 'applied' ? 'undo' : 'apply')
  const words = busy === undefined ? WORDS[how].idle : WORDS[how].busy
  return (
    <button
      type="button"
      class="ghost"
      aria-disabled={busy !== undefined}
      {...(isInList ? { 'aria-label': `${words.replace('…', '')}: ${summary}` } : {})}
      onClick={(event) => {
        event.stopPropagation()
        if (how === 'undo') undo([actionId])
        else apply([actionId])
      }}
    >
      {words}
    </button>
  )
}

/** Where a change stands, or what is being done with it. */
export function StatusChip({ action }: { action: WarehouseAction }) {
  const busy = underWayOf(action.actionId)
  if (busy === undefined) return <Chip tone={toneOf(action)}>{action.status}</Chip>
  return <Chip tone="calm">{busy === 'undo' ? 'undoing' : 'applying'}</Chip>
}
