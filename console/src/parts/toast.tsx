import { signal } from '@preact/signals'

interface Note {
  readonly text: string
  readonly tone: 'ok' | 'bad'
  readonly undo?: (() => void) | undefined
}

const note = signal<Note | undefined>(undefined)
let timer: ReturnType<typeof setTimeout> | undefined

/** Says what was done, with a way back; what failed stays until it is put away. */
export function say(next: Note): void {
  note.value = next
  clearTimeout(timer)
  if (next.tone === 'ok') timer = setTimeout(hush, 30_000)
}

export function hush(): void {
  note.value = undefined
}

export function Toast() {
  const shown = note.value
  return (
    <div role="status" aria-live="polite">
      {shown === undefined ? null : (
        <div class="toast card">
          <span class={`${shown.tone}-t`} aria-hidden="true">
            {shown.tone === 'ok' ? '●' : '▲'}
          </span>
          <span>{shown.text}</span>
          {shown.undo === undefined ? null : (
            <button
              type="button"
              class="ghost"
              onClick={() => {
                hush()
                shown.undo?.()
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="plain" aria-label="Dismiss" onClick={hush}>
            ×
          </button>
        </div>
      )}
    </div>
  )
}
