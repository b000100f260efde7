import { readFileSync } from 'node:fs'
import { ERROR_TABLE, formatPlace, StorewrightError } from '../core/errors.ts'
import type { OnProgress } from '../core/progress.ts'

/** Exit codes: 0 done; 1 something failed; 2 the call or the input was wrong; 130 interrupted. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof StorewrightError)) return 1
  if (error.code === 'ERR_CANCELLED') return 130
  return /^ERR_(ARGUMENT|FEED|SETTINGS|KNOB|STORE|PANEL|PLAN|NETWORK|DESIGN|INFEASIBLE|ROUTES|TIMETABLE)/.test(
    error.code,
  )
    ? 2
    : 1
}

/** An error as a person reads it: what happened, where, what to do. */
export function describeError(error: unknown): string {
  if (!(error instanceof StorewrightError)) return describeForeignError(error)
  const lines = [`error: ${error.message}`]
  const place = formatPlace(error.place)
  if (place !== '') lines.push(`  at ${place}`)
  if (error.next !== undefined) lines.push(`  ${error.next}`)
  lines.push(`  (${error.code}: ${ERROR_TABLE[error.code]})`)
  return lines.join('\n')
}

/** What to do about errors of the operating system. */
const SYSTEM_ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens there: choose another port with --port.',
  EACCES: 'Check the permissions of the file or folder.',
  EPERM: 'Check the permissions of the file or folder.',
  EROFS: 'The file system is read-only.',
  EISDIR: 'Name a file, not a folder.',
  ENOTDIR: 'A part of the path is a file, not a folder.',
  ENOSPC: 'The disk is full.',
}

function describeForeignError(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${error}`
  const { code } = error as NodeJS.ErrnoException
  const advice = code === undefined ? undefined : SYSTEM_ADVICE[code]
  return advice === undefined
    ? `error: ${error.stack ?? error.message}`
    : `error: ${error.message}\n  ${advice}`
}

/** Prints progress to stderr: a bar on a terminal, elsewhere a line a step and every five seconds. */
export function progressPrinter(quiet: boolean): { onProgress: OnProgress; end: () => void } {
  if (quiet) return { onProgress: () => {}, end: () => {} }
  return process.stderr.isTTY ? barPrinter() : linePrinter()
}

const BAR_WIDTH = 24
const REDRAW_MS = 80

function barPrinter() {
  let step = ''
  let drawnAt = 0
  const clear = () => process.stderr.write('\r\u001b[2K')
  return {
    onProgress: ((progress) => {
      const now = performance.now()
      const isNew = progress.step !== step
      const isLast = progress.total !== undefined && progress.done >= progress.total
      if (!isNew && !isLast && now - drawnAt < REDRAW_MS) return
      if (isNew && step !== '') process.stderr.write('\n')
      step = progress.step
      drawnAt = now
      clear()
      process.stderr.write(drawBar(progress.step, progress.done, progress.total, progress.note))
    }) satisfies OnProgress,
    end: () => {
      if (step !== '') process.stderr.write('\n')
      step = ''
    },
  }
}

function drawBar(step: string, done: number, total: number | undefined, note = ''): string {
  if (total === undefined || total <= 0) return `${step.padEnd(22)} ${note}`
  const share = Math.min(1, done / total)
  const filled = Math.round(share * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
  return `${step.padEnd(22)} ${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${note}`
}

const LINE_MS = 5000

function linePrinter() {
  let step = ''
  let printedAt = -Infinity
  return {
    onProgress: ((progress) => {
      const now = performance.now()
      const isNew = progress.step !== step
      if (!isNew && now - printedAt < LINE_MS) return
      step = progress.step
      printedAt = now
      const { done, total } = progress
      const part = total && done > 0 && !isNew ? ` ${Math.round((100 * done) / total)} %` : ''
      const note = progress.note ? ` ${progress.note}` : ''
      process.stderr.write(`${step}${part}${note}\n`)
    }) satisfies OnProgress,
    end: () => {},
  }
}

/** Aborts on the first Ctrl-C, so that the step in hand can stop cleanly; the second one kills. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => {
    process.stderr.write('\nStopping after the piece of work in hand; Ctrl-C again ends at once.\n')
    controller.abort()
    process.once('SIGINT', () => process.exit(130))
  })
  return controller.signal
}

/** Writes data to stdout: as JSON when asked for, else as text. */
export function printData(json: boolean, data: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text()}\n`)
}

/** The version in package.json. */
export function programVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
