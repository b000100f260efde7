import { type OpenOptions, openDatabase } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import { readActions, readLeftAlone } from '../design/records.ts'
import type { TunedDatabase, TunedOptions } from '../tuned/options.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import type { RefreshOutcome } from '../views/rewriter.ts'
import type { Watcher } from '../watch/watcher.ts'
import { memoryBeside } from './file-memory.ts'
import { servingParts } from './parts.ts'

export interface OpenTunedOptions
  extends Pick<OpenOptions, 'mode' | 'threads' | 'memoryLimit' | 'signal'>,
    Pick<TunedOptions, 'knobs' | 'onFault'> {
  /** Same seed, same choices; default 1. */
  readonly seed?: number
  /** Told of every statement and what it took, as a recorder is. */
  readonly watcher?: Watcher
}

/** A DuckDB file with what stands in it in use. */
export interface OpenTuned {
  /** Answers as the plain one, from views and under plans and settings that stand. */
  readonly database: TunedDatabase
  /** Actions that are in use, by id. */
  readonly serving: readonly string[]
  /** Those that could not be taken into use, and why: statements run as they are asked. */
  readonly unused: readonly { readonly actionId: string; readonly reason: string }[]
  /** Brings views up to date that changes put out of use; for a writer, when there is time. */
  refresh(): Promise<readonly RefreshOutcome[]>
  /** Ends what runs behind statements, and closes the file. */
  close(): Promise<void>
}

/**
 * Opens a DuckDB file as a program of one's own asks it, with what `warehouse apply` made in use: statements
 * are rewritten onto its views and planned as it learned, fingerprints that a person left alone are not. What
 * other processes changed since is found now, by the rows and checksums that views keep; what they change
 * while it is open is not. What steering learns is kept beside the file. Throws as `openDatabase`.
 */
export async function openTuned(path: string, options: OpenTunedOptions = {}): Promise<OpenTuned> {
  const { seed = 1, watcher, knobs, onFault, ...open } = options
  const db = await openDatabase(path, open)
  try {
    const actions = (await readActions(db)).filter(({ status }) => status === 'applied')
    const leftAlone = await readLeftAlone(db)
    const memory = path === ':memory:' ? undefined : memoryBeside(path)
    const service = servingParts(db, seed, knobs, undefined, memory)
    const serving: string[] = []
    const unused: { actionId: string; reason: string }[] = []
    for (const action of actions) {
      const { actionId } = action
      try {
        await service.serve(action)
        serving.push(actionId)
      } catch (error) {
        unused.push({ actionId, reason: messageOf(error) })
      }
    }
    const tables = actions.flatMap(({ bases }) => bases.map(({ table }) => table.toLowerCase()))
    const database = tunedDatabase(db, {
      ...{ mode: 'automatic', rewriter: service.rewriter, steerer: service.steerer },
      ...(watcher === undefined ? {} : { watcher }),
      ...(knobs === undefined ? {} : { knobs }),
      ...(onFault === undefined ? {} : { onFault }),
      isOff: (fingerprint) => leftAlone.has(fingerprint),
      isPromising: (sql) => {
        const asked = sql.toLowerCase()
        return tables.some((table) => asked.includes(table))
      },
    })
    return {
      ...{ database, serving, unused },
      refresh: () => service.refreshViews(),
      async close() {
        await database.settle()
        database.close()
      },
    }
  } catch (error) {
    db.close()
    throw error
  }
}
