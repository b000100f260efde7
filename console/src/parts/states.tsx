import { useSignal } from '@preact/signals'
import type { ApiError } from '../api.ts'

/** A command with a button that copies it. */
export function CopyCommand({ command }: { command: string }) {
  const copied = useSignal(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(command)
    copied.value = true
    setTimeout(() => {
      copied.value = false
    }, 2000)
  }
  return (
    <span class="copy">
      <code>{command}</code>
      <button type="button" class="ghost" onClick={copy} aria-label={`Copy: ${command}`}>
        {copied.value ? 'Copied' : 'Copy'}
      </button>
    </span>
  )
}

interface TroubleProps {
  readonly error: ApiError
  /** What the page would have shown, such as "the purchase plan". */
  readonly what: string
  readonly retry: () => void
}

/** Instead of a page: nothing computed yet, a token is needed, or an error. */
export function Trouble({ error, what, retry }: TroubleProps) {
  const { code, message, next, command } = error.reply
  if (code === 'ERR_STORE_EMPTY') return <Empty what={what} command={command} next={next} />
  return (
    <section class="card state" role="alert">
      <h2>
        <span class="bad-t" aria-hidden="true">
          ▲{' '}
        </span>
        {`Could not read ${what}`}
      </h2>
      <p>{sentence(message)}</p>
      {next === undefined ? (
        <p class="dim">The other pages still work, and nothing was changed.</p>
      ) : (
        <p class="dim">{next}</p>
      )}
      {command === undefined ? null : <CopyCommand command={command} />}
      <button type="button" class="ghost" onClick={retry}>
        Try again
      </button>
      <small class="dim">{code}</small>
    </section>
  )
}

function Empty({
  what,
  command,
  next,
}: {
  what: string
  command: string | undefined
  next: string | undefined
}) {
  return (
    <section class="card state">
      <h2>{`Nothing here yet: ${what} has not been made`}</h2>
      <p class="dim">Run this in the store’s folder, then come back; the page fills itself.</p>
      <CopyCommand command={command ?? next?.match(/`([^`]+)`/)?.[1] ?? 'storewright run'} />
    </section>
  )
}

/** A message as a sentence: a capital first letter and a full stop. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
