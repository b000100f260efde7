import type { Command } from 'commander'
import { type SearchedKnobs, searchStoreKnobs } from '../../loop/index.ts'
import { currentUser, storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { perDay } from './warehouse-words.ts'

interface KnobsOptions {
  readonly store: string
  readonly seconds: number
  readonly seed: number
  readonly apply: boolean
  readonly json: boolean
}

/** warehouse knobs: the store's own knobs of speed, tried on what is asked of it. */
export function addWarehouseKnobs(warehouse: Command): void {
  storeOption(warehouse.command('knobs'))
    .description('try the knobs of speed on what is asked of a store; keep what gains for sure')
    .option('--seconds <number>', 'time that it may take', wholeNumber(1), 60)
    .option('--seed <number>', 'same seed, same candidates and visits', wholeNumber(0), 1)
    .option('--apply', 'use what gains at once, instead of proposing it', false)
    .option('--json', 'print as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(search)
}

const EXAMPLES = `
Examples:
  storewright warehouse knobs --store my-store
  storewright warehouse knobs --store my-store --seconds 300 --apply

Needs a store in which a view or a plan stands. Commands that write to the store wait meanwhile.`

async function search(options: KnobsOptions): Promise<void> {
  const { store, seconds, seed, apply, json } = options
  const { onProgress, end } = progressPrinter(json)
  try {
    const done = await searchStoreKnobs(store, {
      ...{ now: Date.now(), seconds, seed, by: currentUser(), isApplied: apply },
      ...{ onProgress, signal: stopSignal() },
    })
    end()
    printData(json, done, () => describe(done, store))
  } finally {
    end()
  }
}

function describe({ tried, out, action, status, reason }: SearchedKnobs, store: string): string {
  const lines = tried.length === 0 ? [] : [`Tried: ${tried.join(', ')}.`]
  if (out > 0) lines.push(`${out} candidates were dropped: something was answered otherwise.`)
  if (action !== undefined) {
    lines.push(
      `${action.actionId}: ${action.summary}`,
      `  predicted to save ${perDay(action.predicted.savedCpuMsPerDay)} of CPU a day, measured ${perDay(action.measured!.savedCpuMsPerDay)}`,
      ...action.reasons.map((one) => `  ${one}`),
    )
  }
  if (reason !== undefined) lines.push(`Nothing is changed: ${reason}.`)
  else {
    const next = status === 'applied' ? 'undo' : 'apply'
    lines.push(
      `It is ${status}. Next: storewright warehouse ${next} ${action?.actionId} --store ${store}`,
    )
  }
  return lines.join('\n')
}
