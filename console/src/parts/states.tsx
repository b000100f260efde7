import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
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
  if (code === 'ERR_STORE_EMPTY') {
    return <Empty what={what} command={command ?? commandIn(next)} retry={retry} />
  }
  return (
    <section class="card state" role="alert">
      <h1>
        <span class="bad-t" aria-hidden="true">
          ▲{' '}
        </span>
        {`Could not read ${what}.`}
      </h1>
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

const POLL_MILLISECONDS = 3_000

/** The first command in backticks of an advice. */
function commandIn(next: string | undefined): string {
  return next?.match(/`([^`]+)`/)?.[1] ?? 'storewright run'
}

function Empty({ what, command, retry }: { what: string; command: string; retry: () => void }) {
  useEffect(() => {
    const timer = setInterval(retry, POLL_MILLISECONDS)
    return () => clearInterval(timer)
  }, [])
  return (
    <section class="card state">
      <h1>{`Nothing here yet: ${what} has not been made.`}</h1>
      <p class="dim">
        Run this where the store’s folder is. The page fills itself when it is done.
      </p>
      <CopyCommand command={command} />
    </section>
  )
}

/** A message as a sentence: a capital first letter and a full stop. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
