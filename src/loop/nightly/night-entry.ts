// The process of a nightly run: node night-entry.ts FOLDER NOW, with a channel to the server that started it.
import type { Progress } from '../../core/progress.ts'
// The whole room, so that every knob that settings may name is declared.
import { askAs, runLoop } from '../index.ts'
import type { Night } from './record.ts'

/** What it tells the server. */
export type NightMessage =
  | { readonly progress: Progress }
  | { readonly steps: Night['steps'] }
  | { readonly failed: string }

const TOLD_EVERY_MS = 250

const tell = (message: NightMessage) =>
  new Promise<void>((resolve) => {
    if (process.connected) process.send!(message, () => resolve())
    else resolve()
  })

const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
// The server is gone: what is under way stops as if it had said so.
process.on('disconnect', () => stop.abort())

let toldAt = Number.NEGATIVE_INFINITY
let step = ''
const onProgress = (progress: Progress) => {
  const now = performance.now()
  if (progress.step === step && now - toldAt < TOLD_EVERY_MS) return
  step = progress.step
  toldAt = now
  void tell({ progress })
}

try {
  const [folder, now] = process.argv.slice(2)
  askAs('nightly')
  const steps = await runLoop(folder!, { now: Number(now), signal: stop.signal, onProgress })
  await tell({
    steps: steps.map(({ kind, skipped, cpuSeconds }) => ({ kind, skipped, cpuSeconds })),
  })
} catch (error) {
  await tell({ failed: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
} finally {
  if (process.connected) process.disconnect()
}
