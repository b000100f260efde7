import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

export const showKeys = signal(false)

const KEYS = [
  ['↑ ↓', 'move in a list; Home, End, Page Up, Page Down too'],
  ['Enter', 'open the row: why is it so?'],
  ['Esc', 'close'],
  ['/', 'search'],
  ['← →', 'on the budget: less, more; on a map or a curve: the next'],
  ['+ − 0', 'on a chart: zoom in, zoom out, all'],
  ['?', 'this list'],
] as const

/** The list of keys. */
export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const shown = showKeys.value
  useEffect(() => {
    if (shown) dialog.current?.showModal()
    else dialog.current?.close()
  }, [shown])
  const close = (): void => {
    showKeys.value = false
  }
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={close}>
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, meaning]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
      <p class="dim">On every chart: drag across to zoom in, double-click to see all.</p>
      <p style={{ marginTop: '16px' }}>
        <button type="button" class="ghost" onClick={close}>
          Close
        </button>
      </p>
    </dialog>
  )
}
