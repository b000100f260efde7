import type { ComponentChildren } from 'preact'
import { store } from '../state.ts'
import { Bone } from './bone.tsx'
import { Kept } from './kept.tsx'
import { CopyCommand } from './states.tsx'

interface PageHeadProps {
  /** The answer to the page's question, in words; undefined while it is not known. */
  readonly answer: string | undefined
  readonly note: ComponentChildren
  /** An answer and a note as long as they may be: their room is kept free from the start. */
  readonly like?: { readonly answer: string; readonly note: string }
  readonly children: ComponentChildren
}

const LIKE = {
  answer:
    'What this page has to say in one or two sentences, with figures such as 8,888, is seldom longer than this.',
  note: '',
}

/** The first line of a page: the answer in words, where it comes from, and what can be done. */
export function PageHead({ answer, note, like = LIKE, children }: PageHeadProps) {
  return (
    <header class="head">
      <div>
        <h1>
          <Kept like={like.answer}>{answer ?? <Bone width="min(32ch, 80%)" />}</Kept>
        </h1>
        <div key={answer === undefined ? 'waiting' : 'known'}>
          <p class="note">
            <Kept like={like.note}>{note}</Kept>
          </p>
          <Staleness />
          <Night />
        </div>
      </div>
      <div class="act">{children}</div>
    </header>
  )
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

/** The nightly run, while it is at work or where the last one failed. */
function Night() {
  const night = store.data.value?.nightly
  if (night?.running) {
    const { step, share } = night.running
    return (
      <p class="stale">
        {`The nightly run is at work: ${step}${share === null ? '' : `, ${Math.round(100 * share)} %`}.`}
      </p>
    )
  }
  if (night?.last?.outcome !== 'failed') return null
  return (
    <p class="stale warn-t">
      <span aria-hidden="true">◆ </span>
      {`The last nightly run failed: ${night.last.message ?? ''}`}
    </p>
  )
}
