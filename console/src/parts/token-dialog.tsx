import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { keepToken } from '../api.ts'

const waiting = signal<(() => void) | undefined>(undefined)

/** Asks for the token of the server, then does again what needed it. */
export function askToken(again: () => void): void {
  waiting.value = again
}

/** The question for the token; it is kept for this tab only. */
export function TokenDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const again = waiting.value
  useEffect(() => {
    if (again === undefined) dialog.current?.close()
    else dialog.current?.showModal()
  }, [again])
  const close = (): void => {
    waiting.value = undefined
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    keepToken(String(new FormData(form).get('token') ?? '').trim())
    form.reset()
    close()
    again?.()
  }
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onClose={close}>
      <form onSubmit={submit}>
        <h2 id="token-title">Changes need the server’s token</h2>
        <p class="dim" style={{ margin: '6px 0 12px' }}>
          It is the one that the server was started with. Nothing was changed yet.
        </p>
        <label>
          <small>Token</small>
          <input
            name="token"
            type="password"
            required
            autocomplete="off"
            style={{ width: '100%' }}
          />
        </label>
        <p style={{ display: 'flex', gap: '8px', marginTop: '16px' }}>
          <button type="submit" class="primary">
            Continue
          </button>
          <button type="button" class="ghost" onClick={close}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  )
}
