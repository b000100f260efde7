import { messageOf, type Spent } from '../../core/sql/observe.ts'
import type { KnownStatement, Rewriter, Steerer } from '../types.ts'
import type { RunSeen } from '../watch/watcher.ts'
import type { TunedOptions, TuningFault } from './options.ts'

/** Tells watcher, rewriter and steerer what came of statements; what they throw is told and goes no further. */
export interface Reports {
  /** `isWatched`: nothing is done for it while it runs. `recorded`: what it is to the watcher. */
  observe(
    statement: KnownStatement,
    run: RunSeen,
    isWatched: boolean,
    recorded: KnownStatement,
  ): void
  /** A statement that nobody looked at. */
  passed(spent: Spent): void
  learn(statement: KnownStatement, run: Parameters<Steerer['learn']>[1]): void
  fault(fault: Omit<TuningFault, 'fingerprint'>, statement: KnownStatement | undefined): void
}

export function createReports({
  watcher,
  rewriter,
  steerer,
  askedBy,
  onFault,
}: TunedOptions): Reports {
  const fault: Reports['fault'] = (what, statement) =>
    onFault?.({ fingerprint: statement?.template.fingerprint ?? '', ...what })
  return {
    fault,
    observe(statement, run, isWatched, recorded) {
      try {
        watcher?.observe(recorded, askedBy === undefined ? run : { ...run, askedBy })
      } catch (error) {
        fault({ part: 'watcher', message: messageOf(error) }, statement)
      }
      // What a steerer's arm took says nothing of the tables by default.
      const { cpuMs, actionId } = run
      // Nor does time beside others: what answers sooner alone may have waited.
      if (run.failed !== undefined || run.arm !== undefined || cpuMs === undefined) return
      try {
        const served = actionId === undefined ? {} : { actionId }
        rewriter?.learn?.(statement, { cpuMs, isWatched, ...served })
      } catch (error) {
        fault({ part: 'rewriter', message: messageOf(error) }, statement)
      }
    },
    passed(spent) {
      try {
        watcher?.passed?.(spent)
      } catch (error) {
        fault({ part: 'watcher', message: messageOf(error) }, undefined)
      }
    },
    learn(statement, run) {
      try {
        steerer?.learn(statement, run)
      } catch (error) {
        fault({ part: 'steerer', arm: run.arm, message: messageOf(error) }, statement)
      }
    },
  }
}

/** Who must know of changes. `onOther` is told of those that may be of columns. */
export function toldOfChanges(
  { rewriter, steerer, watcher }: TunedOptions,
  onOther: () => void,
): Pick<Rewriter, 'changed'> {
  return {
    changed: (table, how) => {
      if (how !== 'append' && how !== 'rows') onOther()
      rewriter?.changed(table, how)
      steerer?.changed?.(table, how)
      watcher?.changed?.(table)
    },
  }
}
