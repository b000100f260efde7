import type { ComponentChildren } from 'preact'
import { store } from '../state.ts'
import { Bone } from './bone.tsx'
import { CopyCommand } from './states.tsx'

interface PageHeadProps {
  /** The answer to the page's question, in words; undefined while it is not known. */
  readonly answer: string | undefined
  readonly note: ComponentChildren
  /** Lines that the answer takes on a phone: kept free from the start. */
  readonly lines?: number
  readonly children: ComponentChildren
}

/** The first line of a page: the answer in words, where it comes from, and what can be done. */
export function PageHead({ answer, note, lines = 3, children }: PageHeadProps) {
  return (
    <header class={isOld() ? 'head old' : 'head'} style={{ '--lines': String(lines) }}>
      <div>
        <h1>{answer ?? <Bone width="min(32ch, 80%)" />}</h1>
        <div key={answer === undefined ? 'waiting' : 'known'}>
          <p class="note">{note}</p>
          <Staleness />
        </div>
      </div>
      <div class="act">{children}</div>
    </header>
  )
}

/** Whether there is something to say about the age of the data. */
function isOld(): boolean {
  const known = store.data.value
  return known !== undefined && (known.staleness.stale || store.error.value !== undefined)
}

function Staleness() {
  if (store.error.value !== undefined && store.data.value !== undefined) {
    return (
      <p class="stale warn-t">
        <span aria-hidden="true">◆ </span>
        {`${store.error.value.reply.message} What you see may be old.`}
      </p>
    )
  }
  const staleness = store.data.value?.staleness
  if (staleness === undefined || !staleness.stale) return null
  return (
    <p class="stale warn-t">
      <span aria-hidden="true">◆ </span>
      {staleness.message}{' '}
      {staleness.command === null ? null : <CopyCommand command={staleness.command} />}
    </p>
  )
}
